"""Every run of two rule sets side by side, breadth first: so the first difference is a shortest.

The search goes on behind a difference in what is accepted (the action happens on one side only),
because what people want to know is what follows: does the money move differently, and when nobody
has anything left to do, who is richer than under the other rules?
"""

from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic
from typing import Any

from attrs import define, field, frozen

from impl.ground.evidence import Progress
from impl.ground.watchdog import watchdog
from impl.lab.compare.losses import Losses, note
from impl.lab.compare.pairs import Covers, Differs, Pair, Sides, differs, ends_apart, next_pair
from impl.lab.explore.rounds import quiet_collector
from spec.kernel.clock import Wait

MOST_PAIRS = 1_500_000
"""Pairs that are told apart before the search gives up: what fits the memory of a small machine."""
OFTEN = 8
"""Pairs that are expanded between two looks at the clock."""


@frozen
class Meeting:
    """A shortest run on which two rule sets differ in one way."""

    differs: Differs
    actions: tuple[Any, ...]
    sampled: bool = False
    """Found by a random run: a shorter one may exist."""
    worst: bool = False
    """Is it told for the worst loss that was found?"""


@define
class Seen:
    """What a comparison has looked at so far."""

    found: dict[Differs, Meeting] = field(factory=dict)
    depth: int = 0
    """Every run of so many actions was played on both sides."""
    pairs: int = 1
    transitions: int = 0
    exhausted: bool = False
    stopped_in: str = ""
    """The rule that had not returned when the time was up."""
    stopped_by: str = ""
    key: str = ""
    """How pairs of states are told apart, and how that was tested."""
    sampled: int = 0
    """Steps of random runs."""
    losses: Losses = field(factory=dict)
    """The worst that was found for each account."""


@frozen
class Open:
    """A pair that is still to be expanded."""

    place: int
    pair: Pair
    parted: bool
    """Did the rule sets differ on the way here?"""
    covered: Covers


class Enough(Exception):
    """A limit was reached."""


class Runs:
    """How each pair was first reached."""

    def __init__(self) -> None:
        """Only the beginning is known."""
        self._from: list[tuple[int, Any]] = [(-1, None)]

    def add(self, parent: int, action: Any) -> int:
        """A new pair's place."""
        self._from.append((parent, action))
        return len(self._from) - 1

    def to(self, place: int) -> tuple[Any, ...]:
        """The actions that lead to a pair."""
        actions = []
        while place > 0:
            place, action = self._from[place]
            actions.append(action)
        return tuple(reversed(actions))


def search(
    sides: Sides,
    marks: Callable[[Pair], Any],
    seen: Seen,
    *,
    start: Pair | None = None,
    depth: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    most: int = MOST_PAIRS,
) -> None:
    """Play every run on both sides until enough is known of how they differ, or a limit is reached.

    What was seen is noted in `seen` as it comes, so that Ctrl-C leaves it there. Without a time
    limit the answer is the same everywhere. `marks` tells pairs apart; `start` is a pair behind a
    difference from which the runs begin, if not from the beginning.
    """
    begun = monotonic()
    parted = start is not None
    first = sides.initial if start is None else start
    frontier = [Open(0, first, parted, None)]
    runs = Runs()
    known = {(marks(first), parted)}
    looks = comparable(sides)

    def watch() -> None:
        passed = monotonic() - begun
        seen.pairs = len(known)
        if progress is not None:
            progress(Progress("compare", len(known), len(frontier), seen.depth, passed))
        if time_limit is not None and passed > time_limit:
            raise Enough("the time limit")
        if len(known) > most:
            raise Enough(f"the limit of {most:,} pairs of states")

    with quiet_collector(), watchdog(lambda: sides.taken):
        try:
            layer = _Layer(sides, marks, seen, runs, known, looks, parted)
            while frontier and (depth is None or seen.depth < depth) and not layer.enough:
                frontier = layer.expanded(frontier, watch)
                seen.depth += 1
            seen.exhausted = not frontier
        except Enough as limit:
            seen.stopped_by = str(limit)
        except MemoryError:
            seen.stopped_by = "the memory"
        finally:
            seen.pairs = len(known)


def comparable(sides: Sides) -> bool:
    """Do both worlds start with the same money? Only then somebody's gain can be told."""
    first, second = sides.initial
    return bool(
        first.main.accounts == second.main.accounts and first.main.escrow == second.main.escrow
    )


def enough(seen: Seen, looks: bool) -> bool:
    """Is it known how they differ, and, where that can be told, who gains by it?"""
    first = Differs.ACCEPTS in seen.found, Differs.PAYS in seen.found
    return any(first) and Differs.ENDS in seen.found if looks else all(first)


@frozen
class _Layer:
    """The work of one layer: what is expanded, and what is noted on the way."""

    sides: Sides
    marks: Callable[[Pair], Any]
    seen: Seen
    runs: Runs
    known: set[Any]
    looks: bool
    """Can somebody's gain be told?"""
    behind: bool
    """Is only that asked?"""

    @property
    def enough(self) -> bool:
        """Was found what is asked?"""
        return Differs.ENDS in self.seen.found if self.behind else enough(self.seen, self.looks)

    def expanded(self, frontier: list[Open], watch: Callable[[], None]) -> list[Open]:
        """The pairs that are first reached by one more action."""
        found: list[Open] = []
        for count, each in enumerate(frontier):
            if count % OFTEN == 0:
                watch()
            steps, covers = self.sides.steps(each.pair, each.covered)
            self.seen.transitions += len(steps)
            for step in steps:
                kind = differs(each.pair, step)
                if kind is not None and not each.parted:
                    self._note(kind, each.place, step.action)
                after = next_pair(each.pair, step)
                if after is None:
                    continue
                parted = each.parted or kind is not None
                mark = self.marks(after), parted
                if mark in self.known:
                    continue
                self.known.add(mark)
                place = self.runs.add(each.place, step.action)
                if self.looks and parted and ends_apart(self.sides, after):
                    self._note(Differs.ENDS, each.place, step.action)
                    run = partial(self._run, each.place, step.action)
                    note(self.seen.losses, after, run, self.behind)
                waited = covers if isinstance(step.action, Wait) else None
                found.append(Open(place, after, parted, waited))
            if self.sides.hangs:
                raise Enough("a rule that does not return")
        return found

    def _run(self, place: int, action: Any) -> tuple[Any, ...]:
        return (*self.runs.to(place), action)

    def _note(self, kind: Differs, place: int, action: Any) -> None:
        if kind not in self.seen.found:
            self.seen.found[kind] = Meeting(kind, self._run(place, action))


def kinds(sides: Sides, actions: tuple[Any, ...]) -> Mapping[Differs, int]:
    """The first difference on a run and, if there is one, an end at which somebody has gained; and
    after how many actions.

    Played as a replay plays it: an action that is refused on one side happens on the other only.
    """
    found: dict[Differs, int] = {}
    pair = sides.initial
    looks = comparable(sides)
    for number, action in enumerate(actions, 1):
        step = sides.played(pair, action)
        kind = differs(pair, step)
        if kind is not None and not found:
            found[kind] = number
        after = next_pair(pair, step)
        if after is None:
            if any(step.accepted):
                break
            continue
        pair = after
        if looks and found and ends_apart(sides, pair):
            found.setdefault(Differs.ENDS, number)
    return found
