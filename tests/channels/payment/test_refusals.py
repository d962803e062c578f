"""Every refusal, met in a concrete situation, with the values that it carries.

No action, however malformed, does anything but to succeed or to be refused.
"""

import pytest
from attrs import evolve

from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment import closing, presence, updates
from spec.channels.payment import refusals as no
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY, ETHER, Party
from spec.kernel.clock import Wait, move
from spec.kernel.mainchain import CannotAfford, EscrowShort
from tests.channels.payment.situations import (
    PROTOCOL,
    RULES,
    accepted,
    after,
    agreed,
    channel,
    offered,
    proposed,
    version,
    window_over,
)
from tests.protocolwide import refused_when_bent

OUTSIDER = Party(9)
EITHER = pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())


def refuses(refusal, state, action, rules=REPLACEMENT):
    with pytest.raises(type(refusal)) as refused:
        move(PROTOCOL, state, action, rules)
    assert refused.value == refusal


def opening():
    return channel(REPLACEMENT, funded=(0, 0))


def against_bob(rules=REPLACEMENT):
    """Bob is honest."""
    return channel(rules, honest=(BOB,))


def disputed(rules=REPLACEMENT, by=ALICE, shown=START):
    """Bob holds version 1, and alice has closed with the first one."""
    return after(
        offered(against_bob(rules), rules, version(1, 1, 3)),
        rules,
        closing.UnilateralClose(by, shown),
    )


def ended():
    state = disputed(REPLACEMENT, BOB, version(1, 1, 3))
    return after(window_over(state, REPLACEMENT), REPLACEMENT, closing.Settle(BOB))


# Who --------------------------------------------------------------------------------------------


def test_nobody_else_has_a_say():
    refuses(no.NotAParty(OUTSIDER), channel(REPLACEMENT), closing.Deposit(OUTSIDER, 1))
    refuses(no.NotAParty(OUTSIDER), disputed(), closing.Settle(OUTSIDER))


def test_what_dishonest_parties_say_is_not_recorded():
    for action in (
        updates.Propose(ALICE),
        updates.Reveal(ALICE),
        presence.GoOffline(ALICE, DAY),
        presence.Return(ALICE),
    ):
        refuses(no.NotHonest(ALICE), against_bob(), action)


def test_who_is_away_does_nothing_but_return():
    state = after(channel(REPLACEMENT), REPLACEMENT, presence.GoOffline(BOB, DAY))
    refuses(no.Away(BOB), state, updates.Propose(BOB, 1))
    refuses(no.Away(BOB), state, closing.UnilateralClose(BOB, START))
    refuses(no.NotAway(ALICE), state, presence.Return(ALICE))


# Off chain --------------------------------------------------------------------------------------


def test_nothing_is_signed_but_in_an_open_channel():
    refuses(no.WrongPhase("OPENING", "OPEN"), opening(), updates.Propose(ALICE, 0))
    refuses(
        no.WrongPhase("DISPUTED", "OPEN"), disputed(), updates.Countersign(BOB, version(3, 0, 4))
    )
    state, _ = agreed(channel(PENALTY), PENALTY, ALICE, pays=1)
    state, newest = proposed(state, PENALTY, ALICE, pays=1)
    state = after(state, PENALTY, updates.Countersign(BOB, newest), updates.Receive(ALICE, newest))
    state = after(state, PENALTY, closing.UnilateralClose(BOB, newest))
    refuses(no.WrongPhase("DISPUTED", "OPEN"), state, updates.Reveal(ALICE), PENALTY)


def test_one_proposal_is_out_at_a_time():
    state, _ = proposed(channel(REPLACEMENT), REPLACEMENT, ALICE, pays=1)
    refuses(no.AnswerPending(1, 0), state, updates.Propose(ALICE, 1))


def test_nothing_is_signed_after_the_end():
    state, _ = proposed(channel(REPLACEMENT), REPLACEMENT, ALICE, final=True)
    refuses(no.Closing(1), state, updates.Propose(ALICE, 1))
    state, other = proposed(state, REPLACEMENT, BOB, pays=1)
    refuses(no.Closing(1), state, updates.Countersign(ALICE, other))


