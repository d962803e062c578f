"""What may be said of a theorem: proved, refuted, unknown or vacuous.

PROVED: no path returns False or crashes, for all values and the sizes stated, and some path is
live. REFUTED: the solver found values, and the statement, run on them as ordinary Python, did
return False or crash. UNKNOWN: the solver or the time gave out somewhere. VACUOUS: no values at all
reach the end of the statement, so that it says nothing.

A Refusal that leaves the statement is an outcome like any other: nothing happened there.
"""

import contextlib
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

import attrs
import z3
from attrs import define, frozen

from impl.evidence import Result, Word
from impl.prover import records
from impl.prover.folding import Lifter, lifted
from impl.prover.paths import Engine, Limits, Outcome, OutOfPatience, Path, Raised, Returned
from impl.prover.shapes import (
    Chosen,
    Fresh,
    Leaf,
    Rejected,
    Unknown,
    arbitrary,
    chosen_by,
    validated,
)
from impl.prover.values import Checked, truth
from invariants.kernel.theorems import Theorem
from spec.kernel.refusal import Refusal

_ATTRS_ERRORS = (
    attrs.exceptions.FrozenError,
    attrs.exceptions.AttrsAttributeNotFoundError,
    attrs.exceptions.NotAnAttrsClassError,
)


def is_refusal(error: Exception) -> bool:
    """Is this a way to say no, and not a fault?"""
    return isinstance(error, (Refusal, *_ATTRS_ERRORS))


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
    value can't.
    """
    now = Engine(Limits(budget_ms, time_limit), uint256)
    tally = Tally()
    reason = ""
    model = None
    try:
        with running(theorem, now) as (run, paths):
            model = _refuting(now, run, paths, tally)
    except OutOfPatience as limit:
        reason = str(limit)
    if model is not None:
        return _refuted(theorem, model, tally, now)
    if reason or tally.unknown:
        reason = reason or f"{tally.unknown} paths undecided"
        return _result(theorem, Word.UNKNOWN, f"gave up after {reason}", tally, now)
    if not tally.live and now.unknowns:
        return _result(theorem, Word.UNKNOWN, "gave up on finding any values", tally, now)
    if not tally.live:
        return _result(theorem, Word.VACUOUS, "no values reach the claim", tally, now)
    return _result(theorem, Word.PROVED, "for all values", tally, now)


@define
class Run:
    """The statement on fresh values: what the engine runs again and again."""

    theorem: Theorem
    now: Engine
    lifter: Lifter
    leaves: Mapping[str, Leaf] = attrs.field(factory=dict)
    """Of the present path."""

    def __call__(self) -> Any:
        """One path."""
        fresh = Unknown(self.now)
        self.leaves = fresh.leaves
        return self.theorem.statement(**arguments(self.theorem, fresh, self.lifter.lift))


@contextlib.contextmanager
def running(theorem: Theorem, now: Engine) -> Iterator[tuple[Run, Iterator[Path]]]:
    """The paths of a theorem's statement, one by one; `Run.leaves` are those of the last."""
    with lifted(now, *functions_of(theorem)) as lifter:
        run = Run(theorem, now, lifter)
        with contextlib.closing(now.paths(run)) as paths:
            yield run, paths


def arguments(
    theorem: Theorem, fresh: Any, lift: Callable[[Any], Any] = lambda value: value
) -> dict[str, Any]:
    """A value for each parameter: fixed, shaped by hand, or arbitrary of its type."""
    hints = typing.get_type_hints(theorem.statement)
    result = {}
    for name in inspect.signature(theorem.statement).parameters:
        fresh.prefix = ""
        if name in theorem.values:
            fixed = lift(theorem.values[name])
            result[name] = knobs_freed(fixed, name, theorem.symbolic_knobs, theorem.sizes, fresh)
        elif name in theorem.shapes:
            fresh.prefix = f"{name}."
            result[name] = theorem.shapes[name](fresh)
        else:
            result[name] = arbitrary(hints[name], name, theorem.sizes, fresh)
    return result


def knobs_freed(
    record: Any, name: str, knobs: tuple[str, ...], sizes: Mapping[str, Any], fresh: Fresh
) -> Any:
    """The rule set with fresh values for those of its fields that are quantified over."""
    if not knobs or not attrs.has(type(record)):
        return record
    hints = typing.get_type_hints(type(record))
    ours = [f for f in attrs.fields(type(record)) if f.name in knobs]
    free = {f.name: arbitrary(hints[f.name], f"{name}.{f.name}", sizes, fresh) for f in ours}
    with attrs.validators.disabled():
        freed = attrs.evolve(record, **free)
    return validated(freed, ours, fresh)


def functions_of(theorem: Theorem) -> Iterator[FunctionType]:
    """The functions whose modules a proof of the theorem is about."""
    yield from functions_in((theorem.statement, dict(theorem.values)))


def functions_in(value: Any) -> Iterator[FunctionType]:
    """Every plain function inside a value."""
    split = records.parts(value)
    if isinstance(value, FunctionType):
        yield value
    elif split is not None:
        for child in split[1]:
            yield from functions_in(child)


# Judging paths ---------------------------------------------------------------------------------


def _refuting(now: Engine, run: Run, paths: Iterator[Path], tally: Tally) -> Model | None:
    """The first values that make the statement false or crash; the tally of all other paths."""
    for path in paths:
        term, complaint = wrong(path.outcome)
        answer, model = now.check(term)
        if answer == z3.sat:
            return Model(chosen_by(model, run.leaves), complaint)
        if answer == z3.unknown:
            tally.unknown += 1
        elif z3.is_true(term):
            continue  # a path without values
        elif isinstance(path.outcome, Raised):
            tally.refused += 1
        elif now.model is not None or now.check()[0] == z3.sat:
            tally.live += 1
    return None


def wrong(outcome: Outcome) -> tuple[Any, str]:
    """When the outcome of a path refutes, and how."""
    match outcome:
        case Raised(error) if is_refusal(error):
            return z3.BoolVal(False), ""
        case Raised(error):
            return z3.BoolVal(True), f"raises {type(error).__name__}"
        case Returned(value):
            return z3.Not(truth(value)), "is False"


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


def replayed(
    theorem: Theorem, leaves: Mapping[str, int | bool], uint256: bool = False
) -> tuple[dict[str, Any], Outcome | None]:
    """The statement on concrete values, as ordinary Python: its arguments and its outcome.

    The outcome is None where a shape leaves these values out.
    """
    if not uint256:
        return _replayed(theorem, Chosen(leaves), lambda value: value)
    with lifted(Engine(Limits(), uint256=True), *functions_of(theorem)) as lifter:
        return _replayed(theorem, Chosen(leaves, Checked), lifter.lift)


def _replayed(
    theorem: Theorem, chosen: Chosen, lift: Callable[[Any], Any]
) -> tuple[dict[str, Any], Outcome | None]:
    try:
        values = arguments(theorem, chosen, lift)
    except Rejected:
        return {}, None
    try:
        return values, Returned(theorem.statement(**values))
    except Exception as error:
        return values, Raised(error)


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
