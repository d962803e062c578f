"""What follows from the types of a protocol's state: the same state later, and all of it as a key.

A field that is a point in time is an `Instant`. From these annotations alone `later` makes the
function that moves a whole state in time, and `whole` the one that makes nested tuples of it. Both
are written as Python text once for each type, as attrs does it, and can be read with `inspect`.
"""

import linecache
import types
from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache
from typing import Annotated, Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import fields, has

from spec.kernel.basics import Moment, Only, Seconds
from spec.kernel.flat import flat

T = TypeVar("T")


@cache
def later(kind: type[T]) -> Callable[[T, Seconds], T]:
    """The function that moves a state of this type by some seconds: every `Instant` in it.

    Raises TypeError for an `Instant` where none can be found: in a union of records, in a set, as
    the key of a mapping.
    """
    return _Later().compiled(kind)


@cache
def whole(kind: type[T]) -> Callable[[T], Hashable]:
    """The function that makes nested tuples of non-negative ints of a state of this type: equal
    exactly for equal states, and the same that `flat` makes."""
    return _Whole().compiled(kind)


def instants_in(kind: Any) -> tuple[str, ...]:
    """Where the points in time of a type stand: "main.now", "contract.exits[].created"."""
    return tuple(_places(kind, ""))


# Reading types ----------------------------------------------------------------------------------


