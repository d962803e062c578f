"""What a function would do otherwise where its times are watched: read off its source.

Reading what rules ask of time gives them numbers that note what is asked. They say that they are
ints, and are not exactly one: who asks for the very type, or goes on after the error with which a
library refuses them, is not read to the end.
"""

import ast
from collections.abc import Iterator

from impl.lab.purity.uses import Found

REFUSING = frozenset({"TypeError", "AttributeError", "ValueError", "Exception", "BaseException"})
"""Errors with which libraries refuse what is not exactly an int."""
EXACTLY = frozenset({"int", "bool", "float", "str"})


def misled(node: ast.AST) -> Iterator[Found]:
    """Each such place in a function: its line and what it does."""
    for part in ast.walk(node):
        if isinstance(part, ast.Try) and any(_catches(each.type) for each in part.handlers):
            yield part.lineno, "goes on after an error that only a watched time may raise"
        if isinstance(part, ast.Try) and any(_leaves(each) for each in part.finalbody):
            yield part.lineno, "goes on after an error that only a watched time may raise"
        if isinstance(part, ast.Call) and _suppresses(part):
            yield part.lineno, "goes on after an error that only a watched time may raise"
        if isinstance(part, ast.Compare) and _asks_type([part.left, *part.comparators]):
            yield part.lineno, "asks whether a number is exactly of a type"
        if isinstance(part, ast.Call) and _name(part.func) in ("hasattr", "dir", "vars"):
            yield part.lineno, "looks at what a value is made of"


def _catches(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(_name(each) in REFUSING for each in kinds)


def _suppresses(call: ast.Call) -> bool:
    return _name(call.func) == "suppress" and any(_catches(each) for each in call.args)


def _leaves(part: ast.AST) -> bool:
    return any(isinstance(each, ast.Return | ast.Break | ast.Continue) for each in ast.walk(part))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _asks_type(sides: list[ast.expr]) -> bool:
    """Is the type of something compared with one of Python's own?"""
    asks = any(isinstance(side, ast.Call) and _name(side.func) == "type" for side in sides)
    parts = [part for side in sides for part in ast.walk(side)]
    return asks and any(isinstance(part, ast.Name) and part.id in EXACTLY for part in parts)
