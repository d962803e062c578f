"""What each step does, told from its effects."""

import pytest
from attrs import evolve

from spec.channels.payment.contract import Phase
from spec.channels.payment.versions import START
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.honest import covered, read_by
from spec.channels.watchtower.rule_sets import (
    ACCOUNTABLE,
    CHECKS,
    CUSTOMER_PAYS,
    FORGETFUL,
    LAZY,
    PUNISHING,
    UNBONDED,
    VOLATILE,
)
from spec.kernel.basics import DAY
from spec.kernel.clock import DeadlinePending, Wait
from tests.channels.watchtower.situations import (
    ALICE,
    BOB,
    DOWN,
    FRIEND,
    NEWEST,
    PROTOCOL,
    SETTLED,
    TOWER,
    UP,
    after,
    away,
    breached,
    channel,
    hired,
    paid_out,
    punished,
    receipt,
    updated,
)
from tests.protocolwide import account


def duties(state, party, rules=ACCOUNTABLE):
    return [duty.action for duty in PROTOCOL.obligations(state, rules) if duty.by == party]


# Off chain --------------------------------------------------------------------------------------


def test_versions_are_numbered_and_name_the_deposits():
    assert updated(channel()).talk.versions == (START, DOWN, UP)


def test_a_tower_has_promised_only_what_it_has_signed():
    given = after(updated(channel()), offchain.HandOver(ALICE, TOWER, NEWEST))
    assert given.talk.stores[TOWER] == (NEWEST,) and given.talk.receipts == ()
    signed = after(given, offchain.GiveReceipt(TOWER, NEWEST))
    assert signed.talk.receipts == (receipt(),)


def test_one_tower_that_has_promised_every_answer_covers_the_customer():
    assert covered(channel(), ACCOUNTABLE)  # nothing is stale yet
    assert not covered(updated(channel()), ACCOUNTABLE)
    assert covered(hired(channel()), ACCOUNTABLE)
    assert not covered(punished(channel(), 0), PUNISHING)
    assert covered(punished(channel(), 0, 1), PUNISHING)


def test_a_tower_that_announced_that_it_goes_covers_nobody():
    assert not covered(after(hired(channel()), service.Announce(TOWER)), ACCOUNTABLE)


def test_a_forgetful_tower_keeps_its_newest_appointment():
    older = Appointment(CHANNEL, 1, DOWN)
    state = after(channel(), offchain.UpdateChannel(ALICE, DOWN.balances), rules=FORGETFUL)
    state = after(state, offchain.HandOver(ALICE, TOWER, older), rules=FORGETFUL)
    state = after(state, offchain.UpdateChannel(ALICE, UP.balances), rules=FORGETFUL)
    state = after(state, offchain.HandOver(ALICE, TOWER, NEWEST), rules=FORGETFUL)
    assert state.talk.stores[TOWER] == (NEWEST,)


def test_what_is_sealed_is_read_when_a_claim_opens_it():
    assert read_by(hired(channel()), TOWER, ACCOUNTABLE) == ()
    assert read_by(breached(channel((BOB,))), TOWER, ACCOUNTABLE) == (NEWEST,)
    assert read_by(hired(channel()), TOWER, CHECKS["seals"]) == (NEWEST,)


def test_an_honest_end_opens_nothing():
    closed = after(hired(channel()), disputes.Close(BOB, UP))
    assert read_by(closed, TOWER, ACCOUNTABLE) == ()


def test_who_is_away_is_back_before_its_absence_is_over():
    state = away(channel())
    assert state.people.offline == (ALICE,) and state.talk.left == 0
    with pytest.raises(DeadlinePending):
        after(state, Wait(DAY + 1))
    back = after(state, Wait(DAY), offchain.Return(ALICE))
    assert back.people.offline == () and back.talk.left is None and back.talk.journeys == 1


def test_a_crash_costs_a_tower_what_it_has_not_signed_for():
    signed = after(hired(channel()), offchain.Crash(TOWER))
    assert signed.talk.stores[TOWER] == (NEWEST,)
    given = after(updated(channel()), offchain.HandOver(ALICE, TOWER, NEWEST))
    assert after(given, offchain.Crash(TOWER)).talk.stores[TOWER] == ()
    assert after(hired(channel()), offchain.Crash(TOWER), rules=VOLATILE).talk.stores[TOWER] == ()


# Answers ----------------------------------------------------------------------------------------


def test_a_customer_that_is_there_answers_for_itself():
    closed = after(updated(channel((BOB,))), disputes.Close(BOB, DOWN))
    assert duties(closed, ALICE) == [disputes.Answer(ALICE, UP), disputes.Settle(ALICE)]
    with pytest.raises(DeadlinePending):
        after(closed, Wait(DAY + 1))
    answered = after(closed, disputes.Answer(ALICE, UP))
    assert answered.channel.claim.version == UP


def test_a_customer_that_is_away_does_not():
    assert duties(breached(channel((BOB,))), ALICE) == [offchain.Return(ALICE)]


def test_a_tower_answers_for_it_and_is_paid_by_the_cheater_when_the_answer_stands():
    state = breached(channel((BOB,)))
    assert duties(state, TOWER) == [disputes.Respond(TOWER, UP)]
    answered = after(state, disputes.Respond(TOWER, UP))
    assert answered.channel.claim.version == UP and answered.service.answered_by == TOWER
    assert account(answered, TOWER) == account(state, TOWER)
    settled = after(answered, *SETTLED)
    assert settled.service.outcome.number == 2 and settled.service.outcome.paid == (3, 1)
    assert account(settled, TOWER) == account(state, TOWER) + 1
    assert account(settled, ALICE) == account(state, ALICE) + 3 + 1
    assert account(settled, BOB) == account(state, BOB) + 1


