"""What an honest wallet decides: the second value beside the contract's rules.

Safe exit is a promise to those who follow this strategy, so it is part of the specification and
can be changed like a rule. `wallet.py` applies these decisions to what a wallet knows.

Source: the seed and ethresear.ch/t/426 for the plain wallet.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import Seconds, Wei


@frozen
class Wallet:
    """The strategy of an honest wallet."""

    joins: Callable[[bool], bool]
    watches: Callable[[bool], bool]
    fears_fee_exit: Callable[[Wei, Wei], bool]
    patience: Seconds = field(default=1, validator=validators.ge(1))
    """How long after maturity it calls for its payment, in seconds, if nobody else has."""


def joins_anybody(all_mine: bool) -> bool:
    """Does it sign a transaction of which others own an input? The plain wallet does."""
    return True


def joins_nobody(all_mine: bool) -> bool:
    """It signs only what spends nothing but its own outputs, so that its confirmation alone
    completes the transaction. Repair of the half-confirmed transaction."""
    return all_mine


def watches_own(spent_to_me: bool) -> bool:
    """Which spent outputs' exits does it challenge? Those that were spent to it."""
    return spent_to_me


def watches_all(spent_to_me: bool) -> bool:
    """It challenges every exit that it can, since every false payment empties the vault."""
    return True


def trusts_fee_exits(amount: Wei, earned: Wei) -> bool:
    """Does a fee exit raise the alarm? The plain wallet looks at blocks only."""
    return False


def checks_fee_exits(amount: Wei, earned: Wei) -> bool:
    """It leaves when the operator asks for more than the fees that its blocks earned, in wei."""
    return amount > earned
