"""What each step does: the effect that the protocol is about, in the smallest situation."""

import pytest
from attrs import evolve

from invariants.channels.multiparty.world.protocol import ENDOWMENT
from spec.channels.multiparty import consensus, disputes, settlement, trading
from spec.channels.multiparty import rules as r
from spec.channels.multiparty.knowledge import due, floor, right_checkpoint
from spec.channels.multiparty.refusals import AgainstStrategy, NothingNew, NotTheLeader
from spec.channels.multiparty.rule_sets import LITERAL, REPAIRS, SOUND, UNCHALLENGED_STALLS
from spec.channels.multiparty.state import Ghost, Phase, holdings
from spec.kernel.basics import DAY, NOBODY
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    CAROL,
    MEMBERS,
    MULTIPARTY,
    PROTOCOL,
    RULES,
    after,
    balances,
    called,
    channel,
    committed,
    convicted,
    honest_answer,
    payment,
    proposed,
    receipted,
    sent,
    settled,
    signed,
    voted,
    with_old_payment,
)
from tests.protocolwide import account, expect_functions, walk

BOTH = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


# A1 to A4 ---------------------------------------------------------------------------------------


@BOTH
def test_a_payment_is_signed_by_payer_then_payee_then_sent_then_receipted(rules):
    def flags(state):
        [trade] = state.network.trades
        return (trade.countersigned, trade.sent, trade.receipted, trade.payer_has, trade.payee_has)

    state = channel(rules)
    state = after(state, rules, trading.RequestPayment(BOB, payment(rules, 1, BOB, CAROL)))
    assert flags(state) == (False, False, False, False, False)
    state = after(state, rules, trading.Countersign(CAROL, 0))
    assert flags(state) == (True, False, False, False, False)
    state = after(state, rules, trading.SendToLeader(CAROL, 0))
    assert flags(state) == (True, True, False, False, False)
    state = after(state, rules, trading.GiveReceipt(ALICE, 0, to_payer=False, to_payee=True))
    assert flags(state) == (True, True, True, False, True)


@BOTH
def test_a_payer_owes_from_its_signature_on_and_a_payee_is_due_from_the_receipt_on(rules):
    state = sent(channel(rules), rules, BOB, CAROL)
    assert (due(state, BOB), due(state, CAROL)) == (1, 2)
    state = after(state, rules, trading.GiveReceipt(ALICE, 0, to_payer=True, to_payee=True))
    assert (due(state, BOB), due(state, CAROL)) == (1, 3)
    assert (floor(state, BOB), floor(state, CAROL)) == (1, 2)


def test_income_of_the_epoch_can_be_spent_at_once_under_the_seeds_rules_only():
    for rules, accepted in ((LITERAL, True), (SOUND, False)):
        state = receipted(channel(rules), rules, BOB, CAROL, 2)
        spends = trading.RequestPayment(CAROL, payment(rules, 2, CAROL, ALICE, 3))
        if accepted:
            assert len(after(state, rules, spends).network.trades) == 2
        else:
            with pytest.raises(AgainstStrategy):
                after(state, rules, spends)


def test_a_replayed_payment_is_refused_by_an_honest_leader_and_taken_by_the_seeds():
    for rules, accepted in ((LITERAL, True), (SOUND, False)):
        state = with_old_payment(channel(rules, against=(BOB,), leader=CAROL), rules)
        [old] = state.network.past
        state = after(state, rules, trading.ReplayToLeader(BOB, old))
        receipt = trading.GiveReceipt(CAROL, 0, to_payer=True, to_payee=True)
        if accepted:
            assert right_checkpoint(after(state, rules, receipt)).balances == (1, 3, 2)
        else:
            with pytest.raises(AgainstStrategy):
                after(state, rules, receipt)


# B1 to B3 ---------------------------------------------------------------------------------------


