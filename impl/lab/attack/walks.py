"""Random walks in several scopes by turns, the same for any number of workers.

The shards of a walk have numbers; a number decides the scope, the size and, with the seed, all that
happens in it. They are handed out to whoever is idle and looked at in their order. So a longer walk
begins with the shorter one, and a walk under other rules can be given just the same shards.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import takewhile
from time import monotonic
from typing import Any

from impl.ground.crew import Crew
from impl.ground.watchdog import Stopped
from impl.lab.attack.places import Place
from impl.lab.fuzz.walker import Shard, Walker
from invariants.kernel.claims import Rulebook

SHARD = 5_000
"""Accepted steps in a shard."""
OPENING = 200
"""Accepted steps in the first shard of each scope, where there are several: each is soon opened."""
RUN_LENGTH = 40
"""Accepted steps in a run, at most."""

Task = tuple[int, int]
"""The number of a shard, and how many steps it takes."""


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
        self, tasks: Iterable[Task], deadline: float | None, workers: int
    ) -> Generator[Shard, None, None]:
        """These shards in their order, until the time (monotonic) is up."""
        timed = _until(tasks, deadline)
        if workers <= 1:
            for task in timed:
                yield self.shard(*task)
            return
        with Crew(lambda: self, workers) as crew:
            try:
                yield from crew.in_order("shard", timed)
            except Stopped:
                self.late = tuple(crew.waiting[number] for number in sorted(crew.waiting))
                raise


def tasks(places: int, steps: int | None, first: int = 0) -> Iterator[Task]:
    """The shards of a walk through so many scopes, from the first that is wanted.

    So many steps in all; None: without an end.
    """
    number, taken = 0, 0
    while steps is None or taken < steps:
        size = OPENING if places > 1 and number < places else SHARD
        size = size if steps is None else min(size, steps - taken)
        if number >= first:
            yield number, size
        number, taken = number + 1, taken + size


def steps_in(place: int, places: int, steps: int | None, last: int) -> int:
    """How many steps a walk takes in one of its scopes, up to a shard."""
    planned = takewhile(lambda task: task[0] <= last, tasks(places, steps))
    return sum(size for number, size in planned if number % places == place)


def _until(
    tasks: Iterable[Task], deadline: float | None
) -> Iterator[tuple[int, int, float | None]]:
    for number, size in tasks:
        if deadline is not None and monotonic() >= deadline:
            return
        yield number, size, deadline
