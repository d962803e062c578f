"""Makes mutants of a module from its syntax tree: one changed place in the text for each.

Only what stands in functions is changed. Types stay what they are, so that claims and traces which
speak of them still mean the same.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import attrs
from attrs import field, frozen

Flips = Mapping[type[ast.cmpop], tuple[tuple[str, type[ast.cmpop]], ...]]

FLIPS: Flips = {
    ast.Lt: (("lt-to-le", ast.LtE), ("lt-to-ge", ast.GtE)),
    ast.LtE: (("le-to-lt", ast.Lt), ("le-to-gt", ast.Gt)),
    ast.Gt: (("gt-to-ge", ast.GtE), ("gt-to-le", ast.LtE)),
    ast.GtE: (("ge-to-gt", ast.Gt), ("ge-to-lt", ast.Lt)),
    ast.Eq: (("eq-to-ne", ast.NotEq),),
    ast.NotEq: (("ne-to-eq", ast.Eq),),
    ast.In: (("in-to-not-in", ast.NotIn),),
    ast.NotIn: (("not-in-to-in", ast.In),),
    ast.Is: (("is-to-is-not", ast.IsNot),),
    ast.IsNot: (("is-not-to-is", ast.Is),),
}
SHIFTS: Mapping[type[ast.cmpop], type[ast.operator]] = {
    ast.Lt: ast.Sub,
    ast.LtE: ast.Add,
    ast.Gt: ast.Add,
    ast.GtE: ast.Sub,
}
"""Of the two shifts by one, the one that is not already a flip: `a < b + 1` is `a <= b`."""
ARITHMETIC: Mapping[type[ast.operator], tuple[str, type[ast.operator]]] = {
    ast.Add: ("plus-to-minus", ast.Sub),
    ast.Sub: ("minus-to-plus", ast.Add),
    ast.BitOr: ("union-to-common", ast.BitAnd),
    ast.BitAnd: ("common-to-union", ast.BitOr),
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@frozen
class Mutant:
    """The rules with one mistake: a changed place in a module, or a knob with another value."""

    module: str
    line: int
    column: int
    kind: str
    original: str
    """What stands there, in one line."""
    mutated: str
    source: str = field(default="", repr=False)
    """The module's whole text with the mistake in it; empty for a knob."""
    knob: tuple[str, int] | None = None
    function: int = 0
    """The first line of the function in which it stands."""

    @property
    def id(self) -> str:
        """Stable as long as the line is: module:line:column:kind."""
        return f"{self.module}:{self.line}:{self.column}:{self.kind}"

    @property
    def difference(self) -> str:
        """What was changed, in one line."""
        return f"{self.original}  =>  {self.mutated}"


def mutants(modules: Sequence[str | ModuleType]) -> tuple[Mutant, ...]:
    """Every mutant of some modules, in the order of the text."""
    return tuple(mutant for module in modules for mutant in _of_module(_module(module)))


