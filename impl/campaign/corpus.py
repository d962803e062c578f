"""What a campaign has learnt: runs that showed something new, and how often each was gone on from.

The corpus at the end of a round is a function of the corpus before it and of the round's shards in
their order. A run stays only for behaviour that no run before it in this order has shown, and is
kept to the point where it last showed something new.
"""

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from attrs import define, frozen

REWARD = 3
"""Visits forgiven an entry for each new one found from it, as the fuzzer does with landmarks."""


@frozen
class Candidate:
    """A run that showed something new to its shard."""

    data: bytes
    behaviours: tuple[int, ...]
    """All that the run shows, in the order in which it does."""
    parent: int | None = None
    """The entry that it was made from."""


@define
class Entry:
    """A run of the corpus."""

    data: bytes
    behaviours: tuple[int, ...]
    visits: int = 0


@frozen
class Growth:
    """What a round adds: new entries, and visits to the old ones."""

    entries: tuple[tuple[bytes, tuple[int, ...]], ...]
    visits: Mapping[int, int]


class Corpus:
    """The entries in the order in which they were kept."""

    def __init__(self) -> None:
        """Nothing is known."""
        self.entries: list[Entry] = []
        self.known: set[int] = set()

    def growth(self, shards: Iterable[tuple[Sequence[Candidate], Mapping[int, int]]]) -> Growth:
        """What some shards add to the corpus, the shards taken in this order."""
        known = set(self.known)
        entries: list[tuple[bytes, tuple[int, ...]]] = []
        visits: dict[int, int] = {}
        for candidates, seen in shards:
            for number, count in seen.items():
                visits[number] = visits.get(number, 0) + count
            for each in candidates:
                if not known.issuperset(each.behaviours):
                    known.update(each.behaviours)
                    entries.append((each.data, each.behaviours))
                    if each.parent is not None:
                        visits[each.parent] = visits.get(each.parent, 0) - REWARD
        return Growth(tuple(entries), dict(sorted(visits.items())))

    def grow(self, growth: Growth) -> None:
        """Take in what a round adds."""
        for data, behaviours in growth.entries:
            self.entries.append(Entry(data, behaviours))
            self.known.update(behaviours)
        for number, count in growth.visits.items():
            self.entries[number].visits += count

    def choose(self, random: Random, visits: Mapping[int, int]) -> int:
        """Of two entries the one that was gone on from less often. There has to be one."""
        one, two = random.randrange(len(self.entries)), random.randrange(len(self.entries))
        first = self.entries[one].visits + visits.get(one, 0)
        second = self.entries[two].visits + visits.get(two, 0)
        return one if first <= second else two