@BOTH
def test_what_all_have_signed_is_committed_and_the_next_member_leads(rules):
    state = receipted(channel(rules), rules, BOB, CAROL)
    before = {party: holdings(state, party) for party in MEMBERS}
    state = committed(state, rules)
    assert balances(state) == (2, 1, 3)
    assert (state.contract.epoch, state.contract.leader) == (2, BOB)
    assert (state.contract.phase, state.contract.started) == (Phase.TRADING, DAY)
    assert {p: holdings(state, p) - before[p] for p in MEMBERS} == {ALICE: 0, BOB: -1, CAROL: 1}


@BOTH
def test_what_was_said_of_an_epoch_is_over_with_it_and_what_was_signed_lasts(rules):
    state = sent(receipted(channel(rules), rules, BOB, CAROL), rules, CAROL, ALICE)
    network = committed(state, rules).network
    assert (network.trades, network.offers, network.votes) == ((), {}, {})
    assert [entry.payment.number for entry in network.past] == [1, 2]
    assert [entry.receipt_by for entry in network.past] == [ALICE, NOBODY]


@BOTH
def test_a_dishonest_leader_can_send_each_member_another_checkpoint(rules):
    state = after(channel(rules, against=(ALICE,)), rules, Wait(DAY))
    right = right_checkpoint(state)
    other = evolve(right, balances=(1, 2, 3))
    state = after(
        state,
        rules,
        consensus.Propose(ALICE, right, (BOB,)),
        consensus.Propose(ALICE, other, (CAROL,)),
    )
    if rules is LITERAL:
        state = after(state, rules, consensus.Vote(CAROL))
        assert state.network.votes == {CAROL: other}
    assert after(state, rules, consensus.Vote(BOB)).network.votes[BOB] == right


@BOTH
def test_anybody_commits_what_the_leader_has_broadcast_with_all_votes(rules):
    state = voted(channel(rules), rules)
    agreed = state.network.votes[BOB]
    with pytest.raises(NotTheLeader):
        after(state, rules, consensus.Commit(CAROL, agreed))
    state = after(state, rules, consensus.Confirm(ALICE, agreed), consensus.Commit(CAROL, agreed))
    assert state.contract.epoch == 2


def test_an_honest_member_votes_for_false_balances_of_others_under_the_seeds_rules_only():
    for rules, accepted in ((LITERAL, True), (SOUND, False)):
        state = channel(rules, against=(ALICE,))
        state = proposed(state, rules, evolve(right_checkpoint(state), balances=(9, 2, 2)))
        if accepted:
            assert BOB in after(state, rules, consensus.Vote(BOB)).network.votes
        else:
            with pytest.raises(AgainstStrategy):
                after(state, rules, consensus.Vote(BOB))


def test_the_leader_must_prove_the_list_of_everybody_whose_vote_is_missing():
    for rules, unproven in ((LITERAL, set()), (SOUND, {CAROL})):
        state = proposed(channel(rules), rules)
        state = after(state, rules, consensus.Vote(BOB))
        call = honest_answer(state, rules, ALICE)
        assert isinstance(call, consensus.CallContract) and call.voters == (ALICE, BOB)
        state = after(state, rules, call)
        assert set(state.contract.disputes) == unproven
        assert state.contract.phase == Phase.CALLED and state.contract.since == DAY


# Disputes ---------------------------------------------------------------------------------------


def test_a_leader_that_proves_every_list_has_its_checkpoint_committed():
    state = called(receipted(channel(SOUND), SOUND, BOB, CAROL), SOUND)
    while isinstance(answer := honest_answer(state, SOUND, ALICE), disputes.AnswerDispute):
        state = after(state, SOUND, answer)
    state = after(state, SOUND, Wait(2 * DAY + 1), disputes.Conclude(CAROL))
    assert balances(state) == (2, 1, 3) and state.contract.epoch == 2
    assert state.contract.burned == 0


def test_a_list_that_leaves_out_receipted_income_convicts_the_leader():
    state = receipted(channel(SOUND, against=(ALICE, CAROL)), SOUND, CAROL, BOB)
    state = called(state, SOUND, (2, 2, 2), (ALICE, CAROL))
    state = after(state, SOUND, disputes.AnswerDispute(ALICE, BOB, ()))
    shows = honest_answer(state, SOUND, BOB)
    assert shows == disputes.Challenge(BOB, (signed(payment(SOUND, 1, CAROL, BOB), ALICE),))
    state = after(state, SOUND, shows, Wait(2 * DAY + 1), disputes.Conclude(BOB))
    assert state.contract.phase == Phase.SETTLING
    assert (state.contract.proposal, state.contract.disputes) == (None, {})


