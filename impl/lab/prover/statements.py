"""A theorem's statement on fresh values: its arguments, its paths, and which of them end wrong."""

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import FunctionType
from typing import Any

import attrs
import z3
from attrs import define

from impl.lab.prover import records
from impl.lab.prover.ends import Mistake, NotStated, Unsupported
from impl.lab.prover.fresh import Leaf, Rejected, Unknown
from impl.lab.prover.lifting import Lifter, lifted
from impl.lab.prover.paths import Engine
from impl.lab.prover.places import shown
from impl.lab.prover.shapes import arbitrary, hints_of, shaped, validated
from impl.lab.prover.sizes import fits
from impl.lab.prover.values import Symbolic, is_flag, truth
from impl.lab.prover.ways import Outcome, Path, Raised, Returned
from invariants.kernel.theorems import Fresh, Theorem
from spec.kernel.refusal import Refusal

IS_FALSE = "is False"


def is_refusal(error: BaseException) -> bool:
    """Is this a way to say no, and not a fault? To change what is frozen is a fault."""
    return isinstance(error, Refusal)


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
    result, name = {}, ""
    try:
        for name in parameters_of(theorem.statement):
            result[name] = _argument(theorem, name, fresh, lift)
    except (Rejected, Refusal, RecursionError, MemoryError, z3.Z3Exception):
        raise
    except Exception as failure:
        raise NotStated(f"{theorem.id}: {_said(theorem, name, failure)}") from None
    return result


def _argument(theorem: Theorem, name: str, fresh: Any, lift: Callable[[Any], Any]) -> Any:
    fresh.prefix = ""
    if name in theorem.values:
        fixed = lift(theorem.values[name])
        return knobs_freed(fixed, name, theorem.symbolic_knobs, theorem.sizes, fresh)
    hints = hints_of(theorem.statement)
    if name not in theorem.shapes:
        return arbitrary(hints[name], name, theorem.sizes, fresh)
    fresh.prefix = f"{name}."
    value = shaped(theorem.shapes[name], theorem.sizes, fresh)
    if (
        name in hints
        and not isinstance(value, Symbolic)
        and not fits(value, hints[name], whole=False)
    ):
        kind = getattr(hints[name], "__name__", hints[name])
        raise Mistake(f"{name}: its shape makes {_kind(value)}; it has to be of the type {kind}")
    return value


def _said(theorem: Theorem, name: str, failure: Exception) -> str:
    """What went wrong when a parameter was to be given."""
    if isinstance(failure, Mistake) or not name:
        return str(failure)
    what = "its shape raises" if name in theorem.shapes else "no value of it can be made:"
    return f"{name}: {what} {type(failure).__name__}: {failure}"


@cache
def parameters_of(statement: Callable[..., Any]) -> tuple[str, ...]:
    """The names of its parameters, which every path asks for."""
    return tuple(inspect.signature(statement).parameters)


def knobs_freed(
    record: Any, name: str, knobs: tuple[str, ...], sizes: Mapping[str, Any], fresh: Fresh
) -> Any:
    """The rule set with fresh values for those of its fields that are quantified over; one
    of a record in it is written "peer.window"."""
    if not knobs or not attrs.has(type(record)):
        return record
    hints = hints_of(record.__class__)
    ours = [f for f in attrs.fields(type(record)) if f.name in knobs]
    free = {f.name: arbitrary(hints[f.name], f"{name}.{f.name}", sizes, fresh) for f in ours}
    for inner in {knob.split(".")[0] for knob in knobs if "." in knob} & {*hints}:
        below = tuple([knob.partition(".")[2] for knob in knobs if knob.startswith(f"{inner}.")])
        free[inner] = knobs_freed(getattr(record, inner), f"{name}.{inner}", below, sizes, fresh)
    with attrs.validators.disabled():
        freed = attrs.evolve(record, **free)
    return validated(freed, ours, fresh)


def functions_of(theorem: Theorem) -> Iterator[FunctionType]:
    """The functions whose modules a proof of the theorem is about."""
    yield from functions_in((theorem.statement, dict(theorem.values)))


def functions_in(value: Any) -> Iterator[FunctionType]:
    """Every plain function inside a value."""
    split = records.parts(value)
    if isinstance(value, partial):
        yield from functions_in(value.func)
    elif isinstance(value, FunctionType):
        yield value
    elif isinstance(call := vars(type(value)).get("__call__"), FunctionType):
        yield call
    elif split is not None:
        for child in split[1]:
            yield from functions_in(child)


def wrong(theorem: Theorem, outcome: Outcome) -> tuple[Any, str]:
    """When the outcome of a path refutes, and how. Raises Unsupported for an answer that is no
    truth value: a tuple or a generator would count as true, whatever is in it."""
    match outcome:
        case Raised(error) if is_refusal(error):
            return z3.BoolVal(False), ""
        case Raised(error):
            return z3.BoolVal(True), f"raises {type(error).__name__}"
        case Returned(value) if is_flag(value):
            return z3.Not(truth(value)), IS_FALSE
    raise Unsupported(
        f"the statement returns {_kind(outcome.value)}, and has to return a bool", _line_of(theorem)
    )


def _line_of(theorem: Theorem) -> str:
    for function in functions_in(theorem.statement):
        code = inspect.unwrap(function).__code__
        return f"{shown(code.co_filename)}:{code.co_firstlineno}"
    return ""


def _kind(value: Any) -> str:
    name = value.__class__.__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
