"""Every guard says no, and says what it compared."""

import pytest
from attrs import evolve

from spec.channels.conditional import refusals as no
from spec.channels.conditional.offchain import CosignVoucher, Countersign, Offer, Reveal, Vouch
from spec.channels.conditional.pays import Condition, Logic
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rule_sets import ABLATIONS, CELER, SOUND
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle, Snapshot
from spec.channels.conditional.state import Phase
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY, Party
from spec.kernel.clock import Wait
from tests.channels.conditional.situations import (
    HALF,
    LOCKED,
    both_dishonest,
    channel,
    later,
    play,
    settling,
    signed,
    simplex,
)


def refused(state, action, refusal, rules=SOUND):
    with pytest.raises(type(refusal)) as raised:
        play(state, action, rules=rules)
    assert raised.value == refusal


ONE = simplex(1, 1, 1)
"""Bob's first state: paid 1."""
PENDING = simplex(1, 1, 0, LOCKED)


# Off chain --------------------------------------------------------------------------------------


def test_only_the_payer_offers():
    refused(channel(), Offer(BOB, simplex(0, 1, 1)), no.NotThePayer(BOB))


def test_only_the_payee_countersigns():
    refused(channel(), Countersign(BOB, ONE), no.NotThePayee(BOB))


def test_an_honest_payers_signature_is_its_own():
    refused(channel(), Countersign(BOB, simplex(0, 1, 1)), no.NotSigned(BOB))


def test_a_preimage_is_revealed_by_who_knows_it():
    refused(channel(), Reveal(BOB, 9), no.PreimageUnknown(BOB, 9))


def test_only_the_payer_vouches():
    refused(channel(), Vouch(BOB, evolve(LOCKED, payer=0), 1), no.NotThePayer(BOB))


def test_only_the_payee_signs_a_voucher():
    refused(channel(), CosignVoucher(BOB, LOCKED, 1), no.NotThePayee(BOB))


def test_an_honest_payers_voucher_is_its_own():
    mine = evolve(LOCKED, payer=0)
    refused(channel(), CosignVoucher(BOB, mine, 1), no.NotSigned(BOB))


FOOLISH = (
    simplex(1, 2, 1),
    simplex(1, 1, -1),
    simplex(1, 1, 3),
    evolve(PENDING, pending=1),
    evolve(PENDING, last_deadline=0),
    simplex(1, 1, 1, LOCKED),
)


@pytest.mark.parametrize("wrong", FOOLISH)
def test_an_honest_payee_signs_only_the_next_state_that_adds_up_and_is_covered(wrong):
    refused(channel(), Countersign(ALICE, wrong), no.AgainstStrategy(ALICE))


def test_an_honest_payee_signs_nothing_that_has_expired():
    state = later(channel(), 2 * DAY + 1)
    refused(state, Countersign(ALICE, PENDING), no.AgainstStrategy(ALICE))


def test_an_honest_payee_asks_for_what_is_dropped():
    state = signed(channel(), PENDING)
    refused(state, Countersign(ALICE, simplex(1, 2, 1)), no.AgainstStrategy(ALICE))
    assert play(state, Countersign(ALICE, simplex(1, 2, 2)))
    expired = later(state, 2 * DAY + 1)
    assert play(expired, Countersign(ALICE, simplex(1, 2, 0)))


def test_an_honest_payee_asks_for_everything_until_conditions_are_final():
    state = signed(channel(), simplex(1, 1, 0, HALF))
    refused(state, Countersign(ALICE, simplex(1, 2, 1)), no.AgainstStrategy(ALICE))
    assert play(later(state, DAY), Countersign(ALICE, simplex(1, 2, 1)))


def test_nobody_honest_signs_while_the_channel_is_settled():
    refused(settling(), Countersign(ALICE, ONE), no.AgainstStrategy(ALICE))


def test_an_honest_payer_offers_one_state_at_a_time():
    state = play(channel(), Offer(ALICE, simplex(0, 1, 1)))
    refused(state, Offer(ALICE, simplex(0, 1, 2)), no.AgainstStrategy(ALICE))


def test_an_honest_payer_offers_no_more_than_it_has():
    refused(channel(), Offer(ALICE, simplex(0, 1, 3)), no.AgainstStrategy(ALICE))
    announced = play(channel(), IntendWithdraw(ALICE, 2))
    refused(announced, Offer(ALICE, simplex(0, 1, 1)), no.AgainstStrategy(ALICE))


def test_an_honest_payer_vouches_for_what_it_owes_and_no_more():
    mine = evolve(LOCKED, payer=0)
    state = signed(channel(), simplex(0, 1, 0, mine))
    refused(state, Vouch(ALICE, mine, 1), no.AgainstStrategy(ALICE))
    state = play(state, Reveal(BOB, 1))
    assert play(state, Vouch(ALICE, mine, 2))
    refused(state, Vouch(ALICE, mine, 3), no.AgainstStrategy(ALICE))


def test_an_honest_payee_takes_no_voucher_that_it_could_not_raise():
    state = signed(channel(), simplex(1, 1, 0, HALF))
    refused(state, CosignVoucher(ALICE, HALF, 1), no.AgainstStrategy(ALICE))
    assert play(state, CosignVoucher(ALICE, HALF, 2))


# The registry -----------------------------------------------------------------------------------


def test_a_payment_is_resolved_with_its_preimage():
    refused(channel(), Resolve(BOB, LOCKED), no.PreimageUnknown(BOB, 1))
    mine = evolve(LOCKED, payer=0, number=9)
    refused(channel(), Resolve(BOB, mine), no.PreimageUnknown(BOB, 9))


def test_a_payment_is_resolved_when_conditions_are_final():
    refused(channel(), Resolve(ALICE, HALF), no.TooEarly(0, DAY))


