"""A theorem's statement on fresh values: its arguments, its paths, and which of them end wrong."""

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any

import attrs
import z3
from attrs import define

from impl.prover import records
from impl.prover.folding import Lifter, lifted
from impl.prover.paths import Engine, Outcome, Path, Raised, Returned
from impl.prover.shapes import Leaf, Unknown, arbitrary, hints_of, shaped, validated
from impl.prover.values import truth
from invariants.kernel.theorems import Fresh, Theorem
from spec.kernel.refusal import Refusal

_ATTRS_ERRORS = (
    attrs.exceptions.FrozenError,
    attrs.exceptions.AttrsAttributeNotFoundError,
    attrs.exceptions.NotAnAttrsClassError,
)


IS_FALSE = "is False"


def is_refusal(error: BaseException) -> bool:
    """Is this a way to say no, and not a fault?"""
    return isinstance(error, (Refusal, *_ATTRS_ERRORS))


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
    hints = hints_of(theorem.statement)
    result = {}
    for name in inspect.signature(theorem.statement).parameters:
        fresh.prefix = ""
        if name in theorem.values:
            fixed = lift(theorem.values[name])
            result[name] = knobs_freed(fixed, name, theorem.symbolic_knobs, theorem.sizes, fresh)
        elif name in theorem.shapes:
            fresh.prefix = f"{name}."
            result[name] = shaped(theorem.shapes[name], theorem.sizes, fresh)
        else:
            result[name] = arbitrary(hints[name], name, theorem.sizes, fresh)
    return result


def knobs_freed(
    record: Any, name: str, knobs: tuple[str, ...], sizes: Mapping[str, Any], fresh: Fresh
) -> Any:
    """The rule set with fresh values for those of its fields that are quantified over."""
    if not knobs or not attrs.has(type(record)):
        return record
    hints = hints_of(record.__class__)
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


def wrong(outcome: Outcome) -> tuple[Any, str]:
    """When the outcome of a path refutes, and how."""
    match outcome:
        case Raised(error) if is_refusal(error):
            return z3.BoolVal(False), ""
        case Raised(error):
            return z3.BoolVal(True), f"raises {type(error).__name__}"
        case Returned(value):
            return z3.Not(truth(value)), IS_FALSE
