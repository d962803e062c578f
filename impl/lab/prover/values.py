"""Ints, Booleans and enum members that are not known yet.

They behave as Python's own in everything that a rule may do with a number: arithmetic, floor
division and modulo for every sign, comparison, a Boolean that counts as 0 or 1; asked for their
class, they say int, bool or the Enum. What has no faithful meaning on unknown values (powers,
shifts, bits, text, an index, anything together with a float) raises `Unsupported`.

A value that can only be one of a few (a party, a position among the known ones) carries its domain.
Where it has to be one value, as the key of a dict, the path splits over the domain.
"""

import numbers
import operator
from collections.abc import Callable
from typing import Any, NoReturn

import z3
from attrs import define

from impl.lab.prover.ends import Unsupported
from impl.lab.prover.paths import engine, running
from impl.lab.prover.terms import FALSE, TRUE, is_false, is_true
from spec.kernel.refusal import Refusal

MANY = 64
"""A number that could be more than so many values has no domain."""

WORD = 2**256
"""In the uint256 mode, amounts and times are below this."""


@define
class Overflow(Refusal):
    """uint256 mode: the result does not fit into a word, and checked arithmetic reverts."""


def _refuse(what: str) -> Callable[..., NoReturn]:
    def method(self: object, *_: object, **__: object) -> NoReturn:
        raise Unsupported(f"{what} of a value that is not known yet")

    return method


class Symbolic:
    """A value that is a z3 term."""

    __slots__ = ("term",)

    def __init__(self, term: Any) -> None:
        """The value of a z3 term."""
        self.term = term

    def __repr__(self) -> str:
        """The term, for people; a rule that asks for it while a proof runs is refused."""
        if running():
            raise Unsupported("repr of a value that is not known yet")
        return f"<{self.term}>"

    __str__ = __format__ = _refuse("text")
    __int__ = __float__ = __trunc__ = __round__ = _refuse("conversion")
    __pow__ = __rpow__ = _refuse("a power")
    __lshift__ = __rlshift__ = __rshift__ = __rrshift__ = _refuse("a shift")
    __and__ = __rand__ = __or__ = __ror__ = __xor__ = __rxor__ = _refuse("bits")
    __truediv__ = __rtruediv__ = __invert__ = _refuse("a fraction or complement")

    def __number__(self) -> Any:
        """The term of the int that it is; None for what is none."""
        return None

    __floor__ = __ceil__ = __bytes__ = _refuse("conversion")
    __copy__ = __deepcopy__ = __reduce_ex__ = _refuse("a copy")


def number(value: object) -> Any:
    """The integer term of an int or Boolean, known or not; None for what is no number.

    Raises Unsupported for a number that is no int.
    """
    if isinstance(value, Symbolic):
        return value.__number__()
    if isinstance(value, int):
        return z3.IntVal(int(value))
    if isinstance(value, numbers.Number):
        name = type(value).__name__
        raise Unsupported(f"a {name} together with a value not known yet: count in ints")
    return None


def truth(value: object) -> Any:
    """The Boolean term of what Python would take for true."""
    if isinstance(value, SymbolicBool):
        return value.term
    if isinstance(value, SymbolicInt):
        return value.term != 0
    return TRUE if value else FALSE


def _result(term: Any, domain: frozenset[int] | None) -> "SymbolicInt":
    """An arithmetic result. uint256 mode: raises Overflow in contract code."""
    now = engine()
    if now.uint256 and now.checked and not now.decide(z3.And(term >= 0, term < WORD)):
        raise Overflow
    return SymbolicInt(term, domain)


def _arithmetic(
    compute: Callable[[Any, Any], Any],
    exact: Callable[[int, int], int],
    swapped: bool = False,
) -> Callable[..., Any]:
    """An operator on terms, and on ints for the domain of the result."""

    def method(self: Symbolic, other: object) -> Any:
        left, right = number(self), number(other)
        if right is None:
            return NotImplemented
        a, b = (other, self) if swapped else (self, other)
        term = compute(right, left) if swapped else compute(left, right)
        return _result(term, _domain_of(exact, a, b))

    return method


def domain(value: object) -> frozenset[int] | None:
    """What a number can be, where that is little."""
    if isinstance(value, Symbolic):
        return value.domain if isinstance(value, SymbolicInt) else None
    return frozenset({int(value)}) if isinstance(value, int) else None


