"""Do rules answer on ticks as on plain ints? Only then what they ask there says what they ask.

A library may refuse a tick, a copy may lose what it is made of, and a rule may look at the type of
what it is given. So where rules are not the shipped ones, whatever was run on ticks is run on the
plain state as well.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any

from attrs import fields, has

from impl.ground.watchdog import RuleHangs, let_through
from impl.lab.reading.asked import SHIPPED, lateness
from impl.lab.reading.notes import Loose
from impl.lab.reading.ticks import Tick, is_tick


def has_users(*records: Any) -> bool:
    """Is a function in these records not a shipped one?"""
    return any(not _shipped(each) for record in records for each in _functions(record, 4))


def _shipped(function: Any) -> bool:
    if isinstance(function, MethodType):
        function = function.__func__
    if isinstance(function, partial):
        return has_users((function.func, *function.args))
    if not isinstance(function, FunctionType):
        return isinstance(function, type) or type(function).__module__ == "functools"
    return function.__code__.co_filename.startswith((*SHIPPED, "<derived "))


def _functions(value: Any, depth: int) -> Iterator[Any]:
    if depth and has(type(value)):  # callable or not: steps are, too
        for field in fields(type(value)):
            yield from _functions(getattr(value, field.name), depth - 1)
    elif callable(value):
        yield value
    elif depth and isinstance(value, tuple | list):
        for each in value:
            yield from _functions(each, depth - 1)
    elif depth and isinstance(value, Mapping):
        yield from _functions(tuple(value.values()), depth)


def outcome(run: Callable[[], Any]) -> Any:
    """What a step answers; the type of what it raises."""
    try:
        return run()
    except RuleHangs:
        raise
    except BaseException as error:
        let_through(error)
        return type(error)


def real(key: Any) -> Any:
    """A key of a state an epoch late as that of the state itself."""
    if is_tick(key):
        tick: Tick = key
        return tick.value - lateness(tick.plus, tick.minus)
    return tuple([real(part) for part in key]) if isinstance(key, tuple) else key


def same(exact: Callable[[Any], Hashable], ticked: Any, plain: Any) -> bool:
    """Is what came of a step on ticks what came of it on plain ints?"""
    if isinstance(ticked, type) or isinstance(plain, type):
        return ticked is plain
    return bool(real(exact(ticked)) == exact(plain))


def otherwise(who: str) -> Loose:
    """What to say where it is not."""
    return Loose("", 0, f"rules do otherwise where their times are watched ({who})", 0)
