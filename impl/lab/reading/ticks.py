"""Ints that know which points in time they are made of; every question asked of them is noted.

A tick is a number, and beside it a form: one point in time minus another, plus a constant. The
rules' own code runs on ticks and gives the answers that it gives on plain ints. Each comparison
notes what its answer says of the difference of two points, where in the code it stands, and at
which second it would turn out otherwise if nothing happened but waiting. Whatever takes a tick for
a bare number (an index, a length, a hash, a digit) is noted as just that.

A tick says that it is an int, and is none: else Python would read its digits where no method is
asked. Times stand an epoch late (`ticking`), so that a zero which means "never" is long past; a
date that they are compared with is not, and bare numbers are those of the plain run.
"""

import operator
from collections.abc import Callable
from typing import Any

from impl.lab.reading.asked import (
    FREE,
    LOG,
    NEVER,
    NOW,
    ZERO,
    Asked,
    Point,
    among_times,
    asker,
    lateness,
    note_flip,
    taken,
)
from spec.kernel.basics import Seconds


def point(value: Seconds, name: Point | None = None) -> int:
    """A point in time."""
    made: int = _tick(value, value if name is None else name, ZERO, 0)
    return made


def is_tick(value: Any) -> bool:
    """Is it a time that knows what it is made of?"""
    return type(value) is Tick


def plain(tick: Any) -> int:
    """The number alone; nobody is asked."""
    return int(tick.value if type(tick) is Tick else tick)


def _tick(value: int, plus: Point, minus: Point, constant: Seconds) -> Any:
    return value if plus == minus else Tick(value, plus, minus, constant)


def _number(tick: Any, how: str) -> int:
    """A time is used as a number: only who knows it exactly can tell what comes of that."""
    bare: int = tick.value - lateness(tick.plus, tick.minus)
    if LOG.asked is not None:
        exact = bare - tick.constant
        note = Asked(tick.plus, tick.minus, exact, exact, 0, how, False, *asker(__file__))
        LOG.asked.append(note)
    return bare


def _bare(value: Any, how: str) -> Any:
    """A number, noted as such where it is a time."""
    return _number(value, how) if type(value) is Tick else value


def _sum(value: int, one: Any, other: Any, sign: int) -> Any:
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
        return _number(one, "a sum of times") + sign * _number(other, "a sum of times")
    return _tick(value, a or d, b or e, c + f)


