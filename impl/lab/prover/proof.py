"""What may be said of a theorem: proved, refuted, unknown or vacuous.

PROVED: no path returns False or crashes, for all values and the sizes stated, and some path is
live; and neither the source of what ran nor replays of it as plain Python gave reason to doubt that
the paths mean what Python does. REFUTED: the solver found values, and the statement, run on them as
ordinary Python, did return False or crash. UNKNOWN: the solver or the time gave out somewhere, or
the paths and Python disagree. VACUOUS: no values at all reach the end of the statement, so that it
says nothing.

A Refusal that leaves the statement is an outcome like any other: nothing happened there.
"""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

import z3
from attrs import define, frozen

from impl.ground.evidence import Result, Word
from impl.ground.watchdog import stoppable
from impl.lab.prover.ends import OutOfPatience, alarm
from impl.lab.prover.examination import examined, explained
from impl.lab.prover.fresh import chosen_by
from impl.lab.prover.knobs import NoCondition, safe_knobs
from impl.lab.prover.paths import Engine
from impl.lab.prover.replay import replayed
from impl.lab.prover.selfcheck import Disagreement, Walked
from impl.lab.prover.stated import check
from impl.lab.prover.statements import IS_FALSE, Run, is_refusal, running, wrong
from impl.lab.prover.ways import Limits, Outcome, Path, Raised, Returned
from invariants.kernel.theorems import Expect, Theorem

__all__ = ["as_expected", "prove", "replayed"]


@define
class Tally:
    """What the paths came to."""

    live: int = 0
    """Returned True for all values of the path."""
    refused: int = 0
    """Ended in a refusal; a failed premise is one."""
    unknown: int = 0


@frozen
class Model:
    """Values that refute, before they are believed: the leaves, and what went wrong."""

    leaves: Mapping[str, int | bool]
    complaint: str


def prove(
    theorem: Theorem,
    *,
    budget_ms: int | None = None,
    time_limit: float | None = None,
    uint256: bool = False,
) -> Result:
    """Examine a theorem for all values of its parameters.

    `budget_ms` bounds each question to the solver, `time_limit` the CPU seconds of the whole.
    `uint256`: ints are words, and what contract code (not the claims about it) computes must fit
    into one, or is refused with `Overflow`. Raises Unsupported where the code does what an unknown
    value can't, or what a proof would misread; NotStated where the theorem is not written rightly.
    """
    check(theorem)
    now = Engine(Limits(budget_ms, time_limit), uint256)
    tally, walked = Tally(), Walked(theorem, uint256)
    try:
        with stoppable(), alarm(time_limit, now.look_at_the_clock), explained(theorem, now):
            if theorem.safe_when:
                return _eliminated(theorem, now)
            with running(theorem, now) as (run, paths):
                model = _refuting(now, run, paths, tally, walked)
            if model is not None:
                return _refuted(theorem, model, tally, now)
            return _believed(walked, tally, now)
    except OutOfPatience as limit:
        return _result(theorem, Word.UNKNOWN, f"gave up after {limit}", tally, now)


def _believed(walked: Walked, tally: Tally, now: Engine) -> Result:
    """No path refutes: what that is worth. Raises Unsupported."""
    theorem = walked.theorem
    if tally.unknown:
        said = f"gave up after {tally.unknown} paths undecided"
        return _result(theorem, Word.UNKNOWN, said, tally, now)
    if not tally.live and now.unknowns:
        return _result(theorem, Word.UNKNOWN, "gave up on finding any values", tally, now)
    found = examined(walked, now)
    if found:
        said = f"the proof and Python disagree: {found}"
        return _result(theorem, Word.UNKNOWN, said, tally, now, {"disagreement": found})
    if not tally.live:
        return _result(theorem, Word.VACUOUS, "no values reach the claim", tally, now)
    return _result(theorem, Word.PROVED, f"for all {_quantified(theorem)}", tally, now)


def as_expected(theorem: Theorem, result: Result) -> bool:
    """Did the prover say what the theorem expects? An impossibility has to be refuted, by values
    for which the statement is false; one that crashes is a fault of ours."""
    if theorem.expect is Expect.PROVED:
        return result.word is Word.PROVED
    return result.word is Word.REFUTED and result.details["complaint"] == IS_FALSE


def _quantified(theorem: Theorem) -> str:
    """What the answer holds for: the parameters that are not fixed, and the symbolic knobs."""
    free = [n for n in inspect.signature(theorem.statement).parameters if n not in theorem.values]
    knobs = [f"rules.{name}" if name in free else name for name in theorem.symbolic_knobs]
    names = [name.replace("_", " ") for name in (*free, *knobs)]
    return f"values of {', '.join(names)}" if names else "values"


