"""The key that follows from a state's type: what can still tell two states apart.

Of a point in time a key holds only how it lies to now, and only as long as it matters; what is
marked as unseen it leaves out, and the money, which a search holds beside every key; all else it
holds as it is. `spec.kernel.basics` has the marks: `only`, `until`, `AnyOrder`, `UNSEEN`. Such a
key is tested on a sample, and what it holds of times is proved, like one that was written by hand,
which may merge more: it knows what the types do not say.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from attrs import has

from spec.kernel.ages import Lasting, ages
from spec.kernel.basics import InAnyOrder, Moment, Only, Seconds, Unseen, Until
from spec.kernel.derived import Whole, is_number
from spec.kernel.flat import flat
from spec.kernel.mainchain import MainChain
from spec.kernel.sampling import unit_and_span
from spec.kernel.shapes import (
    REMEMBERED,
    Writer,
    bare,
    built_in,
    hints_of,
    is_instant,
    is_record,
    never_changes,
    optional,
    timeless,
    tuple_of,
)

Point = tuple[str, Seconds, Seconds]
"""A point in time that a state holds: its field's name, itself, and the last moment at which it
matters."""
Over = Callable[[Any], Hashable]
"""What is left of a state in which nothing is left to do; None while there is."""


@cache
def points_in(kind: type) -> Callable[[Any, Any, Seconds], tuple[Point, ...]]:
    """The function (state, rules, span) that gives each point in time of a state that has a
    meaning, but for the clock; in an order that states with equal lasting parts share. Where
    nothing else is said, it matters for the span.

    Raises TypeError for a point in time where none can be found.
    """
    return _Points().compiled(kind)


@cache
def pairs_in(kind: type) -> Callable[[Any, Any, Seconds], tuple[Any, ...]]:
    """The same as `Lasting`s, without the names; None for what does not matter any more."""
    return _Pairs().compiled(kind)


def derives(key: Any) -> bool:
    """Is it a key that follows from types?"""
    return getattr(key, "__module__", "") == __name__


def over_of(key: Any) -> Over | None:
    """What a derived key was given as `over`."""
    given: Over | None = getattr(key, "over", None)
    return given


def leaves_out(kind: Any) -> tuple[str, ...]:
    """The fields of a type that are marked as unseen, however deep: "Exit.note"."""
    hint, _ = bare(kind)
    if isinstance(hint, type) and has(hint):
        mine = [f"{hint.__name__}.{n}" for n, each in hints_of(hint) if Unseen() in bare(each)[1]]
        inner = [name for _, each in hints_of(hint) for name in leaves_out(each)]
        return tuple(dict.fromkeys([*mine, *inner]))
    found = [name for each in get_args(hint) if each != Ellipsis for name in leaves_out(each)]
    return tuple(dict.fromkeys(found))


def in_any_order(kind: Any) -> tuple[str, ...]:
    """The fields of a type whose order is left out, however deep: "Exit.inputs"."""
    hint, _ = bare(kind)
    if isinstance(hint, type) and has(hint):
        fields = hints_of(hint)
        mine = [f"{hint.__name__}.{name}" for name, each in fields if _is_unordered(each)]
        return tuple(dict.fromkeys([*mine, *(n for _, each in fields for n in in_any_order(each))]))
    found = [name for each in get_args(hint) if each != Ellipsis for name in in_any_order(each)]
    return tuple(dict.fromkeys(found))


def _is_unordered(hint: Any) -> bool:
    """Does the order of it, or of what is in it, say nothing?"""
    kind, marks = bare(hint)
    return InAnyOrder() in marks or any(map(_is_unordered, get_args(kind)))


@cache
def lasting(kind: type) -> Callable[[Any], Hashable]:
    """The function that makes nested tuples of ints of a state, without its points in time, its
    money and what is unseen."""
    return _Lasting().compiled(kind)


def derived_key(
    kind: type,
    *,
    times: Callable[[Any], tuple[Seconds, Seconds]] = unit_and_span,
    over: Over | None = None,
    points: Callable[[Any, Any], tuple[Lasting, ...]] | None = None,
) -> Callable[[Any, Any], Any]:
    """The key that follows from a state's type.

    `times` gives, for rules, the longest duration of which all their durations are multiples, and
    how long a point in time matters where nothing else is said. `over` gives what is left of a
    state in which nothing is left to do, and None for all others. `points` gives the points in time
    that matter, where they are other ones than those that the state holds.
    """
    rest, inside = lasting(kind), pairs_in(kind)

    def key(state: Any, rules: Any) -> Callable[[Seconds], Hashable]:
        if over is not None:
            left = over(state)
            if left is not None:
                end = (flat(left),)
                return lambda now: end
        step, span = times(rules)
        lasts = rest(state)
        found = inside(state, rules, span) if points is None else points(state, rules)
        if not found:
            still = lasts, ()
            return lambda now: still
        if None not in found:
            return lambda now: (lasts, ages(found, now, step))
        there = tuple([each is not None for each in found])
        pairs = tuple([each for each in found if each is not None])
        return lambda now: (lasts, ages(pairs, now, step), there)

    vars(key)["over"] = over
    return key


KNOWN = 16_384
"""So many values of a type are remembered."""
HEAVY = 6
"""Values with so many numbers in them are."""


class _Lasting(Whole):
    """A step leaves most of a state as it is, the very same objects. So what was made of a record
    or a tuple is remembered by its identity, where nothing in it can change; the object is held,
    so that no other one gets its id."""

    what = "lasting"

    def term(self, hint: Any, value: str) -> str:
        kind, marks = bare(hint)
        if Moment() in marks:
            return "0"
        if is_instant(hint):
            return f"({value} is not None) + 0"
        if not self.heavy(hint):
            return self.plain(hint, value)
        if hint not in self.known:
            name = self.known[hint] = (
                f"lasting_{getattr(kind, '__name__', 'value')}_{len(self.known)}"
            )
            known = self.bind({}, "known")
            self.lines += [
                f"def {name}_anew(v):",
                f"    return {self.plain(hint, 'v')}",
                "",
                f"def {name}(v):",
                f"    hit = {known}.get(id(v))",
                "    if hit is not None and hit[0] is v:",
                "        return hit[1]",
                f"    if len({known}) >= {KNOWN}:",
                f"        {known}.clear()",
                f"    made = {name}_anew(v)",
                f"    {known}[id(v)] = v, made",
                "    return made",
                "",
            ]
            REMEMBERED.append((self.names, name, f"{name}_anew"))
        return f"{self.known[hint]}({value})"

    def heavy(self, hint: Any) -> bool:
        """Is it worth while to remember what was made of a value?"""
        return self.weight(hint) >= HEAVY and never_changes(bare(hint)[0])

    def weight(self, hint: Any) -> int:
        """About how much is to be done for a value; what is remembered of its parts is done."""
        kind, marks = bare(hint)
        if isinstance(kind, type) and has(kind):
            parts = [each for _, each in hints_of(kind)]
        else:
            parts = [each for each in get_args(kind) if each != Ellipsis]
        several = 6 if Ellipsis in get_args(kind) else 1
        done = [1 if self.heavy(each) else self.weight(each) for each in parts]
        return several * (sum(done) or 1) + (HEAVY if InAnyOrder() in marks else 0)

    def plain(self, hint: Any, value: str) -> str:
        """The expression that remembers nothing of the value as a whole."""
        kind, marks = bare(hint)
        if InAnyOrder() in marks:
            return self.sorted(f"[{self.term(get_args(kind)[0], 'm')} for m in {value}]")
        args = get_args(kind)
        if built_in(get_origin(kind), Mapping) and all(map(is_number, args)) and bool not in args:
            return f"tuple(sorted({value}.items())) if {value} else ()"
        return super().term(kind, value)

    def record(self, kind: type, value: str) -> str:
        if kind == MainChain:
            return "()"
        kept = [
            self.term(hint, f"{value}.{name}")
            for name, hint in hints_of(kind)
            if Unseen() not in bare(hint)[1] and Moment() not in bare(hint)[1]
        ]
        return tuple_of(kept)

    def body(self, kind: Any) -> str:
        return self.plain(kind, "v")


class _Points(Writer):
    """`v` is the value, `s` the state, `r` the rules; `add` takes what is found."""

    what = "points"
    parameters = "s, r, span"

    def written(self, kind: Any) -> list[str]:
        found = self.visit(kind, "s", "", "s")
        if not found:
            return ["return ()"]
        return ["found = []", "add = found.append", *found, "return tuple(found)"]

    def visit(self, hint: Any, value: str, field: str, record: str) -> list[str]:
        """The lines that find what is in a value; none where there is nothing."""
        kind, marks = bare(hint)
        if Unseen() in marks or timeless(hint):
            return []
        lasts = [self.bind(mark.last, "until") for mark in marks if isinstance(mark, Until)]
        asked = ["s" if mark.of_state else record for mark in marks if isinstance(mark, Until)]
        last = f"{lasts[-1]}({asked[-1]}, r)" if lasts else ""
        if InAnyOrder() in marks:  # in the order of what lasts of them, as the rest of the key
            what = self.bind(lasting(get_args(kind)[0]), "lasting")
            value = f"sorted({value}, key=lambda m: repr({what}(m)))"
        if is_instant(hint):
            found = [self.add(field, value, last or f"{value} + span", bool(last))]
            if Moment() not in marks:
                found = under(f"if {value} is not None:", found)
        else:
            found = self.inside(kind, value, field, record, last)
        for mark in marks:
            if isinstance(mark, Only):
                holds = f"{self.bind(mark.holds, 'only')}({'s' if mark.of_state else record})"
                found = under(f"if {holds}:", found)
        return found

    def add(self, field: str, at: str, last: str, maybe: bool) -> str:
        """The line that adds a point; `maybe` it does not matter any more."""
        if not maybe:
            return f"add(({field!r}, {at}, {last}))"
        return f"(last := {last}) is not None and add(({field!r}, {at}, last))"

    def inside(self, kind: Any, value: str, field: str, record: str, last: str) -> list[str]:
        """The lines for what stands in a value; `last` gives the last moment of each of several."""
        origin, args, some = get_origin(kind), get_args(kind), optional(kind)
        if last and not (built_in(origin, tuple) and Ellipsis not in args):
            raise TypeError(f"{field}: `until` is for an Instant, or a tuple of a fixed length")
        if some is not None:
            return under(f"if {value} is not None:", self.visit(some, value, field, record))
        if is_record(kind):
            v = self.local()
            found = [
                line
                for name, hint in hints_of(kind)
                if (kind, name) != (MainChain, "now")
                for line in self.visit(hint, f"{v}.{name}", name, v)
            ]
            return [f"{v} = {value}", *found] if found else []
        if built_in(origin, tuple) and args[-1] == Ellipsis:
            v = self.local()
            return under(f"for {v} in {value}:", self.visit(args[0], v, "", value))
        if built_in(origin, tuple) and last:
            lasts = self.local()
            each = [
                self.add(field, f"{value}[{n}]", f"{lasts}[{n}]", True) for n in range(len(args))
            ]
            return [f"{lasts} = {last}", *each]
        if built_in(origin, tuple):
            return [
                x
                for n, each in enumerate(args)
                for x in self.visit(each, f"{value}[{n}]", "", value)
            ]
        if built_in(origin, Mapping) and timeless(args[0]):
            v = self.local()
            return under(
                f"for {v} in sorted({value}):", self.visit(args[1], f"{value}[{v}]", "", value)
            )
        raise TypeError(
            f"{kind} has a point in time where none can be found: make it a tuple or a"
            " mapping, or write `key`"
        )

    def local(self) -> str:
        """The name of a new local variable."""
        return self.bind(None, "v")


class _Pairs(_Points):
    what = "pairs"

    def add(self, field: str, at: str, last: str, maybe: bool) -> str:
        if not maybe:
            return f"add(({at}, {last}))"
        return f"add(None if (last := {last}) is None else ({at}, last))"


def under(head: str, lines: list[str]) -> list[str]:
    """Lines under one that ends in a colon; nothing where there are none."""
    return [head, *(f"    {line}" for line in lines)] if lines else []