class Tick:
    """A point in time minus another, plus a constant, in seconds."""

    __slots__ = ("constant", "minus", "plus", "value")

    def __init__(self, value: int, plus: Point, minus: Point, constant: Seconds) -> None:
        """`value` is what it comes to, an epoch late where it is a date."""
        self.value, self.plus, self.minus, self.constant = value, plus, minus, constant

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """For `isinstance`."""
        return int

    def __add__(self, other: Any) -> Any:
        """Later."""
        if type(other) is Tick:
            return _sum(self.value + other.value, self, other, 1)
        if not isinstance(other, int):
            return NotImplemented
        return _tick(self.value + other, self.plus, self.minus, self.constant + other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        """The time between."""
        if type(other) is Tick:
            return _sum(self.value - other.value, self, other, -1)
        if not isinstance(other, int):
            return NotImplemented
        return _tick(self.value - other, self.plus, self.minus, self.constant - other)

    def __rsub__(self, other: Any) -> Any:
        """The time between."""
        return -self + other

    def __neg__(self) -> Any:
        """The same time the other way."""
        return _tick(-self.value, self.minus, self.plus, -self.constant)

    def __pos__(self) -> Any:
        """Itself."""
        return self

    real = numerator = property(__pos__)
    imag, denominator = 0, 1

    def __abs__(self) -> Any:
        """How far apart."""
        return -self if self < 0 else self

    def __mul__(self, other: Any) -> Any:
        """Once, never, or the other way; anything else is a number."""
        if not isinstance(other, int):
            return _repeated(self, other)
        if not is_tick(other) and other in (0, 1, -1):
            return self if other == 1 else -self if other else 0
        return _bare(self, "a product of times") * _bare(other, "a product of times")

    __rmul__ = __mul__
    """A text or a list, too: it asks its right factor first."""

    def __lt__(self, other: Any) -> Any:
        """Earlier."""
        return _compared(self, other, _LESS)

    def __le__(self, other: Any) -> Any:
        """Not later."""
        return _compared(self, other, _LESS_OR_SAME)

    def __gt__(self, other: Any) -> Any:
        """Later."""
        return _compared(self, other, _MORE)

    def __ge__(self, other: Any) -> Any:
        """Not earlier."""
        return _compared(self, other, _MORE_OR_SAME)

    def __eq__(self, other: Any) -> Any:
        """At the same time."""
        return True if other is self else _compared(self, other, _SAME)

    def __ne__(self, other: Any) -> Any:
        """At another time."""
        return False if other is self else _compared(self, other, _OTHER)

    def __hash__(self) -> int:
        """That of the bare number: who looks a time up among numbers asks which it is. The same for
        all where times are looked up among times: then equality is asked of each two."""
        return 0x71C5 if among_times() else hash(_number(self, "a hash"))

    def __bool__(self) -> bool:
        """Not zero."""
        return bool(_compared(self, 0, _OTHER))

    def __floordiv__(self, other: Any) -> Any:
        """How many whole spans of a fixed length."""
        if isinstance(other, int) and not is_tick(other) and other > 0:
            return _floor(self, other)
        return _bare(self, "a quotient of times") // _bare(other, "a quotient of times")

    def __mod__(self, other: Any) -> Any:
        """What is left of the last span."""
        if isinstance(other, int) and not is_tick(other) and other > 0:
            return self - _floor(self, other) * other
        return _bare(self, "a remainder of times") % _bare(other, "a remainder of times")

    def __divmod__(self, other: Any) -> Any:
        """Both."""
        return self // other, self % other

    def __int__(self) -> int:
        """The bare number; also where one is wanted as an index, or as a length."""
        return _number(self, "a bare number")

    __trunc__ = __index__ = __ceil__ = __floor__ = __int__

    def __str__(self) -> str:
        """Its digits."""
        return str(_number(self, "text"))

    __repr__ = __str__

    def __format__(self, form: str) -> str:
        """Its digits."""
        return format(_number(self, "text"), form)

    def __copy__(self) -> "Tick":
        """Itself: nothing in it changes."""
        return self

    def __deepcopy__(self, known: Any) -> "Tick":
        """Itself."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """What is packed up is the bare number."""
        return int, (_number(self, "packed up"),)


def _as_number(name: str) -> Callable[..., Any]:
    ordinary = getattr(int, name)

    def method(self: Tick, *args: Any) -> Any:
        bare = [_bare(each, "a number") for each in (self, *args)]
        return ordinary(*bare)

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
    """A text or a list as many times as the time says."""
    if not isinstance(what, str | bytes | bytearray | list | tuple):
        return NotImplemented
    return what * _number(tick, "a length")


# Questions --------------------------------------------------------------------------------------

_LESS, _LESS_OR_SAME, _MORE, _MORE_OR_SAME, _SAME, _OTHER = range(6)
_ANSWERS: tuple[Callable[[Any, Any], bool], ...] = (
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
)


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
    if type(b) is not Tick:
        return a.plus, a.minus, a.constant - b, True
    plus, minus = [a.plus, b.minus], [a.minus, b.plus]
    for each in (a.plus, b.minus):
        if each in minus:
            plus.remove(each)
            minus.remove(each)
    up = [each for each in plus if each != ZERO]
    down = [each for each in minus if each != ZERO]
    simple = len(up) <= 1 and len(down) <= 1
    return up[0] if up else ZERO, down[0] if down else ZERO, a.constant - b.constant, simple


def _compared(a: Any, b: Any, kind: int) -> Any:
    if not isinstance(b, int):
        return NotImplemented if not isinstance(b, float) else _ANSWERS[kind](float(a), b)
    difference = a.value - plain(b)
    if not is_tick(b) and abs(b) >= NEVER:
        return _ANSWERS[kind](difference, 0)
    plus, minus, c, simple = _form(a, b)
    if not simple:
        how = "a comparison of more times than two"
        return _ANSWERS[kind](_number(a, how), _bare(b, how))
    if c:
        difference -= lateness(plus, minus)  # a date, and no zero that stands for "never"
    if plus == minus or LOG.asked is None:
        return _ANSWERS[kind](difference, 0)
    apart = taken(plus, minus)
    if apart is not None:
        difference = apart + c
    answer = _ANSWERS[kind](difference, 0)
    low, high = _says(kind, answer, difference, c)
    LOG.asked.append(Asked(plus, minus, low, high, c, "", False, *asker(__file__)))
    note_flip(plus, minus, c, __file__)
    return answer


def _floor(a: Any, span: Seconds) -> int:
    """How many whole spans fit; in what is noted, a comparison from below and from above."""
    plus, minus, c = a.plus, a.minus, a.constant
    number: int = (a.value - lateness(plus, minus)) // span
    if LOG.asked is None:
        return number
    apart = taken(plus, minus)
    if apart is not None:
        number = (apart + c) // span
    low, high = number * span - c, (number + 1) * span - 1 - c
    LOG.asked.append(Asked(plus, minus, low, high, span, "", True, *asker(__file__)))
    if minus == NOW:
        note_flip(plus, minus, c - number * span, __file__)
    elif plus == NOW:
        note_flip(plus, minus, c - (number + 1) * span, __file__)
    return number
