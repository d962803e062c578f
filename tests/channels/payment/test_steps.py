"""What each step does, and what an honest party gets in the end, told as short stories."""

import pytest
from attrs import evolve

from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.duties import obligations
from spec.channels.payment.rule_sets import OLD_BACKUP, PENALTY, REPLACEMENT, STORES_LATE
from spec.channels.payment.state import signatures
from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import Wait
from tests.channels.payment.situations import (
    RULES,
    after,
    agreed,
    channel,
    gained,
    offered,
    proposed,
    version,
    window_over,
)

EITHER = pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())


# Opening ----------------------------------------------------------------------------------------


@EITHER
def test_a_channel_opens_when_both_sides_have_funded_it(rules):
    state = channel(rules, funded=(0, 0))
    assert state.contract.phase == Phase.OPENING
    state = after(state, rules, closing.Deposit(ALICE, 3))
    assert state.contract.phase == Phase.OPENING
    state = after(state, rules, closing.Deposit(BOB, 1))
    assert state.contract.phase == Phase.OPEN
    assert state.contract.deposits == (3, 1) and state.main.escrow[ETHER] == 4


@EITHER
def test_a_party_that_nobody_joins_gets_its_deposit_back(rules):
    before = channel(rules, funded=(0, 0))
    state = after(before, rules, closing.Deposit(ALICE, 3), closing.Cancel(ALICE))
    assert state.contract.phase == Phase.SETTLED
    assert gained(before, state, ALICE) == 0 and state.main.escrow[ETHER] == 0


# Updates ----------------------------------------------------------------------------------------


@EITHER
def test_alice_proposes_odd_numbers_and_bob_even_ones(rules):
    state, first = agreed(channel(rules), rules, ALICE, pays=1)
    state, second = agreed(state, rules, ALICE, pays=1)
    state, third = agreed(state, rules, BOB, pays=3)
    assert [v.number for v in (first, second, third)] == [1, 3, 4]
    assert [v.balances for v in (first, second, third)] == [(1, 3), (0, 4), (3, 1)]


@EITHER
def test_a_top_up_belongs_to_who_made_it(rules):
    state, _ = agreed(channel(rules), rules, ALICE, pays=1)
    state, newest = agreed(after(state, rules, closing.Deposit(BOB, 5)), rules, ALICE)
    assert newest.balances == (1, 8) and newest.deposits == (2, 7)


@EITHER
def test_of_two_proposals_that_cross_the_greater_number_goes_on(rules):
    state, hers = proposed(channel(rules), rules, ALICE, pays=1)
    state, his = proposed(state, rules, BOB, pays=2)
    state = after(state, rules, updates.Countersign(ALICE, his), updates.Receive(BOB, his))
    assert hers.number < his.number
    assert [memory.held for memory in state.memory] == [his, his]


def test_a_revocation_is_remembered_and_heard():
    state, offer = agreed(channel(PENALTY), PENALTY, ALICE, pays=1)
    assert state.network.revealed == (offer.number, offer.number)
    assert [(m.heard, m.revealed) for m in state.memory] == [(1, 1), (1, 1)]


@EITHER
def test_signatures_are_those_of_honest_parties_that_signed_and_of_all_others(rules):
    state, offer = proposed(channel(rules), rules, ALICE, pays=1)
    assert signatures(state, offer, rules) == (True, False)
    assert signatures(state, START, rules) == (True, True)
    assert signatures(channel(rules, honest=(BOB,)), offer, rules) == (True, False)


# Withdrawals ------------------------------------------------------------------------------------


@EITHER
def test_a_granted_withdrawal_is_paid_once_and_the_channel_stays_open(rules):
    before = channel(rules)
    state, granted = agreed(before, rules, ALICE, withdraws=1)
    state = after(state, rules, closing.Withdraw(BOB, granted))
    assert gained(before, state, ALICE) == 1 and state.contract.withdrawn == (1, 0)
    assert state.contract.phase == Phase.OPEN and state.main.escrow[ETHER] == 3
    state, newest = agreed(state, rules, ALICE, pays=1)
    assert newest.balances == (0, 3) and newest.withdrawn == (1, 0)


@EITHER
def test_a_granted_withdrawal_that_nobody_called_for_is_paid_at_the_end(rules):
    before = channel(rules)
    state, granted = agreed(before, rules, ALICE, withdraws=1)
    state = window_over(after(state, rules, closing.UnilateralClose(BOB, granted)), rules)
    state = after(state, rules, closing.Settle(BOB))
    assert (gained(before, state, ALICE), gained(before, state, BOB)) == (2, 2)


# The end ----------------------------------------------------------------------------------------


@EITHER
def test_both_close_together_at_once(rules):
    before = channel(rules)
    state, _ = agreed(before, rules, ALICE, pays=1)
    state, end = agreed(state, rules, BOB, final=True)
    state = after(state, rules, closing.CooperativeClose(ALICE, end))
    assert (gained(before, state, ALICE), gained(before, state, BOB)) == (1, 3)
    assert state.contract.phase == Phase.SETTLED and state.main.escrow[ETHER] == 0


@EITHER
def test_either_closes_alone_and_is_paid_after_the_window(rules):
    before = channel(rules)
    state, newest = agreed(before, rules, ALICE, pays=1)
    state = after(state, rules, Wait(7), closing.UnilateralClose(ALICE, newest))
    assert state.contract.claim is not None
    assert state.contract.claim.deadline == 7 + rules.window
    state = after(window_over(state, rules), rules, closing.Settle(BOB))
    assert (gained(before, state, ALICE), gained(before, state, BOB)) == (1, 3)


