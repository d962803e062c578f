"""The key that follows from a state's type: what can still tell two states apart.

Of a point in time a key holds only how it lies to now, and only as long as it matters; what is
marked as unseen it leaves out; all else it holds as it is. `spec.kernel.basics` has the marks:
`only`, `until`, `UNSEEN`. Such a key is tested on a sample, and what it holds of times is proved,
like one that was written by hand, which may merge more: it knows what the types do not say.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from attrs import has

from spec.kernel.ages import ages
from spec.kernel.basics import Moment, Only, Seconds, Unseen, Until
from spec.kernel.derived import Whole
from spec.kernel.mainchain import MainChain
from spec.kernel.shapes import (
    Writer,
    bare,
    built_in,
    hints_of,
    is_instant,
    is_record,
    optional,
    timeless,
    tuple_of,
)

Point = tuple[str, Seconds, Seconds]
"""A point in time that a state holds: its field's name, itself, and the last moment at which it
matters."""


@cache
def points_in(kind: type) -> Callable[[Any, Any, Seconds], list[Point]]:
    """The function (state, rules, span) that gives each point in time of a state that has a
    meaning, but for the clock; in an order that states with equal lasting parts share. Where
    nothing else is said, it matters for the span.

    Raises TypeError for a point in time where none can be found.
    """
    return _Points().compiled(kind)


def derives(key: Any) -> bool:
    """Is it a key that follows from types?"""
    return getattr(key, "__module__", "") == __name__


def leaves_out(kind: Any) -> tuple[str, ...]:
    """The fields of a type that are marked as unseen, however deep: "Exit.note"."""
    hint, _ = bare(kind)
    if isinstance(hint, type) and has(hint):
        mine = [f"{hint.__name__}.{n}" for n, each in hints_of(hint) if Unseen() in bare(each)[1]]
        inner = [name for _, each in hints_of(hint) for name in leaves_out(each)]
        return tuple(dict.fromkeys([*mine, *inner]))
    found = [name for each in get_args(hint) if each != Ellipsis for name in leaves_out(each)]
    return tuple(dict.fromkeys(found))


@cache
def lasting(kind: type) -> Callable[[Any], Hashable]:
    """The function that makes nested tuples of non-negative ints of a state, without its points in
    time and without what is unseen."""
    return _Lasting().compiled(kind)


def derived_key(
    kind: type, times: Callable[[Any], tuple[Seconds, Seconds]]
) -> Callable[[Any, Any], Any]:
    """The key that follows from a state's type.

    `times` gives, for rules, the longest duration of which all their durations are multiples, and
    how long a point in time matters where nothing else is said.
    """
    rest, points = lasting(kind), points_in(kind)

    def key(state: Any, rules: Any) -> Callable[[Seconds], Hashable]:
        step, span = times(rules)
        left, found = rest(state), points(state, rules, span)
        if not found:
            return lambda now: left
        pairs = tuple([(at, last) for _, at, last in found])
        return lambda now: (left, ages(pairs, now, step))

    return key


class _Lasting(Whole):
    what = "lasting"

    def entry(self, name: str) -> list[str]:
        return ["def lasting_of_all(s):", f"    return {name}(s)"]

    def term(self, hint: Any, value: str) -> str:
        kind, marks = bare(hint)
        if Moment() in marks:
            return "0"
        if is_instant(hint):
            return f"({value} is not None) + 0"
        return super().term(kind, value)

    def record(self, kind: type, value: str) -> str:
        kept = [
            self.term(hint, f"{value}.{name}")
            for name, hint in hints_of(kind)
            if Unseen() not in bare(hint)[1] and Moment() not in bare(hint)[1]
        ]
        return tuple_of(kept)


class _Points(Writer):
    """`v` is the value, `s` the state, `r` the rules; `add` takes what is found."""

    what = "points"
    parameters = "v, s, r, span, add"

    def entry(self, name: str) -> list[str]:
        return [
            "def points_of_all(s, r, span):",
            "    found = []",
            f"    {name}(s, s, r, span, found.append)",
            "    return found",
        ]

    def visit(self, hint: Any, value: str, field: str, record: str) -> list[str]:
        """The lines that find what is in a value; none where there is nothing."""
        kind, marks = bare(hint)
        if Unseen() in marks or timeless(hint):
            return []
        if not is_instant(hint):
            return [f"{self.function(kind)}({value}, s, r, span, add)"]
        last = f"{value} + span"
        found: list[str] = []
        for mark in marks:
            if isinstance(mark, Until):
                last = f"{self.bind(mark.last, 'until')}({record}, r)"
        line = f"add(({field!r}, {value}, {last}))"
        if Moment() not in marks:
            found = [f"if {value} is not None:"]
        for mark in marks:
            if isinstance(mark, Only):
                asked = "s" if mark.of_state else record
                found = [*found, f"if {self.bind(mark.holds, 'only')}({asked}):"]
        return [*(f"{'    ' * n}{each}" for n, each in enumerate([*found, line]))]

    def written(self, kind: Any) -> list[str]:
        origin, args, some = get_origin(kind), get_args(kind), optional(kind)
        if some is not None:
            inner = self.visit(some, "v", "", "v")
            return ["if v is not None:", *(f"    {line}" for line in inner)]
        if is_record(kind):
            return [
                line
                for name, hint in hints_of(kind)
                if (kind, name) != (MainChain, "now")
                for line in self.visit(hint, f"v.{name}", name, "v")
            ] or ["return"]
        if built_in(origin, tuple) and args[-1] == Ellipsis:
            return ["for m in v:", *(f"    {line}" for line in self.visit(args[0], "m", "", "v"))]
        if built_in(origin, tuple):
            return [x for n, each in enumerate(args) for x in self.visit(each, f"v[{n}]", "", "v")]
        if built_in(origin, Mapping) and timeless(args[0]):
            inner = self.visit(args[1], "v[k]", "", "v")
            return ["for k in sorted(v):", *(f"    {line}" for line in inner)]
        raise TypeError(f"{kind} has a point in time where none can be found: write `key`")
