"""Moments ahead of a state at which an answer can change, and what follows between them."""

from collections.abc import Callable, Iterable
from typing import Any

from impl.lab.reading.asked import FREE, LATER, NEVER, NOW, ZERO, Point
from impl.lab.reading.bounds import Bounds, Fact
from impl.lab.reading.notes import Loose, unheld
from impl.lab.reading.said import Said
from impl.lab.reading.ticks import is_tick, plain, point
from spec.kernel.basics import Seconds
from spec.kernel.protocol import Obligation

MANY = 48
"""Crossings of units that are gone to one by one from one state; where more lie ahead, waits
between the instants that were read are taken to be alike."""
Most = Callable[[Point, Point], Seconds]
"""How much later one point is than another at the most, as far as the key says."""
Form = tuple[Point, Seconds]
"""A moment: a point in time and a constant."""
Marks = dict[Form, Seconds]
"""Moments ahead, and which seconds these are."""


def moment_at(when: Seconds, form: Form) -> Any:
    """A moment as a tick."""
    return point(when - form[1], form[0]) + form[1]


def marks_ahead(
    own: Said, flips: Marks, due: Iterable[Obligation], bars: list[Any], now: Seconds
) -> tuple[Marks, str]:
    """The moments from now on, up to which a wait may go, at which an answer can change: those
    that were read, deadlines, and every crossing of a unit while it matters; and why these are not
    all."""
    end = min([plain(bar) for bar in bars], default=FREE)
    marks = {form: when for form, when in flips.items() if now <= when <= end}
    for duty in due:
        moment: Any
        for moment in (duty.bar, duty.opens):
            if is_tick(moment) and now <= plain(moment) <= end and moment.minus == ZERO:
                marks[moment.plus, moment.constant] = plain(moment)
    last = max(marks.values(), default=now)
    for place, constant, unit, until in own.placed:
        first = place + constant if place != NOW else now + constant
        stop = min(end, until if until < NEVER else last)
        ahead = now + (first - now) % unit
        if (stop - ahead) // unit > MANY:
            return marks, f"more than {MANY} units of {unit:,} s lie ahead"
        for when in (*range(ahead, stop + 1, unit), *[until] * (now <= until <= end)):
            marks[place, when - first + constant] = when
    return marks, ""


def follows(most: Most, fact: Fact) -> bool:
    """Is an answer certain, as far as the key says?"""
    plus, minus, low, high = fact
    return (high >= FREE or most(plus, minus) <= high) and (
        low <= -FREE or most(minus, plus) <= -low
    )


def most_between(
    bounds: Bounds, plus: Point, minus: Point, after: Form, until: Form | None
) -> Seconds:
    """How much later one point is than another at the most, where LATER lies strictly between two
    moments."""
    if minus == LATER:
        return bounds.most(plus, after[0]) - after[1] - 1
    if plus == LATER:
        return FREE if until is None else bounds.most(until[0], minus) + until[1] - 1
    return bounds.most(plus, minus)


def unknown_of(most: Most, wants: list[Fact], who: str) -> Loose | None:
    """What the key of a state after a move says, and the key before it does not know."""
    for fact in wants:
        if not follows(most, fact):
            return unheld(fact, who)
    return None
