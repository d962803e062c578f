"""Which points in time matter to an application channel: by when somebody has to go on.

Every deadline is fixed when something goes on or is challenged, so a state needs to know of the
clock only on which side of each of them it is.
"""

from spec.application.rules import Rules
from spec.application.state import Phase, State
from spec.kernel.basics import Seconds


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The last moments for what honest parties do next, and of a challenge."""
    contract, patience = state.contract, rules.player.patience
    if contract.paid:
        return ()
    if contract.phase == Phase.OPEN:
        since = state.network.since
        return since + patience, since + 2 * patience
    return contract.ends, contract.ends + patience


def places(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The first moments at which something is different: the second after each of them; where the
    stakes are paid out, after the challenge that was not answered."""
    contract = state.contract
    if contract.paid and contract.phase == Phase.CHALLENGE:
        return (contract.ends + 1,)
    return tuple([instant + 1 for instant in instants(state, rules)])
