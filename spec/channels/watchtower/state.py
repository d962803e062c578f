"""What there is: the channel, the towers' contract, what was said off chain, who is honest.

Alice is the customer; bob is her partner in the channel. All dishonest parties are one coalition.
"""

from collections.abc import Mapping

from attrs import field, frozen

from spec.channels.payment.contract import Contract
from spec.channels.payment.versions import Version
from spec.channels.people import People
from spec.channels.sides import Pair
from spec.channels.watchtower.appointments import Appointment, Receipt
from spec.kernel.basics import GHOST, AnyOrder, Instant, Party, Wei
from spec.kernel.mainchain import MainChain

CUSTOMER = Party(1)
"""Alice, who hires towers."""


@frozen
class Outcome:
    """How the channel ended."""

    number: int
    """The version that stood at last."""
    paid: Pair
    """What each side got, in wei."""
    at: Instant
    breached: bool
    """Did the customer's partner close alone? Then a tower could answer."""


@frozen
class Service:
    """The towers' contract on the main chain."""

    bonds: Mapping[Party, Wei]
    """Of every tower that is registered, in wei."""
    announced: Mapping[Party, Instant]
    """When a tower announced that it will withdraw its bond."""
    stakes: Pair
    """What each side of the channel has locked to pay a tower's reward from, in wei."""
    answered_by: Party | None
    """The tower that the reward is for, if the channel ends now."""
    outcome: Outcome | None
    compensated: Wei
    """Paid to the customer out of bonds, in wei."""
    burned: Wei
    """What was left of forfeited bonds, in wei."""


@frozen
class Talk:
    """What was said off chain."""

    versions: tuple[Version, ...]
    """Signed by both sides; the last one is the newest."""
    stores: Mapping[Party, tuple[Appointment, ...]]
    """What each tower keeps of what it was given."""
    receipts: AnyOrder[Receipt]
    """All that towers have signed. The customer has them."""
    left: Instant | None
    """When the customer went away; None while it is there."""
    journeys: int
    """How often it has gone away."""


@frozen
class Ghost:
    """What a run is measured by; no rule and no strategy reads it."""

    wealth: Mapping[Party, Wei]
    """What each party had outside the channel when it began: account, stake and bond, in wei."""
    claimed: Instant
    """When a party claimed that the channel is over."""
    ended: Instant
    """When it was over."""
    leaving: Mapping[Party, Instant]
    """When each tower announced that it will withdraw its bond."""
    left: Instant
    """When the customer last went away."""


@frozen
class State:
    """Everything."""

    main: MainChain
    channel: Contract
    service: Service
    talk: Talk
    people: People
    ghost: Ghost = field(metadata=GHOST)
