"""One shard of a campaign: a function of the seed, its number, and the corpus before its round.

Some runs start afresh; most go on from a run of the corpus, or play a changed one and go on from
there. What a shard finds out for itself it uses at once; the others hear of it when the round ends.

Measured on the sound channel without lists first, busy scope, six seeds: the failure was found in
13,000 steps (median), where the fuzzer took 30,000 and plain walks 70,000; a step costs a quarter
more than the fuzzer's.
"""

from random import Random
from typing import Any

from attrs import frozen

from impl.ground.evidence import Coverage
from impl.ground.watchdog import is_hang, stoppable, watchdog
from impl.lab.campaign.branches import Branches
from impl.lab.campaign.corpus import Candidate, Corpus, Growth
from impl.lab.campaign.courses import Course, Runner, is_state
from impl.lab.campaign.mutation import mutated
from impl.lab.claims.monitor import Tally
from impl.lab.fuzz.walker import REWARD, Failure
from invariants.kernel.claims import Rulebook

STEPS = 1_000
"""Accepted steps in a shard."""
ROUND = 24
"""Shards in a round: neither number nor contents depend on the workers."""
RUN_LENGTH = 40
"""Accepted steps of a run, at most."""
FRESH, EXTENDED = 0.2, 0.7
"""How many runs start afresh, and how many of the others go on from a kept run unchanged."""
LANDMARKS = 0.5
"""How many of those others are drawn from the runs that end in a state of a new kind."""


@frozen
class Shard:
    """What a shard has to show."""

    number: int
    steps: int
    runs: int
    failures: tuple[Failure, ...]
    """The first run for each (invariant, cause)."""
    coverage: Coverage
    candidates: tuple[Candidate, ...]
    visits: dict[int, int]
    """How often each entry of the corpus was gone on from, less its rewards."""


class Worker:
    """Plays shards, and keeps a copy of the corpus."""

    def __init__(
        self, rulebook: Rulebook, rules: Any, scope: Any, seed: int, branches: Branches
    ) -> None:
        """Raises BadInput where a claim does not fit the protocol."""
        self.rulebook, self.seed = rulebook, seed
        self.runner = Runner(rulebook, rules, scope, branches)
        self.corpus = Corpus()
        self._reached: dict[bytes, Course] = {}
        """Where entries lead, so that they need not be played from the start each time."""

    def learn(self, growth: Growth) -> None:
        """Take in what a round added to the corpus."""
        self.corpus.grow(growth)

    def shard(self, number: int) -> Shard:
        """Play a shard."""
        random = Random(f"{self.seed}/{number}")
        runner = self.runner
        tally = runner.tally = Tally(len(self.rulebook.witnesses))
        runner.runs = 0
        steps = barren = 0
        failures: dict[tuple[str, str], Failure] = {}
        news = _News(self.corpus)
        runner.known = self.corpus.known
        with stoppable(hears=False), watchdog(tally.total):
            while steps < STEPS and barren < 100:
                course, script, origin = self._begun(random, news)
                began, before = len(course.actions), list(course.witnessed)
                runner.landmarks = []
                runner.script(course, script)
                runner.walk(course, random, min(RUN_LENGTH, began + STEPS - steps))
                runner.finish(course)
                taken = len(course.actions) - began
                steps += taken
                barren = 0 if taken else barren + 1
                counts = zip(tally.witnessed, course.witnessed, before, strict=True)
                tally.witnessed = [total + now - was for total, now, was in counts]
                for failure in course.failures:
                    failures.setdefault(failure.broken.pair, failure)
                news.note(course, origin)
                for each in runner.landmarks:
                    self._reached.setdefault(bytes(each.data), each)
                if any(is_hang(cause) for _, cause in failures):
                    break
        return Shard(
            number,
            sum(tally.applied.values()),
            runner.runs,
            tuple(failures.values()),
            tally.coverage(self.rulebook),
            tuple(news.candidates),
            news.visits_to_old(),
        )

    def _begun(self, random: Random, news: "_News") -> tuple[Course, bytes, int | None]:
        """Where a run starts, the bytes to play from there, and the entry that it comes from."""
        runner = self.runner
        if not news.size or random.random() < FRESH:
            return runner.start(), b"", None
        number = news.choose(random)
        data = news.data(number)
        if random.random() < EXTENDED:
            course = self.played(data)
            if len(course.actions) < RUN_LENGTH:
                return course.branched(), b"", number
            return runner.start(), b"", None
        other = news.data(random.randrange(news.size))
        return runner.start(), mutated(random, data, other), number

    def played(self, data: bytes) -> Course:
        """The run that some bytes stand for, kept in memory; not to be changed."""
        course = self._reached.get(data)
        if course is None:
            tally, self.runner.tally = self.runner.tally, Tally(len(self.rulebook.witnesses))
            course = self._reached[data] = self.runner.script(self.runner.start(), data)
            self.runner.tally = tally
        return course


class _News:
    """What a shard finds out, on top of the corpus that it begins with."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus, self._base = corpus, len(corpus.entries)
        self._fresh: set[int] = set()
        self._landmarks = list(corpus.landmarks)
        self._visits: dict[int, int] = {}
        self.candidates: list[Candidate] = []

    @property
    def size(self) -> int:
        """How many runs there are to go on from."""
        return self._base + len(self.candidates)

    def data(self, number: int) -> bytes:
        """The bytes of one of them."""
        if number < self._base:
            return self._corpus.entries[number].data
        return self.candidates[number - self._base].data

    def choose(self, random: Random) -> int:
        """Of two runs the one that was gone on from less often."""
        if self._landmarks and random.random() < LANDMARKS:
            one, two = random.choice(self._landmarks), random.choice(self._landmarks)
        else:
            one, two = random.randrange(self.size), random.randrange(self.size)
        chosen = one if self._visited(one) <= self._visited(two) else two
        self._visits[chosen] = self._visits.get(chosen, 0) + 1
        return chosen

    def _visited(self, number: int) -> int:
        before = self._corpus.entries[number].visits if number < self._base else 0
        return before + self._visits.get(number, 0)

    def visits_to_old(self) -> dict[int, int]:
        """How often each entry of the corpus was gone on from, less its rewards."""
        return {number: n for number, n in self._visits.items() if number < self._base}

    def note(self, course: Course, origin: int | None) -> None:
        """Keep a run as often as it shows a state of a new kind, and up to its last new step."""
        known, fresh = self._corpus.known, self._fresh
        new = [(b, at) for b, at in course.shown.items() if b not in known and b not in fresh]
        if not new:
            return
        fresh.update(b for b, _ in new)
        kept = [(b, at) for b, at in new if is_state(b)]
        steps = [(b, at) for b, at in new if not is_state(b)]
        if steps:
            kept.append(steps[-1])
        for behaviour, at in sorted(kept, key=lambda each: each[1]):
            shown = tuple(b for b, place in course.shown.items() if place <= at)
            if is_state(behaviour):
                self._landmarks.append(self.size)
            self.candidates.append(Candidate(bytes(course.data[:at]), shown))
            if origin is not None:
                self._visits[origin] = self._visits.get(origin, 0) - REWARD
