"""The lines of the evidence table as jobs: examined in processes of their own, judged here."""

from collections import deque
from collections.abc import Callable, Sequence
from math import inf
from multiprocessing.connection import wait
from time import monotonic
from typing import Any

from attrs import evolve, frozen

from impl.ground.crew import Gone, Remote
from impl.ground.evidence import Result
from impl.ground.plain import plain
from impl.ground.watchdog import Interrupted, TimeIsUp, let_through, shielded, stoppable
from impl.lab import prover
from impl.lab.check.cases import as_expected as case_as_expected
from impl.lab.check.cases import examined
from impl.lab.check.proofs import GRACE, prove_one
from impl.lab.rulebooks.registry import rulebooks
from invariants.kernel.claims import Case, Method, Rulebook
from invariants.kernel.theorems import Expect, Theorem

PROOF_LIMIT = 60.0
"""Seconds for one theorem. All of the evidence together should take about a minute."""
LINE_TIME = 300.0
"""Seconds for one line, whatever it is."""
READ, READ_WIDE = 80, 500
"""States in which a key is held against rules: of a mistaken rule set, of one that holds."""


@frozen
class Job:
    """One line: a theorem or a case of a rulebook."""

    protocol: str
    kind: str
    """`theorem` or `case`."""
    id: str


@frozen
class Outcome:
    """What became of a job. Without a result, `error` says why there is none."""

    job: Job
    result: Result | None
    taken: float
    error: str = ""


def jobs(books: Sequence[Rulebook]) -> list[Job]:
    """All lines, in the order of the table."""
    found = []
    for book in books:
        name = book.protocol.name
        found += [Job(name, "theorem", theorem.id) for theorem in book.theorems]
        found += [Job(name, "case", case.id) for case in (*book.cases, *key_cases(book))]
    return found


def theorem_of(job: Job) -> Theorem:
    """The theorem that a job is about."""
    found = next(t for t in rulebooks()[job.protocol].theorems if t.id == job.id)
    if not isinstance(found, Theorem):
        raise TypeError(f"{job.id} is a {type(found).__name__}, not a Theorem")
    return found


def case_of(job: Job) -> Case:
    """The case that a job is about."""
    book = rulebooks()[job.protocol]
    return next(c for c in (*book.cases, *key_cases(book)) if c.id == job.id)


def key_cases(book: Rulebook) -> list[Case]:
    """The lines about keys: the first of the scopes for every rule set, all for those that hold."""
    holding = {c.rule_set for c in book.cases if c.method is Method.EXPLORE and not c.breaks}
    return [
        Case(
            id=f"KEY {rule_set.name}" + (f" {scope}" if n else ""),
            title="Its key holds all that its rules ask of time",
            method=Method.KEY,
            rule_set=rule_set.name,
            scope=scope,
            explanation=book.coarse.get(rule_set.name, ""),
            steps=READ_WIDE if rule_set.name in holding else READ,
        )
        for rule_set in book.rule_sets
        for n, scope in enumerate(book.key_scopes)
        if n == 0 or rule_set.name in holding
    ]


def examine(job: Job) -> Outcome:
    """Do one job. Whatever goes wrong becomes a line of the table, not the end of it."""
    start = monotonic()
    try:
        result = _examine(job)
    except BaseException as failure:
        let_through(failure)
        said = f"{type(failure).__name__}: {failure}"
        return Outcome(job, None, monotonic() - start, " ".join(said.split()))
    return Outcome(job, result, monotonic() - start)


def _examine(job: Job) -> Result:
    if job.kind == "theorem":
        return prove_one(theorem_of(job), PROOF_LIMIT).result
    return examined(rulebooks()[job.protocol], case_of(job))


def as_expected(outcome: Outcome) -> bool:
    """Did the line come out as the rulebook says it does?"""
    if outcome.result is None:
        return False
    if outcome.job.kind == "theorem":
        return prover.as_expected(theorem_of(outcome.job), outcome.result)
    book = rulebooks()[outcome.job.protocol]
    return case_as_expected(book, case_of(outcome.job), outcome.result)


