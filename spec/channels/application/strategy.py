"""What an honest party decides for itself: when it plays, and how long it waits for the other.

Source: this project; where it waits for both stakes, Nitro has post-fund states.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.kernel.basics import HOUR, Seconds, Wei


def with_both_stakes(held: Wei, stakes: Wei) -> bool:
    """It plays when all that can be won is there."""
    return held == stakes


def at_once(held: Wei, stakes: Wei) -> bool:
    """It plays for what the other one has not deposited."""
    return True


@frozen
class Player:
    """The strategy of an honest party."""

    plays: Callable[[Wei, Wei], bool] = with_both_stakes
    """Does it play where so much of both stakes is held?"""
    patience: Seconds = field(default=HOUR, validator=validators.ge(1))
    """It moves within this time; if the other one does not, it challenges within as much again."""