def _bare(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type, and what it is annotated with."""
    marks: tuple[Any, ...] = ()
    while get_origin(hint) == Annotated:
        hint, *more = get_args(hint)
        marks += tuple(more)
    return hint, marks


def _record(kind: Any) -> bool:
    """Is it a record, and do its values have the fields that it has?"""
    return isinstance(kind, type) and has(kind) and not kind.__subclasses__()


def _hints(kind: type) -> list[tuple[str, Any]]:
    """Names and types of a record's fields; of some points in time also while what they are one."""
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for field in fields(kind):
        hint, only = hints[field.name], field.metadata.get("only")
        found.append((field.name, hint if only is None else Annotated[hint, only]))
    return found


def _optional(kind: Any) -> Any:
    """X of `X | None`; None for all other types."""
    if get_origin(kind) in (Union, types.UnionType):
        rest = [each for each in get_args(kind) if each != types.NoneType]
        if len(rest) == 1:
            return rest[0]
    return None


def _built_in(origin: Any, kind: type) -> bool:
    """Is it what a type such as `tuple[int, ...]` is made of?"""
    return isinstance(origin, type) and issubclass(origin, kind)


def _places(hint: Any, path: str) -> list[str]:
    kind, marks = _bare(hint)
    if Moment() in marks:
        return [path]
    if isinstance(kind, type) and has(kind):
        dot = "." if path else ""
        return [p for name, each in _hints(kind) for p in _places(each, f"{path}{dot}{name}")]
    inner = "" if _optional(kind) is not None else "[]"
    found = [_places(each, f"{path}{inner}") for each in get_args(kind) if each != Ellipsis]
    return list(dict.fromkeys(place for places in found for place in places))


def _timeless(hint: Any) -> bool:
    return not _places(hint, "it")


def _tuple(parts: list[str]) -> str:
    return f"({''.join([part + ', ' for part in parts])})"


# Writing functions ------------------------------------------------------------------------------


class _Writer:
    """Writes one function for a type, and those for the types in it."""

    what = ""
    parameters = ""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": __name__}
        self.known: dict[Any, str] = {}
        self.lines: list[str] = []

    def compiled(self, kind: type) -> Callable[..., Any]:
        """The function for a type."""
        name = self.function(kind)
        text = "\n".join([*self.lines, *self.entry(name), ""])
        file = f"<derived {self.what} of {kind.__module__}.{kind.__qualname__}>"
        exec(compile(text, file, "exec"), self.names)
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        all_of_it = f"{self.what}_of_all"
        made: Callable[..., Any] = self.names[all_of_it]
        return made

    def bind(self, value: Any, stem: str) -> str:
        name = f"{stem}_{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, hint: Any) -> str:
        """The name of the function for a type."""
        if hint not in self.known:
            kind = _bare(hint)[0]
            name = f"{self.what}_{getattr(kind, '__name__', 'value')}_{len(self.known)}"
            self.known[hint] = name
            body = self.body(kind)
            self.lines += [f"def {name}({self.parameters}):", f"    return {body}", ""]
        return self.known[hint]

    def entry(self, name: str) -> list[str]:
        raise NotImplementedError

    def body(self, kind: Any) -> str:
        raise NotImplementedError


class _Later(_Writer):
    """`v` is the value, `t` by how much, `s` the whole state."""

    what = "later"
    parameters = "v, t, s"

    def entry(self, name: str) -> list[str]:
        return ["def later_of_all(s, t):", f"    return {name}(s, t, s)"]

    def term(self, hint: Any, value: str, record: str) -> str:
        kind, marks = _bare(hint)
        if Moment() in marks:
            moved = f"{value} + t"
            for only in [mark for mark in marks if isinstance(mark, Only)]:
                asked = "s" if only.of_state else record
                moved = f"({moved} if {self.bind(only.holds, 'only')}({asked}) else {value})"
            return moved
        return value if _timeless(hint) else f"{self.function(hint)}({value}, t, s)"

    def body(self, kind: Any) -> str:
        origin, args, some = get_origin(kind), get_args(kind), _optional(kind)
        if some is not None:
            return f"None if v is None else {self.term(some, 'v', 'v')}"
        if _record(kind):
            parts = [self.term(each, f"v.{name}", "v") for name, each in _hints(kind)]
            return f"{self.bind(kind, 'new')}({', '.join(parts)})"
        if _built_in(origin, tuple) and args[-1] == Ellipsis:
            return f"tuple([{self.term(args[0], 'm', 'v')} for m in v])"
        if _built_in(origin, tuple):
            parts = [self.term(each, f"v[{n}]", "v") for n, each in enumerate(args)]
            return _tuple(parts)
        if _built_in(origin, Mapping) and _timeless(args[0]):
            return f"{{k: {self.term(args[1], 'm', 'v')} for k, m in v.items()}}"
        raise TypeError(f"{kind} has a point in time where none can be found: write `shift`")


class _Whole(_Writer):
    what = "whole"
    parameters = "v"

    def entry(self, name: str) -> list[str]:
        return ["def whole_of_all(s):", f"    return {name}(s)"]

    def term(self, hint: Any, value: str) -> str:
        kind = _bare(hint)[0]
        if kind in (int, bool) or isinstance(kind, NewType) and kind.__supertype__ in (int,):
            return f"{value} + 2"
        if isinstance(kind, type) and issubclass(kind, Enum):
            return f"{value}.value"
        return f"{self.function(hint)}({value})"

    def body(self, kind: Any) -> str:
        origin, args, some = get_origin(kind), get_args(kind), _optional(kind)
        if some is not None:
            return f"0 if v is None else {self.term(some, 'v')}"
        if _record(kind):
            return _tuple([self.term(each, f"v.{name}") for name, each in _hints(kind)])
        if _built_in(origin, tuple) and args[-1] == Ellipsis:
            return f"tuple([{self.term(args[0], 'm')} for m in v])"
        if _built_in(origin, tuple):
            return _tuple([self.term(each, f"v[{n}]") for n, each in enumerate(args)])
        if _built_in(origin, Mapping):
            pair = f"({self.term(args[0], 'k')}, {self.term(args[1], 'm')})"
            return f"tuple(sorted([{pair} for k, m in v.items()]))"
        if _built_in(origin, frozenset):
            return f"tuple(sorted([{self.term(args[0], 'm')} for m in v]))"
        return f"{self.bind(flat, 'flat')}(v)"
