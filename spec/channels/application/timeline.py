"""Which points in time matter to an application channel: by when somebody has to go on.

Every deadline is fixed when something goes on or is challenged, so a state needs to know of the
clock only on which side of each of them it is. The claims count from the ghost's clock; while the
rules set their deadlines right, that adds no moment.
"""

from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
from spec.kernel.basics import Seconds


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The last moments for what honest parties do next, and of a challenge; then the same by the
    ghost's clock."""
    contract, ghost, patience = state.contract, state.ghost, rules.player.patience
    if contract.paid:
        return ()
    if contract.phase == Phase.OPEN:
        since = state.network.since
        own = ghost.since
        return since + patience, since + 2 * patience, own + patience, own + 2 * patience
    window = rules.window if contract.phase == Phase.CHALLENGE else 0
    ends = ghost.called + window
    return contract.ends, contract.ends + patience, ends, ends + patience


def places(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The first moments at which something is different: the second after each of them; where the
    stakes are paid out, after the challenge that was not answered."""
    contract = state.contract
    if contract.paid and contract.phase == Phase.CHALLENGE:
        return contract.ends + 1, state.ghost.called + rules.window + 1
    return tuple([instant + 1 for instant in instants(state, rules)])
