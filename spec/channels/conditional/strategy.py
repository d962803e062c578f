"""What an honest party decides: what it countersigns, which voucher it takes, what it vetoes."""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import DAY, Instant, Seconds, Wei


@frozen
class Strategy:
    """The strategy of an honest party."""

    time_left: Callable[[Seconds, Seconds, Seconds], bool]
    """(now, deadline, reaction): does it take a payment that can be resolved until then?"""
    covered: Callable[[Wei], bool]
    """(free): does it take a state that leaves its payer so much, in wei, not spoken for?"""
    takes_voucher: Callable[[Wei, Wei, bool], bool]
    """(amount, asks, can_raise): does the payee sign a result, where it would ask for so much?"""
    vetoes: Callable[[Wei, Wei], bool]
    """(amount, free): does it veto a withdrawal by the other side, to which so much is free?"""
    reaction: Seconds = field(default=DAY, validator=validators.ge(0))
    """How long its answer on the main chain may take, in seconds, from when it could know that it
    must answer: until it looks, and until its transaction is included."""
    in_time: bool = False
    """Does it answer by the contract's deadline, in no time? Nobody does; it is what is assumed
    where nothing is said of time."""


def answers_within(strategy: Strategy) -> Seconds | None:
    """How long an answer of an honest party takes; None: it is given in time."""
    return None if strategy.in_time else strategy.reaction


def last_start(deadline: Instant, strategy: Strategy) -> Instant:
    """The last moment at which a party can learn what it has to do by a deadline, and is sure to
    have done it in time."""
    return deadline if strategy.in_time else deadline - strategy.reaction


def time_to_resolve(now: Seconds, deadline: Seconds, reaction: Seconds) -> bool:
    """It must be sure to be able to resolve the payment itself, slow as it is."""
    return now + reaction <= deadline


def before_the_deadline(now: Seconds, deadline: Seconds, reaction: Seconds) -> bool:
    """It looks whether the payment can be resolved now, but not how long that takes."""
    return now <= deadline


def whatever_the_deadline(now: Seconds, deadline: Seconds, reaction: Seconds) -> bool:
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
