"""Every way in which towers, customers and their contract say no, with the values compared.

What the channel's contract refuses is in `spec.channels.payment.refusals`.
"""

from attrs import define

from spec.channels.sides import Pair
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal


@define
class AgainstStrategy(Refusal):
    """An honest party does not do this."""

    by: Party


@define
class NotAParty(Refusal):
    """Only alice and bob can do this."""

    by: Party


@define
class NotTheCustomer(Refusal):
    """Only the customer can do this."""

    by: Party


@define
class NotThere(Refusal):
    """The party is away."""

    by: Party


@define
class IsThere(Refusal):
    """The customer has not gone away."""

    by: Party


@define
class ChannelEnding(Refusal):
    """Nobody signs a new version when one is before the contract."""

    newest: int


@define
class IllFormed(Refusal):
    """These balances are not what the channel holds."""

    balances: Pair


@define
class NotRegistered(Refusal):
    """The tower has locked no bond."""

    by: Party


@define
class AlreadyRegistered(Refusal):
    """The tower's bond is locked."""

    by: Party


@define
class AlreadyAnnounced(Refusal):
    """The tower has announced before that it will withdraw its bond."""

    by: Party
    announced: Seconds


@define
class NotAnnounced(Refusal):
    """The tower has not announced that it will withdraw its bond."""

    by: Party


@define
class StillBonded(Refusal):
    """The notice is not over."""

    announced: Seconds
    now: Seconds


@define
class NotABreach(Refusal):
    """Towers answer claims of the customer's partner only."""

    claimed_by: Party


@define
class TooEarly(Refusal):
    """The customer still has the window for itself."""

    now: Seconds
    from_: Seconds


@define
class TooLate(Refusal):
    """Receipts count no longer."""

    now: Seconds
    until: Seconds


@define
class NotEnded(Refusal):
    """As long as the channel has not ended, nothing is lost."""

    tower: Party


@define
class NobodyHadToAnswer(Refusal):
    """The channel ended by agreement, or the customer closed: there was no breach to answer."""

    number: int


@define
class NotSignedByTower(Refusal):
    """The tower has signed no such receipt."""

    tower: Party


@define
class AnotherChannel(Refusal):
    """The receipt is about another channel."""

    named: int
    this: int


@define
class NotAnAnswer(Refusal):
    """What was sealed in the appointment could not have answered anything."""

    locator: int
    content: int


@define
class Answered(Refusal):
    """The version that was paid out is none that the tower had to answer."""

    locator: int
    settled: int


@define
class NothingMissing(Refusal):
    """The customer has all that an answer would have brought it."""

    owed: Wei
    paid: Wei