def _domain_of(exact: Callable[[int, int], int], a: object, b: object) -> frozenset[int] | None:
    left, right = domain(a), domain(b)
    if left is None or right is None or len(left) * len(right) > MANY:
        return None
    if exact in _DIVISIONS:
        right = right - {0}
    return frozenset(exact(x, y) for x in left for y in right)


_DIVISIONS = (operator.floordiv, operator.mod)


def _comparison(compute: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def method(self: Symbolic, other: object) -> Any:
        right = number(other)
        return NotImplemented if right is None else boolean(compute(number(self), right))

    return method


def _floor_division(left: Any, right: Any) -> Any:
    """z3 rounds so that the remainder is never negative; Python rounds down."""
    if engine().decide(right == 0):
        raise ZeroDivisionError("integer division or modulo by zero")
    if z3.is_int_value(right):
        return left / right if right.as_long() > 0 else (-left) / (-right)
    return z3.If(right > 0, left / right, (-left) / (-right))


def _modulo(left: Any, right: Any) -> Any:
    """Python's remainder has the sign of the divisor; z3's is never negative."""
    if engine().decide(right == 0):
        raise ZeroDivisionError("integer division or modulo by zero")
    if z3.is_int_value(right):
        return left % right if right.as_long() > 0 else -((-left) % (-right))
    return z3.If(right > 0, left % right, -((-left) % (-right)))


def boolean(term: Any) -> "SymbolicBool | bool":
    """A Boolean, known where the term is a constant."""
    if is_true(term):
        return True
    if is_false(term):
        return False
    return SymbolicBool(term)


class _Number(Symbolic):
    """What symbolic ints and Booleans share: Python's arithmetic on ints."""

    __slots__ = ()

    __add__ = _arithmetic(lambda a, b: a + b, operator.add)
    __radd__ = _arithmetic(lambda a, b: a + b, operator.add, swapped=True)
    __sub__ = _arithmetic(lambda a, b: a - b, operator.sub)
    __rsub__ = _arithmetic(lambda a, b: a - b, operator.sub, swapped=True)
    __mul__ = _arithmetic(lambda a, b: a * b, operator.mul)
    __rmul__ = _arithmetic(lambda a, b: a * b, operator.mul, swapped=True)
    __floordiv__ = _arithmetic(_floor_division, operator.floordiv)
    __rfloordiv__ = _arithmetic(_floor_division, operator.floordiv, swapped=True)
    __mod__ = _arithmetic(_modulo, operator.mod)
    __rmod__ = _arithmetic(_modulo, operator.mod, swapped=True)
    __lt__ = _comparison(lambda a, b: a < b)
    __le__ = _comparison(lambda a, b: a <= b)
    __gt__ = _comparison(lambda a, b: a > b)
    __ge__ = _comparison(lambda a, b: a >= b)
    __eq__ = _comparison(lambda a, b: a == b)
    __hash__: Any = _refuse("a hash")
    __index__: Any = _refuse("an index")

    def __ne__(self, other: object) -> Any:
        """Different numbers."""
        same = self.__eq__(other)
        return same if same is NotImplemented else negation(same)

    def __divmod__(self, other: object) -> Any:
        """Floor division and modulo."""
        return self // other, self % other

    def __rdivmod__(self, other: object) -> Any:
        """Floor division and modulo."""
        return other // self, other % self

    def __neg__(self) -> Any:
        """The negative."""
        return 0 - self

    def __pos__(self) -> Any:
        """The number itself."""
        return SymbolicInt(number(self))

    def __abs__(self) -> Any:
        """The distance from zero."""
        term = number(self)
        return SymbolicInt(z3.If(term >= 0, term, -term))

    def __bool__(self) -> bool:
        """Asks the oracle: here a path splits."""
        return engine().decide(truth(self))

    def __getattr__(self, name: str) -> Any:
        """What an int has beside its operators is refused; nothing else has ever been there."""
        if hasattr(int, name):
            raise Unsupported(f"`.{name}` of a value that is not known yet")
        raise AttributeError(f"'{self.__class__.__name__}' object has no attribute '{name}'")


class SymbolicInt(_Number):
    """An int that is not known yet; `domain` lists what it can be, where that is little."""

    __slots__ = ("domain",)

    def __init__(self, term: Any, domain: frozenset[int] | None = None) -> None:
        """The int of a z3 term."""
        super().__init__(term)
        self.domain = domain

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What `isinstance` is told."""
        return int

    def __number__(self) -> Any:
        """Its term."""
        return self.term

    def __eq__(self, other: object) -> Any:
        """The same number."""
        known = isinstance(other, int) and not isinstance(other, Symbolic)
        if known and self.domain is not None and other not in self.domain:
            return False
        if type(other) is int and running():
            return boolean(engine().equality(self.term, other))
        right = number(other)
        if right is None:
            return NotImplemented
        return True if right.eq(self.term) else boolean(self.term == right)

    def __hash__(self) -> int:
        """The hash of the one value that it is on this path, which splits over the domain."""
        return hash(self._one("a hash"))

    def __index__(self) -> int:
        """The one value that it is on this path, which splits over the domain."""
        return self._one("an index")

    def _one(self, purpose: str) -> int:
        if self.domain is None:
            raise Unsupported(f"{purpose} of a number that could be anything")
        return one_of(self.term, tuple(sorted(self.domain)))


class SymbolicBool(_Number):
    """A Boolean that is not known yet."""

    __slots__ = ()

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What `isinstance` is told."""
        return bool

    def __number__(self) -> Any:
        """One or nothing."""
        return z3.If(self.term, z3.IntVal(1), z3.IntVal(0))

    def __eq__(self, other: object) -> Any:
        """The same truth value, or the same number."""
        if is_flag(other):
            return boolean(same_truth(self.term, truth(other)))
        right = number(other)
        return NotImplemented if right is None else boolean(number(self) == right)

    __hash__ = _refuse("a hash")

    def __and__(self, other: object) -> Any:
        """Both, without splitting the path."""
        return both(self, _flag(other))

    def __or__(self, other: object) -> Any:
        """Either, without splitting the path."""
        return either(self, _flag(other))

    def __xor__(self, other: object) -> Any:
        """One but not both, without splitting the path."""
        return negation(boolean(same_truth(self.term, truth(_flag(other)))))

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__


def is_flag(value: object) -> bool:
    """Is this a Boolean, known or not?"""
    return isinstance(value, SymbolicBool) or (value is True) or (value is False)


def _flag(value: object) -> object:
    if not is_flag(value):
        raise Unsupported("bits of a flag together with what is no flag")
    return value


def one_of(term: Any, values: tuple[int, ...]) -> int:
    """The value that a term has on this path, which splits over the values given."""
    now = engine()
    left = []
    for value in values:
        known = now.is_known(now.equality(term, value))
        if known:
            return value
        if known is None:
            left.append(value)
    for value in left[:-1]:
        if now.decide(now.equality(term, value)):
            return value
    now.note(now.equality(term, left[-1]))
    return left[-1]


def known_value(term: Any, values: frozenset[int]) -> int | None:
    """The value that the path has already given to a term, if it has."""
    now = engine()
    left = []
    for value in values:
        known = now.is_known(now.equality(term, value))
        if known:
            return value
        if known is None:
            left.append(value)
    return left[0] if len(left) == 1 else None


def same_truth(left: Any, right: Any) -> Any:
    """The term that two Booleans agree, as simple as it gets."""
    if is_true(right):
        return left
    if is_false(right):
        return z3.Not(left)
    return left == right


def negation(value: Any) -> Any:
    """Not, without splitting the path."""
    return boolean(z3.Not(value.term)) if isinstance(value, SymbolicBool) else not value


def both(left: Any, right: Any) -> Any:
    """And, without splitting the path."""
    a, b = truth(left), truth(right)
    if is_false(a) or is_true(b):
        return boolean(a)
    return boolean(b) if is_true(a) or is_false(b) else SymbolicBool(z3.And(a, b))


def either(left: Any, right: Any) -> Any:
    """Or, without splitting the path."""
    a, b = truth(left), truth(right)
    if is_true(a) or is_false(b):
        return boolean(a)
    return boolean(b) if is_false(a) or is_true(b) else SymbolicBool(z3.Or(a, b))