def test_a_leader_that_does_not_answer_a_dispute_is_convicted():
    state = called(channel(SOUND, against=(ALICE,)), SOUND)
    state = after(state, SOUND, Wait(2 * DAY + 1), disputes.Conclude(BOB))
    assert state.contract.phase == Phase.SETTLING


def test_a_rollback_keeps_balances_and_epoch_and_passes_leadership_on():
    state = receipted(channel(LITERAL, against=(BOB,)), LITERAL, ALICE, CAROL)
    state = called(state, LITERAL)
    himself = signed(payment(LITERAL, 8, BOB, BOB))
    state = after(state, LITERAL, disputes.Challenge(BOB, (himself,)))
    state = after(state, LITERAL, disputes.AnswerDispute(ALICE, BOB, ()))
    state = after(state, LITERAL, Wait(2 * DAY + 1), disputes.Conclude(CAROL))
    assert balances(state) == (2, 2, 2)
    assert (state.contract.epoch, state.contract.leader) == (1, BOB)
    assert state.contract.phase == Phase.TRADING and state.network.trades == ()
    assert state.network.past[0].receipt_by == ALICE, "the receipt exists, and is worth nothing"


def test_without_votes_and_challengers_the_readings_of_the_seed_differ():
    ends = {
        "commits": (LITERAL, Phase.TRADING, 2, BOB),
        "rolls back": (evolve(LITERAL, unchallenged=r.rolls_back), Phase.TRADING, 1, BOB),
        "stalls": (UNCHALLENGED_STALLS, Phase.STALLED, 1, ALICE),
    }
    for rules, phase, epoch, leader in ends.values():
        state = called(channel(rules), rules)
        contract = after(state, rules, Wait(2 * DAY + 1), disputes.Conclude(BOB)).contract
        assert (contract.phase, contract.epoch, contract.leader) == (phase, epoch, leader)


# Receipts through the contract ------------------------------------------------------------------


def test_an_honest_leader_refuses_an_overdraft_with_the_payers_list():
    state = receipted(channel(SOUND, against=(BOB, CAROL)), SOUND, BOB, CAROL, 2)
    first = signed(payment(SOUND, 1, BOB, CAROL, 2), ALICE)
    asked = signed(payment(SOUND, 7, BOB, CAROL))
    state = after(state, SOUND, disputes.RequestReceipt(CAROL, asked))
    answer = honest_answer(state, SOUND, ALICE)
    assert answer == disputes.AnswerRequest(ALICE, refuses=True, entries=(first,))
    state = after(state, SOUND, answer)
    assert state.contract.requests == () and len(state.network.trades) == 1


def test_an_honest_leader_refuses_a_number_that_was_used_before():
    state = receipted(channel(SOUND, against=(BOB, CAROL), balance=9), SOUND, BOB, CAROL, 2)
    state = after(
        state, SOUND, disputes.RequestReceipt(CAROL, signed(payment(SOUND, 1, BOB, CAROL)))
    )
    answer = honest_answer(state, SOUND, ALICE)
    assert answer.refuses and after(state, SOUND, answer).contract.requests == ()


def test_a_receipt_that_was_asked_for_is_in_the_hands_of_both():
    state = sent(channel(SOUND, against=(ALICE,)), SOUND, BOB, CAROL)
    state = after(
        state, SOUND, disputes.RequestReceipt(CAROL, signed(payment(SOUND, 1, BOB, CAROL)))
    )
    state = after(state, SOUND, disputes.AnswerRequest(ALICE, refuses=False, entries=()))
    [trade] = state.network.trades
    assert trade.receipted and trade.payer_has and trade.payee_has
    assert due(state, CAROL) == 3


