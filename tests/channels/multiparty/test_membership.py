"""Members come and go: who joins, who leaves, and with how much."""

import pytest
from attrs import evolve

from invariants.channels.multiparty.world.protocol import ENDOWMENT
from spec.channels.multiparty import consensus, disputes, membership, trading
from spec.channels.multiparty.knowledge import right_checkpoint
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.channels.multiparty.state import Phase, holdings
from spec.kernel.basics import DAY, ETHER, NOBODY
from spec.kernel.clock import Wait
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    MEMBERS,
    RULES,
    after,
    balances,
    called,
    channel,
    committed,
    convicted,
    proposed,
    receipted,
    settled,
    stolen,
)
from tests.protocolwide import account

BOTH = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


@BOTH
def test_a_deposit_is_locked_at_once_and_counts_from_the_next_checkpoint_on(rules):
    state = channel(rules)
    had = holdings(state, BOB)
    state = after(state, rules, membership.Deposit(BOB, 3))
    assert balances(state) == (2, 2, 2) and account(state, BOB) == ENDOWMENT - 3
    assert holdings(state, BOB) == had
    state = committed(state, rules)
    assert balances(state) == (2, 5, 2) and state.contract.deposits == {}


def test_a_deposit_during_a_dispute_waits_for_its_end():
    state = called(channel(SOUND, against=(ALICE,)), SOUND)
    state = after(
        state, SOUND, membership.Deposit(BOB, 3), Wait(2 * DAY + 1), disputes.Conclude(BOB)
    )
    assert state.contract.deposits == {BOB: 3}
    assert balances(settled(state)) == (5, 2)


@BOTH
def test_a_new_member_joins_with_a_bond_from_the_next_checkpoint_on(rules):
    state = after(channel(rules), rules, membership.Join(DAVE, 1))
    assert account(state, DAVE) == ENDOWMENT - 1 - rules.bond
    assert DAVE not in state.contract.balances
    contract = committed(state, rules).contract
    assert contract.balances[DAVE] == 1 and contract.bonds[DAVE] == rules.bond


@BOTH
def test_who_asked_to_leave_is_paid_by_the_checkpoint(rules):
    state = committed(after(channel(rules), rules, trading.AskToLeave(BOB)), rules)
    assert account(state, BOB) == ENDOWMENT + 2 + rules.bond
    assert tuple(state.contract.balances) == (ALICE, CAROL)
    assert state.contract.leader == CAROL, "it would have been bob's turn"


def by_votes(state):
    return committed(after(state, SOUND, trading.AskToLeave(BOB)), SOUND)


def by_proof(state):
    state = called(state, SOUND)
    for party in (BOB, CAROL):
        state = after(state, SOUND, disputes.AnswerDispute(ALICE, party, ()))
    return after(state, SOUND, Wait(2 * DAY + 1), disputes.Conclude(CAROL))


def by_conviction(state):
    return settled(convicted(state))


def test_an_honest_leader_lets_go_who_called_for_its_exit_and_gets_its_vote():
    state = after(channel(SOUND), SOUND, membership.ForceExit(BOB))
    state = proposed(state, SOUND)
    assert state.network.offers[BOB].exits == (BOB,)
    assert BOB in after(state, SOUND, consensus.Vote(BOB)).network.votes


@pytest.mark.parametrize("ended", [by_votes, by_proof, by_conviction])
def test_a_forced_exit_is_paid_whatever_ends_the_epoch(ended):
    against = (ALICE,) if ended is by_conviction else ()
    members = (*MEMBERS, DAVE) if ended is by_conviction else MEMBERS
    state = channel(SOUND, against, members=members, outsiders=())
    state = ended(after(state, SOUND, membership.ForceExit(BOB)))
    assert account(state, BOB) == ENDOWMENT + 2 + SOUND.bond
    assert BOB not in state.contract.balances and state.contract.phase == Phase.TRADING


@BOTH
def test_the_last_epoch_pays_everybody(rules):
    state = committed(receipted(channel(rules, epochs=1), rules, BOB, CAROL), rules)
    assert state.contract.phase == Phase.CLOSED and balances(state) == ()
    assert state.main.escrow[ETHER] == 0 and state.contract.leader == NOBODY
    paid = tuple(account(state, p) - ENDOWMENT - rules.bond for p in MEMBERS)
    assert paid == (2, 1, 3)


@BOTH
def test_nobody_stays_alone_in_a_channel(rules):
    state = after(channel(rules), rules, trading.AskToLeave(BOB), trading.AskToLeave(CAROL))
    state = committed(state, rules)
    assert state.contract.phase == Phase.CLOSED
    assert all(account(state, p) == ENDOWMENT + 2 + rules.bond for p in MEMBERS)


def test_the_seeds_contract_pays_what_is_not_there_to_whoever_leaves_first():
    state = channel(LITERAL, against=(ALICE,), epochs=1)
    inflated = evolve(right_checkpoint(state), balances=(5, 2, 2))
    state = committed(state, LITERAL, inflated)
    assert tuple(account(state, p) - ENDOWMENT for p in MEMBERS) == (5, 1, 0)


def test_sound_members_do_not_lose_what_a_dishonest_leader_moves():
    state = channel(SOUND, against=(ALICE,))
    state = called(state, SOUND, stolen(state).balances)
    state = after(state, SOUND, disputes.AnswerDispute(ALICE, BOB, ()), Wait(2 * DAY + 1))
    assert balances(settled(after(state, SOUND, disputes.Conclude(BOB)))) == (2, 2)
