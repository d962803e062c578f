"""States with ticks for times, by the protocol's own `shift`.

A state's own times become points; `main.now` is the point NOW. The state is an epoch later than it
was: of how far things are apart nothing changes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import evolve, fields, has

from impl.lab.reading.asked import EPOCH, LOG, NOW
from impl.lab.reading.ticks import is_tick, plain, point
from spec.kernel.basics import Seconds


class _Beginning(int):
    """What `shift` adds to every point in time: it makes each of them a tick."""

    def __radd__(self, other: int) -> int:
        if is_tick(other):
            return other
        return point(int.__add__(other, EPOCH))

    __add__ = __radd__

    def __mul__(self, other: Any) -> Any:
        return self if other else 0

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return True


def ticking(protocol: Any, state: Any) -> Any:
    """The state, an epoch later, with ticks for times."""
    later = protocol.shift(state, _Beginning(EPOCH))
    now = state.main.now + EPOCH
    LOG.now = now
    return evolve(later, main=evolve(later.main, now=point(now, NOW)))


def times_of(protocol: Any, state: Any) -> tuple[Seconds, ...]:
    """All points in time of a state, in the order in which they stand there, from its now."""
    found: list[Seconds] = []
    _collect(ticking(protocol, state), found)
    now = state.main.now + EPOCH
    return tuple([each - now for each in found])


def _collect(value: Any, found: list[Seconds]) -> None:
    kind = value.__class__
    if is_tick(value):
        found.append(plain(value))
    elif kind is int or kind is bool or value is None:
        return
    elif isinstance(value, tuple | list | frozenset):
        for each in value:
            _collect(each, found)
    elif isinstance(value, Mapping):
        for each in value.values():
            _collect(each, found)
    else:
        for name in _fields(kind):
            _collect(getattr(value, name), found)


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple([each.name for each in fields(kind)]) if has(kind) else ()
