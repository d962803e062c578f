"""What was found is played again before it is told: rules that then do otherwise are to blame."""

from collections.abc import Sequence
from typing import Any

from impl.ground.watchdog import RuleHangs
from impl.lab.claims.monitor import FAULTS, Broken, is_fatal
from impl.lab.purity.decisions import CHANGED, NOT_AGAIN, impure
from impl.lab.purity.look import Purity
from impl.lab.runs.moves import Moves
from impl.lab.runs.replay import Player
from invariants.kernel.claims import Rulebook

UNNAMED = (NOT_AGAIN, CHANGED)
LOOKS = 3
"""How often each state of a run that breaks nothing again is looked at, to name the rule."""


def repeated(rulebook: Rulebook, moves: Moves, actions: Sequence[Any], broken: Broken) -> Broken:
    """What a run breaks, if it breaks anything when it is played again, and if the rules say of its
    states the same twice. Else the cause is theirs, and named where it can be found."""
    if is_fatal(broken.pair) and broken not in UNNAMED:
        return broken
    doubt, breaks = _doubts(rulebook, moves, actions)
    if not doubt and not breaks and broken.invariant not in FAULTS:
        for _ in range(LOOKS):
            doubt = doubt or _doubts(rulebook, moves, actions)[0]
        once = f"breaks {broken.invariant} in a run once, and not when it is played again"
        doubt = doubt or (impure("a rule", once),)
    return doubt[0] if doubt else broken


def _doubts(
    rulebook: Rulebook, moves: Moves, actions: Sequence[Any]
) -> tuple[tuple[Broken, ...], bool]:
    """What a look at each state of a run shows, before anything is done there; and whether the run
    breaks anything. A rule that does not return ends it."""
    player = Player(rulebook, moves.rules, moves.scope)
    purity, state, broken = Purity(rulebook, moves), player.initial, not actions
    try:
        for action in actions:
            doubt = purity.look(state)
            if doubt:
                return doubt, broken
            played = player.play(state, action)
            state = played.after
            broken = broken or bool(played.broken or player.standing(state))
        return purity.look(state), broken
    except RuleHangs:
        return (), True
