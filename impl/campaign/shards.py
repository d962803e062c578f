"""One shard of a campaign: a function of the seed, its number, and the corpus before its round.

Some runs start afresh; most go on from a run of the corpus, or play a changed one and go on from
there. What a shard finds out for itself it uses at once; the others hear of it when the round ends.
"""

from random import Random
from typing import Any

from attrs import frozen

from impl.campaign.branches import Branches
from impl.campaign.corpus import Candidate, Corpus, Growth
from impl.campaign.courses import Course, Runner
from impl.campaign.mutation import mutated
from impl.evidence import Coverage
from impl.fuzz.walker import Failure
from impl.monitor import Tally
from impl.watchdog import is_hang, watchdog
from invariants.kernel.claims import Rulebook

STEPS = 1_000
"""Accepted steps in a shard."""
ROUND = 24
"""Shards in a round: neither number nor contents depend on the workers."""
RUN_LENGTH = 40
"""Accepted steps of a run, at most."""
FRESH, EXTENDED = 0.2, 0.7
"""How many runs start afresh, and how many of the others go on from a kept run unchanged."""


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
    """How often each entry of the corpus was gone on from."""


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
        runner, corpus = self.runner, self.corpus
        tally = runner.tally = Tally(len(self.rulebook.witnesses))
        runner.runs = 0
        steps = barren = 0
        failures: dict[tuple[str, str], Failure] = {}
        fresh: set[int] = set()
        candidates: list[Candidate] = []
        visits: dict[int, int] = {}
        with watchdog(tally.total):
            while steps < STEPS and barren < 100:
                course, script, parent = self._begun(random, candidates, visits)
                began, before = len(course.actions), list(course.witnessed)
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
                new = [b for b in course.shown if b not in corpus.known and b not in fresh]
                if new:
                    fresh.update(new)
                    candidates.append(_candidate(course, new, parent))
                if any(is_hang(cause) for _, cause in failures):
                    break
        return Shard(
            number,
            sum(tally.applied.values()),
            runner.runs,
            tuple(failures.values()),
            tally.coverage(self.rulebook),
            tuple(candidates),
            visits,
        )

    def _begun(
        self, random: Random, candidates: list[Candidate], visits: dict[int, int]
    ) -> tuple[Course, bytes, int | None]:
        """Where a run starts, the bytes to play from there, and the entry that it comes from."""
        runner, corpus = self.runner, self.corpus
        if not corpus.entries or random.random() < FRESH:
            return runner.start(), b"", None
        number = corpus.choose(random, visits)
        visits[number] = visits.get(number, 0) + 1
        data = corpus.entries[number].data
        if random.random() < EXTENDED:
            course = self.played(data)
            if len(course.actions) < RUN_LENGTH:
                return course.branched(), b"", number
            return runner.start(), b"", None
        other = corpus.entries[random.randrange(len(corpus.entries))].data
        return runner.start(), mutated(random, data, other), number

    def played(self, data: bytes) -> Course:
        """The run that some bytes stand for, kept in memory; not to be changed."""
        course = self._reached.get(data)
        if course is None:
            tally, self.runner.tally = self.runner.tally, Tally(len(self.rulebook.witnesses))
            course = self._reached[data] = self.runner.script(self.runner.start(), data)
            self.runner.tally = tally
        return course


def _candidate(course: Course, new: list[int], parent: int | None) -> Candidate:
    """The run up to where it last showed something new."""
    end = max(course.shown[behaviour] for behaviour in new)
    shown = tuple(b for b, at in course.shown.items() if at <= end)
    return Candidate(bytes(course.data[:end]), shown, parent)
