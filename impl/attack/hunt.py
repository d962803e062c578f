"""The search for runs that a rule change breaks and the rules without it don't.

First the rulebook's scopes are explored by turns, a few states in each, then more, and the first
ones further than the last: what breaks is found by a shortest run. Then random walks go where
exploring does not reach. A weakness is an invariant with a cause. Those which the unchanged rules
have too are noted and passed over: the same actions break them there, or other runs do that are no
longer.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from attrs import define, field, frozen

from impl.attack.places import Place
from impl.attack.walks import RUN_LENGTH, Walks
from impl.evidence import Coverage, Progress, Result, Trace
from impl.explore import explore
from impl.explore.run import quiet_collector
from impl.fuzz.shrink import Shrinker
from impl.fuzz.walker import Failure, Shard
from impl.monitor import FAULTS, RULE_IMPURE, Broken, is_fatal, merged
from impl.purity.elsewhere import LONGEST, Others, in_doubt
from impl.replay import Player
from impl.rulechange import RuleChange
from impl.traces import trace_of

FIRST, MORE = 8_000, 3
"""States when a scope is explored first, and how many times more whenever it is its turn again."""
LATER = 0.5
"""How much less often it is a scope's turn for every scope that stands before it."""
LOOK_BACK, LOOK_BACK_TIME = 20_000, 10.0
"""In so many states, and seconds, it is seen whether the unchanged rules have a weakness too."""
SHRINKING = 5.0
"""Seconds in which a run of a new weakness may be shrunk, even when the time is up."""
GRACE = 5.0
"""Seconds for which other processes are listened to, even when the time is up."""
SHARE = 0.5
"""How much of the time exploring may take, where random walks follow."""

Pair = tuple[str, str]


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
class Hit:
    """A broken claim, and how it was found."""

    trace: Trace
    place: Place
    method: str
    """explore: a shortest run of its scope. fuzz: a walk, shrunk."""
    old: bool
    """Do the unchanged rules have the weakness too?"""
    looked_back: str
    """What was looked at to see that they have not; empty where the same actions break them."""

    @property
    def pair(self) -> Pair:
        """What tells one weakness from another."""
        return self.trace.invariant, self.trace.finding.cause


@frozen
class Explored:
    """What became of one scope."""

    place: Place
    result: Result

    @property
    def exhausted(self) -> bool:
        """Was every reachable state looked at?"""
        return self.result.details["stopped_by"] == "" and not self.result.details["frontier"]


