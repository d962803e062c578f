"""Random walks in several scopes by turns, the same for any number of workers.

The shards of a walk have numbers; a number decides the scope and, with the seed, all that happens
in it. They are handed out to whoever is idle and looked at in their order.
"""

from collections.abc import Generator, Iterator, Sequence
from time import monotonic
from typing import Any

from impl.attack.places import Place
from impl.crew import Crew
from impl.fuzz.walker import Shard, Walker
from impl.watchdog import Stopped
from invariants.kernel.claims import Rulebook

SHARD = 5_000
"""Accepted steps in a shard."""
RUN_LENGTH = 40
"""Accepted steps in a run, at most."""


class Walks:
    """The walkers, one for each scope."""

    def __init__(self, book: Rulebook, rules: Any, places: Sequence[Place], seed: int) -> None:
        """Raises BadInput where a claim does not fit the protocol."""
        self.places = tuple(places)
        self.late: tuple[Shard, ...] = ()
        """What the workers had when they were stopped."""
        self._walkers = [Walker(book, rules, place.record, seed, RUN_LENGTH) for place in places]

    def place(self, number: int) -> Place:
        """The scope of a shard."""
        return self.places[number % len(self.places)]

    def shard(self, number: int, steps: int, deadline: float | None) -> Shard:
        """Walk one shard, to its end whatever breaks on the way."""
        walker = self._walkers[number % len(self.places)]
        return walker.shard(number, steps, True, deadline)

    def shards(
        self, steps: int | None, deadline: float | None, workers: int
    ) -> Generator[Shard, None, None]:
        """Shards by their numbers until so many steps are planned, or the time (monotonic) is up.

        Without either it goes on for ever.
        """
        if workers <= 1:
            for task in _plan(steps, deadline):
                yield self.shard(*task)
            return
        with Crew(lambda: self, workers) as crew:
            try:
                yield from crew.in_order("shard", _plan(steps, deadline))
            except Stopped:
                self.late = tuple(crew.waiting[number] for number in sorted(crew.waiting))
                raise


Task = tuple[int, int, float | None]


def _plan(steps: int | None, deadline: float | None) -> Iterator[Task]:
    number, left = 0, steps
    while (left is None or left > 0) and (deadline is None or monotonic() < deadline):
        yield number, SHARD if left is None else min(SHARD, left), deadline
        number += 1
        left = None if left is None else left - SHARD
