"""The course of a channel: payments are promised, resolved, settled; money is withdrawn."""

import pytest
from attrs import evolve

from spec.channels.conditional.honest import obligations
from spec.channels.conditional.offchain import CosignVoucher, Countersign, Offer
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rule_sets import ABLATIONS, CELER, SOUND
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle
from spec.channels.conditional.state import NOTHING_PAID, Phase, Result
from spec.channels.conditional.withdrawals import (
    ConfirmWithdraw,
    Deposit,
    IntendWithdraw,
    VetoWithdraw,
)
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import Wait
from spec.kernel.refusal import Refusal
from tests.channels.conditional.situations import (
    HALF,
    LOCKED,
    channel,
    play,
    settling,
    signed,
    simplex,
)


def balances(state):
    return state.main.accounts[ALICE, ETHER] - 1000, state.main.accounts[BOB, ETHER] - 1000


def test_a_payment_by_hash_lock_is_resolved_and_settled():
    state = settling(simplex(1, 1, 0, LOCKED))
    state = play(state, Resolve(ALICE, LOCKED), Wait(DAY + 1))
    state = play(state, ClearPays(ALICE, 1), ConfirmSettle(ALICE))
    assert state.contract.phase == Phase.CLOSED
    assert balances(state) == (4, 0)


def test_a_payment_that_nobody_resolves_is_worth_nothing():
    state = channel()
    pay = evolve(LOCKED, payer=0)
    state = signed(state, simplex(0, 1, 0, pay))
    state = play(state, IntendSettle(ALICE, (simplex(0, 1, 0, pay),)), Wait(2 * DAY + 1))
    state = play(state, ClearPays(ALICE, 0), ConfirmSettle(ALICE))
    assert balances(state) == (2, 2)


def test_the_maximum_is_final_at_once_and_less_can_be_raised_for_a_while():
    state = signed(channel(), simplex(1, 1, 0, LOCKED))
    assert play(state, Resolve(ALICE, LOCKED)).contract.registry == (Result(LOCKED, 2, 0),)
    partly = play(state, CosignVoucher(ALICE, LOCKED, 1), ResolveVouched(BOB, LOCKED, 1))
    assert partly.contract.registry == (Result(LOCKED, 1, DAY),)
    raised = play(partly, Wait(DAY), Resolve(ALICE, LOCKED))
    assert raised.contract.registry == (Result(LOCKED, 2, DAY),)


def test_a_result_cannot_be_raised_beyond_the_payments_deadline():
    state = play(signed(channel(), simplex(1, 1, 0, HALF)), Wait(DAY + 1))
    state = play(state, Resolve(ALICE, HALF))
    assert state.contract.registry == (Result(HALF, 1, 2 * DAY),)


def test_resolving_on_chain_makes_the_preimage_public():
    state = play(signed(channel(), simplex(1, 1, 0, LOCKED)), Resolve(ALICE, LOCKED))
    assert state.network.revealed == (1,)


