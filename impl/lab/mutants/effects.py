"""Mistakes in what a step does, rather than in what it asks before: a stock of its own.

Each part of a record that is made is left as it was, given its neighbour's value, doubled, off by
one, nothing, or a hundred days later; what a call would have changed stays as it was; money goes to
another party; what is appended is left out; an answer is the unchanged argument.
"""

import ast
import typing
from collections.abc import Callable, Iterator
from enum import EnumMeta
from itertools import pairwise
from typing import Any

import attrs

from impl.lab.mutants.kinds import Kinds, annotations_of, hints_of, parts_of
from impl.lab.mutants.operators import Change, only_raises, places
from spec.kernel.basics import Party
from spec.kernel.mainchain import lock, release

HUNDRED_DAYS = 8_640_000
QUANTITIES = ("Wei", "Seconds", "Instant")
COLLECTIONS = (ast.Tuple, ast.List, ast.Set)


def effects(function: ast.FunctionDef, kinds: Kinds) -> Iterator[Change]:
    """Every mistake in what a function does, in the order of the text; none in its guards."""
    for node in places(function.body, but=_refuses):
        if isinstance(node, ast.stmt):
            yield from _in_statement(node, function, kinds)
        elif isinstance(node, ast.Call):
            yield from _in_call(node, kinds)
        elif isinstance(node, ast.IfExp):
            yield Change(node, "always-the-first", node.body)
            yield Change(node, "always-the-second", node.orelse)
        elif isinstance(node, COLLECTIONS):
            yield from _left_out(node)
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.BitOr):
            yield Change(node, "left-out", node.left)
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
            yield Change(node, "emptied", _read("[]"))


def _refuses(node: ast.AST) -> bool:
    """Is it a guard, or what it raises?"""
    return isinstance(node, ast.Raise) or (isinstance(node, ast.If) and only_raises(node))


# Statements -------------------------------------------------------------------------------------


def _in_statement(statement: ast.stmt, function: ast.FunctionDef, kinds: Kinds) -> Iterator[Change]:
    if _goes_on(statement):
        yield Change(statement, "left-out", ast.Pass())
    if isinstance(statement, ast.Return) and statement.value is not None:
        unchanged = _arguments(kinds.hints, kinds.parameters)
        if unchanged:
            yield Change(statement.value, "unchanged", _read(unchanged))
        written = "" if function.returns is None else ast.unparse(function.returns)
        yield from _amounts(statement.value, written, kinds.hints.get("return"))


def _goes_on(statement: ast.stmt) -> bool:
    """Does it change what a name stands for, or hand something out? Without it all goes on."""
    if isinstance(statement, ast.AugAssign):
        return True
    if isinstance(statement, ast.Expr):
        call = statement.value
        appends = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        return appends or isinstance(call, ast.Yield | ast.YieldFrom)
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return False
    name = statement.targets[0].id
    return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(statement.value))


def _arguments(hints: Any, parameters: list[str]) -> str:
    """The first parameters, if they are of the type that a function answers, or make it up."""
    answer = hints.get("return")
    wanted = typing.get_args(answer) if typing.get_origin(answer) is tuple else ()
    if answer is None or not parameters:
        return ""
    if hints.get(parameters[0]) == answer:
        return parameters[0]
    first = parameters[: len(wanted)]
    if len(wanted) > 1 and tuple(hints.get(name) for name in first) == wanted:
        return f"({', '.join(first)})"
    return ""


# Calls ------------------------------------------------------------------------------------------


def _in_call(node: ast.Call, kinds: Kinds) -> Iterator[Change]:
    called = kinds.called(node)
    if called is attrs.evolve and node.args:
        yield from _in_record(node, kinds.of(node.args[0]), ast.unparse(node.args[0]), kinds)
    elif isinstance(called, type) and attrs.has(called) and not issubclass(called, Exception):
        yield from _in_record(node, called, next(kinds.where(called), ""), kinds)
    elif callable(called) and getattr(called, "__module__", "").startswith("spec."):
        yield from _skipped(node, called)
        if called in (lock, release):
            yield from _to_another(node)
        written = annotations_of(called)
        for value, name in zip(node.args, [n for n in written if n != "return"], strict=False):
            if written[name] in QUANTITIES:
                yield from _amounts(value, written[name], int)


def _skipped(node: ast.Call, called: Callable[..., Any]) -> Iterator[Change]:
    """What the call would change stays as it was."""
    parameters = list(annotations_of(called))
    unchanged = _arguments(hints_of(called), [name for name in parameters if name != "return"])
    count = unchanged.count(",") + 1 if unchanged else 0
    if count and len(node.args) >= count:
        said = [ast.unparse(each) for each in node.args[:count]]
        yield Change(node, "skipped", _read(said[0] if count == 1 else f"({', '.join(said)})"))


