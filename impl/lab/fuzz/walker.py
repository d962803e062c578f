"""A fast random walk over everything that anybody may do, all claims watched.

A run starts in the first state and draws moves from the families, the honest answers and the
clock. Every run draws weights of its own for these (swarm testing): a run that never deposits
again, or hardly ever waits, reaches what an even mixture does not. Most runs go on from a
landmark, a state reached with witnesses that no run before had shown together. Where the clock may
not pass an honest deadline, the honest party answers instead.
"""

from bisect import bisect
from itertools import accumulate
from random import Random
from time import monotonic
from typing import Any

from attrs import define, frozen

from impl.ground.evidence import Coverage
from impl.ground.watchdog import RuleHangs, TimeIsUp, stoppable, watchdog
from impl.lab.claims.answers import clock_stands, ignored
from impl.lab.claims.monitor import Broken, Monitor, Tally, is_fatal, rule_error
from impl.lab.fuzz.codec import Sources
from impl.lab.purity import Purity
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait, answers_fit
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal

SWARM = (0.0, 0.25, 1.0, 1.0, 4.0)
"""By how much a run changes the weight of each kind of move."""
RESUMED = 0.8
"""How many runs go on from a landmark. Measured on Plasma MVP without one repair at a time: the
runs that took longest were found in half the steps."""
COUNTED = 3
"""How often a witness is counted when states are told apart as landmarks."""
REWARD = 3
"""Visits that are forgiven a landmark for each new one found from it. Measured as above, and on a
bug behind ten exact steps: found in half the steps."""
TIRED = 2
"""After so many refusals a kind of move is left alone until something else was accepted."""
LOOKED = 40
"""Of so many runs the end of one is looked at closely, and in the first shard each state in which
a kind of action is accepted for the first time: do the rules say the same twice?"""
BARRED = 6
"""After so many answers in the place of a wait it is looked at whether the clock can pass."""


@frozen
class Failure:
    """A run that broke a claim, as it was walked."""

    actions: tuple[Any, ...]
    broken: Broken


@frozen
class Shard:
    """A part of a campaign, determined by the campaign's seed and its own number."""

    number: int
    steps: int
    """Accepted ones."""
    runs: int
    failures: tuple[Failure, ...]
    """The first run for each (invariant, cause)."""
    coverage: Coverage
    stopped_in: str = ""
    """The rule that had not returned when the time was up."""


@define
class Landmark:
    """A state that was reached with witnesses which no run of the shard had shown together."""

    state: Any
    actions: tuple[Any, ...]
    witnessed: tuple[int, ...]
    visits: int = 0


