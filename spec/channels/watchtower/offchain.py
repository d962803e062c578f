"""What passes off chain: versions, appointments, receipts; and the customer comes and goes.

Both sides of the channel sign a version at once: what lost messages do to a channel is the subject
of the payment channel. A tower may be silent: without a receipt it has promised nothing.
"""

from attrs import evolve

from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import Version, well_formed
from spec.channels.people import gone, returned
from spec.channels.watchtower.actions import GiveReceipt, HandOver, Leave, Return, UpdateChannel
from spec.channels.watchtower.appointments import Receipt
from spec.channels.watchtower.refusals import (
    ChannelEnding,
    IllFormed,
    IsThere,
    NotTheCustomer,
    NotThere,
)
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import put


def update_channel(state: State, action: UpdateChannel, rules: Rules) -> State:
    """Both sides have signed one more version. Raises ChannelEnding, NotThere, IllFormed."""
    channel, newest = state.channel, state.talk.versions[-1].number
    if channel.phase != Phase.OPEN:
        raise ChannelEnding(newest)
    if state.talk.left is not None:
        raise NotThere(CUSTOMER)
    version = Version(newest + 1, action.balances, channel.deposits, channel.withdrawn)
    if not well_formed(version):
        raise IllFormed(action.balances)
    talk = evolve(state.talk, versions=(*state.talk.versions, version))
    return evolve(state, talk=talk)


def hand_over(state: State, action: HandOver, rules: Rules) -> State:
    """The tower has the appointment, and keeps what its strategy says. Raises NotTheCustomer."""
    if action.by != CUSTOMER:
        raise NotTheCustomer(action.by)
    stores = state.talk.stores
    kept = rules.tower.keeps(stores.get(action.tower, ()), action.appointment)
    return evolve(state, talk=evolve(state.talk, stores=put(stores, action.tower, kept)))


def give_receipt(state: State, action: GiveReceipt, rules: Rules) -> State:
    """The customer holds the tower's signature."""
    receipts = (*state.talk.receipts, Receipt(action.by, action.appointment))
    return evolve(state, talk=evolve(state.talk, receipts=receipts))


def leave(state: State, action: Leave, rules: Rules) -> State:
    """The customer is away. Raises NotTheCustomer, NotThere."""
    if action.by != CUSTOMER:
        raise NotTheCustomer(action.by)
    if state.talk.left is not None:
        raise NotThere(action.by)
    talk = evolve(state.talk, left=state.main.now, journeys=state.talk.journeys + 1)
    return evolve(state, talk=talk, people=gone(state.people, CUSTOMER))


def come_back(state: State, action: Return, rules: Rules) -> State:
    """The customer is there again. Raises NotTheCustomer, IsThere."""
    if action.by != CUSTOMER:
        raise NotTheCustomer(action.by)
    if state.talk.left is None:
        raise IsThere(action.by)
    talk = evolve(state.talk, left=None)
    return evolve(state, talk=talk, people=returned(state.people, CUSTOMER))
