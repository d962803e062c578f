"""What a customer and a tower exchange: an appointment with a sealed answer, and a signed receipt.

Sealing is ideal: whoever holds an appointment knows its channel and its locator, and can read the
rest only while a claim stands on the main chain that the locator names (`Remedy.opens`). Signatures
are ideal: a receipt of an honest tower is one that it gave. Which claims a locator names depends on
the channel: where the newest state replaces every older one, all claims with a lower number; where
a revoked state is punished, the claim with this number.

Source: bolt13 (locator, encrypted blob, receipt); PISA (receipt and recourse).
"""

from attrs import frozen

from spec.channels.payment.versions import Version
from spec.kernel.basics import Party

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


@frozen
class Receipt:
    """An appointment with the tower's signature: its promise to answer."""

    tower: Party
    appointment: Appointment
