"""Which functions are the rules: all that the steps, the honest strategies and the decisions run.

Read off the functions themselves: what their code names, and what those name, within the
protocol's package and the main chain. So a protocol need not say which of its modules are rules.
"""

import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs
from attrs import frozen

from impl.ground.homes import home_of
from invariants.kernel.claims import Rulebook

MAIN_CHAIN = "spec.kernel.mainchain"
Place = tuple[str, str]
"""A module's name and a function's."""


@frozen
class Ruled:
    """A function of the rules."""

    decides: bool
    """Is it a decision of the rules, or a part of one?"""
    rule_sets: tuple[str, ...]
    """The rule sets that run it, in the rulebook's order."""


def package_of(rulebook: Rulebook) -> str:
    """The package in which a protocol's rules stand; for a single module, that module."""
    module: str = home_of(rulebook.protocol)
    package = module.rpartition(".")[0]
    return package if package.startswith("spec.") else module


def rule_functions(rulebook: Rulebook) -> dict[Place, Ruled]:
    """The functions of the rules, in the order of the modules and of the text."""
    package = package_of(rulebook)
    protocol = rulebook.protocol
    common = _reached((*protocol.roots, protocol.obligations, protocol.room), package)
    decisions = {
        each.name: _reached(_functions_in(each.rules), package) for each in rulebook.rule_sets
    }
    found = {}
    for place in sorted({*common, *(p for reached in decisions.values() for p in reached)}):
        deciding = tuple(name for name, reached in decisions.items() if place in reached)
        everywhere = tuple(decisions) if place in common else deciding
        found[place] = Ruled(bool(deciding), everywhere)
    return dict(sorted(found.items(), key=lambda item: (item[0][0], _line_of(item[0]))))


def reaches(function: Any, wanted: Any) -> bool:
    """Does a claim's function, or one that it names within the claims, call this one?"""
    left, known, goal = list(_functions_in(function)), set[int](), set(_functions_in(wanted))
    while left:
        each = left.pop()
        if each in goal:
            return True
        if id(each) not in known and not each.__module__.startswith("spec."):
            known.add(id(each))
            left += _named(each)
    return False


def _reached(roots: Iterable[Any], package: str) -> frozenset[Place]:
    left = [f for root in roots if root is not None for f in _functions_in(root)]
    found: dict[Place, FunctionType] = {}
    while left:
        function = left.pop()
        module = function.__module__
        if module != MAIN_CHAIN and not f"{module}.".startswith(f"{package}."):
            continue
        place = module, function.__qualname__.partition(".")[0]
        if place not in found:
            found[place] = function
            left += _named(function)
    return frozenset(found)


def _named(function: FunctionType) -> Iterator[FunctionType]:
    """The functions that a function's code names; those of modules by the names behind a dot."""
    names = tuple(dict.fromkeys(names_in(function.__code__)))
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, ModuleType):
            for inner in names:
                yield from _functions_in(vars(value).get(inner))
        else:
            yield from _functions_in(value)
    for cell in function.__closure__ or ():
        yield from _functions_in(cell.cell_contents)


def names_in(code: CodeType) -> Iterator[str]:
    """What a function's code names, and the code inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from names_in(constant)


def _functions_in(value: Any) -> Iterator[FunctionType]:
    """The functions that a value is or holds."""
    value = _plain(value)
    if isinstance(value, FunctionType):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _functions_in(each)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _functions_in(each)
    elif not isinstance(value, type) and attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            yield from _functions_in(getattr(value, field.name))


def _plain(value: Any) -> Any:
    return inspect.unwrap(value) if callable(value) and not isinstance(value, type) else value


def _line_of(place: Place) -> int:
    found = vars(sys.modules[place[0]]).get(place[1])
    lines = [each.__code__.co_firstlineno for each in _methods_or_itself(_plain(found))]
    return min(lines, default=0)


def _methods_or_itself(value: Any) -> list[FunctionType]:
    inside = vars(value).values() if isinstance(value, type) else [value]
    return [
        each
        for each in inside
        if isinstance(each, FunctionType) and not each.__code__.co_filename.startswith("<")
    ]
