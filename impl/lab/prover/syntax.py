"""What a proof would silently misread, as far as the syntax alone says it.

An unknown value is no int, and is no object to compare: `is` on anything but None; a `case` that
matches True, False or None inside a class pattern, or a built-in type; `type(x) is ...` and
`type(x) == ...`; `isinstance` with int or bool; a mapping looked up by text made of a value.
"""

import ast
from collections.abc import Iterator

from attrs import frozen

_NUMBERS = {"int", "bool", "float", "complex"}
_TEXT = {"str", "repr", "format", "hash", "id"}


@frozen
class Complaint:
    """A line that has to be written in another way."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """The complaint as editors understand it."""
        return f"{self.file}:{self.line}: {self.message}"


def wrong(node: ast.AST) -> Iterator[str]:
    """What the syntax alone says."""
    match node:
        case ast.Compare():
            yield from _wrong_comparison(node)
        case ast.MatchSingleton(value=bool()):
            yield "`case True` and `case False` compare by identity: use `if flag`"
        case ast.MatchClass(cls=ast.Name(id=name)) if name in _NUMBERS:
            yield f"`case {name}()` asks for the type of a number, which a proof does not know"
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, kinds]) if _NUMBERS & _named(kinds):
            yield "`isinstance` with a number type is false for a value not known yet"
        case ast.Subscript(slice=ast.Call(func=ast.Name(id=name)), ctx=ast.Load()) if name in _TEXT:
            yield f"a mapping looked up by {name}(...) can't be proved about"
        case ast.Subscript(slice=ast.JoinedStr(), ctx=ast.Load()):
            yield "a mapping looked up by an f-string can't be proved about"
        case ast.UnaryOp(op=ast.Invert()):
            yield "`~flag` is never false in Python: use `not flag`"


def _wrong_comparison(node: ast.Compare) -> Iterator[str]:
    sides = [node.left, *node.comparators]
    for left, operator, right in zip(sides, node.ops, sides[1:], strict=False):
        if _is_type_of(left) or _is_type_of(right):
            yield "`type(x)` of a value that is not known yet says nothing: use `==` or a match"
        elif isinstance(operator, ast.Is | ast.IsNot) and not (_is_none(left) or _is_none(right)):
            yield "`is` compares objects, not values: use `==`"


def _is_type_of(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and _named(node.func) == {"type"}


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _named(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
