"""What a member can't know changes nothing of what it must do, and nothing of what it will not do.

Both are computed from the whole state, because that is how the state machine is written. So the
part that a member can't see is replaced by something else, and they have to stay the same; while a
change in what it does see has to show somewhere, or the test is blind.
"""

import pytest
from attrs import evolve

from spec.channels.multiparty import consensus, disputes, trading
from spec.channels.multiparty.evidence import Payment, concerns
from spec.channels.multiparty.member import refuse_folly
from spec.channels.multiparty.state import Ghost, Trade, present_stamp
from spec.kernel.refusal import Refusal
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    MULTIPARTY,
    RULES,
)
from tests.protocolwide import duties, ends, other_accounts

SCOPE = evolve(MULTIPARTY.scopes["wide"], coalition=(CAROL,))
"""Alice leads and is honest, like bob and dave."""
SCOPE_AGAINST_LEADER = MULTIPARTY.scopes["wide"]


@pytest.fixture(scope="module", params=RULES)
def rules(request):
    return RULES[request.param]


@pytest.fixture(scope="module")
def reachable(rules):
    found = [ends(MULTIPARTY, rules, scope) for scope in (SCOPE, SCOPE_AGAINST_LEADER)]
    return [state for each in found for state in each[::3]]


def everybody_honest(state):
    return [party for party in state.people.honest if party in state.contract.balances]


def owed(state, party, rules):
    return set(duties(MULTIPARTY, state, party, rules))


def follies(state, party, rules):
    """Which of all that can be tried the party would not do."""
    offered = state.network.offers.get(party)
    tried = [
        consensus.Vote(party),
        *(trading.Countersign(party, n) for n in range(len(state.network.trades))),
    ]
    if state.contract.leader == party:
        tried += [
            trading.GiveReceipt(party, n, True, True) for n in range(len(state.network.trades))
        ]
    if offered is not None:
        tried.append(consensus.Commit(party, offered))
    stamp = rules.body_stamp(present_stamp(state.contract))
    tried += [
        trading.RequestPayment(party, Payment(77, party, CAROL, n, stamp)) for n in range(1, 5)
    ]
    return [action for action in tried if not sensible(state, action, rules)]


def sensible(state, action, rules):
    try:
        refuse_folly(state, action, rules)
    except Refusal:
        return False
    return True


# What it can't know -----------------------------------------------------------------------------


def without_ghost(state, party):
    return evolve(state, ghost=Ghost({}))


def other_payments(state, party):
    """What passes between others says something else, where it is not before the contract; what
    the leader was sent, it has seen."""
    trades = tuple(
        trade
        if concerns(trade.payment, party) or (state.contract.leader == party and trade.sent)
        else evolve(trade, payment=evolve(trade.payment, amount=99, number=99), payer_has=False,
                    payee_has=not trade.payee_has, countersigned=not trade.countersigned)
        for trade in state.network.trades
    )  # fmt: skip
    return evolve(state, network=evolve(state.network, trades=trades))


def more_payments(state, party):
    """Others trade, and nobody tells the leader."""
    others = [p for p in state.contract.balances if p != party]
    if len(others) < 2:
        return state
    body = Payment(55, others[0], others[1], 50, present_stamp(state.contract))
    hidden = Trade(body, True, state.contract.leader != party, False, False, False)
    trades = (*state.network.trades, hidden)
    return evolve(state, network=evolve(state.network, trades=trades))


def own_receipts_only(state, party):
    """Whether the other side of a payment has its receipt."""
    trades = tuple(
        evolve(
            trade,
            payer_has=trade.payer_has if trade.payment.payer == party else not trade.payer_has,
            payee_has=trade.payee_has if trade.payment.payee == party else not trade.payee_has,
        )
        for trade in state.network.trades
    )
    return evolve(state, network=evolve(state.network, trades=trades))


def other_offers(state, party):
    """Others were offered something else, or nothing."""
    offers = {p: offer for p, offer in state.network.offers.items() if p == party}
    return evolve(state, network=evolve(state.network, offers=offers))


def other_votes(state, party):
    """A vote goes to the leader only."""
    if state.contract.leader == party:
        return state
    votes = {p: vote for p, vote in state.network.votes.items() if p == party}
    return evolve(state, network=evolve(state.network, votes=votes))


def other_wishes(state, party):
    """A wish to leave goes to the leader only."""
    if state.contract.leader == party:
        return state
    others = {p for p in state.contract.balances if p != party}
    kept = {p for p in state.network.wishes if p == party}
    wishes = tuple(sorted(kept | (others - set(state.network.wishes))))
    return evolve(state, network=evolve(state.network, wishes=wishes))


HIDDEN = (
    without_ghost, other_accounts, other_payments, more_payments, own_receipts_only, other_offers,
    other_votes, other_wishes,
)  # fmt: skip


@pytest.mark.parametrize("change", HIDDEN, ids=[change.__name__ for change in HIDDEN])
def test_what_a_member_cannot_know_does_not_change_its_duties(change, rules, reachable):
    for state in reachable:
        for party in everybody_honest(state):
            assert owed(change(state, party), party, rules) == owed(state, party, rules)


@pytest.mark.parametrize("change", HIDDEN, ids=[change.__name__ for change in HIDDEN])
def test_what_a_member_cannot_know_does_not_change_what_it_refuses_to_do(change, rules, reachable):
    for state in reachable:
        for party in everybody_honest(state):
            mine = [
                action
                for action in follies(state, party, rules)
                if not isinstance(action, trading.Countersign | trading.GiveReceipt)
                or visible(state, party, action)
            ]
            other = change(state, party)
            assert [action for action in mine if sensible(other, action, rules)] == []


def visible(state, party, action):
    payment, trade = state.network.trades[action.trade].payment, state.network.trades[action.trade]
    return concerns(payment, party) or (trade.sent and state.contract.leader == party)


# What it does know ------------------------------------------------------------------------------


def without_own_receipts(state, party):
    trades = tuple(
        evolve(trade, payer_has=False, payee_has=False) if concerns(trade.payment, party) else trade
        for trade in state.network.trades
    )
    return evolve(state, network=evolve(state.network, trades=trades))


def without_the_leaders_book(state, party):
    trades = tuple(evolve(trade, receipted=False) for trade in state.network.trades)
    return evolve(state, network=evolve(state.network, trades=trades))


def without_votes(state, party):
    return evolve(state, network=evolve(state.network, votes={}))


@pytest.mark.parametrize("change", (without_own_receipts, without_the_leaders_book, without_votes))
def test_what_it_knows_does_change_them(change, rules, reachable):
    assert any(
        owed(change(state, party), party, rules) != owed(state, party, rules)
        for state in reachable
        for party in everybody_honest(state)
    )


def test_the_sample_has_all_kinds_of_duties(rules, reachable):
    kinds = {
        type(duty.action)
        for state in reachable
        for party in (ALICE, BOB, DAVE)
        for duty in owed(state, party, rules)
    }
    assert {
        consensus.Commit,
        consensus.CallContract,
        disputes.AnswerDispute,
        disputes.Conclude,
    } <= kinds


def test_the_coalition_is_obliged_to_nothing(rules, reachable):
    assert not any(
        owed(state, party, rules)
        for state in reachable
        for party in state.contract.balances
        if party not in state.people.honest
    )
