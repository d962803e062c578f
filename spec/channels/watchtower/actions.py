"""What parties can do, one type per action; ``by`` says who does it.

Off chain: versions, appointments and receipts. On the main chain: the channel's contract, and the
towers' contract in front of it.
"""

from attrs import frozen

from spec.channels.payment.versions import Version
from spec.channels.sides import Pair
from spec.channels.watchtower.appointments import Appointment, Receipt
from spec.kernel.basics import Party


@frozen
class UpdateChannel:
    """Both parties sign the next version, with these balances in wei."""

    by: Party
    balances: Pair


@frozen
class HandOver:
    """The customer gives a tower an appointment: a locator and a sealed answer."""

    by: Party
    tower: Party
    appointment: Appointment


@frozen
class GiveReceipt:
    """The tower signs that it has taken an appointment."""

    by: Party
    appointment: Appointment


@frozen
class Leave:
    """The customer goes away. From then on it neither sees nor does anything."""

    by: Party


@frozen
class Return:
    """The customer is there again."""

    by: Party


@frozen
class Close:
    """Unilateral close: put a version before the channel's contract."""

    by: Party
    version: Version


@frozen
class CloseTogether:
    """Cooperative close: both sides sign a version as the end, and it is paid out at once."""

    by: Party
    version: Version


@frozen
class Answer:
    """A party of the channel answers a claim itself."""

    by: Party
    version: Version


@frozen
class Respond:
    """A tower answers a claim with what it was given, through the towers' contract."""

    by: Party
    version: Version


@frozen
class Settle:
    """The window is over: pay out what stands."""

    by: Party


@frozen
class Register:
    """A tower locks its bond."""

    by: Party


@frozen
class Announce:
    """A tower announces that it will withdraw its bond."""

    by: Party


@frozen
class WithdrawBond:
    """A tower takes its bond home."""

    by: Party


@frozen
class Recourse:
    """The customer shows a receipt for an answer that was not given, and opens it."""

    by: Party
    receipt: Receipt
