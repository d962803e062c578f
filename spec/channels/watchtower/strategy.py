"""What an honest customer and an honest tower decide: when to go, what to keep, when to answer.

A flaw is a value like any other: `Tower(keeps=the_newest)` is honest and forgetful.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.watchtower.appointments import Appointment
from spec.kernel.basics import DAY, Seconds


@frozen
class Customer:
    """The strategy of an honest customer."""

    leaves: Callable[[bool], bool]
    """Does it go away, given whether a tower has promised all answers that it may need?"""
    absence: Seconds = field(validator=validators.ge(1))
    """It is back so long after it left, at the latest."""
    reaction: Seconds = field(default=DAY, validator=validators.ge(1))
    """How long its answer on the main chain may take, in seconds, from when it could know that it
    must answer: until it looks, and until its transaction is included. It is also how long its
    partner takes, where that one is honest."""


@frozen
class Tower:
    """The strategy of an honest tower."""

    keeps: Callable[[tuple[Appointment, ...], Appointment], tuple[Appointment, ...]]
    """What it has stored after it took another appointment."""
    survives: Callable[[tuple[Appointment, ...], tuple[Appointment, ...]], tuple[Appointment, ...]]
    """(kept, promised): what it still has after a crash, of all that it kept and of what it has
    signed for."""
    takes: Callable[[bool], bool]
    """(open): does it take appointments and sign for them, while nothing is before the channel's
    contract, or when something is or the channel is over?"""
    answers: Callable[[Seconds, Seconds], bool]
    """(from, until): does it answer a breach that can be answered in this time?"""
    reaction: Seconds = field(default=DAY, validator=validators.ge(1))
    """How long its answer on the main chain may take, in seconds."""


def if_covered(covered: bool) -> bool:
    """It goes away only if some tower has promised every answer that it may need."""
    return covered


def whenever_it_likes(covered: bool) -> bool:
    """It goes away, watched or not."""
    return True


def everything(kept: tuple[Appointment, ...], taken: Appointment) -> tuple[Appointment, ...]:
    """It keeps all appointments."""
    return (*kept, taken)


def the_newest(kept: tuple[Appointment, ...], taken: Appointment) -> tuple[Appointment, ...]:
    """It forgets all older appointments. Enough where the newest state answers every claim, and the
    customer is honest: a dishonest one hands over what answers nothing, last."""
    return (taken,)


def what_it_signed_for(
    kept: tuple[Appointment, ...], promised: tuple[Appointment, ...]
) -> tuple[Appointment, ...]:
    """It stores an appointment before it signs for it: a crash costs what it owes to nobody."""
    return tuple([each for each in kept if each in promised])


def nothing(
    kept: tuple[Appointment, ...], promised: tuple[Appointment, ...]
) -> tuple[Appointment, ...]:
    """It keeps appointments in memory: a crash loses them, and not the receipts for them."""
    return ()


def before_a_breach(is_open: bool) -> bool:
    """It takes them while nothing is before the contract: it may be too late to answer what has
    been claimed."""
    return is_open


def at_any_time(is_open: bool) -> bool:
    """It takes whatever it is given, without a look at the chain."""
    return True


def whenever_it_can(begins: Seconds, ends: Seconds) -> bool:
    """It answers every breach."""
    return True


def never(begins: Seconds, ends: Seconds) -> bool:
    """It takes appointments and does nothing: a lazy tower."""
    return False