def test_a_payment_is_resolved_until_its_deadline():
    state = later(channel(), 2 * DAY + 1)
    refused(state, Resolve(ALICE, LOCKED), no.TooLate(2 * DAY + 1, 2 * DAY))


def test_a_result_changes_until_its_deadline():
    state = play(channel(), Resolve(ALICE, LOCKED), Wait(1))
    refused(state, Resolve(ALICE, LOCKED), no.TooLate(1, 0))


def test_a_result_only_grows():
    state = play(channel(), Resolve(ALICE, LOCKED))
    refused(state, Resolve(ALICE, LOCKED), no.NotMore(2, 2))


def test_no_result_is_above_the_maximum():
    state = play(both_dishonest(), CosignVoucher(ALICE, LOCKED, 3))
    refused(state, ResolveVouched(BOB, LOCKED, 3), no.AboveMaximum(3, 2))
    above = evolve(LOCKED, logic=Logic.ADD, conditions=(Condition(3, 0),))
    refused(channel(), Resolve(ALICE, above), no.AboveMaximum(3, 2), CELER)


def test_a_voucher_needs_both_signatures():
    refused(channel(), ResolveVouched(BOB, LOCKED, 1), no.NotSigned(BOB))


# Money ------------------------------------------------------------------------------------------

MONEY = (Deposit(ALICE, 1), IntendWithdraw(ALICE, 1))


@pytest.mark.parametrize("action", MONEY)
def test_money_moves_only_in_an_operable_channel(action):
    refused(settling(), action, no.WrongPhase(Phase.SETTLING, Phase.OPERABLE))


def test_one_withdrawal_waits_at_a_time():
    state = play(channel(), IntendWithdraw(ALICE, 1))
    refused(state, IntendWithdraw(BOB, 2), no.AlreadyIntended(1))


@pytest.mark.parametrize("action", (VetoWithdraw(ALICE), ConfirmWithdraw(ALICE)))
def test_there_must_be_a_withdrawal(action):
    refused(channel(), action, no.NothingIntended(ALICE))


def test_a_withdrawal_waits_for_its_window():
    state = play(channel(), IntendWithdraw(ALICE, 1), Wait(DAY))
    refused(state, ConfirmWithdraw(ALICE), no.TooEarly(DAY, DAY + 1))


def test_a_withdrawal_leaves_what_is_pending():
    state = play(signed(channel(), PENDING), Snapshot(ALICE, PENDING))
    state = later(play(state, IntendWithdraw(BOB, 1)), DAY + 1)
    refused(state, ConfirmWithdraw(BOB), no.BeyondLimit(1, 0))


def test_without_a_veto_none_is_heard():
    state = play(channel(), IntendWithdraw(BOB, 1))
    refused(state, VetoWithdraw(ALICE), no.VetoNotHeard(ALICE), ABLATIONS["veto"])


# Settling ---------------------------------------------------------------------------------------


def test_a_snapshot_is_for_an_operable_channel():
    state = play(signed(channel(), ONE), IntendSettle(ALICE, ()))
    refused(state, Snapshot(BOB, ONE), no.WrongPhase(Phase.SETTLING, Phase.OPERABLE))


def test_what_is_shown_was_signed_by_both():
    refused(channel(), Snapshot(ALICE, ONE), no.NotSigned(ALICE))
    offered = play(channel(), Offer(ALICE, simplex(0, 1, 1)))
    refused(offered, IntendSettle(ALICE, (simplex(0, 1, 1),)), no.NotSigned(ALICE))


def test_what_is_shown_is_newer():
    state = play(signed(channel(), ONE), Snapshot(ALICE, ONE))
    refused(state, IntendSettle(BOB, (ONE,)), no.StaleState(1, 1))


def test_an_answer_shows_something():
    refused(settling(), IntendSettle(ALICE, ()), no.NothingShown(ALICE))


def test_an_answer_comes_in_the_window():
    state = later(play(signed(channel(), ONE), IntendSettle(BOB, ())), DAY + 1)
    refused(state, IntendSettle(ALICE, (ONE,)), no.TooLate(DAY + 1, DAY))


def test_a_closed_channel_is_not_settled_again():
    state = play(settling(), Wait(DAY + 1), ConfirmSettle(BOB))
    refused(state, IntendSettle(ALICE, ()), no.WrongPhase(Phase.CLOSED, Phase.OPERABLE))


def test_payments_are_added_up_while_settling():
    refused(channel(), ClearPays(ALICE, 1), no.WrongPhase(Phase.OPERABLE, Phase.SETTLING))


def test_payments_are_added_up_when_all_is_said():
    state = settling(PENDING)
    refused(state, ClearPays(BOB, 1), no.TooEarly(0, 2 * DAY + 1))
    assert play(state, Resolve(ALICE, LOCKED), Wait(1), ClearPays(BOB, 1))


def test_a_settlement_is_confirmed_after_its_window():
    refused(settling(), ConfirmSettle(BOB), no.TooEarly(0, DAY + 1))
    refused(channel(), ConfirmSettle(BOB), no.WrongPhase(Phase.OPERABLE, Phase.SETTLING))


def test_a_settlement_is_confirmed_when_payments_are_added_up_or_it_is_too_late():
    state = later(settling(PENDING), 3 * DAY)
    refused(state, ConfirmSettle(BOB), no.NotCleared(3 * DAY, 3 * DAY))
    assert play(later(state, 1), ConfirmSettle(BOB)).contract.phase == Phase.CLOSED


def test_nobody_stranger_is_in_the_channel():
    with pytest.raises(no.NotThePayer):
        play(channel(), Offer(Party(3), simplex(0, 1, 1)))
