"""Conditional payments: a maximum, a hash lock, conditions, and what these give together.

Promised to payer and payee: a payment never gives more than its maximum, and gives nothing to
whoever cannot show the preimage of its hash lock.

Preimages are ideal: a lock is named by the number of its payment, and the preimage can be shown by
whoever knows it. A condition is a contract reduced to what a payment reads of it: a boolean (0 or
1) or a number, and the moment from which on it is final.

Source: reference section 4; Celer's `PayResolver`.
"""

from enum import Enum

from attrs import frozen

from spec.channels.sides import Side
from spec.kernel.basics import Instant, Seconds, Wei
from spec.kernel.telling import Teller


class Logic(Enum):
    """How the outcomes of conditions make an amount."""

    AND = 0
    OR = 1
    ADD = 2
    MAX = 3
    MIN = 4


@frozen
class Condition:
    """A contract that finalizes to an outcome: 0 or 1 for a boolean one, else an amount in wei."""

    outcome: Wei
    final_at: Instant


@frozen
class Pay:
    """A conditional payment. Two of them are one payment if they are equal: its id is its hash."""

    number: int
    """Makes it different from all others; names its hash lock, too."""
    payer: Side
    most: Wei
    """The maximum, in wei."""
    logic: Logic
    conditions: tuple[Condition, ...]
    deadline: Instant
    """The last moment to resolve it."""

    def clause(self, tell: Teller) -> str:
        """Its number and maximum, and what its conditions say."""
        said = ", ".join([str(condition.outcome) for condition in self.conditions])
        given = f" {self.logic.name} of {said}" if said else ""
        return f"#{self.number} up to {self.most}{given}"


Pays = tuple[Pay, ...]


def by_conditions(logic: Logic, outcomes: tuple[Wei, ...], most: Wei) -> Wei:
    """What final outcomes give, in wei; without conditions the hash lock alone decides."""
    if not outcomes:
        return most
    if logic == Logic.AND:
        return most if all(outcome > 0 for outcome in outcomes) else 0
    if logic == Logic.OR:
        return most if any(outcome > 0 for outcome in outcomes) else 0
    if logic == Logic.ADD:
        return sum(outcomes)
    return max(outcomes) if logic == Logic.MAX else min(outcomes)


def capped(amount: Wei, most: Wei) -> Wei:
    """More than the maximum counts as the maximum."""
    return min(amount, most)


def as_it_is(amount: Wei, most: Wei) -> Wei:
    """More than the maximum stays more, and is refused: such a payment cannot be resolved by its
    conditions. Source: Celer."""
    return amount


def outcomes(pay: Pay) -> tuple[Wei, ...]:
    """What its conditions say, once they are final."""
    return tuple([condition.outcome for condition in pay.conditions])


def final_from(pay: Pay) -> Seconds:
    """The first moment at which all its conditions are final; 0 if it has none."""
    return max([0, *[condition.final_at for condition in pay.conditions]])


def all_final(pay: Pay, now: Seconds) -> bool:
    """Are all its conditions final?"""
    return now >= final_from(pay)


def total(pays: Pays) -> Wei:
    """The sum of the maxima, in wei."""
    return sum([pay.most for pay in pays])


def last_deadline(pays: Pays) -> Seconds:
    """The last moment at which any of them can be resolved; 0 for none."""
    return max([0, *[pay.deadline for pay in pays]])
