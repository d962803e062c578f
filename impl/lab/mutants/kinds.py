"""Of what type is an expression in a function? Read off annotations, as far as they say it.

Just enough to know what a part of a record was before, and what could stand in another's place.
"""

import ast
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import attrs

DEPTH = 3
"""How many dots lie between a parameter and what is looked for in it."""


class Kinds:
    """The types in one function of a module."""

    def __init__(self, module: Mapping[str, Any], function: ast.FunctionDef, known: Any) -> None:
        """`known`: the function itself, or None where it stands inside another one."""
        self._module = module
        self.hints = hints_of(known)
        self.parameters = [each.arg for each in function.args.args]
        if self.parameters[:1] == ["self"]:  # an action's own effect: it is about the state first
            owner = module.get(known.__qualname__.partition(".")[0])
            self.hints = {**self.hints, "self": owner}
            self.parameters = [*self.parameters[1:2], "self", *self.parameters[2:]]
        self.local = {name: self.hints[name] for name in self.parameters if name in self.hints}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._assigned(node.targets[0], node.value)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.local.setdefault(target.id, self.of(value))
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._assigned(one, other)

    def of(self, node: ast.expr) -> Any:
        """The type; None where nothing says it."""
        if isinstance(node, ast.Name):
            return self.local.get(node.id)
        if isinstance(node, ast.Constant):
            return type(node.value)
        if isinstance(node, ast.Attribute):
            return parts_of(self.of(node.value)).get(node.attr)
        if isinstance(node, ast.Subscript):
            return _member(self.of(node.value), node.slice)
        if isinstance(node, ast.BinOp):
            return self.of(node.left)
        if isinstance(node, ast.IfExp):
            return self.of(node.body)
        if isinstance(node, ast.Call):
            return self._answer(node)
        return None

    def called(self, node: ast.Call) -> Any:
        """The function or the type that is called; None where it is no global name."""
        if isinstance(node.func, ast.Name):
            return self._module.get(node.func.id)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            space = self._module.get(node.func.value.id)
            if isinstance(space, types.ModuleType):
                return vars(space).get(node.func.attr)
        return None

    def _answer(self, node: ast.Call) -> Any:
        called = self.called(node)
        if called is attrs.evolve and node.args:
            return self.of(node.args[0])
        if isinstance(called, type):
            return called
        if isinstance(node.func, ast.Name) and node.func.id in ("min", "max", "sum", "len"):
            return int if not node.args or self.of(node.args[0]) in (int, None) else None
        return hints_of(called).get("return")

    def where(self, kind: Any) -> Iterator[str]:
        """What is of this type, nearest first: parameters, what they hold, and local names."""
        level = [(name, self.local[name]) for name in self.parameters if name in self.local]
        for _ in range(DEPTH):
            yield from (text for text, held in level if held == kind)
            level = [
                (f"{text}.{name}", part)
                for text, held in level
                for name, part in parts_of(held).items()
            ]
        names = (name for name in self.local if name not in self.parameters)
        yield from (name for name in names if self.local[name] == kind)


def _member(whole: Any, place: ast.expr) -> Any:
    """The type of what stands in a mapping or in a tuple."""
    args = typing.get_args(whole)
    if not args:
        return None
    if typing.get_origin(whole) is not tuple:
        return args[-1]
    if isinstance(place, ast.Constant) and isinstance(place.value, int) and Ellipsis not in args:
        return args[place.value] if place.value < len(args) else None
    return args[0] if isinstance(place, ast.expr) and len({*args} - {Ellipsis}) == 1 else None


@cache
def parts_of(kind: Any) -> Mapping[str, Any]:
    """The types of a record's fields by name; nothing for what is no record."""
    if not isinstance(kind, type) or not attrs.has(kind):
        return {}
    hints = hints_of(kind)
    return {field.name: hints.get(field.name) for field in attrs.fields(kind)}


def hints_of(thing: Any) -> Mapping[str, Any]:
    """The annotations of a function or a record; nothing where there are none."""
    try:
        return typing.get_type_hints(thing)
    except (TypeError, NameError):
        return {}


@cache
def annotations_of(thing: type | Callable[..., Any]) -> Mapping[str, str]:
    """The annotations of fields, or of parameters and the answer ("return"), as they are written:
    a `Wei` and a `Seconds` are both ints."""
    try:
        node = ast.parse(inspect.cleandoc("\n" + inspect.getsource(thing))).body[0]
    except (OSError, TypeError, SyntaxError):
        return {}
    if isinstance(node, ast.ClassDef):
        inherited = [
            each
            for base in getattr(thing, "__bases__", ())
            for each in annotations_of(base).items()
        ]
        own = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        return dict(inherited) | {ast.unparse(f.target): ast.unparse(f.annotation) for f in own}
    if isinstance(node, ast.FunctionDef):
        said = {each.arg: each.annotation for each in node.args.args} | {"return": node.returns}
        return {name: ast.unparse(value) for name, value in said.items() if value is not None}
    return {}
