"""While a proof runs, the modules that it is about run symbolically.

Their functions fold (see `folding`), builtins do not split paths (see `library`), and neither does
the `==` that attrs generates. What compares by identity, or in a way of its own, is refused: joined
values have no identity, and a hand-written `==` is more than a proof looks at. No source is
rewritten; globals are replaced and put back, whatever happens.
"""

import contextlib
import functools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from inspect import isgeneratorfunction
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Protocol

from impl.lab.prover import records
from impl.lab.prover.comparing import compares_fields, equal_records
from impl.lab.prover.ends import Unsupported
from impl.lab.prover.folding import fold
from impl.lab.prover.library import BUILTINS
from impl.lab.prover.paths import Engine, engine, switch
from impl.lab.prover.places import is_authors, is_installed
from impl.lab.prover.values import negation
from spec.kernel.refusal import Refusal
from spec.kernel.steps import Steps

PACKAGES = ("spec", "invariants")


class Lifter:
    """Makes folded versions of functions, one for each function."""

    def __init__(self, spaces: Iterable[dict[str, Any]]) -> None:
        """A lifter for the functions of some modules, given by their globals."""
        self._own = {id(space) for space in spaces}

    def lift(self, value: Any) -> Any:
        """The folded version of a function, and of the functions in a record or table."""
        if isinstance(value, _Cached):
            value = value.__wrapped__
        if isinstance(value, FunctionType):
            return _folded(value) if id(value.__globals__) in self._own else value
        if isinstance(value, type | BuiltinFunctionType) or records.is_table_of_data(value):
            return value
        split = records.parts(value)
        if split is None or isinstance(value, Exception):
            return value
        return records.mapped(value, self.lift)


_Cached = functools._lru_cache_wrapper
"""A function with a memory of its own: a proof asks the function instead."""


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
        engine().entered.add(function)
        return fold(run, args, kwargs)

    call.__lifted__ = True  # type: ignore[attr-defined]
    return call


@contextlib.contextmanager
def lifted(now: Engine, *functions: Any) -> Iterator[Lifter]:
    """The modules of the functions given, and what of spec/ and invariants/ they can reach, run
    symbolically. All of it is undone at the end, whatever happens."""
    spaces = spaces_of(functions)
    lifter = Lifter(spaces)
    undo: list[Callable[[], Any]] = [functools.partial(switch, switch(now))]
    try:
        for space in spaces:
            _swap_globals(space, lifter, undo)
        yield lifter
    finally:
        for step in reversed(undo):
            step()


# The modules -----------------------------------------------------------------------------------


def spaces_of(functions: Iterable[Any]) -> list[dict[str, Any]]:
    """The globals of all modules that a proof about some functions is about."""
    spaces = {id(function.__globals__): function.__globals__ for function in functions}
    left = list(spaces.values())
    while left:
        for space in _helpers(left.pop()):
            if id(space) not in spaces:
                spaces[id(space)] = space
                left.append(space)
    packages = set().union(*map(_packages_named, spaces.values()))
    known = len(sys.modules)
    while not (more := set().union(*(_packages_of(each, known) for each in packages))) <= packages:
        packages |= more
    for name, module in sorted(sys.modules.items()):
        if package_of(name) in packages and module is not None:
            if not (getattr(module, "__file__", None) or ".py").endswith(".py"):
                raise RuntimeError(f"{name} is compiled; proofs run on the sources only")
            spaces[id(vars(module))] = vars(module)
    return list(spaces.values())


def _helpers(space: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The author's other modules that a module takes something from: not those of spec/ and
    invariants/, which are taken by package, nor what is installed."""
    if package_of(space.get("__name__", "")):
        return
    for home in dict.fromkeys(_homes(space)):
        module = sys.modules.get(home)
        file = getattr(module, "__file__", None)
        if file and not package_of(home) and is_authors(file) and not is_installed(file):
            yield vars(module)


def package_of(module: str) -> str:
    """Of a module of spec/ or invariants/: `plasma.mvp`, `kernel`; nothing for any other."""
    top, _, rest = module.partition(".")
    return (rest.rpartition(".")[0] or rest) if top in PACKAGES else ""


def _homes(space: Mapping[str, Any]) -> Iterator[str]:
    """The modules that a module's globals come from."""
    for value in (space, *space.values()):
        home = value.__name__ if isinstance(value, ModuleType) else _home(value)
        if isinstance(home, str):
            yield home


def _home(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("__name__")
    return getattr(value, "__module__", None)


def _packages_named(space: Mapping[str, Any]) -> set[str]:
    """The packages that a module's globals come from."""
    return {package_of(home) for home in _homes(space)} - {""}


@functools.lru_cache(maxsize=64)
def _packages_of(package: str, known: int) -> frozenset[str]:
    """The packages that its modules take something from, when so many modules are known."""
    modules = [
        m for name, m in list(sys.modules.items()) if package_of(name) == package and m is not None
    ]
    return frozenset().union(*(_packages_named(vars(module)) for module in modules))


# Swapping --------------------------------------------------------------------------------------


def _swap_globals(space: dict[str, Any], lifter: Lifter, undo: list[Callable[[], Any]]) -> None:
    for name, value in list(space.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, type):
            if value.__module__ == space["__name__"]:
                _swap_equality(value, undo)
            continue
        if isinstance(value, FunctionType | dict | _Cached | Steps):
            new = lifter.lift(value)
            if new is not value:
                undo.append(functools.partial(space.__setitem__, name, value))
                space[name] = new
    for name, function in BUILTINS.items():
        if name not in space:
            undo.append(functools.partial(space.__delitem__, name))
            space[name] = function


def _swap_equality(kind: Any, undo: list[Callable[[], Any]]) -> None:
    if issubclass(kind, Enum | Refusal | type) or kind is Protocol:
        return
    if compares_fields(kind):
        if "__eq__" in vars(kind):
            _swap_method(kind, "__eq__", equal_records, undo)
            _swap_method(kind, "__ne__", _differ, undo)
    elif kind.__eq__ is not _refuse_to_compare and (
        kind.__eq__ is object.__eq__ or isinstance(vars(kind).get("__eq__"), FunctionType)
    ):
        _swap_method(kind, "__eq__", _refuse_to_compare, undo)


def _swap_method(kind: type, name: str, new: Any, undo: list[Callable[[], Any]]) -> None:
    old = vars(kind).get(name)
    if old is not None:
        undo.append(functools.partial(setattr, kind, name, old))
    else:
        undo.append(functools.partial(delattr, kind, name))
    setattr(kind, name, new)


def _differ(left: Any, right: Any) -> Any:
    same = equal_records(left, right)
    return same if same is NotImplemented else negation(same)


def _refuse_to_compare(left: Any, right: Any) -> bool:
    name = type(left).__name__
    raise Unsupported(
        f"`==` of {name} is not what attrs makes of its fields: make it a frozen attrs record,"
        " or compare the fields that count"
    )
