"""What passes off chain: versions, appointments, receipts; and the customer comes and goes.

Both sides of the channel sign a version at once: what lost messages do to a channel is the subject
of the payment channel. A tower may be silent: without a receipt it has promised nothing.
"""

from attrs import evolve

from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import Version, well_formed
from spec.channels.people import gone, is_honest, returned
from spec.channels.sides import PARTIES, Pair, partner
from spec.channels.watchtower.appointments import Appointment, Receipt, split
from spec.channels.watchtower.refusals import (
    AgainstStrategy,
    ChannelEnding,
    IllFormed,
    IsThere,
    NotTheCustomer,
    NotThere,
)
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.action import Own
from spec.kernel.basics import Party, put
from spec.kernel.telling import Teller


class UpdateChannel(Own):
    """Both parties sign the next version."""

    balances: Pair
    """What it gives each side, in wei."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises ChannelEnding, NotThere, IllFormed."""
        channel, newest = state.channel, state.talk.versions[-1].number
        if channel.phase != Phase.OPEN:
            raise ChannelEnding(newest)
        if state.talk.left is not None:
            raise NotThere(CUSTOMER)
        version = Version(newest + 1, self.balances, channel.deposits, channel.withdrawn)
        if not well_formed(version):
            raise IllFormed(self.balances)
        talk = evolve(state.talk, versions=(*state.talk.versions, version))
        return evolve(state, talk=talk)

    def clause(self, tell: Teller) -> str:
        """With the balances."""
        return f"signs the next version with its partner: {split(self.balances)}"

    def label(self, tell: Teller) -> str:
        """The balances."""
        return f"next version: {split(self.balances)}"

    def to(self, state: State) -> tuple[Party, ...]:
        """The other side."""
        return (partner(self.by),) if self.by in PARTIES else ()


class HandOver(
    Own,
    says="hands {tower} an appointment: {appointment}",
    short="appointment {appointment:short}",
):
    """The customer gives a tower an appointment: a locator and a sealed answer."""

    tower: Party
    appointment: Appointment

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheCustomer; AgainstStrategy where an honest tower turns it away."""
        if self.by != CUSTOMER:
            raise NotTheCustomer(self.by)
        is_open = state.channel.phase == Phase.OPEN
        if is_honest(state.people, self.tower) and not rules.tower.takes(is_open):
            raise AgainstStrategy(self.tower)
        stores = state.talk.stores
        kept = rules.tower.keeps(stores.get(self.tower, ()), self.appointment)
        return evolve(state, talk=evolve(state.talk, stores=put(stores, self.tower, kept)))

    def to(self, state: State) -> tuple[Party, ...]:
        """The tower."""
        return (self.tower,)


class GiveReceipt(
    Own,
    says="signs a receipt: {appointment}",
    short="receipt {appointment:short}",
    to=CUSTOMER,
):
    """The tower signs that it has taken an appointment."""

    appointment: Appointment

    def step(self, state: State, rules: Rules) -> State:
        """The customer holds the tower's signature."""
        receipts = (*state.talk.receipts, Receipt(self.by, self.appointment))
        return evolve(state, talk=evolve(state.talk, receipts=receipts))


class Crash(Own, says="crashes, and starts again"):
    """A tower loses what it has not stored. It is there again at once, and its receipts with
    customers stand."""

    def step(self, state: State, rules: Rules) -> State:
        """It has what its strategy stores."""
        stores, by = state.talk.stores, self.by
        promised = tuple([each.appointment for each in state.talk.receipts if each.tower == by])
        left = rules.tower.survives(stores.get(by, ()), promised)
        return evolve(state, talk=evolve(state.talk, stores=put(stores, by, left)))


class Leave(Own, says="goes away"):
    """The customer goes away. From then on it neither sees nor does anything."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheCustomer, NotThere."""
        if self.by != CUSTOMER:
            raise NotTheCustomer(self.by)
        if state.talk.left is not None:
            raise NotThere(self.by)
        talk = evolve(state.talk, left=state.main.now, journeys=state.talk.journeys + 1)
        return evolve(state, talk=talk, people=gone(state.people, CUSTOMER))


class Return(Own, says="comes back"):
    """The customer is there again."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheCustomer, IsThere."""
        if self.by != CUSTOMER:
            raise NotTheCustomer(self.by)
        if state.talk.left is None:
            raise IsThere(self.by)
        talk = evolve(state.talk, left=None)
        return evolve(state, talk=talk, people=returned(state.people, CUSTOMER))