@define
class Walked:
    """What the walks came to."""

    steps: int = 0
    runs: int = 0
    shards: int = 0
    parts: list[Coverage] = field(factory=list)
    scopes: tuple[str, ...] = ()
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
        self.hits: dict[Pair, Hit] = {}
        self.explored: dict[str, Explored] = {}
        self.walked = Walked()
        self.interrupted = False
        self.explore_seconds = self.walk_seconds = 0.0
        self._players: dict[str, Player] = {}

    @property
    def new(self) -> list[Hit]:
        """What only the change breaks, the shortest run first."""
        new = self._sorted(False)
        # Where rules are no function of their arguments, nothing else that was found counts.
        return [hit for hit in new if hit.pair[0] == RULE_IMPURE][:1] or new

    @property
    def old(self) -> list[Hit]:
        """What the unchanged rules break as well, the shortest run first."""
        return self._sorted(True)

    @property
    def looked(self) -> bool:
        """Was anything looked at?"""
        return bool(self.explored or self.walked.steps)

    @property
    def finished(self) -> bool:
        """Was every reachable state of every scope looked at, so that more time finds no more?"""
        explored = list(self.explored.values())
        all_ = len(explored) == len(self.to_explore) and all(e.exhausted for e in explored)
        return all_ and {p.name for p in self.to_walk} <= self.explored.keys()

    def _sorted(self, old: bool) -> list[Hit]:
        hits = [hit for hit in self.hits.values() if hit.old is old]
        return sorted(hits, key=lambda hit: (len(hit.trace.actions), hit.pair))

    def coverage(self) -> Coverage:
        """What was and was not seen, in all scopes together."""
        explored = [each.result.coverage for each in self.explored.values()]
        parts = explored + self.walked.parts
        return merged(parts) if parts else merged(())

    def run(self) -> None:
        """Explore, then walk; stop at the first new weakness unless told to go on. Meanwhile other
        processes are asked whether they have the same rules."""
        place = (*self.to_explore, *self.to_walk)[0]
        with Others(self.change, place.record, in_doubt(self.change)) as others:
            self._search()
            left = LONGEST
            if self.limits.deadline is not None:
                left = min(LONGEST, max(GRACE, self.limits.deadline - monotonic()))
            trace = None if self.interrupted else others.heard(left)
        if trace is not None:
            self._keep(Hit(trace, place, "explore", False, ""))

    def _search(self) -> None:
        try:
            start = monotonic()
            try:
                self._explore()
            finally:
                self.explore_seconds = monotonic() - start
            start = monotonic()
            try:
                if not self._over() and (self.limits.twice or not self.finished):
                    self._walk()
            finally:
                self.walk_seconds = monotonic() - start
        except KeyboardInterrupt:
            self.interrupted = True

    def _over(self) -> bool:
        fatal = any(is_fatal(pair) for pair in self.hits)
        return fatal or (bool(self.new) and not self.limits.keep_going)

    # --- exploring ---

    def _explore(self) -> None:
        end = self.limits.deadline
        if end is not None and self.to_walk:
            end = monotonic() + SHARE * max(0.0, end - monotonic())
        budgets = dict.fromkeys(range(len(self.to_explore)), FIRST)
        spent = 0
        while budgets:
            turn = min(budgets, key=lambda n: (budgets[n] * (1 + LATER * n), n))
            place, limit = self.to_explore[turn], budgets[turn]
            if self.limits.steps is not None:
                limit = min(limit, self.limits.steps - spent)
            left = None if end is None else end - monotonic()
            if limit <= 0 or (left is not None and left <= 0):
                return
            spent += self._look(place, limit, left).states
            if self._over():
                return
            budgets[turn] *= MORE
            if self.explored[place.name].exhausted:
                del budgets[turn]

    def _look(self, place: Place, states: int, left: float | None) -> Result:
        """Explore one scope as far as that."""
        result = explore(
            self.change.rulebook,
            self.change.rules,
            place.record,
            workers=self.limits.workers,
            time_limit=left,
            keep_going=self.limits.keep_going,
            max_states=states,
            key_sample=min(12_000, states),
            spares=lambda pair, run: self._spares(place, pair, run),
            progress=lambda progress: self.progress(place, progress),
        )
        self.explored[place.name] = Explored(place, result)
        for trace in result.traces:
            self._add(place, "explore", trace)
        if result.details["stopped_by"] == "Ctrl-C":
            raise KeyboardInterrupt
        return result

    def _spares(self, place: Place, pair: Pair, run: Callable[[], tuple[Any, ...]]) -> bool:
        """Is this break to be passed over? Whether a weakness is an old one is asked only once."""
        if self._beside(pair):
            return True
        if pair[0] == RULE_IMPURE:
            return False
        known = self.hits.get(pair)
        if known is None:
            actions = run()
            if self._same_actions(place, pair, actions):
                broken = self._broken(place, actions, pair)
                if broken is not None:
                    self._keep(Hit(self._trace(place, actions, broken), place, "explore", True, ""))
                return True
            found, said = self._look_back(place, pair, len(actions))
            if not found:
                return False
            broken = self._broken(place, actions, pair)
            if broken is not None:
                self._keep(Hit(self._trace(place, actions, broken), place, "explore", True, said))
            return True
        return known.old

    def _beside(self, pair: Pair) -> bool:
        """Is this not what is asked for? A rule that fails always is."""
        return self.limits.claim not in ("", pair[0]) and pair[0] not in FAULTS

    def _add(self, place: Place, method: str, trace: Trace) -> None:
        """Note a weakness that was judged already, or judge it."""
        pair = trace.invariant, trace.finding.cause
        known = self.hits.get(pair)
        if known is not None:
            old, said = known.old, known.looked_back
        else:
            old, said = self._judged(place, pair, trace.actions)
        self._keep(Hit(trace, place, method, old, said))

    def _keep(self, hit: Hit) -> None:
        """Of two runs that show the same, the shorter stays."""
        known = self.hits.get(hit.pair)
        if known is None or len(hit.trace.actions) < len(known.trace.actions):
            self.hits[hit.pair] = hit

    # --- what the unchanged rules make of it ---

    def _judged(self, place: Place, pair: Pair, actions: tuple[Any, ...]) -> tuple[bool, str]:
        if not self.change.differences or pair[0] == RULE_IMPURE:
            return False, ""
        if self._same_actions(place, pair, actions):
            return True, ""
        return self._look_back(place, pair, len(actions))

    def _same_actions(self, place: Place, pair: Pair, actions: tuple[Any, ...]) -> bool:
        """Do the same actions break the same claim for the same cause without the change?"""
        if not self.change.differences:
            return False
        player = self._players.get(place.name)
        if player is None:
            rules = self.change.rule_set.rules
            player = Player(self.change.rulebook, rules, place.record)
            self._players[place.name] = player
        state = player.initial
        for action in actions:
            played = player.play(state, action)
            if any(broken.pair == pair for broken in played.broken):
                return True
            state = played.after
        return False

    def _look_back(self, place: Place, pair: Pair, depth: int) -> tuple[bool, str]:
        """Do other runs, no longer than that, show the weakness without the change?

        What the rulebook's own evidence has of the unchanged rules need not be found again.
        """
        if not self.change.differences:
            return False, ""
        for case in self.change.rulebook.cases:
            if case.rule_set == self.change.rule_set.name and pair in case.breaks:
                return True, f"but other runs break in the same way there: {case.id} ({case.scope})"
        left, states = None, LOOK_BACK
        if self.limits.deadline is not None:
            left = min(LOOK_BACK_TIME, max(1.0, self.limits.deadline - monotonic()))
        if self.limits.steps is not None:
            states = min(states, self.limits.steps)
        result = explore(
            self.change.rulebook,
            self.change.rule_set.rules,
            place.record,
            depth=depth,
            workers=self.limits.workers,
            time_limit=left,
            max_states=states,
            key_sample=4_000,
            wanted=[pair],
        )
        if result.details["stopped_by"] == "Ctrl-C":
            raise KeyboardInterrupt
        lengths = [
            len(trace.actions)
            for trace in result.traces
            if (trace.invariant, trace.finding.cause) == pair
        ]
        if lengths:
            return True, f"but another run of {min(lengths)} actions breaks in the same way there"
        if result.depth == 0:
            return False, ""
        looked = f"up to {result.depth} actions ({place.name}, {result.states:,} states)"
        return False, f"nor does any other run of {looked}"

    def _broken(self, place: Place, actions: tuple[Any, ...], pair: Pair) -> Broken | None:
        """What the actions break under the change, with its numbers."""
        player = Player(self.change.rulebook, self.change.rules, place.record)
        state = player.initial
        for action in actions:
            played = player.play(state, action)
            for broken in played.broken:
                if broken.pair == pair:
                    return broken
            state = played.after
        return None

    def _trace(self, place: Place, actions: tuple[Any, ...], broken: Broken) -> Trace:
        change = self.change
        return trace_of(change.rulebook, change.rules, place.record, actions, broken, self.seed)

    # --- walking ---

    def _walk(self) -> None:
        limits, walked = self.limits, self.walked
        walks = Walks(self.change.rulebook, self.change.rules, self.to_walk, self.seed)
        walked.scopes = tuple(place.name for place in self.to_walk)
        walked.complete = False
        start = monotonic()
        shards = walks.shards(limits.steps, limits.deadline, limits.workers)
        with quiet_collector():
            try:
                for shard in shards:
                    place = walks.place(shard.number)
                    self._count(shard)
                    ahead = None if limits.steps is None else limits.steps - walked.steps
                    passed = monotonic() - start
                    self.progress(place, Progress("fuzz", walked.steps, ahead, RUN_LENGTH, passed))
                    for failure in shard.failures:
                        self._meet(place, failure)
                    if self._over():
                        return
            finally:
                shards.close()
        walked.complete = limits.steps is None or walked.steps >= limits.steps

    def _count(self, shard: Shard) -> None:
        self.walked.shards += 1
        self.walked.steps += shard.steps
        self.walked.runs += shard.runs
        self.walked.parts = [merged([*self.walked.parts, shard.coverage])]

    def _meet(self, place: Place, failure: Failure) -> None:
        """Shrink what broke, if its weakness is a new one, and note it."""
        pair = failure.broken.pair
        known = self.hits.get(pair)
        if self._beside(pair):
            return
        if known is not None and (known.old or known.method == "explore" or known.place == place):
            return
        actions, broken = failure.actions, failure.broken
        if not is_fatal(pair):
            change, until = self.change, self.limits.deadline
            if until is not None and not self._same_actions(place, pair, actions):
                until = max(until, monotonic() + SHRINKING)
            shrinker = Shrinker(change.rulebook, change.rules, place.record, pair, until)
            actions = shrinker.shrink(actions)
            broken = shrinker.broken or broken
        self._add(place, "fuzz", self._trace(place, actions, broken))