def _eliminated(theorem: Theorem, now: Engine) -> Result:
    """For which knobs it holds, against what the theorem says of that."""
    try:
        found = str(safe_knobs(theorem, time_limit=now.limits.seconds))
    except Disagreement as differs:
        said = f"the elimination and Python disagree: {differs}"
        return _result(theorem, Word.UNKNOWN, said, Tally(), now, {"disagreement": str(differs)})
    except NoCondition as none:
        return _result(theorem, Word.UNKNOWN, str(none), Tally(), now)
    word = Word.PROVED if found == theorem.safe_when else Word.REFUTED
    return _result(
        theorem,
        word,
        f"safe exactly when {found}",
        Tally(),
        now,
        {"safe_when": found, "complaint": IS_FALSE},
    )


# Judging paths ---------------------------------------------------------------------------------


def _refuting(
    now: Engine, run: Run, paths: Iterator[Path], tally: Tally, walked: Walked
) -> Model | None:
    """The first values that make the statement false or crash; the tally of all other paths."""
    for path in paths:
        term, complaint = wrong(run.theorem, path.outcome)
        answers = []
        for part in _ways(term, _given(path)):
            answer, model = now.check(part)
            if answer == z3.sat:
                return Model(chosen_by(model, run.leaves), complaint)
            answers.append(answer)
        if z3.unknown in answers:
            tally.unknown += 1
        elif z3.is_true(term):
            continue  # a path without values
        elif isinstance(path.outcome, Raised):
            tally.refused += 1
        elif now.model is not None or now.check()[0] == z3.sat:
            tally.live += 1
        walked.note(now, run, path)
    return None


def _given(path: Path) -> set[int]:
    """What the path decided to be true, part by part: the ids of the terms."""
    return {part.get_id() for term, value in path.decisions if value for part in _conjuncts(term)}


def _ways(term: Any, given: set[int]) -> list[Any]:
    """The ways in which a conjunction can fail, to be asked about one by one: that is quicker."""
    if not (z3.is_not(term) and z3.is_and(term.arg(0))):
        return [term]
    parts = _conjuncts(term.arg(0))
    return [z3.Not(part) for part in parts if part.get_id() not in given]


def _conjuncts(term: Any) -> list[Any]:
    if not z3.is_and(term):
        return [term]
    return [part for child in term.children() for part in _conjuncts(child)]


def _refuted(theorem: Theorem, model: Model, tally: Tally, now: Engine) -> Result:
    arguments, outcome = replayed(theorem, model.leaves, now.uint256)
    shown = {name: value for name, value in arguments.items() if name not in theorem.values}
    shown |= {n: v for n, v in arguments.items() if n in theorem.values and theorem.symbolic_knobs}
    facts = {"counterexample": shown, "leaves": model.leaves, "complaint": model.complaint}
    if not _refutes(outcome):
        said = f"INTERNAL DISAGREEMENT: the model {model.complaint}, the replay {outcome}"
        return _result(theorem, Word.UNKNOWN, said, tally, now, facts)
    values = ", ".join(f"{name} = {value}" for name, value in model.leaves.items())
    said = f"{model.complaint} (replayed) for {values}"
    return _result(theorem, Word.REFUTED, said, tally, now, facts)


def _refutes(outcome: Outcome | None) -> bool:
    if isinstance(outcome, Returned):
        return not outcome.value
    return isinstance(outcome, Raised) and not is_refusal(outcome.error)


def _result(
    theorem: Theorem,
    word: Word,
    said: str,
    tally: Tally,
    now: Engine,
    facts: Mapping[str, Any] | None = None,
) -> Result:
    sizes = ", ".join(f"{name}={size}" for name, size in theorem.sizes.items()) or "none needed"
    paths = tally.live + tally.refused + tally.unknown
    seconds = now.seconds()
    mode = "; uint256" if now.uint256 else ""
    return Result(
        word,
        "prove",
        theorem.id,
        f"{said}; sizes: {sizes}{mode}; {paths} paths, {now.queries} queries, {seconds:.2f} s",
        cpu_seconds=seconds,
        details={
            "paths": paths,
            "live": tally.live,
            "refused": tally.refused,
            "queries": now.queries,
            "unknown_queries": now.unknowns,
            "sizes": dict(theorem.sizes),
            "uint256": now.uint256,
            **(facts or {}),
        },
    )