def test_a_stale_version_is_replaced_and_the_deadline_stands():
    before = channel(REPLACEMENT, honest=(BOB,))
    newest = version(1, 0, 4)
    state = after(
        offered(before, REPLACEMENT, newest), REPLACEMENT, closing.UnilateralClose(ALICE, START)
    )
    claim = state.contract.claim
    state = after(state, REPLACEMENT, Wait(DAY), closing.Challenge(BOB, newest))
    assert state.contract.claim == evolve(claim, version=newest)
    state = after(window_over(state, REPLACEMENT), REPLACEMENT, closing.Settle(BOB))
    assert gained(before, state, BOB) == 4


def test_who_shows_a_revoked_version_loses_everything():
    before = channel(PENALTY, honest=(BOB,))
    state = offered(before, PENALTY, version(1, 1, 3))
    state = after(state, PENALTY, closing.UnilateralClose(ALICE, START), closing.Punish(BOB, 1))
    assert gained(before, state, BOB) == 4 and gained(before, state, ALICE) == 0


def test_an_unrevoked_older_version_is_no_fault():
    before = channel(PENALTY, honest=(BOB,))
    state = after(before, PENALTY, updates.Countersign(BOB, version(1, 1, 3)))
    state = after(state, PENALTY, closing.UnilateralClose(ALICE, START))
    state = after(window_over(state, PENALTY), PENALTY, closing.Settle(BOB))
    assert gained(before, state, BOB) == 2


def test_an_old_version_after_a_withdrawal_pays_out_everything_all_the_same():
    before = channel(REPLACEMENT, honest=())
    granted = Version(1, (0, 2), (2, 2), (2, 0))
    state = after(before, REPLACEMENT, closing.Withdraw(ALICE, granted))
    state = after(state, REPLACEMENT, closing.UnilateralClose(BOB, version(2, 0, 4)))
    state = after(window_over(state, REPLACEMENT), REPLACEMENT, closing.Settle(BOB))
    assert (gained(before, state, ALICE), gained(before, state, BOB)) == (2, 2)
    assert state.main.escrow[ETHER] == 0


# Being there ------------------------------------------------------------------------------------


@EITHER
def test_who_crashes_comes_back_with_what_it_stored(rules):
    state, newest = agreed(channel(rules), rules, ALICE, pays=1)
    known = state.memory
    state = after(state, rules, presence.Crash(BOB, DAY))
    assert state.people.offline == (BOB,) and state.absence.back[1] == DAY
    state = after(state, rules, presence.Return(BOB))
    assert state.people.offline == () and state.memory == known
    assert state.memory[1].held == newest


def test_who_stores_late_or_restores_an_old_backup_has_forgotten():
    state, _ = agreed(channel(STORES_LATE), STORES_LATE, ALICE, pays=1)
    assert after(state, STORES_LATE, presence.Crash(BOB, DAY)).memory[1].held == START
    state, _ = agreed(channel(OLD_BACKUP), OLD_BACKUP, ALICE, pays=1)
    state, _ = agreed(state, OLD_BACKUP, ALICE, pays=1)
    assert after(state, OLD_BACKUP, presence.Crash(BOB, DAY)).memory[1].held == START


def test_a_lost_countersignature_arrives_after_the_proposer_was_away():
    state, offer = proposed(channel(REPLACEMENT), REPLACEMENT, ALICE, pays=1)
    state = after(state, REPLACEMENT, updates.Countersign(BOB, offer), presence.Crash(ALICE, DAY))
    state = after(state, REPLACEMENT, presence.Return(ALICE), updates.Receive(ALICE, offer))
    assert state.memory[0].held == offer


def test_who_is_away_owes_nothing_but_to_be_back():
    state = offered(channel(REPLACEMENT, honest=(BOB,)), REPLACEMENT, version(1, 0, 4))
    state = after(
        state, REPLACEMENT, presence.GoOffline(BOB, DAY), closing.UnilateralClose(ALICE, START)
    )
    (duty,) = obligations(state, REPLACEMENT)
    assert duty.action == presence.Return(BOB) and duty.deadline == DAY


def test_an_honest_party_answers_a_stale_close_and_settles_afterwards():
    state = offered(channel(REPLACEMENT, honest=(BOB,)), REPLACEMENT, version(1, 0, 4))
    state = after(state, REPLACEMENT, closing.UnilateralClose(ALICE, START))
    settle, challenge = obligations(state, REPLACEMENT)
    assert (
        challenge.action == closing.Challenge(BOB, version(1, 0, 4))
        and challenge.deadline == REPLACEMENT.window
    )
    assert settle.action == closing.Settle(BOB) and settle.opens == REPLACEMENT.window + 1
    assert settle.deadline == REPLACEMENT.window + REPLACEMENT.peer.reaction


def test_an_honest_party_punishes_but_not_itself():
    state = offered(channel(PENALTY, honest=(BOB,)), PENALTY, version(1, 0, 4))
    mine = after(
        state, PENALTY, closing.UnilateralClose(BOB, version(1, 0, 4)), updates.Hear(BOB, 2)
    )
    theirs = after(state, PENALTY, closing.UnilateralClose(ALICE, START))
    assert [duty.action for duty in obligations(mine, PENALTY)] == [closing.Settle(BOB)]
    assert closing.Punish(BOB, 1) in [duty.action for duty in obligations(theirs, PENALTY)]
