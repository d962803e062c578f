"""What goes through stages: the channel, conditional payments, withdrawals."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.channels.conditional.pays import Pay
from spec.channels.conditional.state import Phase, State
from spec.channels.conditional.timeline import closes, pays_known, result_of

PHASES = {Phase.OPERABLE: "operable", Phase.SETTLING: "settling", Phase.CLOSED: "closed"}


def channels(state: State) -> Mapping[Hashable, str]:
    """What the contract does."""
    return {"channel": PHASES[state.contract.phase]}


def payments(state: State) -> Mapping[Hashable, str]:
    """Where each conditional payment stands, as long as the channel is open."""
    if state.contract.phase == Phase.CLOSED:
        return {}
    return {pay.number: stage(state, pay) for pay in pays_known(state)}


def stage(state: State, pay: Pay) -> str:
    """Is a payment pending, resolved, settled between the two, or too late?"""
    signed = state.network.signed[pay.payer]
    if signed and pay in signed[-1].pays:
        if result_of(state.contract, pay) is not None:
            return "resolved"
        return "pending" if state.main.now <= closes(state.contract, pay) else "expired"
    return "off the list" if any(pay in each.pays for each in signed) else "offered"


def withdrawals(state: State) -> Mapping[Hashable, str]:
    """What became of an announced withdrawal."""
    contract = state.contract
    if contract.intent is not None:
        return {"withdrawal": "announced"}
    return {"withdrawal": "paid" if sum(contract.withdrawn) > 0 else "none"}


LIFECYCLES = (
    Lifecycle("a channel", channels, (("mended", "tiny"),)),
    Lifecycle("a channel under Celer's rules", channels, (("celer", "offline"),)),
    Lifecycle("a conditional payment", payments, (("mended", "tiny"), ("mended", "honest"))),
    Lifecycle("a withdrawal", withdrawals, (("mended", "withdrawing"),)),
)
