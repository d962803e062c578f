"""Ideal signatures: nobody shows an honest signature that was not given, or that it never saw."""

import pytest
from attrs import evolve

from spec.channels.multiparty import disputes, trading
from spec.channels.multiparty.evidence import NOWHERE, Stamp
from spec.channels.multiparty.knowledge import can_show
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.channels.multiparty.state import CHANNEL, is_honest
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    MULTIPARTY,
    RULES,
    after,
    called,
    channel,
    payment,
    receipted,
    sent,
    signed,
    with_old_payment,
)
from tests.protocolwide import walk

PAYS = payment(SOUND, 1, BOB, CAROL)
BY_PAYER = evolve(signed(PAYS), by_payee=False)
BY_BOTH = signed(PAYS)
WITH_RECEIPT = signed(PAYS, ALICE)


def signed_by_payer(against):
    return after(channel(SOUND, against), SOUND, trading.RequestPayment(BOB, PAYS))


def countersigned(against):
    return after(signed_by_payer(against), SOUND, trading.Countersign(CAROL, 0))


def at_the_leader(against):
    return sent(channel(SOUND, against), SOUND, BOB, CAROL)


def receipt_to(payer, payee):
    def situation(against):
        state = channel(SOUND, against)
        return receipted(state, SOUND, BOB, CAROL, to_payer=payer, to_payee=payee)

    return situation


def asked_for(against):
    return after(at_the_leader(against), SOUND, disputes.RequestReceipt(BOB, BY_BOTH))


EVERYBODY = {ALICE, BOB, CAROL}
TABLE = {
    # who is dishonest, what happened, what is shown, who can show it
    "nothing was signed": ((), channel_only := (lambda against: channel(SOUND, against)),
                           BY_PAYER, set()),
    "a dishonest payer signs for itself": ((BOB,), channel_only, BY_PAYER, EVERYBODY),
    "but not for an honest payee": ((BOB,), channel_only, BY_BOTH, set()),
    "the payer signed": ((), signed_by_payer, BY_PAYER, {BOB, CAROL}),
    "the payee did not": ((), signed_by_payer, BY_BOTH, set()),
    "a dishonest payee adds its own": ((CAROL,), signed_by_payer, BY_BOTH, {BOB, CAROL}),
    "both signed": ((), countersigned, BY_BOTH, {BOB, CAROL}),
    "the leader has it": ((), at_the_leader, BY_BOTH, EVERYBODY),
    "the coalition shares what one of it has": ((ALICE, CAROL), countersigned, BY_BOTH, EVERYBODY),
    "a dishonest leader has not what it was not sent": ((ALICE,), countersigned, BY_BOTH,
                                                        {BOB, CAROL}),
    "no receipt was given": ((), at_the_leader, WITH_RECEIPT, set()),
    "not even by the coalition": ((BOB, CAROL), at_the_leader, WITH_RECEIPT, set()),
    "a dishonest leader's receipt is anybody's who has the payment": (
        (ALICE, CAROL), at_the_leader, WITH_RECEIPT, EVERYBODY),
    "the payee alone has the receipt": ((), receipt_to(False, True), WITH_RECEIPT, {ALICE, CAROL}),
    "the payer alone has the receipt": ((), receipt_to(True, False), WITH_RECEIPT, {ALICE, BOB}),
    "a coalition without the receipt": ((BOB,), receipt_to(False, True), WITH_RECEIPT,
                                        {ALICE, CAROL}),
    "another amount": ((CAROL,), receipt_to(True, True),
                       evolve(BY_BOTH, payment=evolve(PAYS, amount=2)), set()),
    "another number": ((CAROL,), receipt_to(True, True),
                       evolve(BY_BOTH, payment=evolve(PAYS, number=2)), set()),
    "another payee": ((CAROL,), receipt_to(True, True),
                      evolve(BY_BOTH, payment=evolve(PAYS, payee=ALICE)), set()),
    "a request is public": ((), asked_for, BY_BOTH, EVERYBODY),
}  # fmt: skip
"""By situation. Nobody can show what somebody honest did not sign, or did not send."""


@pytest.mark.parametrize("name", TABLE)
def test_who_can_show_what(name):
    against, situation, entry, able = TABLE[name]
    state = situation(against)
    assert {party for party in EVERYBODY if can_show(state, party, entry, SOUND)} == able


def test_without_signatures_anything_can_be_written_down():
    nothing = evolve(BY_BOTH, by_payer=False, by_payee=False)
    assert all(can_show(channel(SOUND), party, nothing, SOUND) for party in EVERYBODY)


def test_what_lies_before_the_contract_is_everybodys():
    state = receipted(channel(SOUND, (CAROL,)), SOUND, BOB, CAROL)
    state = called(state, SOUND)
    assert not can_show(state, DAVE, WITH_RECEIPT, SOUND)
    state = after(state, SOUND, disputes.Challenge(CAROL, (WITH_RECEIPT,)))
    assert can_show(state, DAVE, WITH_RECEIPT, SOUND)


@pytest.mark.parametrize("rules", [LITERAL, SOUND], ids=["literal", "sound"])
def test_an_old_payment_keeps_its_own_receipt_and_gets_no_other(rules):
    state = with_old_payment(channel(rules, (BOB,), leader=CAROL), rules)
    [old] = state.network.past
    assert can_show(state, BOB, old, rules)
    assert can_show(state, BOB, evolve(old, receipt_by=-1, receipt=NOWHERE), rules)
    assert not can_show(state, BOB, evolve(old, receipt=Stamp(CHANNEL, 7)), rules)
    assert not can_show(state, BOB, evolve(old, receipt_by=ALICE), rules)


@pytest.mark.parametrize(
    "forged",
    [evolve(WITH_RECEIPT, receipt=Stamp(CHANNEL, 2)), evolve(WITH_RECEIPT, receipt_by=DAVE)],
    ids=["for the next epoch", "by another member"],
)
def test_a_receipt_that_was_given_is_no_other_receipt(forged):
    members = (ALICE, BOB, CAROL, DAVE)
    state = channel(SOUND, (BOB, CAROL), members=members, outsiders=())
    state = receipted(state, SOUND, BOB, CAROL)
    assert not can_show(state, BOB, forged, SOUND)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("seed", range(6))
def test_no_run_puts_before_the_contract_what_nobody_honest_signed(name, seed):
    rules, given, receipts = RULES[name], set(), set()
    for step in walk(MULTIPARTY, rules, MULTIPARTY.scopes["wide-challengers"], seed, 120):
        state = step.after
        given |= {trade.payment for trade in state.network.trades}
        given |= {entry.payment for entry in state.network.past}
        receipts |= {trade.payment for trade in state.network.trades if trade.receipted}
        receipts |= {entry.payment for entry in state.network.past if entry.receipt_by > 0}
        shown = [*state.contract.shown]
        for dispute in state.contract.disputes.values():
            shown += [*dispute.shown, *dispute.listed]
        for entry in shown:
            body = entry.payment
            if entry.by_payer and is_honest(state, body.payer):
                assert body in given
            if is_honest(state, entry.receipt_by):
                assert body in receipts
