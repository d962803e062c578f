"""How the types of a state are read, and how functions are written from them.

A field that is a point in time is an `Instant`; what else a field is stands in its metadata
(`spec.kernel.basics`). A function that follows from a type is written as Python text once for each
type, as attrs does it, and can be read with `inspect`.
"""

import linecache
import types
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Annotated, Any, NewType, Union, get_args, get_origin, get_type_hints

from attrs import fields, has

from spec.kernel.basics import Moment

Marks = tuple[Any, ...]
"""What a type is annotated with, and what its field says in its metadata."""
DISGUISE = "__watches_a_record__"
"""In a type that stands for the one below it: what there is of it is no case of its own."""
SAID = ("only", "until", "unseen")
"""The entries of a field's metadata that speak of the field's value."""
REMEMBERED: list[tuple[dict[str, Any], str, str]] = []
"""Written functions that remember their answers: where they stand, their name, and that of the one
which does not. Who has to hear all that is asked takes the other."""


def instants_in(kind: Any) -> tuple[str, ...]:
    """Where the points in time of a type stand: "main.now", "contract.exits[].created"."""
    return tuple(_places(kind, ""))


def bare(hint: Any) -> tuple[Any, Marks]:
    """A type, and what it is annotated with."""
    marks: Marks = ()
    while get_origin(hint) == Annotated:
        hint, *more = get_args(hint)
        marks += tuple(more)
    return hint, marks


TAKEN: set[type] = set()
"""The records whose values were taken to be of no other type when a function was written."""


def is_record(kind: Any) -> bool:
    """Is it a record, and are its values of this type and no other?"""
    is_one = isinstance(kind, type) and has(kind) and all(map(_is_disguise, kind.__subclasses__()))
    if is_one:
        TAKEN.add(kind)
    return is_one


def outgrown(hint: Any) -> tuple[Any, ...]:
    """The records in a type from which others were made after functions had been written for them:
    these would take no notice of what the others have more."""
    kind = bare(hint)[0]
    if not (isinstance(kind, type) and has(kind)):
        found = [each for part in get_args(kind) if part != Ellipsis for each in outgrown(part)]
    else:
        more = [each for each in kind.__subclasses__() if not _is_disguise(each)]
        mine = [kind] if kind in TAKEN and more else []
        found = [*mine, *(each for _, part in hints_of(kind) for each in outgrown(part))]
    return tuple(dict.fromkeys(found))


def _is_disguise(kind: type) -> bool:
    """Is it a type that the laboratory has made, to watch what is read of a record?"""
    return DISGUISE in vars(kind)


def hints_of(kind: type) -> list[tuple[str, Any]]:
    """Names and types of a record's fields, with what their metadata says of them."""
    hints = get_type_hints(kind, include_extras=True)
    found = []
    for field in fields(kind):
        hint = hints[field.name]
        for mark in [field.metadata[name] for name in SAID if name in field.metadata]:
            hint = Annotated[hint, mark]
        found.append((field.name, hint))
    return found


def optional(kind: Any) -> Any:
    """X of `X | None`; None for all other types."""
    if get_origin(kind) in (Union, types.UnionType):
        rest = [each for each in get_args(kind) if each != types.NoneType]
        if len(rest) == 1:
            return rest[0]
    return None


def built_in(origin: Any, kind: type) -> bool:
    """Is it what a type such as `tuple[int, ...]` is made of?"""
    return isinstance(origin, type) and issubclass(origin, kind)


def is_instant(hint: Any) -> bool:
    """Is it a point in time, or one that there may be?"""
    kind, marks = bare(hint)
    return Moment() in marks or Moment() in bare(optional(kind))[1]


def timeless(hint: Any) -> bool:
    """Is there no point in time in it?"""
    return not _places(hint, "it")


def never_changes(hint: Any) -> bool:
    """Are its values made of frozen records, tuples, sets, members of an Enum and numbers only?"""
    kind = bare(hint)[0]
    if is_record(kind):
        frozen = kind.__setattr__.__name__ == "_frozen_setattrs"
        return frozen and all(never_changes(each) for _, each in hints_of(kind))
    if isinstance(kind, NewType):
        return never_changes(kind.__supertype__)
    if isinstance(kind, type) and not get_args(kind):
        return kind in (int, bool, type(None)) or issubclass(kind, Enum)
    origin = get_origin(kind)
    simple = built_in(origin, tuple) or built_in(origin, frozenset) or optional(kind) is not None
    return simple and all(never_changes(each) for each in get_args(kind) if each != Ellipsis)


def _places(hint: Any, path: str) -> list[str]:
    kind, marks = bare(hint)
    if Moment() in marks:
        return [path]
    if isinstance(kind, type) and has(kind):
        dot = "." if path else ""
        return [p for name, each in hints_of(kind) for p in _places(each, f"{path}{dot}{name}")]
    inner = "" if optional(kind) is not None else "[]"
    found = [_places(each, f"{path}{inner}") for each in get_args(kind) if each != Ellipsis]
    return list(dict.fromkeys(place for places in found for place in places))


def tuple_of(parts: list[str]) -> str:
    """The text of a tuple."""
    return f"({''.join([part + ', ' for part in parts])})"


def call_of(kind: type, name: str, parts: Mapping[str, str]) -> str:
    """The text that makes a record, of this name, from the texts of its fields."""
    by_place = [parts[each.name] for each in fields(kind) if not each.kw_only]
    by_name = [f"{each.alias}={parts[each.name]}" for each in fields(kind) if each.kw_only]
    return f"{name}({', '.join([*by_place, *by_name])})"


class Writer:
    """Writes one function for a type, and those for the types in it."""

    what = ""
    parameters = ""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"__name__": "spec.kernel.derived"}
        self.known: dict[Any, str] = {}
        self.lines: list[str] = []

    def compiled(self, kind: type) -> Callable[..., Any]:
        """The function for a type."""
        name = self.function(kind)
        text = "\n".join([*self.lines, *self.entry(name), ""])
        file = f"<derived {self.what} of {kind.__module__}.{kind.__qualname__}>"
        exec(compile(text, file, "exec"), self.names)
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        made: Callable[..., Any] = self.names[f"{self.what}_of_all" if self.entry(name) else name]
        return made

    def bind(self, value: Any, stem: str) -> str:
        """The name by which what is written calls a value."""
        name = f"{stem}_{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, hint: Any) -> str:
        """The name of the function for a type."""
        if hint not in self.known:
            kind = bare(hint)[0]
            name = f"{self.what}_{getattr(kind, '__name__', 'value')}_{len(self.known)}"
            self.known[hint] = name
            written = self.written(kind)
            self.lines += [f"def {name}({self.parameters}):", *(f"    {w}" for w in written), ""]
        return self.known[hint]

    def entry(self, name: str) -> list[str]:
        """The lines of the function for a whole state, where that is not the one for its type, of
        this name."""
        return []

    def written(self, kind: Any) -> list[str]:
        """The lines of the function for a type: where nothing else is said, of what it returns."""
        return [f"return {self.body(kind)}"]

    def body(self, kind: Any) -> str:
        """What the function for a type returns, where that is one expression."""
        raise NotImplementedError
