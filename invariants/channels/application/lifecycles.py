"""What goes through stages in an application channel: the channel on the chain, and a turn."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.channels.application.state import Phase, State, is_final


def channel(state: State) -> Mapping[Hashable, str]:
    """What the contract waits for."""
    contract = state.contract
    if contract.paid:
        return {"channel": "paid"}
    if is_final(contract, state.main.now):
        return {"channel": "final"}
    challenged = contract.phase == Phase.CHALLENGE
    return {"channel": "challenge" if challenged else "open"}


def turns(state: State) -> Mapping[Hashable, str]:
    """What is known of each state of the line."""
    contract, network = state.contract, state.network
    if contract.paid:
        return {}
    stages: dict[Hashable, str] = {}
    for body in network.line:
        if body.turn < contract.record:
            stages[body.turn] = "older than the record"
        elif body.turn > contract.record:
            last = network.agreed and body == network.line[-1]
            stages[body.turn] = "signed by both" if last else "played"
        else:
            challenged = contract.phase == Phase.CHALLENGE
            stages[body.turn] = "challenged" if challenged else "recorded"
    return stages


LIFECYCLES = (
    Lifecycle("an application channel", channel, (("forcemove", "rps"), ("forcemove", "funding"))),
    Lifecycle("a turn", turns, (("forcemove", "tiny"),)),
)
