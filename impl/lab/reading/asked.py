"""What was asked of times, and where: the notes that reading takes while rules run.

A question is about one point in time minus another. A point is named: NOW, a time of the state by
its value, or ZERO, where there is none: then the date itself is asked for, the seconds since the
start of the run.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sys import _getframe
from types import CodeType
from typing import NamedTuple

from attrs import define

import spec
from spec.kernel.basics import Seconds

ZERO = 0
"""No point: what a constant is a distance from."""
NOW = -1
LATER = -2
"""Some moment between two others."""
FREE = 10**30
"""No bound."""
NEVER = 10**14
"""Longer than anything lasts: a time that is compared with this is not asked anything."""
EPOCH = 10**10
"""So late is every state looked at: a zero that stands for "never" is long past."""

Point = int
"""NOW, LATER, ZERO, or a time of the state, named by its value."""


class Asked(NamedTuple):
    """A question that code asked of times: what the answer says, and where it was asked."""

    plus: Point
    minus: Point
    low: Seconds
    high: Seconds
    """The answer says that `plus` - `minus` lies between these, both included."""
    constant: Seconds
    """What the difference was compared with."""
    number: str
    """Not a comparison but a use as a number, and which; empty otherwise."""
    many: bool
    """Are there more answers than two? Then not all the others can be tried."""
    code: CodeType
    instruction: int

    @property
    def line(self) -> int:
        """The line of the question."""
        return line_of(self.code, self.instruction)

    @property
    def of_a_date(self) -> bool:
        """Does the answer hang on the date, and not on how far two times are apart, or on whether
        one was set?"""
        return ZERO in (self.plus, self.minus) and bool(self.number or self.dates)

    @property
    def dates(self) -> tuple[Seconds, ...]:
        """The dates that a time was compared with, in seconds since the start of the run; none for
        a question of how far two times are apart, or whether one was set."""
        if self.number or ZERO not in (self.plus, self.minus):
            return ()
        if self.many:
            return self.low, self.high + 1
        date = -self.constant if self.minus == ZERO else self.constant
        return (date,) if date > 0 else ()

    @property
    def time(self) -> Point:
        """The time of which a date was asked."""
        return self.plus if self.minus == ZERO else self.minus


def line_of(code: CodeType, instruction: int) -> int:
    """The line of an instruction."""
    for start, end, line in code.co_lines():
        if start <= instruction < end and line is not None:
            return line
    return code.co_firstlineno


Forced = tuple[Point, Point, Seconds]
"""One point minus another is taken to be this."""


@define
class Log:
    """Where questions are noted while somebody listens."""

    asked: list[Asked] | None = None
    forced: Forced | None = None
    """Two points that are taken to be another time apart than they are."""
    instants: dict[tuple[Point, Seconds], tuple[Seconds, CodeType, int]] | None = None
    """When answers change by waiting: a point and a constant, which second that is, and who first
    asked."""
    now: Seconds = 0


LOG = Log()
_HERE = __file__


@contextmanager
def listening(forced: Forced | None = None, flips: bool = False) -> Iterator[list[Asked]]:
    """The questions asked in the block. `forced`: how far two points are taken to be apart;
    `flips`: note when answers change, too."""
    before = LOG.asked, LOG.forced, LOG.instants
    notes: list[Asked] = []
    LOG.asked, LOG.forced = notes, forced
    if not flips:
        LOG.instants = None
    try:
        yield notes
    finally:
        LOG.asked, LOG.forced, LOG.instants = before


_ROOT = Path(spec.__file__).parents[1]
_OURS = str(_ROOT / "impl") + os.sep
SHIPPED = (_OURS, str(_ROOT / "spec") + os.sep, str(_ROOT / "invariants") + os.sep)


def among_times() -> bool:
    """Is what calls this called to look up, by the laboratory's own code, a time, or by what is
    shipped, a record of which a time is a part? There times stand among times, not numbers."""
    frame = _getframe(2)
    shipped: tuple[str, ...] = (_OURS,)
    while frame.f_code.co_filename.startswith("<attrs generated") and frame.f_back is not None:
        frame, shipped = frame.f_back, SHIPPED
    return frame.f_code.co_filename.startswith(shipped)


def asker(own: str) -> tuple[CodeType, int]:
    """Whose code asks: the first function outside this file and `own`, and the instruction."""
    frame = _getframe(1)
    while frame.f_code.co_filename in (_HERE, own) and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def taken(plus: Point, minus: Point) -> Seconds | None:
    """How far two points are taken to be apart; None: as far as they are."""
    if LOG.forced is None:
        return None
    one, other, apart = LOG.forced
    if (plus, minus) == (one, other):
        return apart
    return -apart if (minus, plus) == (one, other) else None


def lateness(plus: Point, minus: Point) -> Seconds:
    """By how much a difference is too large because the state is looked at late: not at all,
    unless it is a date."""
    return EPOCH * ((minus == ZERO) - (plus == ZERO))


def note_flip(plus: Point, minus: Point, c: Seconds, own: str) -> None:
    """Note at which second waiting makes plus - minus + c zero."""
    if LOG.instants is None or ZERO in (plus, minus):
        return
    if minus == NOW:
        when, form = plus + c, (plus, c)
    elif plus == NOW:
        when, form = minus - c, (minus, -c)
    else:
        return
    if when >= LOG.now and form not in LOG.instants:
        LOG.instants[form] = (when, *asker(own))
