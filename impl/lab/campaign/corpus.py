"""What a campaign has learnt: runs that showed something new, and how often each was gone on from.

The corpus at the end of a round is a function of the corpus before it and of the round's shards in
their order. A run stays only for behaviour that no run before it in this order has shown, and is
kept to a point where it
showed something new.
"""

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, frozen

from impl.lab.campaign.courses import is_state


@frozen
class Candidate:
    """A run that showed something new to its shard."""

    data: bytes
    behaviours: tuple[int, ...]
    """All that the run shows, in the order in which it does."""


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
        self.landmarks: list[int] = []
        """The entries that end in a state of a new kind."""

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
        return Growth(tuple(entries), dict(sorted(visits.items())))

    def grow(self, growth: Growth) -> None:
        """Take in what a round adds."""
        for data, behaviours in growth.entries:
            if any(is_state(each) and each not in self.known for each in behaviours):
                self.landmarks.append(len(self.entries))
            self.entries.append(Entry(data, behaviours))
            self.known.update(behaviours)
        for number, count in growth.visits.items():
            self.entries[number].visits += count
