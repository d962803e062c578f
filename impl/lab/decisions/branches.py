"""A decision function as a short table: its own branches, with all that it calls left closed.

The rows are read off the syntax tree of the function's own source, never off a copy. Tests are kept
whole and in the author's words; a call is a question with a name. So the table says nothing about
what a call answers, and holds for lists of any length, where a table of all cases would not end.

The rows are to be read from the top: the first one that applies decides. A row needs only the tests
that hold on its way. Those that fail were put to the test above it: their whole other branch stands
there.
"""

import ast
import copy
import inspect
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from attrs import field, frozen

OTHERWISE = "otherwise"
MOST = 40
"""Rows that a table can have and still be read."""
SHORT = 160
"""Characters of a helper that is shown as its expression, not by its docstring."""
HELPERS = 8
"""Helpers that are explained; the nearest ones first."""


class Unreadable(Exception):
    """The function is not made of branches only: it loops, or binds names in the middle."""


@frozen
class Branches:
    """A decision as it is written."""

    rows: tuple[tuple[str, str], ...]
    """(condition, outcome), to be read from the top."""
    where: tuple[tuple[str, str], ...]
    """What stands behind a name in the rows: the function's own names, then what it calls."""


def branches(function: Callable[..., Any]) -> Branches:
    """The branches of a function, in the order of its code.

    Raises Unreadable.
    """
    tree = _source_of(function)
    own = _Own.of(function, tree)
    rows = []
    for tests, outcome in own.walk(tree.body, (), {}):
        rows.append((" and ".join(tests), outcome))
        if len(rows) > MOST:
            raise Unreadable(f"more than {MOST} branches")
    shown = rows[:-1] + [(rows[-1][0] or (OTHERWISE if len(rows) > 1 else "always"), rows[-1][1])]
    return Branches(tuple(shown), (*own.named.items(), *_helpers(function, tree)))