def _to_another(node: ast.Call) -> Iterator[Change]:
    """Money is taken from, or paid to, somebody else who has an account."""
    main, party = ast.unparse(node.args[0]), ast.unparse(node.args[1])
    other = f"min([p for p, _ in ({main}).accounts if p != {party}])"
    yield Change(node.args[1], "to-another", _read(other))


# Records ----------------------------------------------------------------------------------------


def _in_record(node: ast.Call, kind: Any, before: str, kinds: Kinds) -> Iterator[Change]:
    """`before`: what says how the record was before; empty where nothing does."""
    parts = parts_of(kind)
    given = _given(node, kind, parts)
    written = annotations_of(kind) if isinstance(kind, type) else {}
    for name, value in given.items():
        if _is_part(value, name, kind, kinds):
            continue  # it is as it was already
        if before:
            yield Change(value, "left-as-it-was", _read(f"({before}).{name}"))
        yield from _amounts(value, written.get(name, ""), parts[name])
        yield from _others(value, parts[name], kinds)
    for one, other in _neighbours(given, parts, written):
        yield Change(node, "swapped", _swapped(node, given[one], given[other]))


def _is_part(value: ast.expr, name: str, kind: Any, kinds: Kinds) -> bool:
    """Is it the same part of another record of this type?"""
    return isinstance(value, ast.Attribute) and value.attr == name and kinds.of(value.value) == kind


def _given(node: ast.Call, kind: Any, parts: Any) -> dict[str, ast.expr]:
    """The values by field, in the order of the call; nothing that is spread."""
    evolves = isinstance(node.func, ast.Name) and node.func.id == "evolve"
    positional = [] if evolves else list(zip(parts, node.args, strict=False))
    named = [(each.arg, each.value) for each in node.keywords if each.arg]
    return {
        name: value
        for name, value in [*positional, *named]
        if name in parts and not isinstance(value, ast.Starred)
    }


def _neighbours(given: Any, parts: Any, written: Any) -> Iterator[tuple[str, str]]:
    """Neighbours among the fields of one type that get different values."""
    of: dict[Any, list[str]] = {}
    for name in given:
        of.setdefault((written.get(name), str(parts[name])), []).append(name)
    for names in of.values():
        for one, other in pairwise(names):
            if ast.unparse(given[one]) != ast.unparse(given[other]):
                yield one, other


def _swapped(node: ast.Call, one: ast.expr, other: ast.expr) -> ast.expr:
    def turned(value: ast.expr) -> ast.expr:
        return other if value is one else one if value is other else value

    keywords = [ast.keyword(each.arg, turned(each.value)) for each in node.keywords]
    return ast.Call(node.func, [turned(each) for each in node.args], keywords)


def _others(value: ast.expr, kind: Any, kinds: Kinds) -> Iterator[Change]:
    """What else could stand in a field: another member or party, the opposite, nothing."""
    said = ast.unparse(value)
    if isinstance(kind, EnumMeta):
        if isinstance(value, ast.Attribute) and value.attr in kind.__members__:
            for member in kind.__members__:
                if member != value.attr:
                    yield Change(value, "another", ast.Attribute(value.value, member, ast.Load()))
    elif kind is Party:
        for other in kinds.where(Party):
            if other != said:
                yield Change(value, "another", _read(other))
                break
    elif type(None) in typing.get_args(kind) and said != "None":
        yield Change(value, "nothing", _read("None"))
    elif kind is bool:
        yield Change(value, "opposite", ast.UnaryOp(ast.Not(), value))


# Amounts ----------------------------------------------------------------------------------------


def _amounts(value: ast.expr, written: str, kind: Any) -> Iterator[Change]:
    """Other amounts; a pair with its sides the wrong way round; a time long after."""
    said = ast.unparse(value)
    args = typing.get_args(kind)
    if typing.get_origin(kind) is tuple and len(args) == 2 and args[0] == args[1] is not Ellipsis:
        yield Change(value, "sides-changed", _read(f"({said})[::-1]"))
    if kind is not int or (written not in QUANTITIES and written != "int"):
        return
    yield Change(value, "one-more", _read(f"({said}) + 1"))
    if said != "0":
        yield Change(value, "doubled", _read(f"({said}) * 2"))
        yield Change(value, "zeroed", _read("0"))
    if written in ("Seconds", "Instant"):
        yield Change(value, "much-later", _read(f"({said}) + {HUNDRED_DAYS}"))


def _left_out(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Change]:
    """What is appended to something is left out, or what it is appended to."""
    if not any(isinstance(each, ast.Starred) for each in node.elts):
        return
    for n in range(len(node.elts)):
        rest = [*node.elts[:n], *node.elts[n + 1 :]]
        less = type(node)(rest, ast.Load()) if not isinstance(node, ast.Set) else ast.Set(rest)
        yield Change(node, "left-out", less if rest else _read("()"))


def _read(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
