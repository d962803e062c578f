"""The functions that a proof really entered, and what in their source it would misread.

Folded functions say so when they are called. Methods, properties, validators, generators, and what
stands in tables, have no such wrapper: they are seen when the paths are replayed as plain Python,
and, because a replay takes one of several ways through a folded call, looked up by the names that
the entered functions use.
"""

import ast
import contextlib
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any

from attrs import define, field

from impl.lab.prover.ends import Unsupported
from impl.lab.prover.misread import Function, misread
from impl.lab.prover.places import is_authors, is_installed, is_pythons, shown
from impl.lab.prover.syntax import Complaint

Space = Mapping[str, Any]


@define
class Entered:
    """Code of authors that a proof has run, with the globals that it ran in."""

    codes: dict[CodeType, Space] = field(factory=dict)
    libraries: dict[str, str] = field(factory=dict)
    """Functions of Python's library that are not followed, with the author's line."""

    def add(self, functions: Iterable[Any]) -> None:
        """Functions, and those that they wrap."""
        for function in functions:
            for plain in _authored((function,)):
                self.codes.setdefault(plain.__code__, plain.__globals__)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Add what runs in the block."""
        before = sys.getprofile()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _note(self, frame: FrameType, event: str, arg: object) -> None:
        if event == "call" and frame.f_code not in self.codes:
            file = frame.f_code.co_filename
            if is_authors(file):
                if not is_installed(file) or self._is_called(frame):
                    self.codes[frame.f_code] = frame.f_globals
            elif is_pythons(file):
                self._note_library(frame)

    def _is_called(self, frame: FrameType) -> bool:
        """Does entered code call it by name? The interpreter runs things of its own in between."""
        caller = frame.f_back.f_code if frame.f_back else None
        return caller in self.codes and frame.f_code.co_name in caller.co_names

    def _note_library(self, frame: FrameType) -> None:
        caller = frame.f_back
        module = frame.f_globals.get("__name__", "").partition(".")[0]
        if module in _FOLLOWED or caller is None or not is_authors(caller.f_code.co_filename):
            return
        line = f"{shown(caller.f_code.co_filename)}:{caller.f_lineno}"
        self.libraries.setdefault(f"{module}.{frame.f_code.co_name}", line)

    def complaints(self) -> list[Complaint]:
        """What a proof would misread in all of it, in the order of files and lines."""
        self._reach()
        found = {
            str(complaint): complaint
            for code, space in self.codes.items()
            for complaint in _of_code(code, space)
        }
        return [found[text] for text in sorted(found)]

    def _reach(self) -> None:
        """Add the functions without a wrapper that the entered ones name."""
        left = list(self.codes.items())
        while left:
            code, space = left.pop()
            for function in _named(code, space):
                if function.__code__ not in self.codes:
                    self.codes[function.__code__] = function.__globals__
                    left.append((function.__code__, function.__globals__))


_FOLLOWED = frozenset(
    [
        "enum",
        "functools",
        "typing",
        "collections",
        "abc",
        "types",
        "contextlib",
        "copy",
        "operator",
        "_collections_abc",
    ]
)
"""Of Python's library, what is written in Python and does with unknown values as with others."""


def refuse_what_is_misread(entered: Entered) -> None:
    """Raises Unsupported where a function that was entered would be misread."""
    found = entered.complaints()
    if found:
        first, more = found[0], len(found) - 1
        tail = f" (and {more} more)" if more else ""
        raise Unsupported(f"{first.message}{tail}", f"{first.file}:{first.line}")
    for name, line in entered.libraries.items():
        raise Unsupported(f"`{name}` is not followed by a proof: write what it does", line)


# Functions by name ------------------------------------------------------------------------------


