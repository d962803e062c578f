"""Calls of pure functions as one step, and Python's builtins without forks.

A call with unknown values in its arguments is enumerated where it stands. Outcomes of the same
shape are joined by if-then-else; only the KIND of outcome (which refusal, None or a value, how long
a tuple) splits the caller. The first try asks no solver: a dead inner path only adds a dead branch
to a term, and the answer holds everywhere, so it is remembered. A call with too many paths, or one
that does what only a feasible path may, is enumerated again with the solver, and its answer holds
where it was found and nowhere else.

No source is rewritten. While a proof runs, `lifted` replaces the globals of the modules that it is
about, and puts them back whatever happens.
"""

import builtins
import contextlib
import functools
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from inspect import isgeneratorfunction
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import attrs
from attrs import frozen

from impl.prover import records
from impl.prover.paths import (
    FALSE,
    TRUE,
    Engine,
    Infeasible,
    NeedsSolver,
    Outcome,
    Path,
    Raised,
    Returned,
    choice,
    engine,
    switch,
)
from impl.prover.shapes import Unknown
from impl.prover.values import SymbolicBool, SymbolicInt, boolean, both, either, negation, truth

PACKAGES = ("spec", "invariants")
_ONCE = (list, set, bytearray, Unknown)


@frozen
class Alternative:
    """One kind of outcome of a call: when, and what."""

    condition: Any
    outcome: Outcome


# Folding a call --------------------------------------------------------------------------------