def expectation(job: Job) -> str:
    """What the rulebook expects of a line, in words."""
    if job.kind == "theorem":
        return "refuted" if theorem_of(job).expect is Expect.REFUTED else "proved"
    case = case_of(job)
    if case.breaks:
        return "found: " + " or ".join(f"{name}, {cause}" for name, cause in case.breaks)
    if case.method is Method.KEY:
        return "not proved" if case.rule_set in rulebooks()[job.protocol].coarse else "proved"
    if case.method is Method.FUZZ:
        return f"nothing broken in {case.steps:,} steps"
    return "exhausted" if case.depth is None else f"nothing broken to depth {case.depth}"


def run_all(
    work: Sequence[Job],
    workers: int,
    done: Callable[[Outcome, int], None],
    line_time: float = LINE_TIME,
    deadline: float | None = None,
) -> tuple[list[Outcome], str]:
    """Do all jobs, several at once; `done` hears of each. Says what ended it before, Ctrl-C or the
    deadline (monotonic); then some are missing.

    Searches start first: they are the long ones. A job has so many seconds; its process is ended
    where it does not come back then.
    """

    outcomes: dict[Job, Outcome] = {}
    left = deque(sorted(work, key=lambda job: job.kind))
    idle: list[Remote] = []
    busy: dict[Any, _Turn] = {}
    ended = ""

    def learn(outcome: Outcome) -> None:
        outcomes[outcome.job] = outcome
        done(outcome, len(work) - len(outcomes))

    try:
        with stoppable(deadline):
            while left or busy:
                while left and len(busy) < workers:
                    if deadline is not None and monotonic() >= deadline:
                        raise TimeIsUp
                    with shielded():  # a process that nobody knows of would not be ended
                        worker, job = idle.pop() if idle else Remote(_Examiner), left.popleft()
                        end = min(monotonic() + line_time, deadline or inf)
                        busy[worker.pipe] = _Turn(job, worker, monotonic(), end)
                        worker.ask("examine", job, end)
                soonest = min(turn.end for turn in busy.values()) + GRACE
                for pipe in wait(list(busy), max(0.0, soonest - monotonic())):
                    turn = busy.pop(pipe)
                    try:
                        learn(turn.remote.answer())
                        idle.append(turn.remote)
                    except Gone as gone:
                        learn(Outcome(turn.job, None, turn.taken, str(gone)))
                        turn.remote.close()
                for pipe, turn in list(busy.items()):
                    if monotonic() > turn.end + GRACE:
                        del busy[pipe]
                        turn.remote.close()
                        learn(_cut(turn.job, turn.taken, ""))
    except Interrupted:
        ended = "Ctrl-C"
    except TimeIsUp:
        ended = "--time"
    finally:
        for worker in (*idle, *(turn.remote for turn in busy.values())):
            worker.close()
    return [outcomes[job] for job in work if job in outcomes], ended


@frozen
class _Turn:
    """A job that is being done."""

    job: Job
    remote: Remote
    begun: float
    end: float

    @property
    def taken(self) -> float:
        """Seconds."""
        return monotonic() - self.begun


class _Examiner:
    """Does jobs in a process of its own."""

    def examine(self, job: Job, end: float) -> Outcome:
        start = monotonic()
        try:
            with stoppable(end, hears=False):
                return sendable(examine(job))
        except TimeIsUp as up:
            return _cut(job, monotonic() - start, up.where)


def sendable(outcome: Outcome) -> Outcome:
    """An outcome whose details are plain data."""
    if outcome.result is None:
        return outcome
    return evolve(outcome, result=evolve(outcome.result, details=plain(outcome.result.details)))


def _cut(job: Job, taken: float, where: str) -> Outcome:
    said = f"NOT EXAMINED to its end: stopped after {taken:.0f} s"
    return Outcome(job, None, taken, f"{said}, in {where}" if where else said)