def _plain(value: Any, depth: int = 0) -> Iterator[FunctionType]:
    """The plain Python functions that a value is, wraps or holds."""
    if isinstance(value, FunctionType):
        yield value
    if isinstance(value, MethodType):
        yield from _plain(value.__func__)
    elif isinstance(value, functools.partial):
        yield from _plain((value.func, value.args, value.keywords))
    elif isinstance(value, staticmethod | classmethod | functools._lru_cache_wrapper):
        yield from _plain(value.__wrapped__)
    elif isinstance(value, property):
        yield from (each for each in (value.fget,) if isinstance(each, FunctionType))
    elif isinstance(value, functools.cached_property):
        yield from _plain(value.func)
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        yield from (function for each in value for function in _plain(each, depth + 1))
    elif depth < 3 and isinstance(value, dict):
        yield from (function for each in value.values() for function in _plain(each, depth + 1))
    wrapped = getattr(value, "__wrapped__", None) if isinstance(value, FunctionType) else None
    if wrapped is not None:
        yield from _plain(wrapped)


def _named(code: CodeType, space: Space) -> Iterator[FunctionType]:
    """The functions that no wrapper announces, among what a piece of code names."""
    for part in codes_in(code):
        for name in part.co_names:
            held = space.get(name)
            if isinstance(held, type):
                yield from _authored(vars(held).get(each) for each in _BUILDERS)
            elif not isinstance(held, FunctionType) or not _has_wrapper(held):
                yield from _authored((held,))
            yield from methods_called(space, name)


_BUILDERS = ("__init__", "__new__", "__attrs_post_init__", "__attrs_pre_init__", "__post_init__")


def _has_wrapper(function: FunctionType) -> bool:
    """Is it announced when it is called? A generator is not, nor what is installed."""
    generates = function.__code__.co_flags & 0x20
    return not generates and not hasattr(function, "__wrapped__")


def _authored(values: Iterable[Any]) -> Iterator[FunctionType]:
    for value in values:
        for function in _plain(value):
            if is_authors(function.__code__.co_filename):
                yield function


def methods_called(space: Space, name: str) -> Iterator[FunctionType]:
    """What classes in the same module, or named in it, call by this name."""
    for kind in list(space.values()):
        if isinstance(kind, type) and name in vars(kind):
            yield from _authored((vars(kind)[name],))


def codes_in(code: CodeType) -> Iterator[CodeType]:
    """A piece of code and all that stands inside it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from codes_in(const)


def constants(entered: Entered) -> Iterator[int | float]:
    """The numbers that stand in the entered code, and in the globals that it names."""
    for code, space in list(entered.codes.items()):
        for part in codes_in(code):
            held: list[object] = list(part.co_consts)
            held += [space[name] for name in part.co_names if name in space]
            for value in held:
                for each in value if isinstance(value, tuple | frozenset) else (value,):
                    if isinstance(each, int | float) and not isinstance(each, bool):
                        yield each


# Source -----------------------------------------------------------------------------------------


_MADE_UP = ("<genexpr>", "<listcomp>", "<setcomp>", "<dictcomp>", "<module>")
_FOUND: dict[CodeType, tuple[Complaint, ...]] = {}


def _of_code(code: CodeType, space: Space) -> tuple[Complaint, ...]:
    if code not in _FOUND:
        if len(_FOUND) > 4096:
            _FOUND.clear()
        _FOUND[code] = tuple(_read(code, space))
    return _FOUND[code]


def _read(code: CodeType, space: Space) -> list[Complaint]:
    if code.co_name in _MADE_UP:
        return []  # part of a function that was entered, too
    functions = functions_in(code.co_filename)
    nodes = functions.get((code.co_name, code.co_firstlineno), [])
    if nodes:
        return [found for node in nodes for found in misread(node, space, code.co_filename)]
    if functions and code.co_name.isidentifier() and not _is_function(code):
        return []  # the body of a class
    said = f"the source of `{code.co_name}` is not there to be read: write it in a file"
    return [Complaint(shown(code.co_filename), code.co_firstlineno, said)]


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & 0x2)


@functools.lru_cache(maxsize=512)
def functions_in(file: str) -> Mapping[tuple[str, int], list[Function]]:
    """The functions of a file by name and first line; empty where it cannot be read."""
    try:
        tree = ast.parse(Path(file).read_text("utf-8"), file)
    except (OSError, SyntaxError, ValueError):
        return {}
    found: dict[tuple[str, int], list[Function]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Lambda):
            found.setdefault(("<lambda>", node.lineno), []).append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            found.setdefault((node.name, first), []).append(node)
    return found
