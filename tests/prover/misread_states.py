"""More of the false theorems: of state that changes, of equality, of what a statement is.

The rules of the project's own lint do not hold here, either.
"""
# ruff: noqa
# mypy: ignore-errors

import functools
import itertools
import random
import time
from collections.abc import Mapping

from attrs import evolve

from invariants.kernel.theorems import assume
from tests.prover.misreadings import (
    Box,
    Checked,
    Coin,
    Grade,
    Loose,
    Marked,
    Named,
    Optional,
    Poor,
    Purse,
    Status,
    false,
)

# State -------------------------------------------------------------------------------------------

CALLS: list[int] = []
COUNT = 0
NUMBERS = itertools.count()


def _noted(n: int) -> int:
    CALLS.append(1)
    return n + len(CALLS)


@false(n=0)
def grows_a_list(n: int) -> bool:
    return _noted(n) == _noted(n)


def _counted(n: int) -> int:
    global COUNT
    COUNT += 1
    return n + COUNT


@false(n=0)
def counts_calls(n: int) -> bool:
    return _counted(n) == _counted(n)


def _seen(n: int, seen: list[int] = []) -> int:
    seen.append(n)
    return len(seen)


@false(n=0)
def has_a_default_that_grows(n: int) -> bool:
    return _seen(n) == _seen(n)


def _numbered(n: int) -> int:
    return n + next(NUMBERS)


@false(n=0)
def takes_numbers(n: int) -> bool:
    return _numbered(n) == _numbered(n)


def _spends(table: dict[int, int], n: int) -> int:
    table[0] = table[0] - n
    return table[0]


@false(n=1)
def changes_its_argument(n: int) -> bool:
    table = {0: 5}
    return _spends(table, n) == _spends(table, n)


@false(n=1)
def changes_a_record(n: int) -> bool:
    purse = Purse(5)
    return _taken(purse, n) == _taken(purse, n)


def _taken(purse: Purse, n: int) -> int:
    purse.amount -= n
    return purse.amount


@false(n=1)
def changes_an_object(n: int) -> bool:
    box = Box(5)
    first = _boxed(box, n)
    box.amount = n
    return first == _boxed(box, n)


def _boxed(box: Box, n: int) -> int:
    return box.amount + n


@false(n=0)
def draws(n: int) -> bool:
    return _drawn(n) == _drawn(n)


def _drawn(n: int) -> int:
    return n + random.randrange(10**9)


@false(n=0)
def looks_at_the_clock(n: int) -> bool:
    return _timed(n) == _timed(n)


def _timed(n: int) -> int:
    return n + time.perf_counter_ns()


@functools.cache
def _first(n: int) -> list[int]:
    return [n]


@false(n=1)
def fills_what_is_remembered(n: int) -> bool:
    _first(1).append(n)
    return len(_first(1)) < 2


# Equality ----------------------------------------------------------------------------------------


@false(n=3)
def compares_by_identity(n: int) -> bool:
    return Named(n) == Named(n)


@false(n=3)
def compares_objects(n: int) -> bool:
    return Box(n) == Box(n)


@false(n=3, m=4)
def compares_in_its_own_way(n: int, m: int) -> bool:
    return (Loose(n) == Loose(m)) == (n == m)


@false(n=3, m=4)
def compares_inside_a_tuple(n: int, m: int) -> bool:
    return ((Loose(n), 1) == (Loose(m), 1)) == (n == m)


@false(n=3)
def compares_errors(n: int) -> bool:
    return _error(n) == _error(n)


def _error(n: int) -> Exception:
    try:
        raise KeyError(n // 2)
    except KeyError as error:
        return error


@false(grade=Grade.HIGH)
def an_int_enum_is_its_int(grade: Grade) -> bool:
    return grade != 7


@false(grade=Grade.HIGH)
def an_int_enum_counts(grade: Grade) -> bool:
    return grade + 1 < 8 or grade > 10


# Statements --------------------------------------------------------------------------------------


@false(n=3)
def returns_a_tuple(n: int) -> bool:
    return n > 5, "more than five"


@false(n=3)
def yields(n: int) -> bool:
    yield n > 5


@false(n=3)
def returns_a_generator(n: int) -> bool:
    return (m > 5 for m in (n,))


@false(n=3)
def returns_a_number(n: int) -> bool:
    return n + 1


@false(n=3)
def returns_nothing(n: int) -> bool:
    assert n >= 0


@false(n=3)
def returns_text(n: int) -> bool:
    return "false"


@false(n=3)
async def waits(n: int) -> bool:
    return n > 5


# What is quantified over --------------------------------------------------------------------------


@false(sizes={"table": (0, 1)}, table={1: 5, 0: 5})
def takes_the_first_key(table: Mapping[int, int]) -> bool:
    return next(iter(table)) == 0


@false(sizes={"table": (0, 1)}, table={1: 1, 0: 2})
def takes_the_last_value(table: Mapping[int, int]) -> bool:
    return list(table.items())[-1][0] == 1


@false(sizes={"table": (0, 1)}, table={1: 3, 0: 3})
def takes_the_first_of_equals(table: Mapping[int, int]) -> bool:
    return table[0] != table[1] or max(table, key=table.__getitem__) == 0


@false(coin=Marked(3, Status.OPEN, 7))
def is_a_plain_coin(coin: Coin) -> bool:
    return not isinstance(coin, Marked) or coin.mark != 7


@false(coin=Coin(5, Status.OPEN))
def changes_what_is_frozen(coin: Coin) -> bool:
    if coin.amount > 3:
        coin.amount = 5
    return coin.amount < 4


@false(checked=Checked(3))
def is_checked_by_type(checked: Checked) -> bool:
    return checked.amount != 3


@false(optional=Optional(3))
def is_checked_if_there(optional: Optional) -> bool:
    return optional.amount is None


@false(coin=Coin(2, Status.PAID))
def holds_for_most(coin: Coin) -> bool:
    assume(coin.status is Status.PAID)
    return evolve(coin, amount=coin.amount + 1).amount != 3


@false(n=4)
def refuses_by_type(n: int) -> bool:
    if not isinstance(n, int):
        raise Poor(n)
    return n != 4