def test_a_newer_state_takes_the_place_of_an_older_one_and_the_deadline_stands():
    state = signed(signed(channel(), simplex(1, 1, 1)), simplex(1, 2, 2))
    state = play(state, IntendSettle(BOB, (simplex(1, 1, 1),)), Wait(DAY // 2))
    state = play(state, IntendSettle(ALICE, (simplex(1, 2, 2),)))
    assert state.contract.states[1] == simplex(1, 2, 2)
    assert state.contract.window_ends == DAY
    restarted = play(
        signed(channel(), simplex(1, 1, 1)),
        IntendSettle(BOB, ()),
        Wait(DAY // 2),
        IntendSettle(BOB, (simplex(1, 1, 1),)),
        rules=CELER,
    )
    assert restarted.contract.window_ends == DAY // 2 + DAY


def test_a_newer_state_undoes_what_was_added_up_for_an_older_one():
    first, second = simplex(1, 1, 0, LOCKED), simplex(1, 2, 2)
    state = play(signed(channel(), first), Resolve(ALICE, LOCKED), Wait(1))
    state = play(signed(state, second), IntendSettle(BOB, (first,)), ClearPays(BOB, 1))
    assert state.contract.cleared == (None, 2)
    assert play(state, IntendSettle(ALICE, (second,))).contract.cleared == (None, None)


def test_an_offer_that_is_never_returned_can_be_shown_by_its_payee():
    state = play(channel(), Offer(ALICE, simplex(0, 1, 1)))
    state = play(state, IntendSettle(BOB, (simplex(0, 1, 1),)))
    assert state.network.signed[0] == (simplex(0, 1, 1),)
    assert state.network.offers == (None, None)


def test_who_leaves_out_its_income_loses_it():
    """Bob withdrew, was paid, paid it back, and shows only what he paid."""
    paid = signed(channel(deposits=(2, 0)), simplex(0, 1, 2))
    state = signed(paid, simplex(1, 1, 2))
    away = evolve(state, people=evolve(state.people, offline=(ALICE,)))
    state = play(away, IntendSettle(BOB, (simplex(1, 1, 2),)), Wait(DAY + 1))
    assert balances(play(state, ConfirmSettle(BOB))) == (2, 0)
    failed = play(state, ConfirmSettle(BOB), rules=CELER)
    assert failed.contract.phase == Phase.OPERABLE
    assert failed.contract.states == NOTHING_PAID
    assert failed.contract.window_ends == 0


def test_money_is_withdrawn_after_a_window_without_veto():
    state = play(channel(), IntendWithdraw(ALICE, 1))
    assert play(state, VetoWithdraw(BOB)).contract.intent is None
    state = play(state, Wait(DAY + 1), ConfirmWithdraw(ALICE))
    assert state.contract.withdrawn == (1, 0)
    assert balances(state) == (1, 0)


def test_an_intent_to_settle_ends_a_withdrawal():
    state = play(channel(), IntendWithdraw(BOB, 1), IntendSettle(ALICE, ()))
    assert state.contract.intent is None


def test_an_honest_party_vetoes_what_was_paid_off_chain():
    state = play(signed(channel(), simplex(1, 1, 1)), IntendWithdraw(BOB, 2))
    [duty] = obligations(state, SOUND)
    assert (duty.action, duty.deadline) == (VetoWithdraw(ALICE), DAY)
    assert not obligations(play(channel(), IntendWithdraw(BOB, 2)), SOUND)


def test_an_honest_party_resolves_when_conditions_are_final():
    state = signed(channel(), simplex(1, 1, 0, HALF))
    [duty] = obligations(state, SOUND)
    assert duty.action == Resolve(ALICE, HALF)
    assert (duty.opens, duty.deadline) == (DAY, 2 * DAY)


def test_an_honest_party_shows_adds_up_and_confirms():
    state = play(signed(channel(), simplex(1, 1, 0, LOCKED)), IntendSettle(BOB, ()))
    duties = {type(duty.action): duty for duty in obligations(state, SOUND)}
    assert duties[IntendSettle].action.states == (simplex(1, 1, 0, LOCKED),)
    assert duties[ConfirmSettle].deadline == 2 * DAY
    state = play(state, duties[IntendSettle].action)
    duties = {type(duty.action): duty for duty in obligations(state, SOUND)}
    assert duties[ClearPays].deadline == 3 * DAY
    assert duties[ConfirmSettle].deadline == 4 * DAY


def test_a_deposit_counts_at_once():
    state = play(channel(), Deposit(ALICE, 3))
    assert state.contract.deposits == (5, 2)
    assert balances(state) == (-3, 0)


def test_what_is_shown_last_can_still_be_added_up():
    """Alice has resolved the payment long ago; the state that promises it comes at the last moment
    of the window, and nobody can be paid before she has had the time to add it up."""
    promised = simplex(1, 1, 0, LOCKED)
    state = play(signed(channel(), promised), Resolve(ALICE, LOCKED), Wait(5 * DAY))
    state = play(state, IntendSettle(BOB, ()), Wait(DAY), IntendSettle(BOB, (promised,)))
    late = SOUND.window + SOUND.clear_margin
    [clear] = [duty for duty in obligations(state, SOUND) if duty.action == ClearPays(ALICE, 1)]
    assert clear.deadline == 5 * DAY + late
    with pytest.raises(Refusal):
        play(state, Wait(1), ConfirmSettle(BOB))
    hasty = ABLATIONS["margin-after-window"]
    assert play(state, Wait(1), ConfirmSettle(BOB), rules=hasty).contract.phase == Phase.CLOSED


def test_nothing_is_signed_that_cannot_be_resolved_in_time():
    reaction = SOUND.strategy.reaction
    offered = simplex(1, 1, 0, LOCKED)
    just = play(channel(), Wait(LOCKED.deadline - reaction), Countersign(ALICE, offered))
    assert just.network.signed[1] == (offered,)
    with pytest.raises(Refusal):
        play(channel(), Wait(LOCKED.deadline - reaction + 1), Countersign(ALICE, offered))
