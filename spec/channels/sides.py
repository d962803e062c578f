"""Two parties, in order, and what each of them has.

Whatever a channel counts for its two parties is a pair in the order of the parties: side 0 is
alice, side 1 is bob.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from attrs import validators

from spec.kernel.action import Delivery, Own
from spec.kernel.basics import Below, Party, Wei

T = TypeVar("T")

Side: TypeAlias = Annotated[int, Below(2)]
"""0 or 1."""

Pair: TypeAlias = tuple[Wei, Wei]
"""An amount for each side, in wei."""

two_amounts: Callable[[Any, Any, Pair], None] = validators.and_(
    validators.min_len(2), validators.max_len(2), validators.deep_iterable(validators.ge(0))
)
"""What a pair in a scope has to be: people write scopes by hand."""

ALICE = Party(1)
BOB = Party(2)
PARTIES = (ALICE, BOB)
NAMES = {ALICE: "alice", BOB: "bob"}
"""What people call them."""


def side_of(party: Party) -> Side:
    """Which side a party is on. Only for the two parties."""
    return 0 if party == ALICE else 1


def other_side(side: Side) -> Side:
    """The side across."""
    return 1 - side


def partner(party: Party) -> Party:
    """The party on the other side. Only for the two parties."""
    return BOB if party == ALICE else ALICE


def with_side(pair: tuple[T, T], side: Side, value: T) -> tuple[T, T]:
    """The pair with one side's value set."""
    return (value, pair[1]) if side == 0 else (pair[0], value)


def raised(pair: Pair, side: Side, amount: Wei) -> Pair:
    """The pair with an amount added on one side, in wei."""
    return with_side(pair, side, pair[side] + amount)


def larger(one: Pair, two: Pair) -> Pair:
    """The larger of two amounts on each side, in wei."""
    return max(one[0], two[0]), max(one[1], two[1])


class FromPartner(Delivery):
    """Something that the party on the other side has sent."""

    def sender(self, state: Any) -> Party:
        """The other side."""
        return partner(self.by)


class ToPartner(Own):
    """Something that a party signs or says and sends to the other side."""

    def to(self, state: Any) -> tuple[Party, ...]:
        """The other side."""
        return (partner(self.by),)
