"""What an honest party decides for itself: how long it waits for the other one.

Source: this project; ForceMove leaves it to the parties when to challenge.
"""

from attrs import field, frozen, validators

from spec.kernel.basics import HOUR, Seconds


@frozen
class Player:
    """The strategy of an honest party."""

    patience: Seconds = field(default=HOUR, validator=validators.ge(1))
    """It moves within this time; if the other one does not, it challenges within as much again."""
