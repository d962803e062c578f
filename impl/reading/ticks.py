"""Ints that know which points in time they are made of; every question asked of them is noted.

Python does not tell an int that it serves as an index, or as the end of a range: that is not noted.

A tick is an int, and beside it a form: one point in time minus another, plus a constant. A state's
own times become points by the protocol's `shift`; `main.now` is the point NOW. The rules' own code
runs on such states and gives the answers that it gives on plain ints. Each comparison notes what
its answer says of the difference of two points, where in the code it stands, and at which second it
would turn out otherwise if nothing happened but waiting.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from sys import _getframe
from types import CodeType
from typing import Any, NamedTuple

from attrs import define, evolve, fields, has

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
    code: CodeType
    instruction: int

    @property
    def line(self) -> int:
        """The line of the question."""
        return line_of(self.code, self.instruction)


def line_of(code: CodeType, instruction: int) -> int:
    """The line of an instruction."""
    for start, end, line in code.co_lines():
        if start <= instruction < end and line is not None:
            return line
    return code.co_firstlineno


@define
class Log:
    """Where questions are noted while somebody listens."""

    asked: list[Asked] | None = None
    forced: "Forced | None" = None
    """Two points that are taken to be another time apart than they are."""
    instants: dict[tuple[Point, Seconds], tuple[Seconds, CodeType, int]] | None = None
    """When answers change by waiting: a point and a constant, which second that is, and who first
    asked."""
    now: Seconds = 0


Forced = tuple[Point, Point, Seconds]
"""One point minus another is taken to be this."""
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


def _asker() -> tuple[CodeType, int]:
    frame = _getframe(2)
    while frame.f_code.co_filename == _HERE and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code, frame.f_lasti


def _number(tick: Any, how: str) -> None:
    """A time is used as a number: only who knows it exactly can tell what comes of that."""
    if LOG.asked is not None:
        exact = plain(tick) - tick.constant
        LOG.asked.append(Asked(tick.plus, tick.minus, exact, exact, 0, how, *_asker()))


def _tick(value: int, plus: Point, minus: Point, constant: Seconds) -> int:
    if plus == minus:
        return value
    made = int.__new__(Tick, value)
    made.plus, made.minus, made.constant = plus, minus, constant
    return made


def point(value: Seconds, name: Point | None = None) -> int:
    """A point in time."""
    return _tick(value, value if name is None else name, ZERO, 0)


def _numbers(one: Any, other: Any, how: str) -> None:
    """Both of these, as far as they are times."""
    for each in (one, other):
        if each.__class__ is Tick:
            _number(each, how)


def _sum(value: int, one: Any, other: Any, sign: int) -> int:
    """One plus or minus the other, where that is again a difference of two points."""
    a, b, c = one.plus, one.minus, one.constant
    d, e, f = other.plus, other.minus, other.constant * sign
    if sign < 0:
        d, e = e, d
    if a == e:
        a = e = ZERO
    if d == b:
        d = b = ZERO
    if (a != ZERO and d != ZERO) or (b != ZERO and e != ZERO):
        _number(one, "a sum of times")
        _number(other, "a sum of times")
        return value
    return _tick(value, a or d, b or e, c + f)


class Tick(int):
    """A point in time minus another, plus a constant, in seconds."""

    plus: Point
    minus: Point
    constant: Seconds

    def __add__(self, other: int) -> int:
        """Later."""
        if other.__class__ is Tick:
            return _sum(int.__add__(self, other), self, other, 1)
        if not isinstance(other, int):
            return NotImplemented
        return _tick(int.__add__(self, other), self.plus, self.minus, self.constant + other)

    __radd__ = __add__

    def __sub__(self, other: int) -> int:
        """The time between."""
        if other.__class__ is Tick:
            return _sum(int.__sub__(self, other), self, other, -1)
        if not isinstance(other, int):
            return NotImplemented
        return _tick(int.__sub__(self, other), self.plus, self.minus, self.constant - other)

    def __rsub__(self, other: int) -> int:
        """The time between."""
        return -self + other

    def __neg__(self) -> int:
        """The same time the other way."""
        return _tick(int.__neg__(self), self.minus, self.plus, -self.constant)

    def __pos__(self) -> int:
        """Itself."""
        return self

    def __abs__(self) -> int:
        """How far apart."""
        return -self if self < 0 else self

    def __mul__(self, other: Any) -> Any:
        """Once, never, or the other way; anything else is a number."""
        if not isinstance(other, int):
            return _repeated(self, other)
        if other.__class__ is not Tick and other in (0, 1, -1):
            return self if other == 1 else -self if other else 0
        _numbers(self, other, "a product of times")
        return int.__mul__(self, other)

    __rmul__ = __mul__
    """A text or a list, too: it asks its right factor first."""

    def __lt__(self, other: int) -> bool:
        """Earlier."""
        return _compared(self, other, int.__lt__(self, other), _LESS)

    def __le__(self, other: int) -> bool:
        """Not later."""
        return _compared(self, other, int.__le__(self, other), _LESS_OR_SAME)

    def __gt__(self, other: int) -> bool:
        """Later."""
        return _compared(self, other, int.__gt__(self, other), _MORE)

    def __ge__(self, other: int) -> bool:
        """Not earlier."""
        return _compared(self, other, int.__ge__(self, other), _MORE_OR_SAME)

    def __eq__(self, other: object) -> bool:
        """At the same time."""
        if other is self:
            return True
        return _compared(self, other, int.__eq__(self, other), _SAME)  # type: ignore[arg-type]

    def __ne__(self, other: object) -> bool:
        """At another time."""
        if other is self:
            return False
        return _compared(self, other, int.__ne__(self, other), _OTHER)  # type: ignore[arg-type]

    def __hash__(self) -> int:
        """The same for all, so that whoever looks one up has to ask which are equal."""
        return 0x71C5

    def __bool__(self) -> bool:
        """Not zero."""
        return _compared(self, 0, int.__bool__(self), _OTHER)

    def __floordiv__(self, other: int) -> int:
        """How many whole spans of a fixed length."""
        if isinstance(other, int) and other.__class__ is not Tick and other > 0:
            return _floor(self, other)
        _numbers(self, other, "a quotient of times")
        return int.__floordiv__(self, other)

    def __mod__(self, other: int) -> int:
        """What is left of the last span."""
        if isinstance(other, int) and other.__class__ is not Tick and other > 0:
            return self - _floor(self, other) * other
        _numbers(self, other, "a remainder of times")
        return int.__mod__(self, other)

    def __divmod__(self, other: int) -> tuple[int, int]:
        """Both."""
        return self // other, self % other

    def __int__(self) -> int:
        """The bare number."""
        _number(self, "a bare number")
        return int.__int__(self)

    __trunc__ = __index__ = __ceil__ = __floor__ = __int__

    def __str__(self) -> str:
        """Its digits."""
        _number(self, "text")
        return int.__repr__(self)

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        """Its digits."""
        _number(self, "text")
        return format(plain(self), form)

    def __reduce__(self) -> tuple[Any, ...]:
        """What leaves the process is a plain int."""
        return int, (plain(self),)


def _as_number(name: str) -> Callable[..., Any]:
    ordinary = getattr(int, name)

    def method(self: Tick, *args: Any) -> Any:
        for each in (self, *args):
            if each.__class__ is Tick:
                _number(each, "a number")
        return ordinary(self, *args)

    return method


_OPERATORS = (
    "truediv rtruediv pow rpow and rand or ror xor rxor lshift rlshift rshift rrshift rfloordiv"
    " rmod rdivmod invert float round"
)
for _name in _OPERATORS.split():
    setattr(Tick, f"__{_name}__", _as_number(f"__{_name}__"))
for _name in ("bit_length", "bit_count", "to_bytes", "as_integer_ratio", "conjugate"):
    setattr(Tick, _name, _as_number(_name))


def _repeated(tick: Tick, what: Any) -> Any:
    """A text or a list as many times as the time says, were it no epoch later."""
    if not isinstance(what, str | bytes | bytearray | list | tuple):
        return NotImplemented
    _number(tick, "a length")
    late = (tick.minus == ZERO) - (tick.plus == ZERO)
    return what * int.__sub__(tick, EPOCH * late)


def plain(tick: int) -> int:
    """The number alone; nobody is asked."""
    return int.__add__(tick, 0)


_LESS, _LESS_OR_SAME, _MORE, _MORE_OR_SAME, _SAME, _OTHER = range(6)


def _says(kind: int, answer: bool, difference: int, c: Seconds) -> tuple[Seconds, Seconds]:
    """What an answer says of p - q, where p - q + c was compared with zero and is `difference`.

    That two times are not the same says less than that one is the earlier; the stronger is noted.
    """
    if kind == _OTHER:
        kind, answer = _SAME, not answer
    if kind == _SAME:
        if answer:
            return -c, -c
        return (1 - c, FREE) if difference > 0 else (-FREE, -1 - c)
    if kind in (_MORE, _MORE_OR_SAME):
        kind, answer = (_LESS_OR_SAME if kind == _MORE else _LESS), not answer
    if kind == _LESS:
        return (-FREE, -1 - c) if answer else (-c, FREE)
    return (-FREE, -c) if answer else (1 - c, FREE)


def _form(a: Any, b: Any) -> tuple[Point, Point, Seconds, bool]:
    """A - b as plus, minus and constant; False where that takes more points than two."""
    if b.__class__ is not Tick:
        return a.plus, a.minus, a.constant - plain(b), True
    if a.__class__ is not Tick:
        return b.minus, b.plus, plain(a) - b.constant, True
    plus, minus = [a.plus, b.minus], [a.minus, b.plus]
    for each in (a.plus, b.minus):
        if each in minus:
            plus.remove(each)
            minus.remove(each)
    up = [each for each in plus if each != ZERO]
    down = [each for each in minus if each != ZERO]
    simple = len(up) <= 1 and len(down) <= 1
    return up[0] if up else ZERO, down[0] if down else ZERO, a.constant - b.constant, simple


def _compared(a: Tick, b: int, answer: bool, kind: int) -> bool:
    if answer is NotImplemented or LOG.asked is None:
        return answer
    if b.__class__ is not Tick and abs(b) >= NEVER:
        return answer
    plus, minus, c, simple = _form(a, b)
    if not simple:
        _numbers(a, b, "a comparison of more times than two")
        return answer
    if plus == minus:
        return answer
    difference = int.__sub__(a, b)
    if LOG.forced is not None:
        taken = _taken(plus, minus)
        if taken is not None:
            difference = taken + c
            answer = _ANSWERS[kind](difference, 0)
    low, high = _says(kind, answer, difference, c)
    LOG.asked.append(Asked(plus, minus, low, high, c, "", *_asker()))
    _note_flip(plus, minus, c)
    return answer


_ANSWERS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def _taken(plus: Point, minus: Point) -> Seconds | None:
    """How far two points are taken to be apart; None: as far as they are."""
    assert LOG.forced is not None
    one, other, apart = LOG.forced
    if (plus, minus) == (one, other):
        return apart
    return -apart if (minus, plus) == (one, other) else None


def _floor(a: Tick, span: Seconds) -> int:
    """How many whole spans fit; in what is noted, a comparison from below and from above."""
    number = int.__floordiv__(a, span)
    if LOG.asked is None:
        return number
    plus, minus, c = a.plus, a.minus, a.constant
    if LOG.forced is not None and (taken := _taken(plus, minus)) is not None:
        number = (taken + c) // span
    low, high = number * span - c, (number + 1) * span - 1 - c
    LOG.asked.append(Asked(plus, minus, low, high, span, "", *_asker()))
    if minus == NOW:
        _note_flip(plus, minus, c - number * span)
    elif plus == NOW:
        _note_flip(plus, minus, c - (number + 1) * span)
    return number


def _note_flip(plus: Point, minus: Point, c: Seconds) -> None:
    """At which second waiting makes plus - minus + c zero."""
    if LOG.instants is None or ZERO in (plus, minus):
        return
    if minus == NOW:
        when, form = plus + c, (plus, c)
    elif plus == NOW:
        when, form = minus - c, (minus, -c)
    else:
        return
    if when >= LOG.now and form not in LOG.instants:
        LOG.instants[form] = (when, *_asker())


class _Beginning(int):
    """What `shift` adds to every point in time: it makes each of them a tick."""

    def __radd__(self, other: int) -> int:
        if other.__class__ is Tick:
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
    if kind is Tick:
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
