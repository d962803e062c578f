"""What an honest wallet decides: the second value beside the contract's rules.

Safe exit is a promise to those who follow this strategy, so it is part of the specification and
can be changed like a rule. `wallet.py` applies these decisions to what a wallet knows.

Source: the seed and ethresear.ch/t/426 for the plain wallet.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import WEEK, Seconds, Wei


@frozen
class Wallet:
    """The strategy of an honest wallet."""

    joins: Callable[[bool], bool]
    watches: Callable[[bool], bool]
    fears_fee_exit: Callable[[Wei, Wei], bool]
    takes: Callable[[bool, bool], bool]
    """(input leaves, ancestor leaves): does it take a payment out of what an exit was started for,
    of the input itself or of something that the input was made of?"""
    comes_back: Callable[[bool], bool]
    """(spent leaves): does it join a chain of valid blocks that it was shown late, where an exit
    of something that they spend was started?"""
    reaction: Seconds = field(default=WEEK, validator=validators.ge(0))
    """How long its exits, challenges and calls for payment may take, in seconds, from when it could
    know that it must answer: until it looks, and until its transaction is included."""
    in_time: bool = False
    """Does it answer by the last moment that counts, in no time? Nobody does; it is what is assumed
    where nothing is said of time."""


def answers_within(wallet: Wallet) -> Seconds | None:
    """How long an answer of an honest wallet takes; None: it is given in time."""
    return None if wallet.in_time else wallet.reaction


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


def takes_what_stays(input_leaves: bool, ancestor_leaves: bool) -> bool:
    """It takes nothing out of what is leaving or has left, however many payments ago: else the
    exit can be due before its challenge is there, and the payment is of money that is gone."""
    return not input_leaves and not ancestor_leaves


def takes_if_inputs_stay(input_leaves: bool, ancestor_leaves: bool) -> bool:
    """It looks at the exits of the payment's own inputs only. The plain wallet does."""
    return not input_leaves


def comes_back_to_valid_blocks(spent_leaves: bool) -> bool:
    """It checks each block as of when it landed. So does who has followed them all along."""
    return True


def comes_back_to_what_is_there(spent_leaves: bool) -> bool:
    """It also asks what has left by now. Out of hidden blocks an output can have been paid whose
    grandchild leaves as well: the contract looks at direct inputs, and nobody was there to
    challenge."""
    return not spent_leaves


def trusts_fee_exits(amount: Wei, earned: Wei) -> bool:
    """Does a fee exit raise the alarm? The plain wallet looks at blocks only."""
    return False


def checks_fee_exits(amount: Wei, earned: Wei) -> bool:
    """It leaves when the operator asks for more than the fees that its blocks earned, in wei."""
    return amount > earned
