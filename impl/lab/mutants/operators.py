"""The mistakes that are made: for each kind of place in a function, what is put there instead.

Guards are dropped: an `if` that only raises, and a call for nothing but what it raises. Comparisons
are flipped and shifted by one. In what a decision calls, conditions are forced and each outcome is
replaced by that of another branch. That is the common stock, of which nothing may survive
unexplained. A wider stock, for who wants to look further: comparisons turned round, arithmetic,
`and` and `or`, their terms, `min` and `max`, and the answers of questions.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

Members = Callable[[str], tuple[str, ...]]
"""The members of the Enum of that name in the module; none if it is no Enum."""

FLIPS: Mapping[type[ast.cmpop], tuple[tuple[str, type[ast.cmpop]], ...]] = {
    ast.Lt: (("lt-to-le", ast.LtE), ("lt-to-ge", ast.GtE), ("lt-to-gt", ast.Gt)),
    ast.LtE: (("le-to-lt", ast.Lt), ("le-to-gt", ast.Gt), ("le-to-ge", ast.GtE)),
    ast.Gt: (("gt-to-ge", ast.GtE), ("gt-to-le", ast.LtE), ("gt-to-lt", ast.Lt)),
    ast.GtE: (("ge-to-gt", ast.Gt), ("ge-to-lt", ast.Lt), ("ge-to-le", ast.LtE)),
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
COMMON = frozenset(
    {"guard-dropped", "shifted-by-one", "condition-true", "condition-false", "outcome-replaced"}
    | {kind for flips in FLIPS.values() for kind, _ in flips}
) - {"lt-to-gt", "le-to-ge", "gt-to-lt", "ge-to-le"}
"""The kinds of mistakes of the common stock. A comparison turned round fails wherever the flipped
one does, and says little more."""
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


@frozen
class Change:
    """One place in a function and what is put there."""

    node: ast.stmt | ast.expr
    kind: str
    new: ast.stmt | ast.expr


def is_common(kind: str) -> bool:
    """Is this kind of mistake in the common stock? One place of a chain of comparisons has a number
    behind its kind."""
    return re.sub(r"-\d+$", "", kind) in COMMON


def changes(function: ast.FunctionDef, decides: bool, members: Members) -> Iterator[Change]:
    """Every mistake in a function, in the order of the text, but for functions inside it.

    `decides`: the function is a decision of the rules, or a part of one.
    """
    truth = isinstance(function.returns, ast.Name) and function.returns.id == "bool"
    outcomes = _outcomes(function) if decides else ()
    for node in places(function.body):
        if isinstance(node, ast.stmt):
            yield from _in_statement(node, truth)
        else:
            yield from _in_expression(node)
        if decides:
            yield from _branches(node)
            if isinstance(node, ast.Return) and node.value is not None:
                yield from _replaced(node.value, outcomes, members)


def places(
    body: list[ast.stmt], but: Callable[[ast.AST], bool] = lambda node: False
) -> Iterator[ast.stmt | ast.expr]:
    """Statements and expressions, outer ones first; no annotations, nobody else's functions, and
    nothing inside what is left out."""
    for statement in body:
        yield from _inside(statement, but)


def _inside(node: ast.AST, but: Callable[[ast.AST], bool]) -> Iterator[ast.stmt | ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef) or but(node):
        return
    if isinstance(node, ast.stmt | ast.expr):
        yield node
    for name, child in ast.iter_fields(node):
        if name != "annotation":
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, ast.AST):
                    yield from _inside(each, but)


def _in_statement(statement: ast.stmt, truth: bool) -> Iterator[Change]:
    if isinstance(statement, ast.If) and only_raises(statement):
        yield Change(statement, "guard-dropped", ast.Pass())
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        yield Change(statement, "guard-dropped", ast.Pass())
    if truth and isinstance(statement, ast.Return) and statement.value is not None:
        yield from _negated(statement.value)


def only_raises(statement: ast.If) -> bool:
    """Is this a guard?"""
    return (
        len(statement.body) == 1
        and isinstance(statement.body[0], ast.Raise)
        and not statement.orelse
    )


def _in_expression(node: ast.expr) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp):
        yield from _joined(node)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        kind, other = ARITHMETIC[type(node.op)]
        yield Change(node, kind, ast.BinOp(node.left, other(), node.right))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
        other_name = CALLS[node.func.id]
        called = ast.Call(ast.Name(other_name), node.args, node.keywords)
        yield Change(node, f"{node.func.id}-to-{other_name}", called)


def _compared(node: ast.Compare) -> Iterator[Change]:
    for n, operator in enumerate(node.ops):
        suffix = f"-{n + 1}" if len(node.ops) > 1 else ""
        for kind, other in FLIPS[type(operator)]:
            ops = [*node.ops[:n], other(), *node.ops[n + 1 :]]
            yield Change(node, kind + suffix, ast.Compare(node.left, ops, node.comparators))
        for by_one in _shifted(operator, node.comparators[n]):
            sides = [*node.comparators[:n], by_one, *node.comparators[n + 1 :]]
            yield Change(node, f"shifted-by-one{suffix}", ast.Compare(node.left, node.ops, sides))


def _shifted(operator: ast.cmpop, right: ast.expr) -> Iterator[ast.expr]:
    """What is compared with, moved by one; equality only with a number, where that is known."""
    if type(operator) in SHIFTS:
        yield ast.BinOp(right, SHIFTS[type(operator)](), ast.Constant(1))
    elif isinstance(right, ast.Constant) and type(right.value) is int:
        yield ast.Constant(right.value + 1)


def _joined(node: ast.BoolOp) -> Iterator[Change]:
    joint = isinstance(node.op, ast.And)
    kind = "and-to-or" if joint else "or-to-and"
    yield Change(node, kind, ast.BoolOp(ast.Or() if joint else ast.And(), node.values))
    for n in range(len(node.values)):
        rest = [*node.values[:n], *node.values[n + 1 :]]
        left = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        yield Change(node, f"term-{n + 1}-dropped", left)


def _negated(value: ast.expr) -> Iterator[Change]:
    if isinstance(value, ast.Constant) and isinstance(value.value, bool):
        yield Change(value, "answer-negated", ast.Constant(not value.value))
    elif not (isinstance(value, ast.Compare) and len(value.ops) == 1):  # which is flipped anyway
        yield Change(value, "answer-negated", ast.UnaryOp(ast.Not(), value))


# Branches of decisions ---------------------------------------------------------------------------


def _branches(node: ast.stmt | ast.expr) -> Iterator[Change]:
    """A condition that always or never holds. A guard that never holds is one that is dropped."""
    if isinstance(node, ast.If | ast.IfExp):
        yield Change(node.test, "condition-true", ast.Constant(True))
        if not (isinstance(node, ast.If) and only_raises(node)):
            yield Change(node.test, "condition-false", ast.Constant(False))


def _outcomes(function: ast.FunctionDef) -> tuple[ast.expr, ...]:
    """What the function returns somewhere, as far as it can be said anywhere in it."""
    returned = [n for n in places(function.body) if isinstance(n, ast.Return)]
    local = {
        n.id
        for n in places(function.body)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    found = {ast.unparse(n.value): n.value for n in returned if n.value is not None}
    return tuple(
        value
        for value in found.values()
        if not any(isinstance(n, ast.Name) and n.id in local for n in ast.walk(value))
    )


def _replaced(
    value: ast.expr, outcomes: tuple[ast.expr, ...], members: Members
) -> Iterator[Change]:
    """The outcome of another branch; for a member of an Enum, each other member."""
    said = ast.unparse(value)
    others = [outcome for outcome in outcomes if ast.unparse(outcome) != said]
    if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
        others += [
            ast.Attribute(value.value, member, ast.Load())
            for member in members(value.value.id)
            if member != value.attr
        ]
    known = set()
    for other in others:
        if (text := ast.unparse(other)) not in known:
            known.add(text)
            yield Change(value, "outcome-replaced", other)
