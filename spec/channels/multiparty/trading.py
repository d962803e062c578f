"""A1 to A4: a payment is requested, countersigned, sent to the leader, and receipted.

Everything here happens off chain, while the contract waits in TRADING. Messages may be lost: no
step has to follow another.
"""

from attrs import evolve

from spec.channels.multiparty.evidence import Entry, Payment, concerns
from spec.channels.multiparty.knowledge import can_show, with_trade
from spec.channels.multiparty.refusals import (
    AlreadySubmitted,
    ForgedSignature,
    NoSuchTrade,
    NotAMember,
    NotAParty,
    NotTheLeader,
    TooLate,
    WrongPhase,
    WrongStamp,
    ZeroAmount,
)
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Contract, Phase, State, Trade, present_stamp
from spec.kernel.action import Own
from spec.kernel.basics import Party, Seconds
from spec.kernel.protocol import Message
from spec.kernel.telling import Teller


class ToLeader(Own):
    """Something that a member sends to the leader."""

    def to(self, state: State) -> tuple[Party, ...]:
        """The leader."""
        return (state.contract.leader,)


class OfTrade(Own):
    """A step of a payment that was requested in this epoch."""

    trade: int
    """The payment's place in the epoch."""

    def clause(self, tell: Teller) -> str:
        """Places are counted from one."""
        return self.says.format(trade=self.trade + 1)

    def message(self, state: State, tell: Teller) -> Message | None:
        """The payment by its own number; nothing where there is none at this place."""
        if not 0 <= self.trade < len(state.network.trades):
            return None
        label = self.short.format(trade=state.network.trades[self.trade].payment.number)
        return Message(self.known_as, self.by, self.to(state) or (), label)


class RequestPayment(Own, says="signs payment {payment}", short="{payment:short}", known_as="A1"):
    """The payer signs a payment and sends it to the payee."""

    payment: Payment

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, NotAParty, ZeroAmount, WrongStamp."""
        payment, contract = self.payment, state.contract
        expect(contract, Phase.TRADING)
        for party in (payment.payer, payment.payee):
            expect_member(contract, party)
        if payment.payer != self.by:
            raise NotAParty(self.by)
        if payment.amount < 1:
            raise ZeroAmount(self.by)
        if payment.stamp != rules.body_stamp(present_stamp(contract)):
            raise WrongStamp(payment.number)
        network = state.network
        trade = Trade(
            payment,
            countersigned=False,
            sent=False,
            receipted=False,
            payer_has=False,
            payee_has=False,
        )
        return evolve(
            state,
            network=evolve(network, trades=(*network.trades, trade), made=network.made + 1),
        )

    def to(self, state: State) -> tuple[Party, ...]:
        """The payee."""
        return (self.payment.payee,)


class Countersign(
    OfTrade,
    says="countersigns payment {trade} of the epoch",
    short="#{trade} signed too",
    known_as="A2",
):
    """The payee signs it too and returns it: both have it with both signatures."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NoSuchTrade, NotAParty."""
        expect(state.contract, Phase.TRADING)
        trade = trade_at(state, self.trade)
        if trade.payment.payee != self.by:
            raise NotAParty(self.by)
        if trade.countersigned:
            raise NoSuchTrade(self.trade)
        return with_trade(state, self.trade, evolve(trade, countersigned=True))

    def to(self, state: State) -> tuple[Party, ...]:
        """The payer."""
        return (trade_at(state, self.trade).payment.payer,)


class SendToLeader(
    OfTrade,
    ToLeader,
    says="sends payment {trade} of the epoch to the leader",
    short="#{trade} signed by both",
    known_as="A3",
):
    """Payer or payee hands the payment with both signatures to the leader."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NoSuchTrade, NotAParty."""
        expect(state.contract, Phase.TRADING)
        trade = trade_at(state, self.trade)
        if not concerns(trade.payment, self.by):
            raise NotAParty(self.by)
        if trade.sent or not trade.countersigned:
            raise NoSuchTrade(self.trade)
        return with_trade(state, self.trade, evolve(trade, sent=True))


