"""What an honest party decides: what it countersigns, which voucher it takes, what it vetoes."""

from collections.abc import Callable

from attrs import frozen

from spec.channels.windows import is_open
from spec.kernel.basics import Seconds, Wei


@frozen
class Strategy:
    """The strategy of an honest party."""

    time_left: Callable[[Seconds, Seconds], bool]
    """(now, deadline): does it take a payment that can be resolved until then?"""
    covered: Callable[[Wei], bool]
    """(free): does it take a state that leaves its payer so much, in wei, not spoken for?"""
    takes_voucher: Callable[[Wei, Wei, bool], bool]
    """(amount, asks, can_raise): does the payee sign a result, where it would ask for so much?"""
    vetoes: Callable[[Wei, Wei], bool]
    """(amount, free): does it veto a withdrawal by the other side, to which so much is free?"""


def before_the_deadline(now: Seconds, deadline: Seconds) -> bool:
    """It must still be able to resolve the payment itself."""
    return is_open(now, deadline)


def whatever_the_deadline(now: Seconds, deadline: Seconds) -> bool:
    """It does not look at deadlines."""
    return True


def nothing_overspent(free: Wei) -> bool:
    """The payer must have what it pays and may have to pay."""
    return free >= 0


def whatever_is_left(free: Wei) -> bool:
    """It does not look at the payer's balance."""
    return True


def if_it_can_raise(amount: Wei, asks: Wei, can_raise: bool) -> bool:
    """A result below what it asks for opens the registry's window, so it must be able to raise it
    at once."""
    return amount >= asks or can_raise


def any_voucher(amount: Wei, asks: Wei, can_raise: bool) -> bool:
    """Some money is better than none, and results only grow."""
    return True


def vetoes_what_is_not_free(amount: Wei, free: Wei) -> bool:
    """It counts what the other side has paid off chain and may have to pay."""
    return amount > free


def vetoes_nothing(amount: Wei, free: Wei) -> bool:
    """It trusts the contract's limit, which knows only the states on chain."""
    return False