def knob_mutants(rules: Any, name: str = "rules") -> tuple[Mutant, ...]:
    """The rules with one int knob moved: by one, to half and double, and to 0 and 1.

    Many of these are sound rules; the point is to see which claims notice the others.
    """
    found = []
    for knob in attrs.fields(type(rules)):
        value = getattr(rules, knob.name)
        if type(value) is not int:
            continue
        moved = {0, 1, value - 1, value + 1, value // 2, 2 * value} - {value}
        for new in sorted(moved):
            try:
                attrs.evolve(rules, **{knob.name: new})
            except ValueError:
                continue
            kind = f"{knob.name}={new}"
            found.append(
                Mutant(
                    name,
                    0,
                    0,
                    kind,
                    f"{knob.name} = {value}",
                    kind.replace("=", " = "),
                    knob=(knob.name, new),
                )  # fmt: skip
            )
    return tuple(found)


def _module(module: str | ModuleType) -> ModuleType:
    return importlib.import_module(module) if isinstance(module, str) else module


def _of_module(module: ModuleType) -> Iterator[Mutant]:
    text = inspect.getsource(module)
    known: set[tuple[int, int, str]] = set()
    for function, node, kind, new in _changes(ast.parse(text)):
        place = node.lineno, node.col_offset, kind
        if place in known:
            continue
        known.add(place)
        original = ast.unparse(node)
        mutated = ast.unparse(new)
        yield Mutant(
            module.__name__, *place, _line(original), _line(mutated),
            _spliced(text, node, mutated), function=function,
        )  # fmt: skip


Change = tuple[ast.stmt | ast.expr, str, ast.stmt | ast.expr]


def _changes(tree: ast.Module) -> Iterator[tuple[int, *Change]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            truth = isinstance(function.returns, ast.Name) and function.returns.id == "bool"
            for statement in function.body:
                for change in _in_statement(statement, truth):
                    yield function.lineno, *change


def _in_statement(statement: ast.stmt, truth: bool) -> Iterator[Change]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return  # found by the walk, on its own
    if isinstance(statement, ast.If) and _only_raises(statement):
        yield statement, "guard-dropped", ast.Pass()
    if truth and isinstance(statement, ast.Return) and statement.value is not None:
        yield from _negated(statement.value)
    for name, child in ast.iter_fields(statement):
        if name != "annotation":
            for each in child if isinstance(child, list) else [child]:
                yield from _in_any(each, truth)


def _in_any(node: Any, truth: bool) -> Iterator[Change]:
    if isinstance(node, ast.stmt):
        yield from _in_statement(node, truth)
    elif isinstance(node, ast.AST):
        if isinstance(node, ast.expr):
            yield from _in_expression(node)
        for child in ast.iter_child_nodes(node):
            yield from _in_any(child, truth)


def _in_expression(node: ast.expr) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp):
        yield from _joined(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        kind, other = ARITHMETIC[type(node.op)]
        yield node, kind, ast.BinOp(node.left, other(), node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        other_name = CALLS[node.func.id]
        called = ast.Call(ast.Name(other_name), node.args, node.keywords)
        yield node, f"{node.func.id}-to-{other_name}", called


def _compared(node: ast.Compare) -> Iterator[Change]:
    for n, operator in enumerate(node.ops):
        suffix = f"-{n + 1}" if len(node.ops) > 1 else ""
        for kind, other in FLIPS[type(operator)]:
            ops = [*node.ops[:n], other(), *node.ops[n + 1 :]]
            yield node, kind + suffix, ast.Compare(node.left, ops, node.comparators)
        if type(operator) in SHIFTS:
            right = node.comparators[n]
            by_one = ast.BinOp(right, SHIFTS[type(operator)](), ast.Constant(1))
            sides = [*node.comparators[:n], by_one, *node.comparators[n + 1 :]]
            yield node, f"shifted-by-one{suffix}", ast.Compare(node.left, node.ops, sides)


def _joined(node: ast.BoolOp) -> Iterator[Change]:
    joint = isinstance(node.op, ast.And)
    kind = "and-to-or" if joint else "or-to-and"
    yield node, kind, ast.BoolOp(ast.Or() if joint else ast.And(), node.values)
    for n in range(len(node.values)):
        rest = [*node.values[:n], *node.values[n + 1 :]]
        left = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield node, f"term-{n + 1}-dropped", left


def _negated(value: ast.expr) -> Iterator[Change]:
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield value, "answer-negated", ast.Constant(not value.value)
    elif not (isinstance(value, ast.Compare) and len(value.ops) == 1):  # which is flipped anyway
        yield value, "answer-negated", ast.UnaryOp(ast.Not(), value)


def _only_raises(statement: ast.If) -> bool:
    return len(statement.body) == 1 and isinstance(statement.body[0], ast.Raise)


def _line(text: str) -> str:
    return " ".join(text.split())


def _spliced(text: str, node: ast.stmt | ast.expr, new: str) -> str:
    """The text with one node replaced; an expression in parentheses, so that it stays one."""
    lines = text.encode().splitlines(keepends=True)
    start = sum(len(line) for line in lines[: node.lineno - 1]) + node.col_offset
    last = (node.end_lineno or node.lineno) - 1
    end = sum(len(line) for line in lines[:last]) + (node.end_col_offset or 0)
    inside = new if isinstance(node, ast.stmt) else f"({new})"
    data = b"".join(lines)
    return (data[:start] + inside.encode() + data[end:]).decode()