class Walker:
    """Walks the shards of one campaign."""

    def __init__(
        self, rulebook: Rulebook, rules: Any, scope: Any, seed: int, run_length: int
    ) -> None:
        """Raises BadInput where a claim does not fit the protocol."""
        self.rulebook, self.rules, self.scope, self.seed = rulebook, rules, scope, seed
        self.run_length = run_length
        self.protocol = rulebook.protocol
        self.sources = Sources(rulebook, rules, scope)
        self.initial = self.protocol.initial(scope, rules)
        self.monitor = Monitor(rulebook, rules, self.initial)
        self.tally = Tally(len(rulebook.witnesses))
        self.purity = Purity(rulebook, self.sources.moves)
        self.steps = self.runs = 0
        self.failures: dict[tuple[str, str], Failure] = {}
        self.stopped_in = ""
        self.landmarks: dict[tuple[int, ...], Landmark] = {}
        self.marks: list[Landmark] = []
        """The landmarks, in the order in which they were found."""
        self.capped = tuple([min(n, COUNTED) for n in range(run_length + 2)])
        """By how often a witness was shown in a run: how often that is counted."""

    def shard(
        self, number: int, steps: int, keep_going: bool, deadline: float | None = None
    ) -> Shard:
        """Walk until so many actions were accepted, something broke, or the time is up."""
        random = Random(f"{self.seed}/{number}")
        self.tally = Tally(len(self.rulebook.witnesses))
        self.steps = self.runs = 0
        self.failures, self.stopped_in = {}, ""
        start = (0,) * len(self.rulebook.witnesses)
        self.landmarks = {start: Landmark(self.initial, (), start)}
        self.marks = list(self.landmarks.values())
        try:
            with stoppable(deadline, hears=False), watchdog(self.tally.total):
                self._walk(random, steps, keep_going, deadline, number == 0)
        except TimeIsUp as up:
            self.stopped_in = up.where
        return self.so_far(number)

    def _walk(
        self, random: Random, steps: int, keep_going: bool, deadline: float | None, look: bool
    ) -> None:
        barren = 0
        while self.steps < steps and barren < 100 and (keep_going or not self.failures):
            if deadline is not None and monotonic() > deadline:
                break
            before = self.steps
            self.runs += 1
            failures = self._run(random, min(self.run_length, steps - self.steps), look)
            for failure in failures:
                self.failures.setdefault(failure.broken.pair, failure)
            if failures and any(is_fatal(pair) for pair in self.failures):
                break
            barren = barren + 1 if self.steps == before else 0

    def so_far(self, number: int) -> Shard:
        """What the present shard has to show."""
        return Shard(
            number,
            sum(self.tally.applied.values()),
            self.runs,
            tuple(self.failures.values()),
            self.tally.coverage(self.rulebook),
            self.stopped_in,
        )

    def _weights(self, random: Random) -> list[float]:
        """One run's weights. The clock never stands still for a whole run."""
        choice = random.choice
        swarm = [choice(SWARM) for _ in self.sources.weights]
        swarm[self.sources.wait] = max(swarm[self.sources.wait], SWARM[1])
        pairs = zip(self.sources.weights, swarm, strict=True)
        return [weight * factor for weight, factor in pairs]

    def _run(self, random: Random, length: int, thorough: bool) -> list[Failure]:
        uniform = random.random

        def choose(n: int) -> int:
            return int(uniform() * n)

        rules, scope, step = self.rules, self.scope, self.protocol.step
        proposes = [family.propose for family in self.sources.families]
        families, answer = len(proposes), self.sources.answer
        across, changed = self.monitor.across, self.monitor.changed
        settled, changes = self.monitor.settled, self.monitor.changes
        applied, refused = self.tally.applied, self.tally.refused
        origin = self._origin(random, length)
        witnessed, shown = list(origin.witnessed), sum(origin.witnessed)
        weights = self._weights(random)
        full = bounds = list(accumulate(weights))
        alive, tired = list(weights), [0] * len(weights)
        total, last = full[-1], len(full) - 1
        before = state = origin.state
        actions = list(origin.actions)
        known = len(actions)
        due: tuple[Obligation, ...] | None = None
        waits: tuple[Seconds, ...] | None = None
        action: Any = None
        barred = 0
        while total and len(actions) < length:
            source = bisect(bounds, uniform() * total, 0, last)
            action = None
            refusable = True
            try:
                if source < families:
                    action = proposes[source](state, rules, scope, choose)
                else:
                    refusable = False
                    if due is None:
                        due = self.protocol.obligations(state, rules)
                    if source == answer:
                        action = due[choose(len(due))].action if due else None
                    else:
                        if waits is None:
                            waits = self.sources.moves.waits(state, due)
                        if waits:
                            seconds = waits[choose(len(waits))]
                            refusable = True
                            action = timely(self.protocol, rules, state, due, seconds)
                if action is None:
                    alive[source] = 0.0
                    bounds = list(accumulate(alive))
                    total = bounds[-1]
                    continue
                refusable = True
                after = step(state, action, rules)
                refusable = False
                kind = action.__class__
                applied[kind] = applied.get(kind, 0) + 1
                actions.append(action)
                bits = changes(state, after)
                failed = across(state, action, after, bits, witnessed) + changed(after, bits)
                if kind is Wait:
                    failed += settled(after)
                if failed:
                    found = self.monitor.explain(failed, state, action, after)
                    self._count(actions, known, witnessed, origin)
                    return [Failure(tuple(actions), each) for each in found]
                if thorough and applied[kind] == 1:
                    found = self._look(state)
                    if found:
                        self._count(actions, known, witnessed, origin)
                        return [Failure(tuple(actions), each) for each in found]
                then: tuple[Obligation, ...] | None = None
                if kind is Wait:
                    barred = 0
                elif due is not None and source >= answer:
                    then = self.protocol.obligations(after, rules)
                    barred += source > answer
                    found = self._idle(due, action, after, then, barred)
                    if found:
                        self._count(actions, known, witnessed, origin)
                        return [Failure(tuple(actions), each) for each in found]
                before, state, due, waits = state, after, then, None
                if shown != (shown := sum(witnessed)):
                    self._mark(origin, state, actions, witnessed)
                if bounds is not full:
                    alive, bounds, total = list(weights), full, full[-1]
                tired = [0] * len(weights)
            except Refusal as refusal:
                if not refusable:  # by a claim, a witness, a duty: that is no rule's to say
                    self._count(actions, known, witnessed, origin)
                    if action is not None and (not actions or actions[-1] is not action):
                        actions.append(action)
                    return [Failure(tuple(actions), rule_error(refusal))]
                pair = (Wait if action is None else action.__class__), refusal.__class__
                refused[pair] = refused.get(pair, 0) + 1
                tired[source] += 1
                if tired[source] == TIRED:
                    alive[source] = 0.0
                    bounds = list(accumulate(alive))
                    total = bounds[-1]
            except BaseException as error:
                self._count(actions, known, witnessed, origin)
                if action is not None and (not actions or actions[-1] is not action):
                    actions.append(action)
                return [Failure(tuple(actions), rule_error(error))]
        self._count(actions, known, witnessed, origin)
        failures = self._at_the_end(before, actions, state)
        if self.runs % LOOKED == 1:
            failures += [Failure(tuple(actions), each) for each in self._look(state)]
        return failures

    def _idle(
        self,
        due: tuple[Obligation, ...],
        action: Any,
        after: Any,
        then: tuple[Obligation, ...],
        barred: int,
    ) -> tuple[Broken, ...]:
        """What an answer breaks that discharges nothing, or that leads in a circle; `barred` counts
        the answers that were given in the place of a wait since the clock last passed."""
        protocol, rules = self.protocol, self.rules
        found = ignored(protocol, rules, due, action, after, then)
        if not found and barred and barred % BARRED == 0:
            return clock_stands(protocol, rules, after)
        return found

    def _look(self, state: Any) -> tuple[Broken, ...]:
        """How the rules show that they are no function of their arguments."""
        try:
            return self.purity.look(state)
        except RuleHangs:
            return ()  # the walk meets it too, and says by which move

    def _origin(self, random: Random, length: int) -> Landmark:
        """Where a run starts: of two landmarks the less visited one, or the first state."""
        marks = self.marks
        chosen = marks[0]
        if random.random() < RESUMED:
            one, two = random.choice(marks), random.choice(marks)
            chosen = one if one.visits <= two.visits else two
            if len(chosen.actions) >= length:
                chosen = marks[0]
        chosen.visits += 1
        return chosen

    def _mark(self, origin: Landmark, state: Any, actions: list[Any], witnessed: list[int]) -> None:
        """Keep a state if it is new how often each witness was shown on the way, up to a bound."""
        feature = tuple(map(self.capped.__getitem__, witnessed))
        if feature not in self.landmarks:
            origin.visits -= REWARD
            mark = Landmark(state, tuple(actions), tuple(witnessed))
            self.landmarks[feature] = mark
            self.marks.append(mark)

    def _count(
        self, actions: list[Any], known: int, witnessed: list[int], origin: Landmark
    ) -> None:
        """Add a run to the counts, without what its origin had counted already."""
        self.steps += len(actions) - known
        counts = zip(self.tally.witnessed, witnessed, origin.witnessed, strict=True)
        self.tally.witnessed = [total + now - was for total, now, was in counts]

    def _at_the_end(self, before: Any, actions: list[Any], state: Any) -> list[Failure]:
        """SETTLED claims are asked after waits only, and once more when a run ends."""
        if not actions or isinstance(actions[-1], Wait):
            return []
        try:
            failed = self.monitor.settled(state)
            found = self.monitor.explain(failed, before, actions[-1], state)
        except BaseException as error:
            found = (rule_error(error),)
        return [Failure(tuple(actions), each) for each in found]


def timely(
    protocol: Any, rules: Any, state: Any, due: tuple[Obligation, ...], seconds: Seconds
) -> Any:
    """A wait, or the honest answer that it would be too long for. Raises AnswersDoNotFit."""
    now = state.main.now
    until = now + seconds
    for duty in due:
        if now < duty.opens <= duty.bar < until:
            until = duty.opens
    for duty in due:
        if duty.bar < until:
            try:
                protocol.step(state, duty.action, rules)
            except Refusal:
                continue
            return duty.action
    if due and protocol.room is not None:
        answers_fit(protocol.room, state, rules, due, until)
    return Wait(until - now)
