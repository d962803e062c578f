"""Runs a step under observation: which functions of the rules ran, which lines, and the answers.

So a page can show the very code that decided, with the path that was taken through it and the
values of its conditions, instead of a retelling. Conditions are evaluated once more beside the run;
rules are pure, so that changes nothing.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from attrs import define, field, frozen

from impl.ground.watchdog import let_through
from impl.show.report.values import Hint, argument_hints, field_hints

COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")
MOST_CONDITIONS = 24
"""Of one call; a loop asks the same question often."""


@frozen
class Condition:
    """A question that the code asked, the answer, and what it compared."""

    line: int
    text: str
    holds: bool
    compared: tuple[tuple[Any, Any], ...] = ()
    """The values of a comparison with their annotations, in order; empty for other questions."""
    signs: tuple[str, ...] = ()
    """What stands between them."""


def called(code: CodeType) -> str:
    """The name of a function; of an action's effect, with the action's: there are many `step`s."""
    *_, outside, name = ("", *code.co_qualname.split("."))
    return f"{outside}.{name}" if outside and name == "step" else code.co_name


@define
class Call:
    """One function that ran."""

    code: CodeType
    depth: int
    arguments: dict[str, Any]
    lines: set[int] = field(factory=set)
    result: Any = None
    raised: BaseException | None = None
    conditions: dict[tuple[int, str], Condition] = field(factory=dict)
    """By line and text; the first answer of each."""

    @property
    def name(self) -> str:
        """What the function is called."""
        return called(self.code)

    @property
    def file(self) -> str:
        """Where it is written."""
        return self.code.co_filename


def watched(action: Callable[[], Any], folders: tuple[Path, ...]) -> tuple[Call, ...]:
    """Every call of a function written in these folders (or files), in the order of entry.

    Whatever the action raises is swallowed: the calls tell it.
    """
    watch = _Watch(tuple(str(folder) for folder in folders))
    before = sys.gettrace()
    sys.settrace(watch.enter)
    try:
        action()
    except BaseException as error:
        let_through(error)
    finally:
        sys.settrace(before)
    return tuple(watch.calls)


class _Watch:
    """A trace function, and what it saw."""

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.folders = folders
        self.calls: list[Call] = []
        self.stack: list[Call] = []
        self.known: dict[str, bool] = {}

    def _ours(self, file: str) -> bool:
        if file not in self.known:
            self.known[file] = file.startswith(self.folders)
        return self.known[file]

    def enter(self, frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        if event != "call" or not self._ours(code.co_filename):
            return None
        if code.co_name in COMPREHENSIONS:
            return self._inside if self.stack else None
        if code.co_name.startswith("<") or code.co_name.startswith("__"):
            return None
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        call = Call(code, len(self.stack), {name: frame.f_locals.get(name) for name in names})
        self.calls.append(call)
        self.stack.append(call)
        return self._local(call)

    def _inside(self, frame: FrameType, event: str, _: Any) -> Any:
        """Lines of a comprehension belong to the function that it stands in."""
        if event == "line" and self.stack and self.stack[-1].file == frame.f_code.co_filename:
            self.stack[-1].lines.add(frame.f_lineno)
        return self._inside

    def _local(self, call: Call) -> Callable[[FrameType, str, Any], Any]:
        questions = _questions(call.code)

        def look(frame: FrameType, event: str, value: Any) -> Any:
            if event == "line":
                call.lines.add(frame.f_lineno)
                call.raised = None  # it was caught: the function goes on
                for question in questions.get(frame.f_lineno, ()):
                    if len(call.conditions) < MOST_CONDITIONS:
                        for asked in _answers(question, frame):
                            call.conditions.setdefault((asked.line, asked.text), asked)
            elif event == "exception":
                call.raised = value[1]
            elif event == "return":
                call.result = value
                if self.stack and self.stack[-1] is call:
                    self.stack.pop()
            return look

        return look


@cache
def definition(code: CodeType) -> tuple[str, int, ast.FunctionDef] | None:
    """A function's source, its first line's number and its tree, with lines as in the file."""
    try:
        lines, first = inspect.getsourcelines(code)
        text = textwrap.dedent("".join(lines))
        tree = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError, IndexError):
        return None
    if not isinstance(tree, ast.FunctionDef):
        return None
    ast.increment_lineno(tree, first - 1)
    return text, first, tree


@cache
def _questions(code: CodeType) -> Mapping[int, tuple[ast.expr, ...]]:
    """The conditions of a function by the line on which they are asked."""
    found: dict[int, list[ast.expr]] = {}
    defined = definition(code)
    for node in _own_nodes(defined[2]) if defined else ():
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                found.setdefault(_line(test, node), []).append(test)
            case (
                ast.Return(value=ast.Compare() | ast.BoolOp() as value)
                | ast.Return(value=ast.UnaryOp(op=ast.Not()) as value)
            ):
                found.setdefault(node.lineno, []).append(value)
    return {line: tuple(tests) for line, tests in found.items()}


def _line(test: ast.expr, node: ast.AST) -> int:
    """A statement's test is asked on the statement's line; an expression's on its own."""
    return test.lineno if isinstance(node, ast.IfExp) else getattr(node, "lineno", test.lineno)


def _own_nodes(tree: ast.FunctionDef) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and comprehensions in it."""
    left: list[ast.AST] = list(tree.body)
    inside = (
        ast.FunctionDef,
        ast.Lambda,
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
    )
    while left:
        node = left.pop()
        if isinstance(node, inside):
            continue
        yield node
        left.extend(ast.iter_child_nodes(node))


def _answers(test: ast.expr, frame: FrameType) -> list[Condition]:
    """The questions that a condition is made of, as far as they are asked before it is decided."""
    found: list[Condition] = []
    try:
        _decide(test, frame, found)
    except BaseException as error:
        let_through(error)
        return found  # a name that this line itself binds: shown in the source, not answered here
    return found


def _decide(test: ast.expr, frame: FrameType, found: list[Condition]) -> bool:
    match test:
        case ast.BoolOp(op=op, values=parts):
            # The first part that decides ends it: a true one of `or`, a false one of `and`.
            decisive = isinstance(op, ast.Or)
            for part in parts:
                if _decide(part, frame, found) == decisive:
                    return decisive
            return not decisive
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _decide(operand, frame, found)
        case ast.Compare(left=left, ops=ops, comparators=rights):
            holds = bool(_value(test, frame))
            compared = tuple((_value(part, frame), _hint(part, frame)) for part in (left, *rights))
            signs = tuple(SIGNS[type(op)] for op in ops)
            found.append(Condition(test.lineno, ast.unparse(test), holds, compared, signs))
            return holds
        case _:
            holds = bool(_value(test, frame))
            found.append(Condition(test.lineno, ast.unparse(test), holds))
            return holds


SIGNS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "=", ast.NotEq: "≠", ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip


def _hint(node: ast.expr, frame: FrameType) -> Hint:
    """The annotation of a parameter, or of a record's field; None for what has none."""
    match node:
        case ast.Attribute(value=value, attr=attr):
            return field_hints(type(_value(value, frame))).get(attr)
        case ast.Name(id=name):
            defined = definition(frame.f_code)
            return argument_hints(defined[2]).get(name) if defined else None
        case ast.Call(func=function):
            code = getattr(_value(function, frame), "__code__", None)
            defined = definition(code) if code is not None else None
            return defined[2].returns if defined else None
        case _:
            return None


def _value(node: ast.expr, frame: FrameType) -> Any:
    expression = compile(ast.Expression(node), "<condition>", "eval")
    return eval(expression, frame.f_globals, {**frame.f_globals, **frame.f_locals})