def test_the_next_version_waits_for_the_revocation_of_the_older_ones():
    state = after(against_bob(PENALTY), PENALTY, updates.Countersign(BOB, version(1, 1, 3)))
    refuses(no.NotYetRevoked(1, 0), state, updates.Propose(BOB, 1), PENALTY)
    refuses(no.NotYetRevoked(1, 0), state, updates.Countersign(BOB, version(3, 0, 4)), PENALTY)


def test_a_party_pays_no_more_than_it_has():
    refuses(no.CannotPay(2, 3), channel(REPLACEMENT), updates.Propose(ALICE, 3))
    refuses(no.CannotPay(2, 3), channel(REPLACEMENT), updates.Propose(ALICE, 2, 1))


def test_what_an_honest_party_has_not_sent_does_not_arrive():
    state, offer = proposed(channel(PENALTY), PENALTY, ALICE, pays=1)
    refuses(no.NotSent(2), state, updates.Countersign(ALICE, version(2, 3, 1)), PENALTY)
    refuses(no.NotSent(1), state, updates.Receive(ALICE, offer), PENALTY)
    refuses(no.NotSent(1), state, updates.Hear(ALICE, 1), PENALTY)


@EITHER
def test_duplicates_and_overtaken_messages_are_ignored(rules):
    state, offer = agreed(channel(rules), rules, ALICE, pays=1)
    refuses(no.OldMessage(1, 1), state, updates.Countersign(BOB, offer), rules)
    refuses(no.OldMessage(1, 1), state, updates.Receive(ALICE, offer), rules)


def test_a_secret_that_is_known_is_no_news():
    state, _ = agreed(channel(PENALTY), PENALTY, ALICE, pays=1)
    refuses(no.OldMessage(1, 1), state, updates.Hear(ALICE, 1), PENALTY)
    refuses(no.NothingToReveal(1, 1), state, updates.Reveal(ALICE), PENALTY)


UNFAIR = {
    "less for bob": version(1, 3, 1),
    "more than there is": version(1, 2, 3),
    "less than nothing": version(1, -1, 5),
    "less than nothing for bob": version(1, 5, -1),
    "deposits that alice never made": version(1, 2, 3, deposits=(3, 2)),
    "deposits that bob never made": version(1, 2, 4, deposits=(2, 4)),
}


@pytest.mark.parametrize("name", UNFAIR)
def test_an_honest_party_does_not_sign(name):
    refuses(no.NotAcceptable(1), against_bob(), updates.Countersign(BOB, UNFAIR[name]))


@pytest.mark.parametrize("called_for", [True, False])
def test_an_honest_party_forgets_no_withdrawal(called_for):
    state = offered(against_bob(), REPLACEMENT, Version(1, (1, 2), (2, 2), (1, 0)))
    if called_for:
        granted = state.memory[1].held
        state = after(state, REPLACEMENT, closing.Withdraw(ALICE, granted))
    refuses(no.NotAcceptable(3), state, updates.Countersign(BOB, version(3, 1, 3)))


def test_an_honest_party_forgets_no_withdrawal_of_its_own_either():
    state, _ = proposed(against_bob(), REPLACEMENT, BOB, withdraws=1)
    refuses(no.NotAcceptable(3), state, updates.Countersign(BOB, version(3, 1, 3)))


# On the main chain ------------------------------------------------------------------------------


def test_money_comes_in_while_the_channel_is_opening_or_open():
    refuses(no.NothingDeposited(ALICE), opening(), closing.Deposit(ALICE, 0))
    refuses(no.WrongPhase("DISPUTED", "OPEN"), disputed(), closing.Deposit(ALICE, 1))
    refuses(no.WrongPhase("SETTLED", "OPEN"), ended(), closing.Deposit(ALICE, 1))
    refuses(CannotAfford(ALICE, ETHER, 1000, 2000), opening(), closing.Deposit(ALICE, 2000))


def test_each_call_has_its_phase():
    refuses(no.WrongPhase("OPEN", "OPENING"), channel(REPLACEMENT), closing.Cancel(ALICE))
    for action in (
        closing.Withdraw(ALICE, version(1, 1, 1, withdrawn=(2, 0))),
        closing.CooperativeClose(ALICE, version(1, 1, 3, final=True)),
        closing.UnilateralClose(ALICE, START),
    ):
        refuses(no.WrongPhase("DISPUTED", "OPEN"), disputed(), action)
    for action in (closing.Challenge(BOB, START), closing.Punish(BOB, 0), closing.Settle(BOB)):
        refuses(no.WrongPhase("OPEN", "DISPUTED"), channel(REPLACEMENT), action)


