"""False theorems that look true to a proof which takes an unknown value for an object.

Each stands with values for which ordinary Python makes it false. None may ever be proved. The rules
of the project's own lint do not hold here: this is how others write.
"""
# ruff: noqa
# mypy: ignore-errors

import contextlib
import math
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum, IntEnum
from fractions import Fraction
from typing import Any

from attrs import define, field, frozen, validators

from invariants.kernel.theorems import Theorem
from spec.kernel.refusal import Refusal

ETHER = 10**18
WHOLE = (int, bool)


class Status(Enum):
    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"


class Grade(IntEnum):
    LOW = 1
    HIGH = 7


@frozen
class Coin:
    amount: int
    status: Status


@frozen
class Marked(Coin):
    """A coin with a mark: whatever holds for coins has to hold for it, too."""

    mark: int


@frozen(eq=False)
class Named:
    amount: int


@frozen
class Loose:
    amount: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loose)

    def __hash__(self) -> int:
        return 1


@define
class Purse:
    amount: int


class Box:
    def __init__(self, amount: int) -> None:
        self.amount = amount


@define
class Poor(Refusal):
    amount: int


def _is_number(record: Any, attribute: Any, value: object) -> None:
    if type(value) is not int:
        raise ValueError


@frozen
class Checked:
    amount: int = field(validator=_is_number)


@frozen
class Optional:
    amount: int | None = field(validator=validators.optional(validators.instance_of(int)))


@frozen
class Rules:
    cap: int
    reward: Callable[[int], int]


FALSE: list[tuple[Theorem, dict[str, Any]]] = []


def false(sizes: Mapping[str, Any] | None = None, **breaking: Any) -> Callable[[Any], Any]:
    def note(statement: Any) -> Any:
        theorem = Theorem(f"FALSE-{statement.__name__}", "", statement, sizes=sizes or {})
        FALSE.append((theorem, breaking))
        return statement

    return note


# Objects instead of values -----------------------------------------------------------------------


@false(flag=True)
def flag_is_true(flag: bool) -> bool:
    return not (flag is True)


@false(flag=False)
def flag_is_not_true(flag: bool) -> bool:
    return flag is not False


@false(status=Status.PAID)
def member_is(status: Status) -> bool:
    return status is not Status.PAID


def _is(a: object, b: object) -> bool:
    return a is b


@false(status=Status.PAID)
def member_is_in_a_helper(status: Status) -> bool:
    return not _is(status, Status.PAID)


@false(status=Status.PAID)
def member_is_by_operator(status: Status) -> bool:
    return not operator.is_(status, Status.PAID)


@false(coin=Coin(3, Status.PAID))
def member_of_a_record_is(coin: Coin) -> bool:
    return not any(each is coin.status for each in Status if each == Status.PAID)


@false(n=5, m=5)
def same_id(n: int, m: int) -> bool:
    return id(n) != id(m)


@false(n=257)
def an_int_is_an_int(n: int) -> bool:
    return not isinstance(n, int)


@false(n=3)
def an_int_is_one_of_some_types(n: int) -> bool:
    return not isinstance(n, WHOLE)


@false(n=3)
def has_the_type_int(n: int) -> bool:
    return type(n) is not int


@false(n=3)
def has_a_type_called_int(n: int) -> bool:
    return type(n).__name__ != "int"


@false(n=3)
def has_the_class_int(n: int) -> bool:
    return n.__class__ != int


@false(n=3)
def can_be_looked_up_by_type(n: int) -> bool:
    return {int: False}.get(type(n), True)


@false(n=3)
def matches_as_an_int(n: int) -> bool:
    match n:
        case int():
            return False
    return True


@false(flag=True)
def matches_as_true(flag: bool) -> bool:
    match flag:
        case True:
            return False
    return True


@false(n=4)
def has_bits(n: int) -> bool:
    return not hasattr(n, "bit_length")


@false(n=4)
def gets_its_real_part(n: int) -> bool:
    return getattr(n, "real", None) is None


@false(n=4)
def is_called_by_its_own_name(n: int) -> bool:
    return "int" not in repr(type(n))


@false(status=Status.PAID)
def is_of_its_enum(status: Status) -> bool:
    return not isinstance(status, Status) or status == Status.OPEN


# Numbers that round ------------------------------------------------------------------------------


@false(bond=ETHER)
def equals_a_float(bond: int) -> bool:
    return bond != 1e18


@false(bond=ETHER)
def is_among_floats(bond: int) -> bool:
    return bond not in (1e18, 2e18)


@false(bond=7)
def is_below_a_float(bond: int) -> bool:
    return not (bond < 7.5 and bond > 6.5)


@false(bond=5)
def equals_a_decimal(bond: int) -> bool:
    return bond != Decimal(5)


@false(bond=5)
def equals_a_fraction(bond: int) -> bool:
    return Fraction(10, 2) != bond


@false(bond=2**53 + 1)
def survives_a_float(bond: int) -> bool:
    try:
        return int(float(bond)) == bond
    except TypeError:
        return True


# Swallowing --------------------------------------------------------------------------------------


@false(n=8)
def swallows_what_cannot_be_done(n: int) -> bool:
    try:
        return n.bit_length() < 4
    except AttributeError:
        return True


@false(n=8)
def swallows_everything(n: int) -> bool:
    try:
        return 1 << n < 200
    except BaseException:
        return True


@false(n=8)
def swallows_without_a_name(n: int) -> bool:
    try:
        return f"{n}" != "8"
    except:  # noqa: E722
        return True


@false(n=8)
def leaves_in_the_end(n: int) -> bool:
    try:
        assert n**2 != 64
        return True
    finally:
        if 2**3 > n:
            return True
        return n != 8


@false(n=8)
def suppresses(n: int) -> bool:
    with contextlib.suppress(Exception):
        return math.isqrt(n) != 2
    return True


@false(n=8)
def swallows_in_a_helper(n: int) -> bool:
    return _text(n) != "8"


def _text(n: int) -> str:
    try:
        return str(n)
    except BaseException:
        return ""


@false(n=3)
def swallows_recursion(n: int) -> bool:
    try:
        return _deep(n, 3000) < 0
    except Exception:
        return n != 3


def _deep(n: int, left: int) -> int:
    return n if left == 0 else _deep(n + 1, left - 1)


@false(n=0)
def leaves_python(n: int) -> bool:
    if n == 0:
        raise SystemExit(0)
    return True


# Shared iterators --------------------------------------------------------------------------------


@false(sizes={"ns": range(2, 3)}, ns=(7, 1))
def goes_on_where_any_stopped(ns: tuple[int, ...]) -> bool:
    items = iter(ns)
    found = any(n > 5 for n in items)
    return not found or not list(items)


@false(sizes={"ns": range(2, 3)}, ns=(1, 7))
def goes_on_where_all_stopped(ns: tuple[int, ...]) -> bool:
    large = (n > 5 for n in ns)
    return all(large) or not any(large)


@false(sizes={"ns": range(2, 3)}, ns=(7, 1))
def remembers_the_last_one(ns: tuple[int, ...]) -> bool:
    last = 0
    found = any((last := n) > 5 for n in ns)
    return not found or last == ns[1]


def _some(items: Any) -> bool:
    return any(n > 5 for n in items)


@false(sizes={"ns": range(2, 3)}, ns=(7, 1))
def hands_the_iterator_on(ns: tuple[int, ...]) -> bool:
    items = iter(ns)
    return not _some(items) or not list(items)
