"""What a protocol's own files say: chapters, and the docstrings of records and of their fields."""

import ast
import importlib
import inspect
import pkgutil
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import attrs
from attrs import frozen

from impl.ground.homes import home_of
from spec.kernel.refusal import Refusal


@frozen
class Member:
    """A field of a record."""

    name: str
    kind: str
    """Its annotation, as written."""
    says: str


def says(thing: Any) -> str:
    """The docstring, without its indentation; empty where there is none of its own."""
    own = getattr(thing, "__doc__", None)
    return inspect.cleandoc(own) if own else ""


def first_line(thing: Any) -> str:
    """The first paragraph of the docstring, in one line."""
    return " ".join(says(thing).partition("\n\n")[0].split())


def members(record: type) -> tuple[Member, ...]:
    """The fields of a record, with what stands under each in the source."""
    told = _under_fields(record)
    return tuple(
        Member(each.name, told.get(each.name, ("", ""))[0], told.get(each.name, ("", ""))[1])
        for each in attrs.fields(record)
    )


def _under_fields(record: type) -> Mapping[str, tuple[str, str]]:
    """Annotation and docstring by field; empty where the source cannot be read."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(record)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    told: dict[str, tuple[str, str]] = {}
    for n, line in enumerate(body):
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            below = body[n + 1] if n + 1 < len(body) else None
            text = ""
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                text = " ".join(str(below.value.value).split())
            told[line.target.id] = ast.unparse(line.annotation).replace("'", ""), text
    return told


def chapters(protocol: Any) -> tuple[ModuleType, ...]:
    """The modules of a protocol, in the order in which its machine names them, the rest after."""
    machine = sys.modules.get(home_of(protocol))
    if machine is None:
        return ()
    package = importlib.import_module(machine.__name__.rpartition(".")[0] or machine.__name__)
    if not hasattr(package, "__path__"):
        return (machine,)
    names = [each.name for each in pkgutil.iter_modules(package.__path__)]
    mentioned = [
        name.removesuffix(".py") for name in re.findall(r"`(\w+(?:\.py)?)`", says(machine))
    ]
    first = machine.__name__.rpartition(".")[2]
    order = [name for name in dict.fromkeys([first, *mentioned]) if name in names]
    order += [name for name in names if name not in order and not name.startswith("_")]
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in order)


def refusals(modules: tuple[ModuleType, ...]) -> Iterator[type[Refusal]]:
    """Every way in which a protocol's own modules say no, in the order of the source."""
    for module in modules:
        for thing in vars(module).values():
            if (
                isinstance(thing, type)
                and issubclass(thing, Refusal)
                and thing.__module__ == module.__name__
            ):
                yield thing


def records_in(rules: Any) -> Iterator[tuple[str, Any]]:
    """The records that stand in a record of rules: the strategies of honest parties."""
    for each in attrs.fields(type(rules)):
        value = getattr(rules, each.name)
        if attrs.has(type(value)):
            yield each.name, value
