"""Where on the scale of a knob a claim about runs begins to fail, with the evidence on both sides.

The ends are searched for a weakness that only one of them has. From there on the middle is searched
again and again, at the values that matter first, until two neighbours differ. That assumes one
boundary; a few more values are looked at to see whether the assumption is plausible.
"""

from collections.abc import Callable, Sequence
from time import monotonic

import attrs
from attrs import define, field, frozen

from impl.ground.evidence import Progress, Result, Trace
from impl.ground.watchdog import Interrupted, Stopped, stoppable
from impl.lab.attack.hunt import Hunt, Limits, late
from impl.lab.attack.places import Place
from impl.lab.attack.scale import Scale
from impl.lab.attack.sieve import Hit
from impl.lab.attack.unchanged import Pair, alone, enough, searched
from impl.lab.attack.walks import steps_in
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import replay
from impl.lab.traces.format import trace_of

STATES = 20_000
"""States that are looked at for one value."""
STEPS = 40_000
"""Random steps that are taken for one value, where exploring did not find the weakness."""
DEEPER = 2
"""How many more actions than the run that was found a run at another value may take."""
TRIES = (0.12, 0.4)
"""Which part of the time, or of the steps, the search of both ends may take: first a little, so
that what is easily found at one end does not wait for the other."""
PROBES = 2
"""Values on each side of a boundary that are looked at to see whether it is the only one."""


@frozen
class Looked:
    """What a search says of the weakness at one value."""

    value: int
    broken: bool
    said: str
    trace: Trace | None = None
    sure: bool = True
    """Was it searched as far as where the weakness was found? Else it is not known to hold."""


