"""One worker's share of a search: expands its states, keeps those that are new.

A layer of the breadth-first search is worked off in spans of fingerprints. For each span a hand
first names what it reached; the search, which alone knows all states seen so far, answers which of
these are new and belong to this hand; only then are the new states held against the claims.
"""

from array import array
from collections.abc import Sequence
from typing import Any

from attrs import frozen

from impl.evidence import Coverage
from impl.explore.fingerprint import Prints
from impl.explore.moves import Moves
from impl.monitor import Broken, Monitor, Tally, rule_error
from impl.watchdog import Stopped, is_hang, watchdog
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait

Covers = frozenset[Seconds] | None
"""The critical instants of the state from which a wait led here."""
Open = tuple[Any, Covers]
"""A state that is still to be expanded."""


@frozen
class Edge:
    """A step by which a claim broke: from which state, by which move, and what."""

    parent: int
    place: int
    broken: Broken

    @property
    def order(self) -> tuple[int, int]:
        """The first in this order is the one that is reported."""
        return self.parent, self.place


@frozen
class Reached:
    """What a span led to: fingerprints with their parents and moves, and steps that broke."""

    prints: "array[int]"
    parents: "array[int]"
    places: "array[int]"
    broken: tuple[Edge, ...]


class Hand:
    """Owns some states of the frontier. `seen`, where it is at hand, saves needless work."""

    def __init__(
        self,
        moves: Moves,
        monitor: Monitor,
        key: Prints,
        states: dict[int, Open],
        seen: set[int] | None,
        rulebook: Rulebook,
    ) -> None:
        """Start with some states of the current layer, by fingerprint."""
        self.moves, self.monitor, self.key, self.seen = moves, monitor, key, seen
        self.states = states
        self.order = sorted(states)
        self.next: dict[int, Open] = {}
        self.rulebook = rulebook
        self.stopped: Stopped | None = None
        """What ended the work within a span: of that only what broke was kept."""
        self.tally = Tally(len(rulebook.witnesses))
        self._reached: list[tuple[Any, Any, Any, Covers]] = []
        self._sent = Reached(array("Q"), array("Q"), array("I"), ())

    def expand(self, low: int, high: int) -> Reached:
        """Step from every state of this hand with low <= fingerprint < high."""
        broken: list[Edge] = []
        try:
            with watchdog(self.tally.total):
                return self._expand(low, high, broken)
        except Stopped as stop:
            self.stopped, self._reached = stop, []
            self._sent = Reached(array("Q"), array("Q"), array("I"), tuple(broken))
            return self._sent

    def _expand(self, low: int, high: int, broken: list[Edge]) -> Reached:
        seen: set[int] = self.seen if self.seen is not None else set()
        successors, key = self.moves.successors, self.key
        across, changes, clock = self.monitor.across, self.monitor.changes, self.monitor.clock
        waited = key.waited
        witnessed = self.tally.witnessed
        prints, parents, places = array("Q"), array("Q"), array("I")
        reached: list[tuple[Any, Any, Any, Covers]] = []
        mine: set[int] = set()
        for parent in self.order:
            if not low <= parent < high:
                continue
            state, covered = self.states.pop(parent)
            steps, faults, covers = successors(state, self.tally, covered)
            broken.extend(Edge(parent, place, fault) for place, fault in faults)
            for place, action, after in steps:
                try:
                    bits = changes(state, after)
                    failed = across(state, action, after, bits, witnessed)
                    if failed:
                        found = self.monitor.explain(failed, state, action, after)
                        broken.extend(Edge(parent, place, each) for each in found)
                        continue
                    still = bits == clock and type(action) is Wait
                    mark = waited(state, after) if still else key(after)
                except BaseException as error:
                    broken.append(Edge(parent, place, rule_error(error)))
                    continue
                if mark in mine or mark in seen:
                    continue
                mine.add(mark)
                prints.append(mark)
                parents.append(parent)
                places.append(place)
                reached.append((state, action, after, covers if type(action) is Wait else None))
            if broken and is_hang(broken[-1].broken.finding.cause):
                break
        self._reached = reached
        self._sent = Reached(prints, parents, places, tuple(broken))
        return self._sent

    def keep(self, winners: Sequence[int]) -> list[tuple[int, Edge]]:
        """Take over the new states, by their places in the last answer.

        Returns those that break a claim; they are not expanded. Since no state that was expanded
        broke one, only the claims that the step can have changed are asked.
        """
        failures: list[tuple[int, Edge]] = []
        sent, monitor = self._sent, self.monitor
        for n in winners:
            before, action, after, covers = self._reached[n]
            try:
                failed = monitor.changed(after, monitor.changes(before, after))
                failed += monitor.settled(after)
                found = monitor.explain(failed, before, action, after) if failed else ()
            except BaseException as error:
                found = (rule_error(error),)
            if found:
                failures.extend(
                    (sent.prints[n], Edge(sent.parents[n], sent.places[n], each)) for each in found
                )
            else:
                self.next[sent.prints[n]] = after, covers
        self._reached = []
        return failures

    def turn(self) -> int:
        """Go on to the next layer; returns how many states this hand has in it."""
        self.states, self.next = self.next, {}
        self.order = sorted(self.states)
        return len(self.states)

    def give(self, count: int) -> list[tuple[int, Open]]:
        """Hand over some states, so that all hands have about the same number."""
        given = [(mark, self.states.pop(mark)) for mark in self.order[-count:]]
        del self.order[-count:]
        return given

    def take(self, given: list[tuple[int, Open]]) -> None:
        """Take over some states."""
        self.states.update(given)
        self.order = sorted(self.states)

    def counts(self) -> Coverage:
        """What this hand did so far."""
        return self.tally.coverage(self.rulebook)
