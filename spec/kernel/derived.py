"""What follows from the types of a protocol's state: the same state later, and all of it as a key.

A field that is a point in time is an `Instant`. From these annotations alone `later` makes the
function that moves a whole state in time, and `whole` the one that makes nested tuples of it. Both
are written as Python text once for each type, as attrs does it, and can be read with `inspect`.
"""

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, get_args, get_origin

from spec.kernel.basics import Moment, Only, Seconds
from spec.kernel.flat import WHOLE, flat, in_order
from spec.kernel.shapes import (
    Writer,
    bare,
    built_in,
    call_of,
    hints_of,
    is_record,
    optional,
    timeless,
    tuple_of,
)

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
    exactly for equal states. Where a type leaves open what stands somewhere (a base class, one of
    several), it is told there, as `flat` does."""
    return Whole().compiled(kind)


# Writing them ----------------------------------------------------------------------------------


class _Later(Writer):
    """`v` is the value, `t` by how much, `s` the whole state."""

    what = "later"
    parameters = "v, t, s"

    def entry(self, name: str) -> list[str]:
        return ["def later_of_all(s, t):", f"    return {name}(s, t, s)"]

    def term(self, hint: Any, value: str, record: str) -> str:
        kind, marks = bare(hint)
        if Moment() in marks:
            moved = f"{value} + t"
            for only in [mark for mark in marks if isinstance(mark, Only)]:
                asked = "s" if only.of_state else record
                moved = f"({moved} if {self.bind(only.holds, 'only')}({asked}) else {value})"
            return moved
        return value if timeless(hint) else f"{self.function(hint)}({value}, t, s)"

    def body(self, kind: Any) -> str:
        origin, args, some = get_origin(kind), get_args(kind), optional(kind)
        if some is not None:
            return f"None if v is None else {self.term(some, 'v', 'v')}"
        if is_record(kind):
            terms = {name: self.term(each, f"v.{name}", "v") for name, each in hints_of(kind)}
            return call_of(kind, self.bind(kind, "new"), terms)
        if built_in(origin, tuple) and args[-1] == Ellipsis:
            return f"tuple([{self.term(args[0], 'm', 'v')} for m in v])"
        if built_in(origin, tuple):
            parts = [self.term(each, f"v[{n}]", "v") for n, each in enumerate(args)]
            return tuple_of(parts)
        if built_in(origin, Mapping) and timeless(args[0]):
            return f"{{k: {self.term(args[1], 'm', 'v')} for k, m in v.items()}}"
        raise TypeError(
            f"{kind} has a point in time where none can be found: make it a tuple or a mapping, or"
            " write `shift`"
        )


def is_number(kind: Any) -> bool:
    """Is it a whole number, whatever it is called?"""
    return kind in (int, bool) or isinstance(kind, NewType) and kind.__supertype__ in (int,)


def _numbered(kind: type[Enum]) -> bool:
    return all(member.value.__class__ in WHOLE for member in kind)


class Whole(Writer):
    """`v` is the value."""

    what = "whole"
    parameters = "v"

    def term(self, hint: Any, value: str) -> str:
        """The expression for a value of a type; in place, since a call costs more than most of
        what is in it."""
        kind = bare(hint)[0]
        origin, args, some = get_origin(kind), get_args(kind), optional(kind)
        if is_number(kind):
            return f"{value} + 2"
        if isinstance(kind, type) and issubclass(kind, Enum) and _numbered(kind):
            return f"{value}.value"
        if some is not None:
            return f"() if {value} is None else ({self.term(some, value)},)"
        if is_record(kind):
            return self.record(kind, value)
        if built_in(origin, tuple) and args[-1] == Ellipsis:
            return f"tuple([{self.term(args[0], 'm')} for m in {value}])"
        if built_in(origin, tuple):
            return tuple_of([self.term(each, f"{value}[{n}]") for n, each in enumerate(args)])
        if built_in(origin, Mapping):
            pair = f"({self.term(args[0], 'k')}, {self.term(args[1], 'm')})"
            members = f"[{pair} for k, m in {value}.items()]"
            some_order = self.sorted(members)
            return (
                f"tuple(sorted({members})) if {value} else ()" if is_number(args[0]) else some_order
            )
        if built_in(origin, frozenset):
            return self.sorted(f"[{self.term(args[0], 'm')} for m in {value}]")
        return f"{self.bind(flat, 'flat')}({value})"

    def sorted(self, members: str) -> str:
        """The expression for members in an order of their own."""
        return f"{self.bind(in_order, 'in_order')}({members})"

    def record(self, kind: type, value: str) -> str:
        """The expression for a record."""
        return tuple_of([self.term(each, f"{value}.{name}") for name, each in hints_of(kind)])

    def body(self, kind: Any) -> str:
        """See Writer."""
        return self.term(kind, "v")
