"""What an honest member decides: when it takes a payment, and what it votes for.

Source: the seed 004, "off-chain consensus", step 2: a participant checks its own balance.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import Seconds, Wei


@frozen
class Offer:
    """What a member looks at before it votes. Amounts in wei."""

    own: Wei
    """Its balance in the proposed checkpoint."""
    due: Wei
    """What it is owed, by what it signed and holds receipts for."""
    total: Wei
    """The sum of all proposed balances."""
    funds: Wei
    """The sum of all balances in the last checkpoint."""
    leads_next: bool
    """Is the next leader the one whose turn it is?"""
    exits_agreed: bool
    """Are exactly those leaving who asked to?"""


@frozen
class Member:
    """The strategy of an honest participant."""

    votes_for: Callable[[Offer], bool]
    takes: Callable[[Wei, Wei], bool]
    patience: Seconds = field(default=1, validator=validators.ge(1))
    """How long it leaves a call that anybody can make to others, in seconds."""


def own_balance_right(offer: Offer) -> bool:
    """It looks at its own balance only. Source: the seed."""
    return offer.own >= offer.due


def everything_right(offer: Offer) -> bool:
    """It looks at the whole checkpoint: the sum, the next leader and the exits too. Repair."""
    return (
        offer.own >= offer.due
        and offer.total == offer.funds
        and offer.leads_next
        and offer.exits_agreed
    )


def takes_anything(taken: Wei, share: Wei) -> bool:
    """It countersigns whatever it is offered, whatever it has taken this epoch, in wei."""
    return True


def takes_what_is_backed(taken: Wei, share: Wei) -> bool:
    """It takes no more in an epoch than its share of the leader's bond makes good, in wei: it can
    see neither the payer's other payments nor the leader's other receipts. Repair F7."""
    return taken <= share
