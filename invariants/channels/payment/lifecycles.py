"""What goes through stages in the payment channel: the channel itself, and a version of it."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.channels.payment.contract import Phase
from spec.channels.payment.state import State
from spec.channels.payment.versions import Version
from spec.channels.sides import PARTIES

PHASES = {
    Phase.OPENING: "opening",
    Phase.OPEN: "open",
    Phase.DISPUTED: "disputed",
    Phase.SETTLED: "settled",
}


def channel(state: State) -> Mapping[Hashable, str]:
    """The phase of the contract; closing, if a final version has both signatures already."""
    phase = state.contract.phase
    if phase == Phase.OPEN and any(is_end(state, v) for v in versions(state)):
        return {"channel": "closing: the end is signed"}
    return {"channel": PHASES[phase]}


def is_end(state: State, version: Version) -> bool:
    """Have both honest sides signed it as the end?"""
    return version.final and all_signed(state, version)


def all_signed(state: State, version: Version) -> bool:
    """Have all honest sides signed it in this channel?"""
    honest, signed = state.people.honest, state.network.signed
    return all(version in signed[side] for side in (0, 1) if PARTIES[side] in honest)


def versions(state: State) -> tuple[Version, ...]:
    """All that honest parties have signed, each once, in order."""
    first, second = state.network.signed
    return tuple(dict.fromkeys((*first, *second)))


def updates(state: State) -> Mapping[Hashable, str]:
    """How far each version has come between two honest parties."""
    return {version: progress(state, version) for version in versions(state)}


def progress(state: State, version: Version) -> str:
    """Who has signed it, and whether both hold it or its older ones are revoked."""
    if min(state.network.revealed) >= version.number:
        return "the only one that counts: older ones are revoked"
    if min(held.number for held in state.ghost.held) >= version.number:
        return "held by both, or overtaken"
    return "signed by both" if all_signed(state, version) else "proposed"


LIFECYCLES = (
    Lifecycle("a channel", channel, (("replacement", "opening-both"), ("replacement", "both"))),
    Lifecycle("an update where newer versions replace", updates, (("replacement", "both"),)),
    Lifecycle("an update where older versions are revoked", updates, (("penalty", "both"),)),
)