def test_where_the_customer_pays_the_reward_is_its_own():
    state = breached(channel((BOB,)))
    steps = disputes.Respond(TOWER, UP), *SETTLED
    settled = after(state, *steps, rules=CUSTOMER_PAYS)
    assert account(settled, ALICE) == account(state, ALICE) + 3
    assert account(settled, BOB) == account(state, BOB) + 1 + 1


def test_a_penalty_ends_the_channel_and_pays_the_reward_at_once():
    state = after(punished(channel((BOB,)), 0, 1), offchain.Leave(ALICE), rules=PUNISHING)
    state = after(state, disputes.Close(BOB, DOWN), rules=PUNISHING)
    [answer] = duties(state, TOWER, PUNISHING)
    ended = after(state, answer, rules=PUNISHING)
    assert ended.channel.phase == Phase.SETTLED and ended.service.outcome.paid == (4, 0)
    assert account(ended, TOWER) == account(state, TOWER) + 1


def test_a_later_answer_takes_the_reward_over():
    state = after(breached(channel((BOB, FRIEND)), version=START), disputes.Respond(FRIEND, DOWN))
    assert state.service.answered_by == FRIEND
    assert after(state, disputes.Respond(TOWER, UP)).service.answered_by == TOWER
    first = CHECKS["succession"]
    assert after(state, disputes.Respond(TOWER, UP), rules=first).service.answered_by == FRIEND


def test_a_lazy_tower_owes_nothing_to_itself():
    assert duties(breached(channel((BOB,))), TOWER, LAZY) == []


def test_towers_wait_for_the_customers_own_share_of_the_window():
    half = evolve(ACCOUNTABLE, grace=DAY // 2)
    [duty] = [d for d in PROTOCOL.obligations(breached(channel((BOB,))), half) if d.by == TOWER]
    assert (duty.opens, duty.deadline) == (DAY // 2, DAY)


def test_both_close_by_agreement_at_once():
    closed = after(hired(channel()), disputes.CloseTogether(BOB, evolve(UP, final=True)))
    assert closed.service.outcome.paid == (3, 1) and not closed.service.outcome.breached
    assert closed.service.stakes == (0, 0)


# Bonds and recourse -----------------------------------------------------------------------------


def test_the_bond_pays_what_is_missing_and_the_rest_is_burned():
    state = paid_out(channel((BOB, TOWER, FRIEND)))
    assert state.service.outcome.paid == (1, 3)
    assert duties(state, ALICE) == [service.Recourse(ALICE, receipt())]
    paid = after(state, service.Recourse(ALICE, receipt()))
    assert account(paid, ALICE) == account(state, ALICE) + 2
    assert (paid.service.compensated, paid.service.burned) == (2, 2)
    assert TOWER not in paid.service.bonds and duties(paid, ALICE) == []


def test_a_second_bond_pays_only_what_is_still_missing():
    small = evolve(ACCOUNTABLE, bond=1)
    state = updated(channel((BOB, TOWER, FRIEND), rules=small), small)
    for tower in (TOWER, FRIEND):
        steps = offchain.HandOver(ALICE, tower, NEWEST), offchain.GiveReceipt(tower, NEWEST)
        state = after(state, *steps, rules=small)
    steps = (
        offchain.Leave(ALICE),
        disputes.Close(BOB, DOWN),
        *SETTLED,
    )
    state = after(state, *steps, rules=small)
    assert len(duties(state, ALICE, small)) == 2
    for tower in (TOWER, FRIEND):
        state = after(state, service.Recourse(ALICE, receipt(tower)), rules=small)
    assert (state.service.compensated, state.service.burned) == (2, 0)


def test_where_penalties_are_due_everything_is():
    state = after(punished(channel((BOB, TOWER)), 0, 1), offchain.Leave(ALICE), rules=PUNISHING)
    steps = disputes.Close(BOB, DOWN), *SETTLED
    state = after(state, *steps, rules=PUNISHING)
    [recourse] = duties(state, ALICE, PUNISHING)
    assert after(state, recourse, rules=PUNISHING).service.compensated == 3


def test_a_bond_comes_home_after_its_notice():
    state = after(channel(), service.Announce(TOWER))
    with pytest.raises(DeadlinePending):
        after(state, Wait(5 * DAY + 1))
    home = after(state, Wait(4 * DAY + 1), service.WithdrawBond(TOWER))
    assert TOWER not in home.service.bonds and TOWER not in home.service.announced
    assert account(home, TOWER) == account(state, TOWER) + 4
    locked = after(home, service.Register(TOWER))
    assert locked.service.bonds[TOWER] == 4 and account(locked, TOWER) == account(state, TOWER)


def test_recourse_is_called_within_a_reaction_while_receipts_count():
    [duty] = PROTOCOL.obligations(paid_out(channel((BOB, TOWER, FRIEND))), ACCOUNTABLE)
    assert duty.action == service.Recourse(ALICE, receipt())
    assert duty.bar == duty.deadline == 2 * DAY + 1


def test_the_time_of_who_was_away_runs_from_its_return():
    state = after(breached(channel((BOB, TOWER, FRIEND))), Wait(DAY // 2), offchain.Return(ALICE))
    answer = PROTOCOL.obligations(state, ACCOUNTABLE)[0]
    assert answer.action == disputes.Answer(ALICE, UP)
    assert (answer.deadline, answer.bar) == (DAY, DAY + DAY // 2)


def test_without_a_bond_there_is_nothing_to_call_on():
    state = updated(channel((BOB, TOWER, FRIEND), rules=UNBONDED), UNBONDED)
    assert state.service.bonds == {TOWER: 0, FRIEND: 0}
