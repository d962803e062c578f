"""The search for runs that a rule change breaks and the rules without it don't.

First the rulebook's scopes are explored by turns, a few states in each, then more, and the first
ones further than the last: what breaks is found by a shortest run. Then random walks go where
exploring does not reach. What the unchanged rules break in the same scope, too, is noted and passed
over: see ``unchanged.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic

from attrs import define, evolve, field, frozen

from impl.ground.evidence import Coverage, Progress, Result, Word, weakest
from impl.ground.watchdog import Interrupted, Stopped, stoppable
from impl.lab.attack.contradiction import contradicted
from impl.lab.attack.places import Place
from impl.lab.attack.sieve import Hit, Sieve
from impl.lab.attack.unchanged import Effort, Unchanged, assumes, exhausted
from impl.lab.attack.walks import RUN_LENGTH, Walks, tasks
from impl.lab.claims.monitor import RULE_IMPURE, is_fatal, merged
from impl.lab.elsewhere.processes import LONGEST, Others, in_doubt
from impl.lab.explore import explore
from impl.lab.explore.rounds import quiet_collector
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.fuzz.walker import Failure, Shard
from impl.lab.rules.change import RuleChange

OPENING = 100
"""States when a scope is explored first: so few that every scope is soon opened."""
FIRST, MORE = 8_000, 3
"""States the second time, and how many times more whenever it is its turn again."""
KEY_SAMPLE = 4_000
"""Steps on which a key is tested at least, before every reachable state is said to be seen."""
LATER = 0.5
"""How much less often it is a scope's turn for every scope that stands before it."""
SHRINKING = 1.0
"""Seconds in which a run of a new weakness may be shrunk, even when the time is up."""
EXPLORING, FINDING = 0.5, 0.7
"""When exploring ends, where random walks follow, and when these pause, in shares of the time. What
is found until then leaves time to search the unchanged rules of its scope as far."""
GRACE = 1.0
"""Seconds for which other processes are listened to, even when the time is up."""


def late(deadline: float | None) -> float | None:
    """When a search is stopped that does not look at its time, and what it found with it."""
    return None if deadline is None else deadline + SHRINKING


@frozen
class Limits:
    """When a hunt ends, beside when it has found something."""

    deadline: float | None
    """On the monotonic clock."""
    steps: int | None
    """Accepted steps of the walks, and states of all explorations together."""
    keep_going: bool
    workers: int
    claim: str = ""
    """The only invariant that counts; empty: all do."""
    twice: bool = True
    """Is random play to follow even where every reachable state was looked at?"""


@frozen
class Explored:
    """What became of one scope."""

    place: Place
    result: Result
    old: int = 0
    """Old weaknesses that were passed over: nothing behind them was looked at."""

    trusted: bool = True
    """Was its key tested enough for that?"""

    contradicted: str = ""
    """Why what it says does not count: a walk in the same scope breaks what it says holds."""

    @property
    def clean(self) -> bool:
        """Does it say that nothing breaks, whatever happens?"""
        return self.exhausted and not self.old and not self.result.traces

    @property
    def exhausted(self) -> bool:
        """Was every reachable state looked at, but for what is behind old breaks?"""
        return exhausted(self.result) and self.trusted and not self.contradicted

    @property
    def word(self) -> Word:
        """What may be said of the scope."""
        if self.exhausted:
            return Word.ASSUMED if self.old or assumes(self.result) else Word.EXHAUSTED
        known = self.result.depth and self.result.word is not Word.UNKNOWN and not self.contradicted
        return Word.BOUNDED if known else Word.UNKNOWN

    @property
    def reach(self) -> tuple[bool, int, int]:
        """How far it was looked at."""
        return self.exhausted, self.result.depth, self.result.states


@define
class Walked:
    """What the walks came to."""

    steps: int = 0
    runs: int = 0
    shards: int = 0
    parts: list[Coverage] = field(factory=list)
    scopes: dict[str, int] = field(factory=dict)
    """Steps in each scope."""
    complete: bool = True
    """Were all planned steps walked?"""


