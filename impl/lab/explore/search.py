"""Breadth-first search of everything that can happen in a scope.

The first counterexample is a shortest one, and the answer does not depend on the number of
workers: a layer is worked off in the order of the states' fingerprints, a state reached twice in
one layer belongs to its first parent in that order, and the search stops only between spans.
Of a state that is not in the frontier nothing remains but its fingerprint, its parent's and the
place of the move between them; runs are made again from these.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from impl.ground.crew import Remote
from impl.ground.evidence import Coverage
from impl.ground.watchdog import Stopped, let_through, shielded
from impl.lab.claims.monitor import Monitor, is_fatal, merged, rule_error
from impl.lab.explore.hand import Edge, Hand, Open, Reached, Report, first_of_each
from impl.lab.keys.fingerprint import Prints
from impl.lab.reading.notes import Loose, Notes
from impl.lab.runs.moves import NO_MOVE, Moves
from invariants.kernel.claims import Rulebook

SPAN = 1024
"""States that are expanded between two looks at the clock and at what was found."""
ALONE = 400
"""Below so many states in the frontier more workers would only wait for each other."""
TOP = 1 << 64
COUNTING = 0.5
"""Seconds for all workers to tell what they did, when a search ends."""
LOOKED = 100
"""Of so many states of a layer one is looked at closely, at least one of each."""


class Stop(Exception):
    """A limit was reached."""


Spares = Callable[[tuple[str, str], Callable[[], tuple[Any, ...]]], bool]
"""spares(pair, run): is the search to go on behind this break of (invariant, cause), as if nothing
had been found? `run()` makes the actions that lead to it."""


class Layer:
    """The states first reached after some number of actions, sorted by fingerprint."""

    def __init__(self, links: dict[int, tuple[int, int]]) -> None:
        """From fingerprint to parent and place of the move."""
        self.prints = array("Q", sorted(links))
        self.parents = array("Q", (links[mark][0] for mark in self.prints))
        self.places = array("I", (links[mark][1] for mark in self.prints))

    def origin(self, mark: int) -> tuple[int, int]:
        """Parent and place of the move that first led to a state."""
        n = bisect_left(self.prints, mark)
        return self.parents[n], self.places[n]


class Search:
    """One search. Read its attributes when `run` returned or was interrupted."""

    def __init__(
        self,
        moves: Moves,
        monitor: Monitor,
        key: Prints,
        initial: Any,
        rulebook: Rulebook,
        *,
        workers: int,
        keep_going: bool,
        wanted: frozenset[tuple[str, str]] | None,
        spares: Spares | None = None,
    ) -> None:
        """Nothing is explored yet."""
        self.moves, self.monitor, self.key, self.initial = moves, monitor, key, initial
        self.rulebook, self.workers = rulebook, workers
        self.keep_going, self.wanted, self.spares = keep_going, wanted, spares
        self.layers: list[Layer] = []
        self.seen: set[int] = set()
        self.found: dict[tuple[str, str], tuple[int, Edge]] = {}
        """For each (invariant, cause): after how many actions, and the breaking step."""
        self.depth = 0
        """Every state within so many actions was expanded."""
        self.frontier = 0
        self.exhausted = False
        self.loose: Loose | None = None
        """What the key does not hold; the search ended there, and what it found does not count."""
        self.looked = 0
        """So many states were looked at closely: do the rules say the same twice?"""
        self.repeats = True
        """Did every run that was made again lead where it led before?"""
        self._hand = Hand(moves, monitor, key, {}, self.seen, rulebook)
        self._crew: list[Remote] = []
        self._counts: list[Coverage] = []
        self._notes: list[Notes] = []

    def run(self, depth: int | None, watch: Callable[[], None]) -> None:
        """Search until nothing new is reachable, the depth is reached, or something is found.

        `watch` is called between spans and raises Stop to end the search.
        """
        start = self.key(self.initial)
        self.seen.add(start)
        self.layers.append(Layer({start: (0, NO_MOVE)}))
        try:
            broken = self.monitor.explain(
                self.monitor.at(self.initial), self.initial, None, self.initial
            )
        except BaseException as error:
            broken = (rule_error(error),)
        if broken:
            self._record([Edge(start, NO_MOVE, each) for each in broken])
            return
        self._hand.next[start] = self.initial, None
        self._hand.turn()
        self.frontier = 1
        try:
            while self.frontier and (depth is None or self.depth < depth):
                if self.workers > 1 and not self._crew and self.frontier >= ALONE:
                    self._fork()
                if not self._layer(watch):
                    return
            self.exhausted = not self.frontier
        finally:
            self._dismiss()

    def coverage(self) -> Coverage:
        """The counts of all workers."""
        return merged([*self._counts, self._hand.counts()])

    def notes(self) -> Notes:
        """What reading came to, of all workers."""
        total = Notes()
        for each in [*self._notes, self._hand.notes()]:
            total.add(each)
        total.loose = self.loose
        return total

    def run_to(self, depth: int, edge: Edge) -> tuple[Any, ...]:
        """The actions that lead to a breaking step, with it: made again from the places. They end
        early where the rules do not do again what they did: then `repeats` is False."""
        places = [] if edge.place == NO_MOVE else [edge.place]
        mark = edge.parent
        for layer in reversed(self.layers[1 : depth + 1]):
            mark, place = layer.origin(mark)
            places.append(place)
        reader = self.moves.reader
        noted = None if reader is None else reader.notes
        if reader is not None:
            reader.notes = Notes()
        state, actions = self.initial, []
        for n, place in enumerate(reversed(places)):
            try:
                action = self.moves.named(state, place)
                actions.append(action)
                if n + 1 < len(places):
                    state = self.moves.protocol.step(state, action, self.moves.rules)
            except BaseException as error:
                let_through(error)
                self.repeats = False
                break
        if reader is not None and noted is not None:
            reader.notes = noted  # nothing new was read
        return tuple(actions)

    def _layer(self, watch: Callable[[], None]) -> bool:
        """Expand one layer. False when the search is over."""
        prints = self.layers[-1].prints
        looked = prints[len(prints) // LOOKED]
        self.looked += len(prints) // LOOKED + 1
        links: dict[int, tuple[int, int]] = {}
        for first in range(0, len(prints), SPAN):
            low = prints[first]
            high = prints[first + SPAN] if first + SPAN < len(prints) else TOP
            edges = self._span(low, high, looked, links)
            if self.loose is not None:
                return False
            if edges and self._record(edges):
                return False
            if self._hand.stopped is not None:
                raise self._hand.stopped
            watch()
        self.layers.append(Layer(links))
        self.depth += 1
        self.frontier = len(links)
        self._turn()
        return True

    def _span(
        self, low: int, high: int, looked: int, links: dict[int, tuple[int, int]]
    ) -> tuple[Edge, ...]:
        answers: list[Reached] = self._all("expand", low, high, looked)
        loose = [answer.loose for answer in answers if answer.loose is not None]
        if loose:
            _, self.loose = min(loose, key=lambda each: each[0])
            return ()
        best: dict[int, tuple[int, int, int, int]] = {}
        seen = self.seen
        for who, answer in enumerate(answers):
            triples = zip(answer.prints, answer.parents, answer.places, strict=True)
            for n, (mark, parent, place) in enumerate(triples):
                if mark in seen:
                    continue
                known = best.get(mark)
                if known is None or (parent, place) < (known[0], known[1]):
                    best[mark] = parent, place, who, n
        winners = [array("I") for _ in answers]
        for mark, (parent, place, who, n) in best.items():
            winners[who].append(n)
            links[mark] = parent, place
        seen.update(best)
        self._each("keep", winners)
        return first_of_each(edge for answer in answers for edge in answer.broken)

    def _record(self, edges: Iterable[Edge]) -> bool:
        """Note what broke; all the rest of it, when stopped while one is asked whether it counts.
        True when the search is over."""
        stopped: Stopped | None = None
        for edge in edges:
            pair = edge.broken.pair
            if pair in self.found:
                continue
            try:
                spared = stopped is None and self._spared(edge)
            except Stopped as stop:
                stopped, spared = stop, False
            if not spared:
                self.found[pair] = self.depth, edge
        if stopped is not None:
            raise stopped
        if any(is_fatal(pair) for pair in self.found):
            return True
        if self.wanted is not None:
            return any(pair in self.wanted for pair in self.found)
        return bool(self.found) and not self.keep_going

    def _spared(self, edge: Edge) -> bool:
        depth = self.depth
        return self.spares is not None and self.spares(
            edge.broken.pair, lambda: self.run_to(depth, edge)
        )

    def _all(self, method: str, *args: Any) -> list[Any]:
        if not self._crew:
            return [getattr(self._hand, method)(*args)]
        for worker in self._crew:
            worker.ask(method, *args)
        return [worker.answer() for worker in self._crew]

    def _each(self, method: str, shares: list[Any]) -> None:
        if not self._crew:
            getattr(self._hand, method)(shares[0])
            return
        for worker, share in zip(self._crew, shares, strict=True):
            worker.ask(method, share)
        for worker in self._crew:
            worker.answer()

    def _fork(self) -> None:
        states = self._hand.states
        marks = sorted(states)
        for n in range(self.workers):
            share = {mark: states[mark] for mark in marks[n :: self.workers]}
            self._crew.append(Remote(lambda share=share: self._share(share)))  # type: ignore[misc]
        self._hand.states = {}
        self._hand.order = []

    def _share(self, states: dict[int, Open]) -> Hand:
        if self.moves.reader is not None:
            self.moves.reader.notes = Notes()
        return Hand(self.moves, self.monitor, self.key, states, None, self.rulebook)

    def _turn(self) -> None:
        """Go to the next layer and even out the workers' shares."""
        sizes = self._all("turn")
        if not self._crew:
            return
        fair = -(-sum(sizes) // len(sizes))
        spare: list[tuple[int, Open]] = []
        if max(sizes) <= fair + fair // 20 + 8:
            return
        for worker, size in zip(self._crew, sizes, strict=True):
            if size > fair:
                worker.ask("give", size - fair)
                spare += worker.answer()
        for worker, size in zip(self._crew, sizes, strict=True):
            if size < fair and spare:
                worker.ask("take", spare[: fair - size])
                worker.answer()
                del spare[: fair - size]

    def _dismiss(self) -> None:
        """End the workers, keeping their counts where they still answer."""
        end = monotonic() + COUNTING
        with shielded():
            for worker in self._crew:
                try:
                    worker.ask("report")
                    while worker.ready(max(0.0, end - monotonic())):
                        if isinstance(answer := worker.answer(), Report):
                            self._counts.append(answer.counts)
                            self._notes.append(answer.notes)
                            break
                except (OSError, EOFError):
                    continue
                finally:
                    worker.close()
        self._crew = []


class Clock:
    """Ends a search when the time or the number of states is used up; reports on the way."""

    def __init__(
        self,
        search: Search,
        time_limit: float | None,
        max_states: int | None,
        report: Callable[[float], None] | None,
    ) -> None:
        """Counts from now."""
        self.search, self.time_limit, self.max_states = search, time_limit, max_states
        self.report = report
        self.start = monotonic()
        self.reason = ""

    def __call__(self) -> None:
        """Raises Stop when a limit was reached."""
        passed = monotonic() - self.start
        if self.report is not None:
            self.report(passed)
        if self.time_limit is not None and passed > self.time_limit:
            self.reason = f"the time limit of {self.time_limit:g} s"
            raise Stop
        if self.max_states is not None and len(self.search.seen) >= self.max_states:
            self.reason = f"the limit of {self.max_states:,} states"
            raise Stop