class ReplayToLeader(
    ToLeader,
    says="sends the leader an old payment again: {entry.payment}",
    short="{entry.payment:short} once more",
    known_as="A3",
):
    """Somebody hands the leader a payment of an earlier epoch or channel: it has it once more."""

    entry: Entry

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, ForgedSignature."""
        contract, entry = state.contract, self.entry
        expect(contract, Phase.TRADING)
        for party in (self.by, entry.payment.payer, entry.payment.payee):
            expect_member(contract, party)
        if not (entry.by_payer and entry.by_payee and can_show(state, self.by, entry, rules)):
            raise ForgedSignature(self.by, entry.payment.number)
        network = state.network
        again = Trade(
            entry.payment,
            countersigned=True,
            sent=True,
            receipted=False,
            payer_has=False,
            payee_has=False,
            replayed=True,
        )
        return evolve(
            state, network=evolve(network, trades=(*network.trades, again), made=network.made + 1)
        )


class GiveReceipt(
    OfTrade,
    says="gives a receipt for payment {trade} of the epoch",
    short="receipt for #{trade}",
    known_as="A4",
):
    """The leader signs a receipt and sends it to whom it chooses: to them it is bound.

    Once trading is over nobody takes a receipt any more: it would not count in what is voted on.
    """

    to_payer: bool
    to_payee: bool

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotTheLeader, TooLate, NoSuchTrade, AlreadySubmitted."""
        contract = state.contract
        expect(contract, Phase.TRADING)
        expect_leader(contract, self.by)
        if state.main.now >= trading_ends(contract, rules):
            raise TooLate(state.main.now, trading_ends(contract, rules) - 1)
        trade = trade_at(state, self.trade)
        if not trade.sent:
            raise NoSuchTrade(self.trade)
        payer_has = trade.payer_has or self.to_payer
        payee_has = trade.payee_has or self.to_payee
        given = evolve(trade, receipted=True, payer_has=payer_has, payee_has=payee_has)
        if given == trade:
            raise AlreadySubmitted(self.by)
        return with_trade(state, self.trade, given)

    def clause(self, tell: Teller) -> str:
        """To whom it goes, too."""
        both = self.to_payer and self.to_payee
        whom = "both" if both else "the payer" if self.to_payer else "the payee"
        return f"{super().clause(tell)} to {whom}"

    def to(self, state: State) -> tuple[Party, ...]:
        """Whom it chooses."""
        payment = trade_at(state, self.trade).payment
        ways = ((payment.payer, self.to_payer), (payment.payee, self.to_payee))
        return tuple([party for party, chosen in ways if chosen])


class AskToLeave(ToLeader, says="asks the leader to let it leave", short="wants to leave"):
    """Ask the leader, off chain, to be put into the exit set of the next checkpoint. It knows of
    the wish; whether it respects it is another matter."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, AlreadySubmitted."""
        network = state.network
        expect(state.contract, Phase.TRADING)
        expect_member(state.contract, self.by)
        if self.by in network.wishes:
            raise AlreadySubmitted(self.by)
        wishes = tuple(sorted((*network.wishes, self.by)))
        return evolve(state, network=evolve(network, wishes=wishes))


# When it ends -----------------------------------------------------------------------------------


def trading_ends(contract: Contract, rules: Rules) -> Seconds:
    """From this moment on checkpoints are proposed, voted on and committed."""
    return contract.started + rules.trading_period


def voting_ends(contract: Contract, rules: Rules) -> Seconds:
    """The last moment at which the leader can commit, or call the contract."""
    return trading_ends(contract, rules) + rules.voting_period


# Guards that many actions share ------------------------------------------------------------


def expect(contract: Contract, phase: Phase) -> None:
    """Raises WrongPhase."""
    if contract.phase != phase:
        raise WrongPhase(contract.phase, phase)


def expect_member(contract: Contract, party: Party) -> None:
    """Raises NotAMember."""
    if party not in contract.balances:
        raise NotAMember(party)


def expect_leader(contract: Contract, party: Party) -> None:
    """Raises NotTheLeader."""
    if party != contract.leader:
        raise NotTheLeader(party, contract.leader)


def trade_at(state: State, place: int) -> Trade:
    """The payment at a place of this epoch. Raises NoSuchTrade."""
    if not 0 <= place < len(state.network.trades):
        raise NoSuchTrade(place)
    return state.network.trades[place]
