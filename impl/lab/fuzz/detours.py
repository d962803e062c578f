"""Looks for a shorter way from the middle of a failing run to the same failure.

Dropping actions cannot put them into another order, nor give two of them other parameters at once.
So from a state on the way every continuation is tried that makes do with the kinds of moves that
the run itself makes from there, breadth first, until one that is shorter breaks the same claim for
the same cause. The middle moves towards the beginning while the budget lasts; where it reaches the
beginning, no shorter run of these kinds of moves exists in the scope.
"""

from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from typing import Any

from attrs import define

from impl.ground.watchdog import let_through
from impl.lab.fuzz.codec import LOOKED_THROUGH, Sources
from impl.lab.runs.replay import Player

BUDGET = 2_000
"""Actions that are played in search of a shorter way, at most."""

Kinds = dict[type, int]
"""How many moves of each kind are left."""


@define
class Detour:
    """The search for one failing run."""

    player: Player
    sources: Sources
    target: tuple[str, str]
    left: int = BUDGET
    """Actions that may still be played. Some are left where the search came to its end."""

    def shorter(self, run: Sequence[Any]) -> tuple[Any, ...]:
        """The shortest run that was found; the run itself where there is none."""
        best = tuple(run)
        states = [self.player.initial]
        for action in best:
            states.append(self.player.play(states[-1], action).after)
        for start in range(len(best) - 2, -1, -1):
            found = self._from(states[start], best[start:])
            if found is not None:
                best = (*best[:start], *found)
            if self.left <= 0:
                break
        return best

    def _from(self, state: Any, rest: Sequence[Any]) -> tuple[Any, ...] | None:
        """A shorter continuation that breaks the target; None where none was found."""
        kinds: Kinds = {}
        for action in rest:
            kinds[type(action)] = kinds.get(type(action), 0) + 1
        layer: list[tuple[Any, tuple[Any, ...], Kinds]] = [(state, (), kinds)]
        known: set[Hashable] = set()
        for _ in range(len(rest) - 1):
            ahead = []
            for here, actions, left in layer:
                for action in self._moves(here, left):
                    self.left -= 1
                    if self.left <= 0:
                        return None
                    played = self.player.play(here, action)
                    if played.refusal is not None:
                        continue
                    if played.broken:
                        if any(broken.pair == self.target for broken in played.broken):
                            return (*actions, action)
                        continue
                    fewer = left | {type(action): left[type(action)] - 1}
                    place = self._place(played.after, fewer)
                    if place not in known:
                        known.add(place)
                        ahead.append((played.after, (*actions, action), fewer))
            layer = ahead
        return None

    def _moves(self, state: Any, left: Kinds) -> Iterator[Any]:
        """Every move of a kind that is left; none where the rules fail in proposing one."""
        offered: dict[Any, None] = {}
        try:
            for source in range(len(self.sources.weights)):
                offers = islice(self.sources.alternatives(source, state), LOOKED_THROUGH)
                for action, _ in offers:
                    if left.get(type(action)):
                        offered[action] = None
        except BaseException as error:
            let_through(error)
            return
        yield from offered

    def _place(self, state: Any, left: Kinds) -> Hashable:
        return self.player.protocol.exact(state), tuple(left.values())
