"""Ordered outcomes: who is paid what, and who comes first where there is not enough.

An outcome is a list of allocations. It is paid from the top, as far as what the channel holds
reaches; so an entry gets nothing before those above it are full.

Source: reference section 5; Nitro, `transfer` and the exit format.
"""

from typing import TypeAlias

from attrs import frozen

from spec.channels.sides import ALICE, BOB, PARTIES, Pair
from spec.kernel.basics import Party, Wei


@frozen
class Allocation:
    """An entry of an outcome."""

    to: Party
    amount: Wei


Outcome: TypeAlias = tuple[Allocation, ...]
"""Allocations by priority, the first one first."""


def allocated(pair: Pair) -> Outcome:
    """An amount for each side, alice's first: she deposits first."""
    return Allocation(ALICE, pair[0]), Allocation(BOB, pair[1])


def shares_out(outcome: Outcome, stakes: Wei) -> bool:
    """Does it give alice and bob, in this order, all of both stakes and nothing else?"""
    return (
        tuple(entry.to for entry in outcome) == PARTIES
        and all(entry.amount >= 0 for entry in outcome)
        and sum(entry.amount for entry in outcome) == stakes
    )


# Decisions: what each allocation is paid out of what is held ------------------------------------


def in_order(outcome: Outcome, held: Wei) -> tuple[Wei, ...]:
    """Each entry in full as far as what is left reaches, from the first to the last, in wei."""
    left = held
    paid: tuple[Wei, ...] = ()
    for allocation in outcome:
        payment = covered(allocation.amount, left)
        left = left - payment
        paid = (*paid, payment)
    return paid


def covered(amount: Wei, left: Wei) -> Wei:
    """As much of an amount as is left, in wei."""
    return min(amount, left)


def last_first(outcome: Outcome, held: Wei) -> tuple[Wei, ...]:
    """The last entry is served first. Whoever deposited first pays the other."""
    return in_order(outcome[::-1], held)[::-1]


def each_in_full(outcome: Outcome, held: Wei) -> tuple[Wei, ...]:
    """Nobody looks at what is held: more may be paid than there is."""
    return tuple(allocation.amount for allocation in outcome)
