"""What lets a user's function answer by more than its arguments: read off sources, with the line.

Asking twice shows this in a sample only: who counts calls and cheats once in a thousand may pass.
So every function that is not shipped, and every one that it names, is read for what outlives a
call: globals, cells and attributes that it changes, shared iterators, the clock, random numbers.
Nothing is said of what a function does with it; even a memo by all arguments counts. A search then
assumes that the answers hang on the arguments alone, and says so.
"""

import ast
import dis
import functools
import sys
from collections import ChainMap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, MethodType, ModuleType
from typing import Any

import attrs
from attrs import define, field, frozen

from impl.lab.prover.entered import codes_in, functions_in, methods_called
from impl.lab.prover.misread import NOWHERE, Function, Names, names_bound_in, parts_of
from impl.lab.prover.mutation import MAKERS
from impl.lab.purity.lasting import (
    can_change,
    foreign,
    holds_changeable,
    is_users,
    members_of,
    own_values,
)
from impl.lab.purity.misled import misled
from impl.lab.purity.uses import Found, changes, only_looked_at, parents_in
from invariants.kernel.claims import Rulebook

GENERATES = 0x20
Cache = functools._lru_cache_wrapper


@frozen(order=True)
class Place:
    """Something that outlives a call, and where it is used."""

    file: str
    line: int
    does: str

    def __str__(self) -> str:
        """As people find it: 'q.py:61 changes `Gate.n`'."""
        return f"{self.file}:{self.line} {self.does}" if self.file else f"it {self.does}"


def doubt(book: Rulebook, rules: Any) -> str:
    """What has to be assumed because sources say that something outlives a call; else empty."""
    roots = [rules, book.protocol, book.settled, book.honest, book.invariants, book.witnesses]
    for who, thing in _callables(roots):
        places = _of_function(thing) if isinstance(thing, FunctionType) else outlives(thing)
        if places:
            more = f" (and {len(places) - 1} more)" if places[1:] else ""
            return f"that `{who}` is a function of its arguments: {places[0]}{more}"
    return ""


@functools.lru_cache(maxsize=4096)
def _of_function(function: FunctionType) -> tuple[Place, ...]:
    return outlives(function)


def _callables(value: Any, depth: int = 6) -> Iterator[tuple[str, Any]]:
    """Every function in a record, and every value of a user's class, with its name."""
    if callable(value) or isinstance(value, property):
        yield _name(value), value
    elif depth and isinstance(value, tuple | list):
        yield from (found for each in value for found in _callables(each, depth - 1))
    elif depth and attrs.has(type(value)):
        yield from (found for each in own_values(value).values()
                    for found in _callables(each, depth - 1))  # fmt: skip
        yield type(value).__name__, type(value)
    elif type(value).__module__ != "builtins":
        yield type(value).__name__, value


def _name(value: Any) -> str:
    value = value.func if isinstance(value, functools.partial) else value
    return str(getattr(value, "__name__", type(value).__name__))


def outlives(thing: Any, read: Callable[[str], bool] = is_users) -> tuple[Place, ...]:
    """What outlives a call in a function, and in all that it names, in files that are to be
    `read`: none where it can only answer by its arguments."""
    reading = _Reading(read)
    reading.meet(thing, _name(thing), ("", 0))
    while reading.left:
        reading.read(*reading.left.pop())
    return tuple(sorted(reading.places))


