"""How much may happen in a run of the channel."""

from attrs import field, frozen, validators

from spec.channels.conditional.pays import Condition, Logic, Pay
from spec.channels.sides import ALICE, Pair, Side, two_amounts
from spec.kernel.basics import DAY, Party, Seconds, Wei


@frozen
class Kind:
    """A payment that may be proposed: its times are counted from the proposal."""

    most: Wei = 1
    logic: Logic = Logic.AND
    conditions: tuple[tuple[Wei, Seconds], ...] = ()
    """The outcome of each condition, and when it will be final."""
    lasts: Seconds = 5 * DAY
    """How long it can be resolved."""


def pay_of(kind: Kind, number: int, payer: Side, now: Seconds) -> Pay:
    """The payment of a kind that is proposed now."""
    conditions = tuple([Condition(outcome, now + wait) for outcome, wait in kind.conditions])
    return Pay(number, payer, kind.most, kind.logic, conditions, now + kind.lasts)


not_negative = validators.ge(0)


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    honest: tuple[Party, ...] = (ALICE,)
    offline: tuple[Party, ...] = ()
    """Honest parties that answer nothing on the main chain."""
    deposits: Pair = field(default=(1, 1), validator=two_amounts)
    """What each side has in the channel at first, in wei."""
    payers: tuple[Side, ...] = field(
        default=(0, 1), validator=validators.deep_iterable(validators.in_((0, 1)))
    )
    """Who pays."""
    updates: int = field(default=2, validator=not_negative)
    """States that are signed in each direction."""
    pays: int = field(default=1, validator=not_negative)
    """Conditional payments in all."""
    kinds: tuple[Kind, ...] = (Kind(),)
    direct: tuple[Wei, ...] = ()
    """Amounts that are paid at once, without lock and conditions."""
    elsewhere: bool = False
    """Does the payee get to know preimages only in the course of a run?"""
    cancels: bool = False
    """Do payers offer to drop a payment that can still be resolved?"""
    vouchers: int = field(default=0, validator=not_negative)
    snapshots: bool = False
    withdrawals: tuple[Wei, ...] = ()
    """Amounts that are withdrawn."""
    topups: Wei = field(default=0, validator=not_negative)
    """What is deposited later, in wei."""
    bends: bool = False
    """Do dishonest parties try what is refused: states that add up wrongly, forged ones?"""
