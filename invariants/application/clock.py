"""The claims' own clock: when an outcome is final, and by when the channel has to go on.

It counts from when an action was accepted (`Ghost`) and by the rules' numbers, never from a time
that a rule has written down: a rule that writes a wrong one is measured, and does not measure.
"""

from spec.application.rules import Rules
from spec.application.state import Phase, State
from spec.kernel.basics import Seconds


def last_moment(state: State, rules: Rules) -> Seconds:
    """The last moment to answer the challenge that stands, in seconds."""
    return state.ghost.called + rules.window


def was_final(state: State, rules: Rules) -> bool:
    """Concluded, or challenged and the last moment to answer is past."""
    phase = state.contract.phase
    return phase == Phase.CONCLUDED or (
        phase == Phase.CHALLENGE and state.main.now > last_moment(state, rules)
    )


def due_by(state: State, rules: Rules) -> Seconds:
    """When the channel must have gone on at the latest, if somebody honest is there to see to it;
    in seconds."""
    phase, patience = state.contract.phase, rules.player.patience
    if phase == Phase.OPEN:
        return state.ghost.since + 2 * patience
    return patience + (
        last_moment(state, rules) if phase == Phase.CHALLENGE else state.ghost.called
    )