def test_a_request_keeps_who_asks_from_voting_and_the_leader_from_calling():
    state = sent(channel(SOUND), SOUND, BOB, CAROL)
    state = after(
        state, SOUND, disputes.RequestReceipt(CAROL, signed(payment(SOUND, 1, BOB, CAROL)))
    )
    assert honest_answer(state, SOUND, ALICE) == disputes.AnswerRequest(ALICE, False, ())
    state = after(state, SOUND, Wait(DAY))
    assert not isinstance(honest_answer(state, SOUND, ALICE), consensus.CallContract)


# After a conviction -----------------------------------------------------------------------------


def test_the_guilty_leaders_bond_is_slashed_and_it_is_expelled_with_its_balance():
    state = settled(convicted(channel(SOUND, against=(ALICE,))))
    assert account(state, ALICE) == ENDOWMENT + 2
    assert ALICE not in state.contract.balances and ALICE not in state.contract.bonds
    assert state.contract.burned == 4 and state.contract.bonds == {BOB: 4, CAROL: 4}
    assert (state.contract.epoch, state.contract.leader) == (2, BOB)


def test_a_settlement_counts_what_is_shown_once_and_in_any_order():
    state = receipted(channel(SOUND, against=(ALICE,)), SOUND, BOB, CAROL)
    state = convicted(receipted(state, SOUND, CAROL, BOB, 2))
    shown = [after(state, SOUND, honest_answer(state, SOUND, party)) for party in (BOB, CAROL)]
    assert shown[0].contract.shown == shown[1].contract.shown
    assert balances(settled(shown[0])) == (3, 1)


@pytest.mark.parametrize("amount, good", [(2, 0), (3, 1), (4, 2), (5, 2)])
def test_unfunded_receipts_are_paid_out_of_the_bond_up_to_the_payees_share(amount, good):
    rules = REPAIRS["limited-income"]
    state = channel(rules, against=(ALICE, CAROL))
    state = convicted(receipted(state, rules, CAROL, BOB, amount), rules)
    state = after(
        state, rules, honest_answer(state, rules, BOB), Wait(DAY + 1), settlement.Settle(BOB)
    )
    assert balances(state) == (2 + 2 + good, 0)
    assert state.contract.burned == 4 - good


def test_without_a_bond_behind_receipts_nothing_is_made_good():
    rules = REPAIRS["bond-behind-receipts"]
    state = channel(rules, against=(ALICE, CAROL), balance=1)
    state = convicted(receipted(state, rules, CAROL, BOB, 2), rules)
    state = after(
        state, rules, honest_answer(state, rules, BOB), Wait(DAY + 1), settlement.Settle(BOB)
    )
    assert balances(state) == (2, 0) and state.contract.burned == 4


def test_a_receipt_of_an_earlier_epoch_settles_nothing():
    state = with_old_payment(channel(SOUND, against=(BOB, CAROL), leader=CAROL), SOUND)
    state = convicted(state)
    with pytest.raises(NothingNew):
        after(state, SOUND, settlement.ShowReceipts(BOB, state.network.past))


# Every step -------------------------------------------------------------------------------------

EVERYWHERE = pytest.mark.parametrize(
    "name, seed", [(name, seed) for name in RULES for seed in range(3)]
)


@EVERYWHERE
def test_a_step_is_a_function_and_leaves_the_state_before_it_as_it_was(name, seed):
    run = walk(MULTIPARTY, RULES[name], MULTIPARTY.scopes["wide"], seed, 60)
    expect_functions(MULTIPARTY, RULES[name], run)


@EVERYWHERE
def test_no_rule_and_no_strategy_reads_the_ghost(name, seed):
    rules = RULES[name]
    scope = MULTIPARTY.scopes["wide"]
    wrong = evolve(PROTOCOL.initial(scope, rules), ghost=Ghost({}))
    for step in walk(MULTIPARTY, rules, scope, seed):
        try:
            wrong = move(PROTOCOL, wrong, step.action, rules)
        except Refusal as refusal:
            assert refusal == step.refusal
        assert evolve(wrong, ghost=step.after.ghost) == step.after
        assert PROTOCOL.obligations(wrong, rules) == PROTOCOL.obligations(step.after, rules)
