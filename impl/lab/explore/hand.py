"""One worker's share of a search: expands its states, keeps those that are new.

A layer of the breadth-first search is worked off in spans of fingerprints. For each span a hand
first holds every accepted step against the claims, whether or not its state looks new: a key may
take a state that breaks for one that does not. It names what it reached otherwise; the search,
which alone knows all states seen so far, answers which of these are new and belong to this hand.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from attrs import frozen

from impl.ground.evidence import Coverage
from impl.ground.watchdog import RuleHangs, Stopped, is_hang, watchdog
from impl.lab.claims.answers import clock_stands, ignored
from impl.lab.claims.monitor import Broken, Monitor, Tally, rule_error
from impl.lab.keys.fingerprint import Prints
from impl.lab.purity import CHANGED, Purity
from impl.lab.reading.notes import Loose, Notes
from impl.lab.runs.moves import NO_MOVE, Moves
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
    loose: tuple[int, Loose] | None = None
    """The first state of the span whose key does not hold all that is asked of time, and what."""


def first_of_each(broken: Iterable[Edge]) -> tuple[Edge, ...]:
    """The first step for each (invariant, cause), in order: what breaks often is worth one run."""
    first: dict[tuple[str, str], Edge] = {}
    for edge in sorted(broken, key=lambda edge: edge.order):
        first.setdefault(edge.broken.pair, edge)
    return tuple(first.values())


class Report(NamedTuple):
    """What a hand did."""

    counts: Coverage
    notes: Notes


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
        self.purity = Purity(rulebook, moves)
        self._reached: list[Open] = []
        self._sent = array("Q")

    def expand(self, low: int, high: int, looked: int) -> Reached:
        """Step from every state of this hand with low <= fingerprint < high.

        States with a fingerprint up to `looked` are looked at closely, and those in which something
        is accepted or refused for the first time: do the rules say the same twice?
        """
        broken: list[Edge] = []
        try:
            with watchdog(self.tally.total):
                return self._expand(low, high, looked, broken)
        except Stopped as stop:
            self.stopped, self._reached, self._sent = stop, [], array("Q")
            return Reached(array("Q"), array("Q"), array("I"), first_of_each(broken))

    def _expand(self, low: int, high: int, looked: int, broken: list[Edge]) -> Reached:
        seen: set[int] = self.seen if self.seen is not None else set()
        moves, successors, key = self.moves, self.moves.successors, self.key
        across, changed, settled = self.monitor.across, self.monitor.changed, self.monitor.settled
        changes, clock, waited = self.monitor.changes, self.monitor.clock, key.waited
        witnessed = self.tally.witnessed
        prints, parents, places = array("Q"), array("Q"), array("I")
        reached: list[Open] = []
        mine: set[int] = set()
        kinds = self.tally.kinds()
        loose = None
        for parent in self.order:
            if not low <= parent < high:
                continue
            state, covered = self.states.pop(parent)
            doubt = self._look(state) if parent <= looked else ()
            steps, faults, covers = successors(state, self.tally, covered)
            if self.moves.reader is not None and self.moves.reader.notes.loose is not None:
                loose = parent, self.moves.reader.notes.loose
                break
            if self.tally.kinds() > kinds:
                kinds = self.tally.kinds()
                doubt = doubt or self._look(state)
            broken.extend(Edge(parent, place, fault) for place, fault in faults)
            idle: list[Edge] = []
            for place, action, after in steps:
                try:
                    bits = changes(state, after)
                    failed = across(state, action, after, bits, witnessed)
                    failed += changed(after, bits) + settled(after)
                    if failed:
                        found = self.monitor.explain(failed, state, action, after)
                        broken.extend(Edge(parent, place, each) for each in found)
                        continue
                    still = bits == clock and type(action) is Wait
                    mark = waited(state, after) if still else key(after)
                    if (mark == parent or moves.barred) and action in moves.answered:
                        idle += [Edge(parent, place, each) for each in self._ignored(action, after)]
                except BaseException as error:
                    broken.append(Edge(parent, place, rule_error(error)))
                    continue
                if mark in mine or mark in seen:
                    continue
                mine.add(mark)
                prints.append(mark)
                parents.append(parent)
                places.append(place)
                reached.append((after, covers if type(action) is Wait else None))
            if not doubt and key(state) != parent:
                doubt = (CHANGED,)
            broken.extend(Edge(parent, NO_MOVE, each) for each in doubt)
            if moves.barred and not idle:
                idle += [Edge(parent, NO_MOVE, each) for each in self._frozen(state)]
            broken += idle
            if broken and is_hang(broken[-1].broken.finding.cause):
                break
        self._reached, self._sent = reached, prints
        return Reached(prints, parents, places, first_of_each(broken), loose)

    def _look(self, state: Any) -> tuple[Broken, ...]:
        """How the rules show that they are no function of their arguments."""
        try:
            return self.purity.look(state)
        except RuleHangs:
            return ()  # the search meets it too, and says by which move

    def _ignored(self, action: Any, after: Any) -> tuple[Broken, ...]:
        """What an accepted answer breaks that discharges nothing.

        It is enough to ask where it leads nowhere, and where the clock waits for it: one that is
        ignored leads to such a state.
        """
        protocol, rules = self.moves.protocol, self.moves.rules
        then = protocol.obligations(after, rules)
        return ignored(protocol, rules, self.moves.due, action, after, then)

    def _frozen(self, state: Any) -> tuple[Broken, ...]:
        """What a state breaks in which every wait was refused."""
        try:
            return clock_stands(self.moves.protocol, self.moves.rules, state)
        except BaseException as error:
            return (rule_error(error),)

    def keep(self, winners: Sequence[int]) -> None:
        """Take over the new states, by their places in the last answer."""
        for n in winners:
            self.next[self._sent[n]] = self._reached[n]
        self._reached = []

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

    def notes(self) -> Notes:
        """What reading came to so far."""
        return Notes() if self.moves.reader is None else self.moves.reader.notes

    def report(self) -> "Report":
        """What this hand did so far."""
        return Report(self.counts(), self.notes())

    def counts(self) -> Coverage:
        """The moves that it tried so far."""
        return self.tally.coverage(self.rulebook)
