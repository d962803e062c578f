"""What an honest party decides for itself: when it plays, which moves it takes, how long it waits.

Source: this project; where it waits for both stakes, Nitro has post-fund states.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import DAY, HOUR, Instant, Seconds, Wei


def with_both_stakes(held: Wei, stakes: Wei) -> bool:
    """It plays when all that can be won is there."""
    return held == stakes


def at_once(held: Wei, stakes: Wei) -> bool:
    """It plays for what the other one has not deposited."""
    return True


def while_it_can_be_shown(now: Instant, ends: Instant, reaction: Seconds) -> bool:
    """It takes a move while a challenge runs only if it is sure to show it before the end."""
    return now + reaction <= ends


def at_any_moment(now: Instant, ends: Instant, reaction: Seconds) -> bool:
    """It takes a move though the challenge may be over before the move can be shown."""
    return True


@frozen
class Player:
    """The strategy of an honest party."""

    plays: Callable[[Wei, Wei], bool] = with_both_stakes
    """Does it play where so much of both stakes is held?"""
    takes: Callable[[Instant, Instant, Seconds], bool] = while_it_can_be_shown
    """(now, end of the challenge, reaction): does it take a move while a challenge runs?"""
    patience: Seconds = field(default=HOUR, validator=validators.ge(1))
    """It moves off chain within this time, and gives the other one as much."""
    reaction: Seconds = field(default=DAY, validator=validators.ge(0))
    """How long its answer on the main chain may take, in seconds, from when it could know that it
    must answer: until it looks, and until its transaction is included."""
    in_time: bool = False
    """Does it answer by the contract's deadline, in no time? Nobody does; it is what is assumed
    where nothing is said of time."""


def answers_within(player: Player) -> Seconds | None:
    """How long an answer of an honest party takes; None: it is given in time."""
    return None if player.in_time else player.reaction