def fold(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What the call returns or raises on this path."""
    now = engine()
    values = (*args, *kwargs.values())
    if now.frame is None or any(_once(value) for value in values):
        return function(*args, **kwargs)
    if all(records.is_known(value) for value in values):
        return function(*args, **kwargs)
    question = (function, tuple(kwargs), tuple([records.identity(v) for v in values]))
    alternatives = now.recorded(
        question, values, lambda: _alternatives(now, question, function, args, kwargs)
    )
    if alternatives is None:
        return function(*args, **kwargs)
    return _chosen(now, alternatives)


def _once(value: Any) -> bool:
    """Is this a value that a second run would not find as the first one found it?"""
    if isinstance(value, FunctionType):
        return "<" in value.__qualname__ and not hasattr(value, "__lifted__")
    return isinstance(value, _ONCE) or hasattr(value, "__next__")


def _alternatives(
    now: Engine,
    question: Hashable,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[Alternative, ...] | None:
    """Every kind of outcome of a call; None where the call can't be folded."""
    if question in now.memo:
        return now.memo[question][1]  # type: ignore[no-any-return]
    paths, free = _enumerated(now, lambda: records.settled(function(*args, **kwargs)))
    if any(isinstance(p.outcome, Returned) and _lazy(p.outcome.value) for p in paths):
        answer = None
    else:
        answer = alternatives(paths)
    if free:
        now.memo[question] = ((args, kwargs), answer)
    return answer


def _enumerated(now: Engine, run: Callable[[], Any]) -> tuple[list[Path], bool]:
    """The paths of a run, and whether they hold in every context."""
    free = True

    def watched() -> Any:
        nonlocal free
        try:
            return run()
        finally:
            free = free and now.frame is not None and now.frame.free

    with contextlib.suppress(NeedsSolver):
        return list(now.paths(watched, solved=False)), free
    frame = now.frame
    while frame is not None:
        frame.free = False
        frame = frame.parent
    return list(now.paths(run)), False


def _lazy(value: Any) -> bool:
    """Does the value hold something that is used up, or changed, by its reader?"""
    return _once(value) or isinstance(value, map | filter | zip)


def alternatives(paths: Sequence[Path]) -> tuple[Alternative, ...]:
    """The paths of a call, those of one shape joined."""
    shaped = [(path, outcome_shape(path.outcome)) for path in paths]
    kinds = dict.fromkeys(kind for _, kind in shaped)
    return tuple(Alternative(*_joined(shaped, 0, kind)) for kind in kinds)


def outcome_shape(outcome: Outcome) -> Hashable:
    """Returned or raised, and what shape."""
    if isinstance(outcome, Returned):
        return "returned", records.shape(outcome.value)
    return "raised", records.shape(outcome.error)


def _joined(paths: list[tuple[Path, Hashable]], depth: int, kind: Hashable) -> tuple[Any, Any]:
    """When an outcome of this kind comes, and which, from the tree that the paths make."""
    path, found = paths[0]
    if len(path.decisions) == depth:
        return TRUE if found == kind else FALSE, path.outcome if found == kind else None
    term = path.decisions[depth][0]
    yes = [p for p in paths if p[0].decisions[depth][1]]
    no = [p for p in paths if not p[0].decisions[depth][1]]
    if not yes or not no:
        return _joined(yes or no, depth + 1, kind)
    when_yes, if_yes = _joined(yes, depth + 1, kind)
    when_no, if_no = _joined(no, depth + 1, kind)
    when = choice(term, when_yes, when_no)
    if if_yes is None or if_no is None:
        return when, if_yes or if_no
    return when, _joined_outcome(term, if_yes, if_no)


def _joined_outcome(term: Any, yes: Outcome, no: Outcome) -> Outcome:
    if isinstance(yes, Returned) and isinstance(no, Returned):
        return Returned(records.joined(term, yes.value, no.value))
    if isinstance(yes, Raised) and isinstance(no, Raised):
        return Raised(records.joined(term, yes.error, no.error))
    raise AssertionError("outcomes of one shape")


def _chosen(now: Engine, answer: tuple[Alternative, ...]) -> Any:
    if not answer:
        raise Infeasible
    for alternative in answer[:-1]:
        if now.decide(alternative.condition):
            return _delivered(alternative.outcome)
    return _delivered(answer[-1].outcome)


def _delivered(outcome: Outcome) -> Any:
    if isinstance(outcome, Raised):
        raise outcome.error
    value = outcome.value
    return dict(value) if type(value) is dict else value


# Python's builtins -----------------------------------------------------------------------------


def _gathered(
    items: Iterable[Any], start: Any, combine: Callable[[Any, Any], Any], stop: bool
) -> Any:
    """All or any, to the end instead of to the first that decides.

    Python would not look at what stands behind that one, so whatever a later item raises counts
    only where nothing before it decides.
    """
    result = start
    iterator = iter(items)
    while True:
        try:
            item = next(iterator)
        except StopIteration:
            return result
        except Exception:
            if isinstance(result, SymbolicBool) and bool(result) is stop:
                return stop
            raise
        result = combine(result, boolean(truth(item)) if _is_number(item) else bool(item))
        if result is stop:
            return stop


def _is_number(item: Any) -> bool:
    return isinstance(item, SymbolicBool | SymbolicInt)


def _all(items: Iterable[Any]) -> Any:
    return _gathered(items, True, both, False)


def _any(items: Iterable[Any]) -> Any:
    return _gathered(items, False, either, True)


def _extreme(better: Callable[[Any, Any], Any], plain: Callable[..., Any]) -> Callable[..., Any]:
    def extreme(*args: Any, **options: Any) -> Any:
        items = list(args[0]) if len(args) == 1 else list(args)
        if all(records.is_known(item) for item in items):
            return plain(items, **options)
        key = options.get("key") or _itself
        best, value = items[0], key(items[0])
        for item in items[1:]:
            candidate = key(item)
            wins = better(candidate, value)
            best, value = _if(wins, item, best), _if(wins, candidate, value)
        return best

    return extreme


_min = _extreme(records.less, min)
_max = _extreme(lambda a, b: records.less(b, a), max)


def _itself(item: Any) -> Any:
    return item


def _if(condition: Any, yes: Any, no: Any) -> Any:
    """One of two values; splits the path only where they can't be joined."""
    if isinstance(condition, SymbolicBool) and records.shape(yes) == records.shape(no):
        return records.joined(condition.term, yes, no)
    return yes if condition else no


def _sorted(items: Iterable[Any], *, key: Any = None, reverse: Any = False) -> list[Any]:
    """A stable sort by exchanging neighbours, so that the order splits no path.

    Items that can't be joined are compared one by one, and split it.
    """
    rows = [(key(item) if key else item, item) for item in items]
    if all(records.is_known(rank) for rank, _ in rows):
        ordered = sorted(rows, key=lambda row: row[0], reverse=reverse)
        return [item for _, item in ordered]
    for end in range(len(rows) - 1, 0, -1):
        for place in range(end):
            first, second = rows[place], rows[place + 1]
            ranks = (first[0], second[0]) if reverse else (second[0], first[0])
            swap = records.less(*ranks)
            rows[place] = _if(swap, second, first)
            rows[place + 1] = _if(swap, first, second)
    return [item for _, item in rows]


def _sum(items: Iterable[Any], /, start: Any = 0) -> Any:
    result = start
    for item in items:
        result = result + item
    return result


BUILTINS: Mapping[str, Callable[..., Any]] = {
    "all": _all, "any": _any, "min": _min, "max": _max, "sorted": _sorted, "sum": _sum
}  # fmt: skip


# Swapping globals ------------------------------------------------------------------------------


class Lifter:
    """Makes folded versions of functions, one for each function.

    `inside(function)` is the context in which a function runs: it says whether overflow counts.
    """

    def __init__(self, own: Callable[[Any], bool]) -> None:
        """A lifter for the functions that `own` accepts."""
        self._own = own

    def lift(self, value: Any) -> Any:
        """The folded version of a function, and of the functions in a record or table."""
        if isinstance(value, FunctionType):
            return _folded(value) if self._own(value) else value
        if isinstance(value, type | BuiltinFunctionType) or records.is_table_of_data(value):
            return value
        split = records.parts(value)
        if split is None or isinstance(value, Exception):
            return value
        return records.mapped(value, self.lift)


@functools.lru_cache(maxsize=4096)
def _folded(function: FunctionType) -> Any:
    if isgeneratorfunction(function) or hasattr(function, "__lifted__"):
        return function
    contract = not function.__module__.startswith("invariants.")

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        now = engine()
        outside, now.checked = now.checked, contract
        try:
            return function(*args, **kwargs)
        finally:
            now.checked = outside

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        return fold(run, args, kwargs)

    call.__lifted__ = True  # type: ignore[attr-defined]
    return call


@contextlib.contextmanager
def lifted(now: Engine, *functions: Any) -> Iterator[Lifter]:
    """The modules of the functions given, and what of spec/ and invariants/ they can reach, run
    symbolically.

    Their global functions fold, builtins and the `==` of attrs records don't split paths. All of
    it is undone at the end, whatever happens.
    """
    spaces = _spaces(functions)
    own = {id(space) for space in spaces}
    lifter = Lifter(lambda function: id(function.__globals__) in own)
    undo: list[Callable[[], Any]] = [functools.partial(switch, switch(now))]
    try:
        for space in spaces:
            _swap_globals(space, lifter, undo)
        yield lifter
    finally:
        for step in reversed(undo):
            step()


def _spaces(functions: Iterable[Any]) -> list[dict[str, Any]]:
    spaces = {id(function.__globals__): function.__globals__ for function in functions}
    packages = set().union(*map(_packages_named, spaces.values()))
    known = len(sys.modules)
    while not (more := set().union(*(_packages_of(each, known) for each in packages))) <= packages:
        packages |= more
    for name, module in sorted(sys.modules.items()):
        if _package(name) in packages and module is not None:
            if not (getattr(module, "__file__", None) or ".py").endswith(".py"):
                raise RuntimeError(f"{name} is compiled; proofs run on the sources only")
            spaces[id(vars(module))] = vars(module)
    return list(spaces.values())


def _package(module: str) -> str:
    """Of a module of spec/ or invariants/: `plasma`, `kernel`; nothing for any other."""
    top, _, rest = module.partition(".")
    return rest.partition(".")[0] if top in PACKAGES else ""


def _packages_named(space: Mapping[str, Any]) -> set[str]:
    """The packages that a module's globals come from."""
    homes = [space.get("__name__")]
    for value in space.values():
        homes.append(
            value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        )
    return {_package(home) for home in homes if isinstance(home, str)} - {""}


@functools.lru_cache(maxsize=64)
def _packages_of(package: str, known: int) -> frozenset[str]:
    """The packages that its modules take something from, when so many modules are known."""
    modules = [
        m for name, m in list(sys.modules.items()) if _package(name) == package and m is not None
    ]
    return frozenset().union(*(_packages_named(vars(module)) for module in modules))


def _swap_globals(space: dict[str, Any], lifter: Lifter, undo: list[Callable[[], Any]]) -> None:
    for name, value in list(space.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, type):
            if attrs.has(value) and value.__module__ == space["__name__"]:
                _swap_equality(value, undo)
            continue
        if isinstance(value, FunctionType | dict):
            new = lifter.lift(value)
            if new is not value:
                undo.append(functools.partial(space.__setitem__, name, value))
                space[name] = new
    for name, function in BUILTINS.items():
        if name not in space:
            undo.append(functools.partial(space.__delitem__, name))
            space[name] = function


def _swap_equality(kind: type, undo: list[Callable[[], Any]]) -> None:
    generated = vars(kind).get("__eq__")
    if generated is None or not generated.__code__.co_filename.startswith("<attrs generated"):
        return
    for name, new in (("__eq__", records.equal_records), ("__ne__", _differ)):
        old = vars(kind).get(name)
        if old is not None:
            undo.append(functools.partial(setattr, kind, name, old))
            setattr(kind, name, new)


def _differ(left: Any, right: Any) -> Any:
    same = records.equal_records(left, right)
    return same if same is NotImplemented else negation(same)


assert all(hasattr(builtins, name) for name in BUILTINS)
