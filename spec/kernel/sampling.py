"""What follows from the types of rules: their durations, some arguments of their decisions, and how
long after a point in time a decision changes its answer."""

import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from itertools import combinations_with_replacement, product
from math import gcd
from types import FunctionType
from typing import Any, NewType, get_args, get_origin, get_type_hints

from attrs import fields, frozen, has

from spec.kernel.basics import Duration, Moment, Seconds
from spec.kernel.shapes import bare, built_in, hints_of, is_instant, optional

SAMPLES = 64
"""Of a decision's arguments so many are made at most."""
TERMS = 3
"""Answers are expected to change after sums of so many durations at most."""


def durations(rules: Any) -> tuple[Seconds, ...]:
    """All knobs that are durations, those of the records in the rules too."""
    found: list[Seconds] = []
    for name, hint in hints_of(type(rules)):
        value = getattr(rules, name)
        if Duration() in bare(hint)[1]:
            found.append(value)
        elif has(type(value)):
            found += durations(value)
    return tuple(found)


def unit_and_span(rules: Any) -> tuple[Seconds, Seconds]:
    """The longest duration of which all durations of the rules are multiples, at least a second;
    and all of them together: no rule looks further back. Where one does, a key that counts on this
    is refused."""
    known = _KNOWN.get(id(rules)) or _of(rules)
    return known.unit_and_span


def decisions_of(rules: Any) -> Mapping[str, Callable[..., Any]]:
    """The functions among the rules, by the names of their fields."""
    found = {each.name: getattr(rules, each.name) for each in fields(type(rules))}
    return {name: value for name, value in found.items() if callable(value)}


def arguments(function: Callable[..., Any], rules: Any) -> tuple[tuple[Any, ...], ...]:
    """Some arguments of a decision, from the types of its parameters; none where a parameter has no
    type of which values can be made."""
    hints = _parameters(function)
    if hints is None:
        return ()
    ways = [_some(hint, rules) for hint in hints.values()]
    return tuple([*product(*ways)][:SAMPLES]) if all(ways) else ()


def changes(rules: Any) -> Mapping[str, tuple[Seconds, ...]]:
    """For each `Instant` that decisions take beside `now`, by its name: how long after it an answer
    changes.

    Found by trying: all sums of up to three durations of the rules, and the seconds beside them. A
    search reads off the rules what else they ask of time (`impl.lab.reading`).
    """
    return _of(rules).changes


@frozen
class _Times:
    rules: Any
    """Held, so that no other rules get the same id."""
    unit_and_span: tuple[Seconds, Seconds]
    changes: Mapping[str, tuple[Seconds, ...]]


_KNOWN: dict[int, _Times] = {}
MANY = 1_000


def _of(rules: Any) -> _Times:
    """What is known of the times of rules; asked in every state, and read once."""
    known = _KNOWN.get(id(rules))
    if known is None:
        if len(_KNOWN) > MANY:
            _KNOWN.clear()
        knobs = durations(rules)
        known = _Times(rules, (gcd(*knobs) or 1, sum(knobs)), _changes(rules))
        _KNOWN[id(rules)] = known
    return known


def _changes(rules: Any) -> Mapping[str, tuple[Seconds, ...]]:
    found: dict[str, set[Seconds]] = {}
    knobs = durations(rules)
    sums = {sum(c) for n in range(TERMS + 1) for c in combinations_with_replacement(knobs, n)}
    epoch = 10 * max(sums, default=1)
    for decision in decisions_of(rules).values():
        # Whoever listens to what the decisions are asked in a step is not to hear of this.
        function = inspect.unwrap(decision)
        hints = _parameters(function) or {}
        times = [name for name, hint in hints.items() if is_instant(hint)]
        others = [name for name in times if name != "now"]
        if "now" not in times:
            continue
        for sample in arguments(function, rules):
            given = {**dict(zip(hints, sample, strict=True)), **dict.fromkeys(times, epoch)}
            for name in others:
                found.setdefault(name, set()).update(_where(function, given, epoch, sums))
    return {name: tuple(sorted(after)) for name, after in sorted(found.items())}


def _where(
    function: Callable[..., Any], given: Mapping[str, Any], epoch: Seconds, sums: set[Seconds]
) -> list[Seconds]:
    """After which of these durations the answer changes, from one second to the next."""
    found = []
    for after in sums:
        said = [_asked(function, {**given, "now": epoch + after + d}) for d in (-1, 0, 1)]
        if any(each != said[0] for each in said):
            found.append(after)
    return found


def _asked(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """The answer; the type of what is raised, where there is none."""
    try:
        return function(**given)
    except Exception as error:
        return type(error)


def _parameters(function: Callable[..., Any]) -> dict[str, Any] | None:
    """Names and types of a function's parameters; None where not all are annotated."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return None
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError):
        return None
    names = list(inspect.signature(function).parameters)
    return {name: hints[name] for name in names} if all(n in hints for n in names) else None


def _some(hint: Any, rules: Any) -> list[Any]:
    """A few values of a type; none where they cannot be made."""
    kind, marks = bare(hint)
    if kind in type(rules).__mro__:  # no `isinstance`: a typing.Protocol allows no such question
        return [rules]
    if Moment() in marks or Duration() in marks:
        knobs = durations(rules)
        return [0, max(knobs, default=1), 10 * sum(knobs)]
    if kind in (bool,):
        return [False, True]
    if kind in (int,) or isinstance(kind, NewType):
        return [0, 1, 2]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)
    return _some_of_many(kind, rules)


def _some_of_many(kind: Any, rules: Any) -> list[Any]:
    args, origin, some = get_args(kind), get_origin(kind), optional(kind)
    if some is not None:
        return [None, *_some(some, rules)]
    if isinstance(kind, type) and has(kind):
        ways = [_some(hint, rules) for _, hint in hints_of(kind)]
        if not all(ways):
            return []
        turns = [[way[n % len(way)] for way in ways] for n in range(3)]
        try:
            return [kind(*values) for values in turns]
        except (TypeError, ValueError):
            return []
    if built_in(origin, tuple) and args[-1] == Ellipsis:
        return [(), *((each,) for each in _some(args[0], rules))]
    if built_in(origin, tuple):
        return [*product(*[_some(each, rules) for each in args])][:4]
    return []