@define
class Search:
    """The bisection of one weakness. Read it when `run` returned, whatever ended it."""

    scale: Scale
    seed: int
    limits: Limits
    to_explore: tuple[Place, ...]
    to_walk: tuple[Place, ...]
    say: Callable[[str], None]
    hunts: list[Hunt] = field(factory=list)
    """One for each end that was looked at, as a change of the other."""
    ends: list[int] = field(factory=list)
    """These ends."""
    hit: Hit | None = None
    """The weakness that only one end has."""
    breaking: int = 0
    """That end."""
    looked: dict[int, Looked] = field(factory=dict)
    interrupted: bool = False

    both: list[Pair] = field(factory=list)
    """What breaks at both ends."""

    @property
    def neighbours(self) -> tuple[Looked, Looked] | None:
        """The closest values that differ: the one that holds, and the one that breaks."""
        values = self._values()
        pairs = [
            (self.looked[a], self.looked[b])
            for a, b in zip(values, values[1:], strict=False)
            if self.looked[a].broken is not self.looked[b].broken
        ]
        if not pairs:
            return None
        one, other = min(pairs, key=lambda pair: (pair[1].value - pair[0].value, pair[0].value))
        return (other, one) if one.broken else (one, other)

    @property
    def several(self) -> bool:
        """Does it change more than once, as far as was looked?"""
        verdicts = [self.looked[value].broken for value in self._values()]
        return sum(a is not b for a, b in zip(verdicts, verdicts[1:], strict=False)) > 1

    def _values(self) -> list[int]:
        """The values at which it is known whether the weakness is there."""
        return sorted(value for value, looked in self.looked.items() if looked.sure)

    def run(self, guesses: Sequence[int] = (), fails: int | None = None) -> None:
        """Find a weakness that one end has, and go towards the boundary, guesses first.

        `fails` is the end that is likely to have it.
        """
        try:
            with stoppable(late(self.limits.deadline)):
                self._ends(fails)
                if self.hit is not None:
                    self._narrow(guesses)
                    self._probe()
        except Stopped as stop:
            self.interrupted = isinstance(stop, Interrupted)

    def _left(self) -> float | None:
        end = self.limits.deadline
        return None if end is None else end - monotonic()

    def _over(self) -> bool:
        left = self._left()
        return left is not None and left <= 0

    def _ends(self, fails: int | None) -> None:
        """Look for a weakness that one end has and the other has not."""
        scale = self.scale
        ends = [(scale.high, scale.low), (scale.low, scale.high)]
        if fails == scale.low:
            ends.reverse()
        for share in TRIES:
            self.hunts, self.ends = [], []
            for breaking, holding in ends:
                hunt = self._hunt(breaking, holding, share)
                self.hunts.append(hunt)
                self.ends.append(breaking)
                self.both += [hit.pair for hit in hunt.old if hit.pair not in self.both]
                if hunt.interrupted:
                    raise Interrupted
                if hunt.new and self._differ(hunt.new[0], breaking, holding):
                    return
            if all(hunt.finished for hunt in self.hunts):
                return

    def _differ(self, hit: Hit, breaking: int, holding: int) -> bool:
        """Is it so that only one end has the weakness, looked at once more?"""
        self.hit, self.breaking = hit, breaking
        said = f"broken by {len(hit.trace.actions)} actions"
        self.looked[breaking] = Looked(breaking, True, said, hit.trace)
        try:
            other = self._look(holding)
        except Stopped:
            if hit.before.sure:
                self.looked[holding] = Looked(holding, False, hit.before.said)
            raise
        if other.broken:
            self.both.append(hit.pair)
            self.hit, self.looked = None, {}
            return False
        if not other.sure and hit.before.sure:
            self.looked[holding] = attrs.evolve(other, said=hit.before.said, sure=True)
        return True

    def _hunt(self, breaking: int, holding: int, share: float) -> Hunt:
        scale, limits = self.scale, self.limits
        base = attrs.evolve(scale.change.rule_set, rules=scale.rules(holding))
        ends = RuleChange(scale.change.rulebook, base, scale.rules(breaking))
        left = self._left()
        part = attrs.evolve(
            limits,
            deadline=None if left is None else monotonic() + left * share,
            steps=None if limits.steps is None else max(1, int(limits.steps * share)),
            twice=False,
        )

        def progress(place: Place, at: Progress) -> None:
            self.say(f"{scale.text(breaking)}  {place.name}  {at.done:,} looked at")

        hunt = Hunt(ends, self.to_explore, self.to_walk, self.seed, part, progress)
        hunt.run()
        return hunt

    @property
    def pair(self) -> Pair:
        """The weakness."""
        assert self.hit is not None
        return self.hit.pair

    def _look(self, value: int) -> Looked:
        """Search the weakness at a value: known runs, then exploring, then walks if it needs."""
        if value in self.looked:
            return self.looked[value]
        assert self.hit is not None
        self.say(f"{self.scale.text(value)}  {self.hit.place.name}")
        looked = self._known_run(value) or self._searched(value)
        self.looked[value] = looked
        return looked

    def _known_run(self, value: int) -> Looked | None:
        """Does a run that breaks at another value break here, too? Then nothing need be searched.

        Not at the boundary, where the shortest run is wanted: see `shortest`.
        """
        assert self.hit is not None
        rules, scope = self.scale.rules(value), self.hit.place.record
        for other in sorted(self.looked.values(), key=lambda each: abs(each.value - value)):
            if other.trace is None:
                continue
            actions = other.trace.actions
            run = replay(self.scale.change.rulebook, rules, scope, actions)
            for n, step in enumerate(run.steps, 1):
                for broken in step.broken:
                    if broken.pair == self.pair:
                        done = tuple(s.action for s in run.steps[:n] if s.accepted or s.broken)
                        book = self.scale.change.rulebook
                        trace = trace_of(book, rules, scope, done, broken, self.seed)
                        said = f"broken by {len(done)} actions"
                        return Looked(value, True, said, trace)
        return None

    def _searched(self, value: int) -> Looked:
        # A run that breaks counts whatever the key; that none does is proved only with reading.
        result = self._explored(value, read=False)
        if _of(result, self.pair) is None:
            result = self._explored(value)
        trace = _of(result, self.pair)
        if trace is not None:
            said = f"broken by {len(trace.actions)} actions, {result.states:,} states"
            return Looked(value, True, said, trace)
        assert self.hit is not None
        said = searched(result)
        far = enough(result, len(self.hit.trace.actions))
        if self.hit.effort.shard is None or far:
            return Looked(value, False, said, sure=far)
        steps = self._steps()
        walked = self._walked(value, steps)
        trace = _of(walked, self.pair)
        if trace is not None:
            return Looked(value, True, f"broken by {len(trace.actions)} actions", trace)
        said = f"{said}; sampled {walked.transitions:,} steps"
        far = walked.transitions >= steps and result.states >= self.hit.effort.states
        return Looked(value, False, said, sure=far)

    def _steps(self) -> int:
        """How many random steps went into the find, and more where these were few."""
        assert self.hit is not None and self.hit.effort.shard is not None
        place, last = self.to_walk.index(self.hit.place), self.hit.effort.shard
        return max(STEPS, steps_in(place, len(self.to_walk), None, last))

    def _explored(self, value: int, read: bool = True) -> Result:
        assert self.hit is not None
        left = self._left()
        result = explore(
            alone(self.scale.change.rulebook, self.pair),
            self.scale.rules(value),
            self.hit.place.record,
            depth=len(self.hit.trace.actions) + DEEPER,
            workers=self.limits.workers,
            time_limit=None if left is None else max(0.0, left),
            max_states=max(STATES, self.hit.effort.states),
            key_sample=8_000,
            wanted=[self.pair],
            read=read,
        )
        if result.details["stopped_by"] == "Ctrl-C":
            raise Interrupted
        return result

    def _walked(self, value: int, steps: int) -> Result:
        assert self.hit is not None
        left = self._left()
        result = fuzz(
            alone(self.scale.change.rulebook, self.pair),
            self.scale.rules(value),
            self.hit.place.record,
            seed=self.seed,
            steps=steps,
            time_limit=None if left is None else max(0.0, left),
            keep_going=True,
            workers=self.limits.workers,
        )
        if result.details["interrupted"]:
            raise Interrupted
        return result

    def _narrow(self, guesses: Sequence[int]) -> None:
        """Bisect: between guesses, values that matter, whole days, and in the end between all."""
        scale = self.scale
        for points in (sorted({*guesses}), scale.critical(), scale.round()):
            while not self._over() and (between := self._between(points)):
                self._look(between[len(between) // 2])
        while not self._over() and (gap := self._gap()) and gap[1] - gap[0] > 1:
            middle = (gap[0] + gap[1]) // 2
            if middle in self.looked:
                return
            self._look(middle)

    def _gap(self) -> tuple[int, int] | None:
        pair = self.neighbours
        if pair is None:
            return None
        return min(pair[0].value, pair[1].value), max(pair[0].value, pair[1].value)

    def _between(self, points: Sequence[int]) -> list[int]:
        gap = self._gap()
        if gap is None:
            return []
        return [p for p in points if gap[0] < p < gap[1] and p not in self.looked]

    def _probe(self) -> None:
        """Look at a few values on both sides, whether there is another boundary."""
        gap = self._gap()
        if gap is None:
            return
        for low, high in ((self.scale.low, gap[0]), (gap[1], self.scale.high)):
            for n in range(1, PROBES + 1):
                value = self.scale.rounded(low + (high - low) * n // (PROBES + 1))
                if self._over():
                    return
                if low < value < high:
                    self._look(value)

    def shortest(self) -> Trace | None:
        """The shortest run at the breaking neighbour, as far as exploring can tell."""
        pair = self.neighbours
        if pair is None:
            return None
        known = pair[1].trace
        if self._over() or self.interrupted:
            return known
        try:
            with stoppable(late(self.limits.deadline)):
                found = _of(self._explored(pair[1].value), self.pair)
        except Stopped:
            return known
        if found is None or (known is not None and len(known.actions) <= len(found.actions)):
            return known
        return found


def _of(result: Result, pair: Pair) -> Trace | None:
    return next((t for t in result.traces if (t.invariant, t.finding.cause) == pair), None)
