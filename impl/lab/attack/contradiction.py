"""A search that finds nothing, and a walk that breaks something in the same scope: one is wrong.

Where every reachable state was looked at, no walk by moves that the search tries can break a claim.
If one does, the rules are no function of their arguments, or the key takes for one what is not; so
what the search said does not count.
"""

from typing import Any

from impl.ground.watchdog import RuleHangs, let_through
from impl.lab.claims.monitor import RULE_IMPURE, Broken
from impl.lab.purity.again import repeated
from impl.lab.rules.change import RuleChange
from impl.lab.runs.moves import Moves
from impl.lab.runs.replay import Player
from spec.kernel.clock import Wait


def contradicted(
    change: RuleChange, scope: Any, actions: tuple[Any, ...], broken: Broken
) -> tuple[Broken, str]:
    """What a run breaks in a scope of which a search says that nothing does: if it does not break
    it again, the rules are to blame. And why the search does not count; empty where the run goes
    where the search does not."""
    moves = Moves(change.rulebook.protocol, change.rules, scope)
    again = repeated(change.rulebook, moves, actions, broken)
    if again.invariant == RULE_IMPURE:
        return again, again.finding.cause
    if not _tried(change, moves, actions):
        return broken, ""
    return broken, f"the search and a walk that breaks {broken.invariant} contradict each other"


def _tried(change: RuleChange, moves: Moves, actions: tuple[Any, ...]) -> bool:
    """Are all moves of a run, the refused ones apart, among those that a search tries?"""
    player = Player(change.rulebook, change.rules, moves.scope)
    state = player.initial
    try:
        for action in actions:
            after = player.play(state, action).after
            if after != state and not isinstance(action, Wait):
                due = moves.protocol.obligations(state, moves.rules)
                if action not in moves.candidates(state, due):
                    return False
            state = after
    except RuleHangs:
        return False
    except BaseException as error:
        let_through(error)
        return False
    return True
