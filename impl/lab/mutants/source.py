"""Makes mutants from the rules' own text: one changed place for each.

Only what stands in functions is changed. Types stay what they are, so that claims and traces which
speak of them still mean the same.

A mutant's id says what was changed and where, and nothing of line numbers: it lasts until somebody
changes the very place.
"""

import ast
import importlib
import inspect
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import EnumMeta
from hashlib import blake2b
from operator import attrgetter
from types import ModuleType
from typing import Any

import attrs
from attrs import field, frozen

from impl.lab.mutants.effects import effects
from impl.lab.mutants.kinds import Kinds
from impl.lab.mutants.operators import Change, changes

EFFECT = "step"
"""The method of an action that says what comes of it."""


def is_action(node: ast.ClassDef) -> bool:
    """Is it an action that says itself what comes of it? Its types are still what they were."""
    return any(isinstance(each, ast.FunctionDef) and each.name == EFFECT for each in node.body)


def methods_called(action: type) -> tuple[str, ...]:
    """The methods of its own, or of what it is made from, that an action's effect calls."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(getattr(action, EFFECT))))
    except (OSError, TypeError, SyntaxError):
        return ()
    found, held = [], {each.name for each in attrs.fields(action)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "super":
            found.append("super()")
        if not isinstance(node, ast.Attribute) or getattr(node.value, "id", "") != "self":
            continue
        if node.attr not in held and inspect.isfunction(getattr(action, node.attr, None)):
            found.append(f"self.{node.attr}()")
    return tuple(dict.fromkeys(found))


@frozen
class Mutant:
    """The rules with one mistake: a changed place in a module, or a knob with another value."""

    module: str
    function: str
    """The qualified name of the function; of a knob, its dotted path."""
    kind: str
    original: str
    """What stands there, in one line."""
    mutated: str
    occurrence: int = 1
    """Of the same change in the same function, from the top."""
    line: int = 0
    source: str = field(default="", repr=False)
    """The module's whole text with the mistake in it; empty for a knob."""
    knob: tuple[tuple[str, ...], Mapping[str, int]] | None = None
    """The knob's path, and its value in each rule set that has another one."""

    @property
    def id(self) -> str:
        """Module, function, kind of change, and a digest of its text."""
        place = f"{self.module}.{self.function}:{self.kind}"
        if self.knob is not None:
            return place
        text = f"{self.original}\0{self.mutated}".encode()
        again = f".{self.occurrence}" if self.occurrence > 1 else ""
        return f"{place}:{blake2b(text, digest_size=3).hexdigest()}{again}"

    @property
    def difference(self) -> str:
        """What was changed, in one line."""
        return f"{self.original}  =>  {self.mutated}"


def mutants(
    modules: Sequence[str | ModuleType],
    functions: Mapping[tuple[str, str], bool] | None = None,
    *,
    effect: bool = False,
) -> tuple[Mutant, ...]:
    """Every mutant of some modules, in the order of the text.

    `functions` says by (module, name) which ones matter, and whether they decide; without it, all
    of them matter, and those that are asked for an answer decide. With `effect`, the mistakes are
    in what the functions do.
    """
    return tuple(
        mutant for module in modules for mutant in _of_module(_module(module), functions, effect)
    )


def _known(module: ModuleType, name: str) -> Any:
    """The function of that name, or the method; None where it stands inside another one."""
    try:
        found = attrgetter(name)(module)
    except AttributeError:
        return None
    return inspect.unwrap(found)


def _module(module: str | ModuleType) -> ModuleType:
    return importlib.import_module(module) if isinstance(module, str) else module


def _of_module(
    module: ModuleType, functions: Mapping[tuple[str, str], bool] | None, effect: bool
) -> Iterator[Mutant]:
    text = inspect.getsource(module)

    def members(name: str) -> tuple[str, ...]:
        kind = vars(module).get(name)
        return tuple(kind.__members__) if isinstance(kind, EnumMeta) else ()

    for name, function in _functions(ast.parse(text).body, ""):
        key = module.__name__, name.partition(".")[0]
        if functions is not None and key not in functions:
            continue
        if effect:
            known = _known(module, name)
            found = effects(function, Kinds(vars(module), function, known))
        else:
            found = changes(function, functions is None or functions[key], members)
        yield from _of_function(module.__name__, name, text, found)


def _of_function(module: str, name: str, text: str, found: Iterator[Change]) -> Iterator[Mutant]:
    seen: set[tuple[int, int, str]] = set()
    counts: Counter[tuple[str, str, str]] = Counter()
    for change in found:
        original, mutated = ast.unparse(change.node), ast.unparse(change.new)
        place = change.node.lineno, change.node.col_offset, mutated
        if place in seen or original == mutated:
            continue
        seen.add(place)
        said = change.kind, _line(original), _line(mutated)
        counts[said] += 1
        yield Mutant(
            module, name, *said, counts[said], change.node.lineno,
            _spliced(text, change.node, mutated),
        )  # fmt: skip


def _functions(body: Sequence[ast.stmt], outside: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield f"{outside}{node.name}", node
            yield from _functions(node.body, f"{outside}{node.name}.")
        elif isinstance(node, ast.ClassDef) and is_action(node):
            methods = [each for each in node.body if getattr(each, "name", "") == EFFECT]
            yield from _functions(methods, f"{outside}{node.name}.")


def _line(text: str) -> str:
    return " ".join(text.split())


def _spliced(text: str, node: ast.stmt | ast.expr, new: str) -> str:
    """The text with one node replaced; an expression in parentheses, so that it stays one."""
    lines = text.encode().splitlines(keepends=True)
    start = sum(len(line) for line in lines[: node.lineno - 1]) + node.col_offset
    last = (node.end_lineno or node.lineno) - 1
    end = sum(len(line) for line in lines[:last]) + (node.end_col_offset or 0)
    data = b"".join(lines)
    inside = new if isinstance(node, ast.stmt) else f"({new})"
    if data[start:].startswith(b"elif"):
        inside = f"elif False: {new}"
    return (data[:start] + inside.encode() + data[end:]).decode()