def test_nothing_is_shown_without_both_signatures():
    forged = version(5, 4, 0, final=True)
    missing = no.NotSigned(5, (True, False))
    refuses(missing, against_bob(), closing.UnilateralClose(ALICE, forged))
    refuses(missing, against_bob(), closing.CooperativeClose(ALICE, forged))
    refuses(missing, against_bob(), closing.Withdraw(ALICE, evolve(forged, withdrawn=(4, 0))))
    refuses(missing, disputed(), closing.Challenge(ALICE, forged))


def test_an_honest_party_shows_its_newest_version():
    state = offered(against_bob(), REPLACEMENT, version(1, 1, 3))
    for action in (closing.UnilateralClose(BOB, START), closing.Withdraw(BOB, START)):
        refuses(no.NotHeld(0, 1), state, action)
    refuses(no.NotHeld(0, 1), state, closing.CooperativeClose(BOB, START))
    refuses(no.NotHeld(0, 1), disputed(), closing.Challenge(BOB, START))


def test_a_version_that_is_no_end_is_not_paid_out_at_once():
    state = offered(against_bob(), REPLACEMENT, version(1, 1, 3))
    refuses(no.NotFinal(1), state, closing.CooperativeClose(ALICE, version(1, 1, 3)))


def test_nothing_is_withdrawn_twice_or_beyond_what_there_is():
    state, granted = agreed(channel(REPLACEMENT), REPLACEMENT, ALICE, withdraws=1)
    state = after(state, REPLACEMENT, closing.Withdraw(ALICE, granted))
    refuses(no.NothingToWithdraw((1, 0), (1, 0)), state, closing.Withdraw(BOB, granted))
    too_much = version(1, 0, 0, withdrawn=(3, 2))
    refuses(
        EscrowShort(ETHER, 1, 2), channel(REPLACEMENT, honest=()), closing.Withdraw(BOB, too_much)
    )


def test_only_a_newer_version_replaces_the_claimed_one():
    refuses(no.NotNewer(0, 0), disputed(), closing.Challenge(ALICE, START))
    refuses(no.NotNewer(1, 0), disputed(PENALTY), closing.Challenge(BOB, version(1, 1, 3)), PENALTY)


def test_only_who_has_revoked_is_punished():
    state = disputed(PENALTY)
    refuses(no.UnknownSecret(2, 1), state, closing.Punish(BOB, 2), PENALTY)
    refuses(no.NotRevoked(0, 0), state, closing.Punish(BOB, 0), PENALTY)
    mine = disputed(PENALTY, BOB, version(1, 1, 3))
    refuses(no.NotRevoked(1, 1), mine, closing.Punish(ALICE, 1), PENALTY)
    refuses(no.UnknownSecret(2, 1), mine, closing.Punish(ALICE, 2), PENALTY)


WINDOW = REPLACEMENT.window


def test_answers_come_within_the_window_and_the_payment_after_it():
    state = disputed()
    refuses(no.TooEarly(0, WINDOW), state, closing.Settle(BOB))
    newest = disputed(REPLACEMENT, BOB, version(1, 1, 3))
    at_last = after(newest, REPLACEMENT, Wait(WINDOW))
    refuses(no.TooEarly(WINDOW, WINDOW), at_last, closing.Settle(BOB))
    over = window_over(disputed(REPLACEMENT, BOB, version(1, 1, 3)), REPLACEMENT)
    refuses(no.TooLate(WINDOW + 1, WINDOW), over, closing.Challenge(ALICE, START))
    mine = window_over(disputed(PENALTY, BOB, version(1, 1, 3)), PENALTY)
    refuses(no.TooLate(WINDOW + 1, WINDOW), mine, closing.Punish(ALICE, 1), PENALTY)


# Anything ---------------------------------------------------------------------------------------


@EITHER
def test_an_action_bent_in_two_places_raises_nothing_but_refusals(rules):
    assert refused_when_bent(PAYMENT, rules, accepted("noise-all", rules, 12)) > 50
