"""What a customer and a tower exchange: an appointment with a sealed answer, and a signed receipt.

Sealing is ideal: whoever holds an appointment knows its channel and its locator, and can read the
rest only while a claim stands on the main chain that the locator names (`Remedy.opens`). Signatures
are ideal: a receipt of an honest tower is one that it gave. Which claims a locator names depends on
the channel: where the newest state replaces every older one, all claims with a lower number; where
a revoked state is punished, the claim with this number.

Source: bolt13 (locator, encrypted blob, receipt); PISA (receipt and recourse).
"""

from attrs import frozen

from spec.channels.payment.versions import START, Version
from spec.channels.sides import Pair
from spec.kernel.basics import Party
from spec.kernel.telling import Teller

CHANNEL = 1
"""The number of this channel."""
ANOTHER = 0
"""A channel that was closed before."""


@frozen
class Appointment:
    """What a tower is asked to answer a breach with."""

    channel: int
    locator: int
    """The number of the version that it speaks of. In the open, like the channel."""
    content: Version
    """The answer. Sealed."""

    def clause(self, tell: Teller) -> str:
        """What is in the open, and what is sealed."""
        return f"{self.label(tell)}, sealed {spelled(self.content)}"

    def label(self, tell: Teller) -> str:
        """What is in the open."""
        elsewhere = "" if self.channel == CHANNEL else " of another channel"
        return f"for version {self.locator}{elsewhere}"


@frozen
class Receipt:
    """An appointment with the tower's signature: its promise to answer."""

    tower: Party
    appointment: Appointment


def spelled(version: Version) -> str:
    """A version as parties and towers speak of it: "version 2, 3/1"."""
    if version == START:
        return "version 0"
    return f"version {version.number}, {split(version.balances)}"


def split(balances: Pair) -> str:
    """What each side has: "3/1"."""
    return f"{balances[0]}/{balances[1]}"