class Hunt:
    """One hunt. Read its attributes when `run` returned, whatever ended it."""

    def __init__(
        self,
        change: RuleChange,
        to_explore: Sequence[Place],
        to_walk: Sequence[Place],
        seed: int,
        limits: Limits,
        progress: Callable[[Place, Progress], None] = lambda place, progress: None,
    ) -> None:
        """Nothing is looked at yet."""
        self.change, self.seed, self.limits, self.progress = change, seed, limits, progress
        self.to_explore, self.to_walk = tuple(to_explore), tuple(to_walk)
        self.explored: dict[str, Explored] = {}
        self.walked = Walked()
        self.interrupted = False
        self.stopped_in = ""
        """The rule that did not return before the time was up."""
        self.explore_seconds = self.walk_seconds = 0.0
        unchanged = Unchanged(
            change,
            seed=seed,
            walked=self.to_walk,
            deadline=limits.deadline,
            steps=limits.steps,
            workers=limits.workers,
        )
        self.sieve = Sieve(change, unchanged, seed, limits.claim)

    @property
    def new(self) -> list[Hit]:
        """What only the change breaks, the shortest run first."""
        new = self.sieve.new
        # Where rules are no function of their arguments, nothing else that was found counts.
        return [hit for hit in new if hit.pair[0] == RULE_IMPURE][:1] or new

    @property
    def old(self) -> list[Hit]:
        """What the unchanged rules break as well, the shortest run first."""
        return self.sieve.old

    @property
    def places(self) -> list[Place]:
        """All scopes that belong to the question, each once."""
        return list({place.name: place for place in (*self.to_explore, *self.to_walk)}.values())

    @property
    def looked(self) -> bool:
        """Was anything looked at?"""
        return any(word is not Word.UNKNOWN for word in self.words.values())

    @property
    def words(self) -> dict[str, Word]:
        """What may be said of each scope that belongs to the question, opened or not."""
        found: dict[str, Word] = {}
        for place in self.places:
            explored = self.explored.get(place.name)
            word = Word.UNKNOWN if explored is None else explored.word
            if word is Word.UNKNOWN and self.walked.scopes.get(place.name):
                word = Word.SAMPLED
            found[place.name] = word
        return found

    @property
    def word(self) -> Word:
        """What may be said of all scopes together, where nothing new was found."""
        return weakest(self.words.values())

    @property
    def finished(self) -> bool:
        """Was every reachable state of every scope looked at, so that more time finds no more?"""
        return all(
            place.name in self.explored and self.explored[place.name].exhausted
            for place in self.places
        )

    def coverage(self) -> Coverage:
        """What was and was not seen, in all scopes together."""
        explored = [each.result.coverage for each in self.explored.values()]
        parts = explored + self.walked.parts
        return merged(parts) if parts else merged(())

    def run(self) -> None:
        """Explore, then walk; stop at the first new weakness unless told to go on. Meanwhile other
        processes are asked whether they have the same rules."""
        begun, end = monotonic(), self.limits.deadline

        def until(share: float) -> float | None:
            return None if end is None else begun + share * max(0.0, end - begun)

        place = self.places[0]
        with Others(self.change, place.record, in_doubt(self.change), end) as others:
            try:
                with stoppable(late(end)):
                    self._run(until)
            except Stopped as stop:
                self.interrupted = isinstance(stop, Interrupted)
                self.stopped_in = self.stopped_in or stop.where
            left = LONGEST if end is None else min(LONGEST, max(GRACE, end - monotonic()))
            trace = None if self.interrupted else others.heard(left)
        if trace is not None:
            self.sieve.add(place, "explore", trace, Effort())

    def _run(self, until: Callable[[float], float | None]) -> None:
        start, end = monotonic(), self.limits.deadline
        try:
            self._explore(until(EXPLORING) if self.to_walk else end)
        finally:
            self.explore_seconds = monotonic() - start
        start = monotonic()
        try:
            again = self.limits.twice or not self.finished
            if self.to_walk and again and not self._over():
                self._walk(until(FINDING))
                if end is not None and not self._over() and not self.walked.complete:
                    self._walk(end)
        finally:
            self.walk_seconds = monotonic() - start

    def _over(self) -> bool:
        hits = self.new
        fatal = any(is_fatal(hit.pair) for hit in (*hits, *self.old))
        return fatal or (bool(hits) and not self.limits.keep_going)

    # --- exploring ---

    def _explore(self, end: float | None) -> None:
        budgets = dict.fromkeys(range(len(self.to_explore)), OPENING)
        spent = 0
        while budgets:
            turn = min(budgets, key=lambda n: (_weight(n, budgets[n]), n))
            place, limit = self.to_explore[turn], budgets[turn]
            if self.limits.steps is not None:
                limit = min(limit, self.limits.steps - spent)
            left = None if end is None else end - monotonic()
            if limit <= 0 or (left is not None and left <= 0):
                return
            tested = min(12_000, limit)
            result = self._look(place, limit, left, tested)
            spent += result.states
            if exhausted(result) and tested < KEY_SAMPLE and not self._over():
                left = None if end is None else max(0.0, end - monotonic())
                result = self._look(place, limit, left, KEY_SAMPLE)
            if self._over():
                return
            budgets[turn] = FIRST if budgets[turn] == OPENING else budgets[turn] * MORE
            if exhausted(result):
                del budgets[turn]

    def _look(self, place: Place, states: int, left: float | None, tested: int) -> Result:
        """Explore one scope as far as that; what was seen of it before stays, if it was more."""
        effort = Effort(states)
        result = explore(
            self.change.rulebook,
            self.change.rules,
            place.record,
            workers=self.limits.workers,
            time_limit=left,
            keep_going=self.limits.keep_going,
            max_states=states,
            key_sample=tested,
            spares=lambda pair, run: self.sieve.spares(place, pair, run, effort),
            progress=lambda progress: self.progress(place, progress),
        )
        self.stopped_in = self.stopped_in or result.details["stopped_in"]
        for trace in result.traces:
            self.sieve.add(place, "explore", trace, effort)
        now = Explored(place, result, self.sieve.old_in(place), tested >= KEY_SAMPLE)
        before = self.explored.get(place.name)
        if before is None or now.reach >= before.reach or result.traces:
            self.explored[place.name] = now
        if result.details["stopped_by"] == "Ctrl-C":
            raise Interrupted
        return result

    # --- walking ---

    def _walk(self, end: float | None) -> None:
        """Walk on from the shard after the last one."""
        limits, walked = self.limits, self.walked
        walks = Walks(self.change.rulebook, self.change.rules, self.to_walk, self.seed)
        walked.complete = False
        start = monotonic()
        planned = tasks(len(self.to_walk), limits.steps, walked.shards)
        shards = walks.shards(planned, end, limits.workers)
        with quiet_collector():
            try:
                for shard in self._walked(walks, shards):
                    place = walks.place(shard.number)
                    self._count(place, shard)
                    ahead = None if limits.steps is None else limits.steps - walked.steps
                    passed = monotonic() - start
                    self.progress(place, Progress("fuzz", walked.steps, ahead, RUN_LENGTH, passed))
                    for failure in shard.failures:
                        self._meet(place, failure, shard.number)
                    if self._over():
                        return
            finally:
                shards.close()
        walked.complete = limits.steps is not None and walked.steps >= limits.steps

    def _walked(self, walks: Walks, shards: Iterator[Shard]) -> Iterator[Shard]:
        """The shards, and in the end what the workers have when they are stopped."""
        try:
            yield from shards
        except Stopped:
            yield from walks.late
            raise

    def _count(self, place: Place, shard: Shard) -> None:
        walked = self.walked
        self.stopped_in = self.stopped_in or shard.stopped_in
        walked.shards += 1
        walked.steps += shard.steps
        walked.runs += shard.runs
        walked.scopes[place.name] = walked.scopes.get(place.name, 0) + shard.steps
        walked.parts = [merged([*walked.parts, shard.coverage])]

    def _meet(self, place: Place, failure: Failure, shard: int) -> None:
        """Shrink what broke, if it is not known yet, and note it."""
        pair, sieve = failure.broken.pair, self.sieve
        if sieve.beside(pair) or sieve.unchanged.known(place, pair) is not None:
            return
        known = sieve.known(pair)
        if known is not None and known.method == "explore":
            return
        actions, broken = failure.actions, failure.broken
        if not is_fatal(pair):
            change, until = self.change, self.limits.deadline
            if until is not None and not sieve.unchanged.same_actions(place, pair, actions):
                until = max(until, monotonic() + SHRINKING)
            shrinker = Shrinker(change.rulebook, change.rules, place.record, pair, until)
            actions = shrinker.shrink(actions)
            broken = shrinker.broken or broken
        explored = self.explored.get(place.name)
        if explored is not None and explored.clean:
            broken, why = contradicted(self.change, place.record, actions, broken)
            self.explored[place.name] = evolve(explored, contradicted=why)
        effort = Effort(explored.result.states if explored is not None else 0, shard)
        sieve.add(place, "fuzz", sieve.trace(place, actions, broken), effort)


def _weight(place: int, budget: int) -> float:
    """When it is a scope's turn: all are opened first, in their order."""
    return budget if budget == OPENING else budget * (1 + LATER * place)