@define
class _Reading:
    wanted: Callable[[str], bool]
    """Is a file to be read?"""
    places: set[Place] = field(factory=set)
    left: list[tuple[FunctionType, bool]] = field(factory=list)
    """Functions to be read, and whether what they make is kept."""
    known: dict[tuple[int, bool], Any] = field(factory=dict)
    """What was met, by its id; held, so that no other thing gets the same id."""

    def note(self, where: tuple[str, int], does: str) -> None:
        self.places.add(Place(where[0], where[1], does))

    def meet(self, value: Any, text: str, where: tuple[str, int], kept: bool = False) -> None:
        """Look at a thing that is named somewhere, once."""
        if isinstance(value, Cache):
            self._meet_cache(value, text, where)
            return
        wrong = foreign(value)
        if wrong:
            self.note(where, f"{wrong} `{text}`")
        if (id(value), kept) in self.known:
            return
        self.known[id(value), kept] = value
        if isinstance(value, FunctionType):
            self._meet_function(value, text, where, kept)
        elif isinstance(value, MethodType):
            self.meet(value.__func__, text, where)
            self.meet(value.__self__, text, where)
        elif isinstance(value, functools.partial):
            for each in (value.func, *value.args, *value.keywords.values()):
                self.shared(each, text, where)
        elif isinstance(value, staticmethod | classmethod):
            self.meet(value.__wrapped__, text, where)
        elif isinstance(value, property):
            self.meet(value.fget, text, where)
        elif isinstance(value, functools.cached_property):
            self.meet(value.func, text, where)
        elif isinstance(value, type):
            self._meet_class(value, text, where)
        elif not isinstance(value, ModuleType):
            self._meet_value(value, text, where)

    def shared(self, value: Any, text: str, where: tuple[str, int]) -> None:
        """Meet a thing that is handed to a function: what can be changed may be changed there."""
        if can_change(value) or holds_changeable(value):
            self.note(where, f"shares `{text}`, which can be changed")
        self.meet(value, text, where)

    def _meet_cache(self, value: Any, text: str, where: tuple[str, int]) -> None:
        """What a cached function makes is kept: an iterator is used up, a cell is changed."""
        plain = value.__wrapped__
        self.meet(plain, text, where, kept=True)
        code = getattr(plain, "__code__", None)
        if code is not None and code.co_flags & GENERATES:
            self.note(where, f"uses up what `{text}` keeps")

    def _meet_function(
        self, value: FunctionType, text: str, where: tuple[str, int], kept: bool
    ) -> None:
        if self.wanted(value.__code__.co_filename):
            self.left.append((value, kept))
            return
        cells = [cell.cell_contents for cell in value.__closure__ or () if _is_filled(cell)]
        for each in (*cells, *(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values()):
            self.meet(each, text, where)

    def _meet_class(self, kind: type, text: str, where: tuple[str, int]) -> None:
        for base in kind.__mro__:
            for name, value in vars(base).items():
                if name == "__init_subclass__":  # runs when a type is made, at no step
                    continue
                wrapped = getattr(value, "fget", getattr(value, "__wrapped__", value))
                wrapped = getattr(wrapped, "func", wrapped)
                if isinstance(wrapped, FunctionType):
                    if self.wanted(wrapped.__code__.co_filename) and not _is_generated(
                        base, wrapped
                    ):
                        self.meet(value, f"{text}.{name}", where)
                elif can_change(value) and not name.startswith("_") and self._is_read(base):
                    self.note(where, f"shares `{text}.{name}`, which can be changed")
        if type(kind).__module__ not in ("builtins", "abc", "enum", "typing"):
            self.meet(type(kind), text, where)

    def _is_read(self, kind: type) -> bool:
        file = getattr(sys.modules.get(kind.__module__), "__file__", None)
        return file is not None and self.wanted(file)

    def _meet_value(self, value: Any, text: str, where: tuple[str, int]) -> None:
        if type(value).__module__ != "builtins":
            self.meet(type(value), type(value).__name__, where)
            if self._is_read(type(value)) and any(map(can_change, own_values(value).values())):
                self.note(where, f"shares `{text}`, which holds what can be changed")
        for member in members_of(value):
            self.meet(member, text, where)

    # --- one function's source ---

    def read(self, function: FunctionType, kept: bool) -> None:
        code = function.__code__
        file, short = code.co_filename, Path(code.co_filename).name
        nodes = functions_in(file).get((code.co_name, code.co_firstlineno), [])
        if not nodes:
            said = f"is not there to be read: the source of `{code.co_name}`"
            self.note((short, code.co_firstlineno), said)
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self.shared(value, f"a default of {code.co_name}", (short, code.co_firstlineno))
        space = _space(function)
        for node in nodes:
            for line, does in self._found(node, function, space, kept):
                self.note((short, line), does)
        for part in codes_in(code):
            for name in part.co_names:
                for method in methods_called(function.__globals__, name):
                    self.meet(method, name, (short, code.co_firstlineno))

    def _found(
        self, node: Function, function: FunctionType, space: Any, kept: bool
    ) -> Iterator[Found]:
        yield from changes(node, kept=kept)
        yield from misled(node)
        own = {*names_bound_in(node), function.__name__}
        bound = frozenset(own) - _outer_names(function)
        names, parents = Names(space, bound), parents_in(node)
        done: set[int] = set()
        for part in parts_of(node):
            if isinstance(part, ast.Import | ast.ImportFrom):
                yield part.lineno, "imports on the way"
            if not isinstance(part, ast.Name | ast.Attribute) or id(part) in done:
                continue
            held = names.of(part)
            if held is NOWHERE:
                continue
            done |= {id(inner) for inner in ast.walk(part)}
            text = ast.unparse(part)
            mine = isinstance(part, ast.Name) and part.id in MAKERS and part.id in space
            if mine and not isinstance(held, type):
                yield part.lineno, f"calls `{text}`, which is not Python's"
            self.meet(held, text, (Path(function.__code__.co_filename).name, part.lineno))
            if isinstance(part.ctx, ast.Load) and can_change(held):
                nested = holds_changeable(held)
                if not only_looked_at(part, parents, nested=nested):
                    yield part.lineno, f"hands on or changes `{text}`"


def _space(function: FunctionType) -> ChainMap[str, Any]:
    """What the names in a function stand for: what its cells hold, then the globals."""
    code = function.__code__
    cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
    filled = {name: cell.cell_contents for name, cell in cells if _is_filled(cell)}
    return ChainMap(filled, function.__globals__)


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not NOWHERE
    except ValueError:
        return False


def _outer_names(function: FunctionType) -> frozenset[str]:
    """The names that stand for something outside, even where another part binds them too."""
    read = {
        step.argval
        for code in codes_in(function.__code__)
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "STORE_GLOBAL", "DELETE_GLOBAL")
    }
    return frozenset(read) | frozenset(function.__code__.co_freevars)


def _is_generated(kind: type, function: FunctionType) -> bool:
    """Was a method made by dataclasses or namedtuple, whose files have no name?"""
    made = "__dataclass_fields__" in vars(kind) or "_fields" in vars(kind)
    return made and function.__code__.co_filename.startswith("<")
