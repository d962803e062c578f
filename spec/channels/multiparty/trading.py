"""A1 to A4: a payment is requested, countersigned, sent to the leader, and receipted.

Everything here happens off chain, while the contract waits in TRADING. Messages may be lost: no
step has to follow another.
"""

from attrs import evolve

from spec.channels.multiparty.actions import (
    AskToLeave,
    Countersign,
    GiveReceipt,
    ReplayToLeader,
    RequestPayment,
    SendToLeader,
)
from spec.channels.multiparty.evidence import concerns
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
from spec.kernel.basics import Party, Seconds


def request_payment(state: State, action: RequestPayment, rules: Rules) -> State:
    """A1. The payment is on its way to the payee.

    Raises WrongPhase, NotAMember, NotAParty, ZeroAmount, WrongStamp.
    """
    payment, contract = action.payment, state.contract
    expect(contract, Phase.TRADING)
    for party in (payment.payer, payment.payee):
        expect_member(contract, party)
    if payment.payer != action.by:
        raise NotAParty(action.by)
    if payment.amount < 1:
        raise ZeroAmount(action.by)
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


def countersign(state: State, action: Countersign, rules: Rules) -> State:
    """A2. The payment carries both signatures, and both parties have it.

    Raises WrongPhase, NoSuchTrade, NotAParty.
    """
    expect(state.contract, Phase.TRADING)
    trade = trade_at(state, action.trade)
    if trade.payment.payee != action.by:
        raise NotAParty(action.by)
    if trade.countersigned:
        raise NoSuchTrade(action.trade)
    return with_trade(state, action.trade, evolve(trade, countersigned=True))


def send_to_leader(state: State, action: SendToLeader, rules: Rules) -> State:
    """A3. The leader has the payment with both signatures.

    Raises WrongPhase, NoSuchTrade, NotAParty.
    """
    expect(state.contract, Phase.TRADING)
    trade = trade_at(state, action.trade)
    if not concerns(trade.payment, action.by):
        raise NotAParty(action.by)
    if trade.sent or not trade.countersigned:
        raise NoSuchTrade(action.trade)
    return with_trade(state, action.trade, evolve(trade, sent=True))


def replay_to_leader(state: State, action: ReplayToLeader, rules: Rules) -> State:
    """A3 with a payment that was made before: the leader has it once more.

    Raises WrongPhase, NotAMember, ForgedSignature.
    """
    contract, entry = state.contract, action.entry
    expect(contract, Phase.TRADING)
    for party in (action.by, entry.payment.payer, entry.payment.payee):
        expect_member(contract, party)
    if not (entry.by_payer and entry.by_payee and can_show(state, action.by, entry, rules)):
        raise ForgedSignature(action.by, entry.payment.number)
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


def give_receipt(state: State, action: GiveReceipt, rules: Rules) -> State:
    """A4. The leader is bound to the payment towards those whom it sends the receipt.

    Once trading is over nobody takes a receipt any more: it would not count in what is voted on.
    Raises WrongPhase, NotTheLeader, TooLate, NoSuchTrade, AlreadySubmitted.
    """
    contract = state.contract
    expect(contract, Phase.TRADING)
    expect_leader(contract, action.by)
    if state.main.now >= trading_ends(contract, rules):
        raise TooLate(state.main.now, trading_ends(contract, rules) - 1)
    trade = trade_at(state, action.trade)
    if not trade.sent:
        raise NoSuchTrade(action.trade)
    payer_has = trade.payer_has or action.to_payer
    payee_has = trade.payee_has or action.to_payee
    given = evolve(trade, receipted=True, payer_has=payer_has, payee_has=payee_has)
    if given == trade:
        raise AlreadySubmitted(action.by)
    return with_trade(state, action.trade, given)


def ask_to_leave(state: State, action: AskToLeave, rules: Rules) -> State:
    """The leader knows of the wish; whether it respects it is another matter.

    Raises WrongPhase, NotAMember, AlreadySubmitted.
    """
    network = state.network
    expect(state.contract, Phase.TRADING)
    expect_member(state.contract, action.by)
    if action.by in network.wishes:
        raise AlreadySubmitted(action.by)
    wishes = tuple(sorted((*network.wishes, action.by)))
    return evolve(state, network=evolve(network, wishes=wishes))


# When it ends -----------------------------------------------------------------------------------


def trading_ends(contract: Contract, rules: Rules) -> Seconds:
    """From this moment on checkpoints are proposed, voted on and committed."""
    return contract.started + rules.trading_period


def voting_ends(contract: Contract, rules: Rules) -> Seconds:
    """The last moment at which the leader can commit, or call the contract."""
    return trading_ends(contract, rules) + rules.voting_period


# Guards that many transitions share ------------------------------------------------------------


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
