"""Functions that use everything a rule may use, for comparing symbolic runs with Python."""

from collections.abc import Mapping
from enum import Enum

from attrs import define, evolve, frozen

from invariants.kernel.theorems import Theorem
from spec.kernel.basics import ETHER, Party, drop, put
from spec.kernel.mainchain import MainChain, lock, release, total_supply
from spec.kernel.refusal import Refusal


class Colour(Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"


@frozen
class Coin:
    owner: Party
    amount: int
    colour: Colour


@define
class TooDear(Refusal):
    price: int
    held: int


def divides(a: int, b: int) -> tuple[int, int]:
    return a // b, a % b


def divides_by_seven(a: int) -> tuple[int, int, int, int]:
    return a // 7, a % 7, a // -7, a % -7


def counts_flags(p: bool, q: bool, n: int) -> int:
    return sum([p, q, n > 3]) + (p + q) * 10 + p * n


def orders_tuples(a: int, b: int, c: int, d: int) -> tuple[bool, bool, tuple[int, int]]:
    return (a, b) < (c, d), (a, b) == (c, d), min((a, b), (c, d))


def sorts(coins: tuple[Coin, ...]) -> tuple[Coin, ...]:
    return tuple(sorted(coins, key=amount_of))


def sorts_down(coins: tuple[Coin, ...]) -> tuple[int, ...]:
    return tuple(sorted((coin.amount for coin in coins), reverse=True))


def amount_of(coin: Coin) -> int:
    return coin.amount


def picks_extremes(coins: tuple[Coin, ...]) -> tuple[Coin, int, int]:
    if not coins:
        raise TooDear(1, 0)
    return max(coins, key=amount_of), min(c.amount for c in coins), max(c.amount for c in coins)


def asks_all_and_any(coins: tuple[Coin, ...], limit: int) -> tuple[bool, bool]:
    return all(within(c, limit) for c in coins), any(c.colour == Colour.RED for c in coins)


def within(coin: Coin, limit: int) -> bool:
    return limit // coin.amount > 1


def compares_records(a: Coin, b: Coin, c: Coin) -> int:
    if a == b:
        return 1
    return 2 if b != c and a in (b, c) else 3


def pays(sender: Party, receiver: Party, amount: int, held: int) -> MainChain:
    main = MainChain(5, {(Party(p), ETHER): held + p for p in range(3)}, {ETHER: 1})
    return release(lock(main, sender, ETHER, amount), receiver, ETHER, amount)


def supplies(party: Party, amount: int) -> int:
    main = MainChain(0, {(Party(p), ETHER): p for p in range(3)}, {ETHER: amount})
    return total_supply(lock(main, party, ETHER, amount % 4), ETHER)


def keeps_a_table(table: Mapping[Party, int], who: Party, more: int) -> Mapping[Party, int]:
    if who not in table:
        return put(table, who, more)
    if table[who] > 9:
        return drop(table, who)
    return put(table, who, table[who] + more)


def buys(coin: Coin, price: int) -> Coin:
    if coin.amount < price:
        raise TooDear(price, coin.amount)
    match coin.colour:
        case Colour.RED:
            return evolve(coin, amount=coin.amount - price)
        case Colour.GREEN if price > 2:
            return evolve(coin, colour=Colour.BLUE, owner=Party(0))
    return coin


def buys_twice(coin: Coin, price: int) -> Coin | None:
    try:
        return buys(buys(coin, price), price)
    except TooDear as refusal:
        return None if refusal.held > 3 else coin


def halves(n: int) -> int:
    steps = 0
    while n > 1:
        n, steps = n // 2, steps + 1
    return steps


def crashes(n: int, table: Mapping[Party, int]) -> int:
    return {1: 5}[3] if n > 4 else abs(n - 3) + len(table)


SIZES = {"Party": 3, "coins": 3, "table": frozenset((0, 1, 2))}
SIGNED = {"a": "signed", "b": "signed"}

SAMPLES = tuple(
    Theorem(function.__name__, "", function, sizes={**SIZES, **sizes})
    for function, sizes in (
        (divides, SIGNED),
        (divides_by_seven, SIGNED),
        (counts_flags, {}),
        (orders_tuples, {}),
        (sorts, {"coins": 2}),
        (sorts_down, {}),
        (picks_extremes, {"coins": 2}),
        (asks_all_and_any, {"coins": 2}),
        (compares_records, {}),
        (pays, {}),
        (supplies, {}),
        (keeps_a_table, {}),
        (buys, {}),
        (buys_twice, {}),
        (halves, {"n": range(20)}),
        (crashes, {}),
    )
)
