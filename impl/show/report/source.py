"""The source of a function that ran, line by line, with what ran and what was read marked."""

import ast
from functools import cache
from inspect import cleandoc
from pathlib import Path
from types import CodeType

from attrs import frozen

import spec
from impl.show.report.values import named
from impl.show.report.watching import definition

ROOT = Path(spec.__file__).parent.parent
"""What the places of our own code are relative to."""
RULES = "rules"
"""What the rules are called where nothing says what a parameter is."""


@frozen
class Line:
    """A line of source."""

    number: int
    text: str
    ran: bool
    changed: bool
    """Does it read what differs?"""


def source(code: CodeType, ran: set[int], reads: set[int]) -> tuple[Line, ...]:
    """A function without its docstring; nothing where its source cannot be had."""
    defined = definition(code)
    if defined is None:
        return ()
    text, first, tree = defined
    whole = _whole_statements(tree, ran)
    return tuple(
        Line(n, line.rstrip(), n in whole, n in reads)
        for n, line in enumerate(text.splitlines(), first)
        if not _in_docstring(tree, n)
    )


@cache
def reading(code: CodeType, attribute: str, kinds: frozenset[str]) -> frozenset[int]:
    """The lines of a function that read an attribute of the rules, or of a record in them.

    `kinds` are the names of those records' types; a field of something else may have the same name.
    """
    defined = definition(code)
    if defined is None:
        return frozenset()
    tree = defined[2]
    parameters = (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)
    rules = {
        each.arg
        for each in parameters
        if named(each.annotation) in kinds or (each.annotation is None and each.arg == RULES)
    }
    return frozenset(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == attribute and _root(node) in rules
    )


def _root(node: ast.expr) -> str:
    """The name that a chain of attributes starts from."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def place(code: CodeType) -> str:
    """File and line of a function, from the root of the code."""
    path = Path(code.co_filename)
    for base in (ROOT, Path.cwd()):
        if path.is_relative_to(base):
            return f"{path.relative_to(base).as_posix()}:{code.co_firstlineno}"
    return f"{path.name}:{code.co_firstlineno}"


def summary(code: CodeType) -> str:
    """What a function says of itself in its first line."""
    defined = definition(code)
    text = ast.get_docstring(defined[2]) if defined else None
    return " ".join(cleandoc(text).partition("\n\n")[0].split()) if text else ""


def _whole_statements(tree: ast.FunctionDef, ran: set[int]) -> set[int]:
    """The lines that ran, with the rest of statements that stand on several lines."""
    whole = {*ran, *range(tree.lineno, tree.body[0].lineno)}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node is not tree:
            inside = getattr(node, "body", None) or getattr(node, "cases", None)
            ends = _first_line(inside[0]) - 1 if inside else node.end_lineno or node.lineno
            lines = range(node.lineno, max(node.lineno, ends) + 1)
            if not ran.isdisjoint(lines):
                whole.update(lines)
    return whole


def _first_line(node: ast.AST) -> int:
    return node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 1)


def _in_docstring(tree: ast.FunctionDef, line: int) -> bool:
    first = tree.body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return False
    return first.lineno <= line <= (first.end_lineno or first.lineno)