@frozen
class _Own:
    """What belongs to the function that is read: its names, and what they are called outside."""

    outside: Mapping[str, Any]
    fixed: frozenset[str]
    """Names that mean one thing only: they stand in the rows as they are."""
    named: dict[str, str] = field(factory=dict)

    @classmethod
    def of(cls, function: Callable[..., Any], tree: ast.FunctionDef) -> "_Own":
        """Sort the names of a function into those that stay and those that change."""
        stored = Counter(
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        )
        taken = {arg.arg for arg in ast.walk(tree) if isinstance(arg, ast.arg)}
        once = frozenset(name for name, count in stored.items() if count == 1) - taken
        return cls(getattr(function, "__globals__", {}), once)

    def walk(
        self, body: Sequence[ast.stmt], tests: tuple[str, ...], now: Mapping[str, ast.expr]
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every way through statements: the tests that hold on it, and what comes of it."""
        for place, statement in enumerate(body):
            rest = body[place + 1 :]
            match statement:
                case ast.Pass() | ast.Expr(value=ast.Constant()):
                    continue
                case ast.Assign(targets=[target], value=value):
                    now = self._bound(target, value, now)
                case ast.AnnAssign(target=target, value=ast.expr() as value):
                    now = self._bound(target, value, now)
                case ast.If(test=test, body=yes, orelse=no):
                    yield from self.walk([*yes, *rest], (*tests, self._test(test, now)), now)
                    yield from self.walk([*no, *rest], tests, now)
                    return
                case ast.Match(subject=subject, cases=cases):
                    for case in cases:
                        mine = (*tests, *self._case(subject, case, now))
                        yield from self.walk([*case.body, *rest], mine, now)
                        if mine == tests:
                            return
                    yield from self.walk(rest, tests, now)
                    return
                case ast.Return(value=value):
                    yield from self._outcomes(value, tests, now)
                    return
                case ast.Raise(exc=ast.expr() as error):
                    yield tests, f"raises {self._text(error, now)}"
                    return
                case _:
                    kind = type(statement).__name__
                    raise Unreadable(f"line {statement.lineno} of it is a {kind}, no branch")
        yield tests, "None"

    def _outcomes(
        self, value: ast.expr | None, tests: tuple[str, ...], now: Mapping[str, ast.expr]
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        if isinstance(value, ast.IfExp):
            yield from self._outcomes(value.body, (*tests, self._test(value.test, now)), now)
            yield from self._outcomes(value.orelse, tests, now)
        else:
            yield tests, "None" if value is None else self._text(value, now)

    def _bound(
        self, target: ast.expr, value: ast.expr, now: Mapping[str, ast.expr]
    ) -> Mapping[str, ast.expr]:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            if len(target.elts) != len(value.elts):
                raise Unreadable(f"line {target.lineno} of it takes a tuple apart")
            before = now
            for name, each in zip(target.elts, value.elts, strict=True):
                now = {**now, **self._one(name, each, before)}
            return now
        return {**now, **self._one(target, value, now)}

    def _one(
        self, target: ast.expr, value: ast.expr, now: Mapping[str, ast.expr]
    ) -> Mapping[str, ast.expr]:
        """A name and its value: kept for the legend, or to stand in for the name."""
        if isinstance(target, ast.Name) and target.id not in self.fixed:
            return {target.id: self._known(value, now)}
        self.named[ast.unparse(target)] = self._text(value, now)
        return {}

    def _case(
        self, subject: ast.expr, case: ast.match_case, now: Mapping[str, ast.expr]
    ) -> Iterator[str]:
        match case.pattern:
            case ast.MatchAs(pattern=None):
                pass
            case ast.MatchValue(value=value):
                yield self._text(ast.Compare(subject, [ast.Eq()], [value]), now)
            case pattern:
                yield f"{self._text(subject, now)} matches {ast.unparse(pattern)}"
        if case.guard is not None:
            yield self._test(case.guard, now)

    def _test(self, test: ast.expr, now: Mapping[str, ast.expr]) -> str:
        text = self._text(test, now)
        loose = isinstance(test, ast.IfExp | ast.Lambda) or (
            isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or)
        )
        return f"({text})" if loose else text

    def _text(self, value: ast.expr, now: Mapping[str, ast.expr]) -> str:
        return written(_Members(self.outside).visit(self._known(value, now)))

    def _known(self, value: ast.expr, now: Mapping[str, ast.expr]) -> ast.expr:
        """The expression with what is known of names that change put in their place."""
        for node in ast.walk(value):
            if isinstance(node, ast.NamedExpr):
                raise Unreadable(f"line {value.lineno} of it binds a name inside an expression")
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in now:
                raise Unreadable(f"line {value.lineno} of it uses the name {node.id} twice")
        known: ast.expr = _Known(now).visit(copy.deepcopy(value))
        return known


@frozen
class _Known(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    now: Mapping[str, ast.expr]

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression for a name."""
        return copy.deepcopy(self.now.get(node.id, node))


@frozen
class _Members(ast.NodeTransformer):
    """Writes enum members without their class, as all tables do."""

    outside: Mapping[str, Any]

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """A member by its name."""
        if isinstance(node.value, ast.Name):
            kind = self.outside.get(node.value.id)
            if isinstance(kind, type) and issubclass(kind, Enum) and node.attr in kind.__members__:
                return ast.Name(node.attr)
        self.generic_visit(node)
        return node


def written(node: ast.AST) -> str:
    """An expression as text, with no more parentheses than a person would write."""
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        return word.join(
            f"({written(value)})"
            if isinstance(value, ast.BoolOp | ast.IfExp | ast.Lambda)
            else written(value)
            for value in node.values
        )
    text = ast.unparse(node)
    for start in range(len(text) - 1, 0, -1):
        if text.startswith("((", start - 1) and text[start - 2 : start - 1].isidentifier():
            end = _closing(text, start)
            if text[end + 1 : end + 2] == ")" and " for " in text[start:end]:
                text = text[:start] + text[start + 1 : end] + text[end + 1 :]
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place
    return len(text)


# What is called ---------------------------------------------------------------------------------


def _helpers(function: Callable[..., Any], tree: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """The functions that a function calls by name, and those that their expressions call."""
    seen = {function}
    waiting = list(_called(function, tree.body))
    while waiting and len(seen) <= HELPERS:
        helper = waiting.pop(0)
        if helper in seen:
            continue
        seen.add(helper)
        says = (inspect.getdoc(helper) or "").partition("\n\n")[0].replace("\n", " ")
        try:
            inside = _source_of(helper)
        except Unreadable:
            yield helper.__name__, says
            continue
        body = [line for line in inside.body if not _is_text(line)]
        call = f"{helper.__name__}({', '.join(arg.arg for arg in inside.args.args)})"
        if len(body) == 1 and isinstance(body[0], ast.Return) and body[0].value is not None:
            text = written(_Members(helper.__globals__).visit(copy.deepcopy(body[0].value)))
            if len(text) <= SHORT:
                yield call, text
                waiting += _called(helper, body)
                continue
        yield call, says


def _called(function: Any, body: Iterable[ast.stmt]) -> Iterator[Any]:
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                helper = getattr(function, "__globals__", {}).get(node.func.id)
                if inspect.isfunction(helper):
                    yield helper


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _source_of(function: Callable[..., Any]) -> ast.FunctionDef:
    """The definition of a function as it is written in its file.

    Raises Unreadable where there is none.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError) as failure:
        raise Unreadable("its source cannot be read") from failure
    match tree.body:
        case [ast.FunctionDef() as found]:
            return found
    raise Unreadable("it is not defined by def")
