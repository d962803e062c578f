"""How values are spelled on a page: parties by name, times as days, records field by field.

At run time a point in time is an int like any other. Only the source still says which ints are
times, parties or assets, so a value is spelled by the annotation that it stands under.
"""

import ast
import inspect
import textwrap
import typing
from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from impl.show.telling.names import party_said
from impl.show.telling.runs import moment, span
from spec.kernel.basics import ETHER
from spec.kernel.protocol import CONTRACT, Protocol
from spec.kernel.refusal import Refusal

LONGEST = 700
"""Characters of one value."""
DURATIONS = ("seconds", "period", "age", "patience", "delay", "duration", "time", "waited")
"""How fields and parameters end whose seconds are a length of time, not a point in it."""

Hint = Any
"""An annotation: a node of the source, a type, or None where nothing is known."""


_FIELDS: dict[type, Mapping[str, Hint]] = {}


def field_hints(kind: type) -> Mapping[str, Hint]:
    """The annotations of a record's fields, as they are written."""
    if kind not in _FIELDS:
        _FIELDS[kind] = (
            {}
            if not attrs.has(kind)
            else {
                node.target.id: node.annotation
                for base in reversed(kind.__mro__)
                for node in getattr(source_tree(base), "body", ())
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
            }
        )
    return _FIELDS[kind]


def argument_hints(tree: ast.FunctionDef) -> Mapping[str, Hint]:
    """The annotations of a function's parameters, and of its answer as `return`."""
    every = (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)
    return {arg.arg: arg.annotation for arg in every} | {"return": tree.returns}


def record_names(record: Any) -> frozenset[str]:
    """The names of the types of a record and of the records in it."""
    inside = (getattr(record, f.name) for f in attrs.fields(type(record)))
    parts = (record_names(each) for each in inside if attrs.has(type(each)))
    return frozenset({type(record).__name__}).union(*parts)


def source_tree(thing: Any) -> ast.stmt | None:
    """The definition of a class; None where its source cannot be had."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None


def named(hint: Hint) -> str:
    """The name that an annotation begins with."""
    match hint:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Constant(value=str() as text):
            return text
        case ast.Subscript(value=value):
            return named(value)
        case _:
            return str(getattr(hint, "__name__", ""))


def _inner(hint: Hint) -> tuple[Hint, ...]:
    """What stands in the brackets of an annotation."""
    match hint:
        case ast.Subscript(slice=ast.Tuple(elts=parts)):
            return tuple(parts)
        case ast.Subscript(slice=part):
            return (part,)
        case ast.BinOp(left=left, right=ast.Constant(value=None)):
            return (left,)
        case ast.AST():
            return ()
        case _:
            return tuple(typing.get_args(hint))


def inner(hint: Hint, place: int) -> Hint:
    """The annotation of an entry: of a mapping's key (0) or value (1), of a tuple's element."""
    parts = _inner(hint)
    if len(parts) == 2 and (parts[1] is Ellipsis or _is_dots(parts[1])):
        return parts[0]
    return parts[place] if place < len(parts) else None


def _is_dots(hint: Hint) -> bool:
    return isinstance(hint, ast.Constant) and hint.value is Ellipsis


class Speller:
    """Spells the values of one protocol."""

    def __init__(self, protocol: Protocol[Any, Any, Any]) -> None:
        """Parties go by the names that the protocol gives them."""
        self.protocol = protocol

    def party(self, party: Any) -> str:
        """Who it is."""
        if party == CONTRACT:
            return "contract"
        return party_said(self.protocol, party)

    def asset(self, asset: Any) -> str:
        """What it is an amount of."""
        return "ether" if asset == ETHER else f"asset {asset}"

    def key(self, value: Any, hint: Hint = None) -> str:
        """A value as part of a path: a number that names something is no amount."""
        text = self.spell(value, hint)
        return text.replace(",", "") if isinstance(value, int) else text

    def spell(self, value: Any, hint: Hint = None, name: str = "") -> str:
        """A value in words, as short as can be told apart."""
        text = self._spell(value, hint, name)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

    def _spell(self, value: Any, hint: Hint, name: str) -> str:
        if isinstance(hint, ast.BinOp):
            hint = inner(hint, 0)
        if value is None:
            return "none"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Enum):
            return value.name.lower().replace("_", " ")
        if isinstance(value, int):
            return self._number(value, named(hint), name)
        if isinstance(value, Refusal):
            return self.refusal(value)
        if attrs.has(type(value)):
            return self._record(value)
        if isinstance(value, Mapping):
            key, each = inner(hint, 0), inner(hint, 1)
            pairs = (
                f"{self._spell(k, key, '')}: {self._spell(v, each, '')}" for k, v in value.items()
            )
            return f"{{{', '.join(pairs)}}}"
        if isinstance(value, tuple | list):
            parts = [self._spell(v, inner(hint, n), "") for n, v in enumerate(value)]
            return f"({', '.join(parts)})"
        if isinstance(value, frozenset | set):
            parts = sorted(self._spell(v, inner(hint, 0), "") for v in value)
            return f"{{{', '.join(parts)}}}"
        if callable(value):
            return str(getattr(value, "__name__", type(value).__name__))
        return str(value)

    def _number(self, value: int, kind: str, name: str) -> str:
        if kind == "Party":
            return self.party(value)
        if kind == "Asset":
            return self.asset(value)
        if kind == "Instant":
            return moment(value)
        if kind == "Seconds" and value >= 0:
            return span(value) or "0" if name.endswith(DURATIONS) else moment(value)
        return f"{value:,}"

    def _record(self, value: Any) -> str:
        hints = field_hints(type(value))
        parts = (
            f"{f.name} {self._spell(getattr(value, f.name), hints.get(f.name), f.name)}"
            for f in attrs.fields(type(value))
            if f.repr
        )
        return f"{type(value).__name__}({', '.join(parts)})"

    def raised(self, error: BaseException) -> str:
        """What a function raised: a refusal, or a fault of its own."""
        if isinstance(error, Refusal):
            return self.refusal(error)
        return f"{type(error).__name__}: {error}"

    def refusal(self, refusal: Refusal) -> str:
        """Why the rules say no: the guard and what it compared."""
        hints = field_hints(type(refusal))
        parts = (
            f"{f.name.replace('_', ' ')} "
            f"{self._spell(getattr(refusal, f.name), hints.get(f.name), f.name)}"
            for f in attrs.fields(type(refusal))
        )
        values = ", ".join(parts)
        return type(refusal).__name__ + (f": {values}" if values else "")


def meaning(thing: type) -> str:
    """What a class says of itself in its first line; empty where it says nothing of its own."""
    text = thing.__dict__.get("__doc__") or ""
    first = text.strip().partition("\n\n")[0]
    return "" if first.startswith("Method generated") else " ".join(first.split())
