"""Counts which branches of the rules a step takes, cheaply.

The rules' own functions get new code objects, made from their source with one assignment at the
head of every branch; the functions stay the same objects, so states, records of rules and refusals
notice nothing. Line numbers stay, too: faults are told by them. When the block is left, the
functions have their own code again.

What happens inside a function with a cache is not counted: whether its body runs depends on what
this process did before, and the same shard has to look the same in every process.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import attrs

from impl.lab.rules.knobs import decisions
from invariants.kernel.claims import Rulebook

HITS, HIT = "__branches_hit__", "__hit_branch__"
SHARED = "spec"
"""The package that protocols are made of; its modules are counted wherever they are used."""


class Branches:
    """One byte for each branch of the rules: 1 once it was taken."""

    def __init__(self, size: int) -> None:
        """Nothing was taken yet."""
        self.hits = bytearray(size)
        self._none = bytes(size)

    def clear(self) -> None:
        """Forget what was taken."""
        self.hits[:] = self._none

    def taken(self) -> bytes:
        """What was taken since the last `clear`."""
        return bytes(self.hits)


@contextmanager
def counted(rulebook: Rulebook, rules: Any) -> Iterator[Branches]:
    """Count the branches of a protocol's functions, and of the rules' decisions, in the block."""
    marker = _Marker()
    codes = []
    for module in _modules(rulebook, rules):
        tree = _tree(module)
        if tree is not None:
            plain = _codes(_compiled(tree, module))
            codes.append((module, plain, _codes(_compiled(marker.visit(tree), module))))
    branches = Branches(marker.count)
    before: list[tuple[FunctionType, CodeType]] = []
    try:
        for module, plain, counting in codes:
            vars(module).update({HITS: branches.hits, HIT: branches.hits.__setitem__})
            for function in _functions(module):
                own = function.__code__
                place = own.co_qualname, own.co_firstlineno
                # A file that was edited since it was imported says something else than what runs.
                if plain.get(place) == own and counting[place].co_freevars == own.co_freevars:
                    before.append((function, own))
                    function.__code__ = counting[place]
        yield branches
    finally:
        for function, own in before:
            function.__code__ = own
        for module, _, _ in codes:
            for name in (HITS, HIT):
                vars(module).pop(name, None)


def _modules(rulebook: Rulebook, rules: Any) -> list[ModuleType]:
    """The modules that the protocol's functions and the decisions reach, in the order of names."""
    protocol = rulebook.protocol
    parts = [getattr(protocol, field.name) for field in attrs.fields(type(protocol))]
    parts += [family.propose for family in protocol.families]
    starts = {_home(part) for part in (*parts, *decisions(rules).values())} - {""}
    packages = {name.partition(".")[0] for name in starts} | {SHARED}
    reached: set[str] = set()
    ahead = sorted(starts)
    while ahead:
        name = ahead.pop()
        module = sys.modules.get(name)
        if name in reached or module is None or name.partition(".")[0] not in packages:
            continue
        reached.add(name)
        ahead += sorted({_home(value) for value in vars(module).values()} - reached)
    return [sys.modules[name] for name in sorted(reached)]


def _home(thing: Any) -> str:
    if isinstance(thing, ModuleType):
        return thing.__name__
    return str(getattr(thing, "__module__", None) or "") if callable(thing) else ""


def _tree(module: ModuleType) -> ast.Module | None:
    """A module's source; None where there is none to be had (a compiled module)."""
    path = getattr(module, "__file__", None)
    if not path or not path.endswith(".py"):
        return None
    try:
        return ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError):
        return None


def _compiled(tree: ast.Module, module: ModuleType) -> CodeType:
    return compile(tree, str(module.__file__), "exec", dont_inherit=True)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """Every function that a module defines, methods included."""
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from _plain(vars(value).values(), module)
        else:
            yield from _plain([value], module)


def _plain(values: Iterable[Any], module: ModuleType) -> Iterator[FunctionType]:
    for value in list(values):
        inner = value.fget if isinstance(value, property) else value
        inner = getattr(inner, "__func__", inner)
        inner = getattr(inner, "__wrapped__", inner)
        if isinstance(inner, FunctionType) and inner.__module__ == module.__name__:
            yield inner


def _codes(code: CodeType) -> dict[tuple[str, int], CodeType]:
    found = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found[constant.co_qualname, constant.co_firstlineno] = constant
            found.update(_codes(constant))
    return found


class _Marker(ast.NodeTransformer):
    """Puts a mark at the head of every branch: `hits[n] = 1`."""

    def __init__(self) -> None:
        self.count = 0

    def _number(self) -> int:
        self.count += 1
        return self.count - 1

    def _marked(self, body: list[ast.stmt]) -> list[ast.stmt]:
        if not body:
            return body
        mark = _beside(ast.parse(f"{HITS}[{self._number()}] = 1").body[0], body[0])
        at = int(_is_text(body[0]) and len(body) > 1)
        return [*body[:at], mark, *body[at:]]

    def _marked_value(self, value: ast.expr) -> ast.expr:
        call = ast.parse(f"{HIT}({self._number()}, 1)", mode="eval").body
        return ast.copy_location(ast.BoolOp(ast.Or(), [_beside(call, value), value]), value)

    def _function(self, node: Any) -> Any:
        # Decorators, defaults and annotations run when the module is made, not in a step.
        node.body = [self.visit(each) for each in node.body]
        if any("cache" in ast.unparse(each) for each in node.decorator_list):
            node.body = _uncounted(node.body)
        else:
            node.body = self._marked(node.body)
        return node

    visit_FunctionDef = _function
    visit_AsyncFunctionDef = _function

    def _branching(self, node: Any) -> Any:
        self.generic_visit(node)
        node.body = self._marked(node.body)
        if hasattr(node, "orelse"):
            node.orelse = self._marked(node.orelse)
        return node

    visit_If = visit_For = visit_While = _branching
    visit_ExceptHandler = visit_match_case = _branching

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        """Both arms."""
        self.generic_visit(node)
        node.body, node.orelse = self._marked_value(node.body), self._marked_value(node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        """What is asked only if the first part did not decide."""
        self.generic_visit(node)
        node.values = [node.values[0], *map(self._marked_value, node.values[1:])]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        """The value only: an annotation is no branch."""
        if node.value is not None:
            node.value = self.visit(node.value)
        return node


def _uncounted(body: list[ast.stmt]) -> list[ast.stmt]:
    saved = "__branches_before__"
    frame = ast.parse(f"{saved} = bytes({HITS})\ntry:\n    pass\nfinally:\n    {HITS}[:] = {saved}")
    keep, attempt = (_beside(each, body[0]) for each in frame.body)
    attempt.body = body
    return [keep, attempt]


def _beside(node: Any, place: ast.AST) -> Any:
    """New code at the place of old code, so that line numbers stay what they are."""
    for each in ast.walk(node):
        ast.copy_location(each, place)
    return node


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
