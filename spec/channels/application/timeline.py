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
    contract, ghost = state.contract, state.ghost
    patience, reaction = rules.player.patience, rules.player.reaction
    if contract.paid:
        return ()
    if contract.phase == Phase.OPEN:
        since = state.network.since
        waits = (patience, reaction, patience + reaction)
        return tuple([began + each for began in (since, ghost.since) for each in waits])
    window = rules.window if contract.phase == Phase.CHALLENGE else 0
    ends = ghost.called + window
    lasts = (-reaction, 0, reaction) if contract.phase == Phase.CHALLENGE else (0, reaction)
    return tuple([last + each for last in (contract.ends, ends) for each in lasts])


def places(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """The first moments at which something is different: the second after each of them; where the
    stakes are paid out, after the challenge that was not answered."""
    contract = state.contract
    if contract.paid and contract.phase == Phase.CHALLENGE:
        return contract.ends + 1, state.ghost.called + rules.window + 1
    return tuple([instant + 1 for instant in instants(state, rules)])
