"""States at rest, of which a derived key keeps only what is left: does that say what they can do?

A search looks on from one of all the states that a key takes for one. At rest (`over`), the others
may hold what the key leaves out. So every state at rest that a step leads to is looked at here:
what can still be done in it, and what that leads to and breaks. It has to be the same wherever the
same is left; and each move has to leave something else, so that this comes to an end.
"""

from collections.abc import Callable, Hashable, Iterable
from marshal import dumps
from typing import Any

from impl.lab.reading.notes import Notes
from spec.kernel.clock import Wait
from spec.kernel.derived_key import Over
from spec.kernel.refusal import Refusal

DEEP = 8
"""So many moves may follow each other in a state at rest."""


class Rest:
    """Looks at states at rest under one set of rules."""

    def __init__(
        self,
        over: Over | None,
        moves: Callable[[Any], Iterable[Any]],
        then: Callable[[Any, Any], Any],
        mark: Callable[[Any], Any],
    ) -> None:
        """`then` gives what comes of an action (a state with what it breaks, or the type of what is
        raised), `mark` the key."""
        self.over, self.moves, self.then, self.mark = over, moves, then, mark

    def look(self, state: Any, notes: Notes, depth: int = 0) -> None:
        """Note what can be done in a state, if it is at rest; and in those that this leads to."""
        if self.over is None or self.over(state) is None:
            return
        left = dumps(self.mark(state), 2)
        can: set[Hashable] = set()
        for action in (*self.moves(state), Wait(1)):
            name, then = type(action).__name__, self.then(state, action)
            if isinstance(then, type):
                if not issubclass(then, Refusal):
                    can.add((name, then.__name__))
                continue
            to = dumps(self.mark(then.state), 2)
            can.add((name, to, then.broken))
            if self.over(then.state) is None:
                notes.restless = notes.restless or f"{name} leads on from one"
            elif not isinstance(action, Wait):
                if to == left or depth == DEEP:
                    notes.restless = notes.restless or f"{name} can be done in one again and again"
                else:
                    self.look(then.state, notes, depth + 1)
        notes.rests(left, frozenset(can))
