"""Every refusal, met in a concrete situation, with the values that it carries.

No action, however malformed, does anything but to succeed or to be refused.
"""

from contextlib import suppress
from copy import deepcopy

import pytest
from attrs import evolve

from invariants.channels.application.rulebook import APPLICATION
from spec.channels.application import refusals as no
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.evidence import Signed, Support
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.outcomes import allocated
from spec.channels.application.play import Agree, Move
from spec.channels.application.rule_sets import ABLATIONS, FORCEMOVE
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.kernel.basics import DAY, ETHER, HOUR
from spec.kernel.clock import DeadlinePending, Wait, move
from spec.kernel.mainchain import CannotAfford, EscrowShort
from spec.kernel.refusal import Refusal
from tests.channels.application.situations import (
    OUTSIDER,
    PROTOCOL,
    SCOPES,
    START,
    after,
    alone,
    challenged,
    channel,
    played,
    support,
    thrown,
)
from tests.protocolwide import refusals_of, refused_when_bent, walk


def empty(*against):
    return channel(*against, funded=False)


def stalled():
    """Bob does not reveal, and alice's challenge is over."""
    return after(challenged(played(channel(BOB), 1, 2), ALICE, 1, 2), Wait(DAY + 1))


def paid():
    return after(stalled(), PayOut(ALICE))


def over():
    return played(channel(BOB), 1, 2, 1)


STOLEN = evolve(thrown(1), outcome=allocated((0, 3)))
MORE = evolve(thrown(1), outcome=allocated((2, 2)))
END = thrown(1, 2, 1)

MET = {
    "a deposit where something else is held": (
        empty(), Deposit(BOB, 2, 1), no.HeldOtherwise(0, 2),
    ),
    "a deposit of nothing": (empty(ALICE), Deposit(ALICE, 0, 0), no.DoesNotFit(0, 3)),
    "a deposit of less": (empty(ALICE), Deposit(ALICE, 0, -1), no.DoesNotFit(-1, 3)),
    "a deposit of too much": (empty(ALICE), Deposit(ALICE, 0, 4), no.DoesNotFit(4, 3)),
    "a deposit that nobody can pay": (
        channel(ALICE, funded=False, stakes=(9, 1), purse=0),
        Deposit(ALICE, 0, 10),
        CannotAfford(ALICE, ETHER, 9, 10),
    ),
    "a deposit after the end": (
        stalled(), Deposit(BOB, 3, 1), no.OutcomeIsFinal(DAY + HOUR + 2, DAY + HOUR + 1),
    ),
    "a move out of turn": (channel(BOB), Move(ALICE, thrown(1)), no.NotTheMover(ALICE, BOB)),
    "a move against the rules": (
        channel(BOB), Move(BOB, STOLEN), no.InvalidTransition(START, STOLEN),
    ),
    "a move that skips a turn": (
        channel(BOB), Move(ALICE, thrown(1, 2)), no.InvalidTransition(START, thrown(1, 2)),
    ),
    "a move after the end": (
        over(),
        Move(ALICE, evolve(END, turn=4)),
        no.InvalidTransition(END, evolve(END, turn=4)),
    ),
    "an agreement before the end": (channel(), Agree(BOB), no.NothingToAgree(0)),
    "a second agreement": (after(over(), Agree(ALICE)), Agree(ALICE), no.NothingToAgree(3)),
    "an agreement with oneself": (over(), Agree(BOB), no.NotTheMover(BOB, ALICE)),
    "a forged signature": (
        channel(BOB), Challenge(BOB, alone(thrown(1), ALICE, BOB)), no.ForgedSignature(ALICE, 1),
    ),
    "a forged signature before": (
        channel(BOB),
        Challenge(BOB, Support(Signed(thrown(1, 2), (BOB,)), Signed(thrown(1), PARTIES))),
        no.ForgedSignature(ALICE, 1),
    ),
    "a challenge from outside": (
        channel(), Challenge(OUTSIDER, support(0)), no.NotAParty(OUTSIDER),
    ),
    "a lone signature": (
        channel(BOB), Challenge(BOB, alone(thrown(1), BOB)), no.NotSupported(1),
    ),
    "an invalid transition": (
        channel(BOB),
        Checkpoint(BOB, Support(Signed(STOLEN, (BOB,)), Signed(START, PARTIES))),
        no.NotSupported(1),
    ),
    "another one's move": (
        channel(ALICE, BOB),
        Checkpoint(BOB, Support(Signed(thrown(1), (ALICE,)), Signed(START, PARTIES))),
        no.NotSupported(1),
    ),
    "an outcome of more": (
        channel(ALICE, BOB),
        Challenge(BOB, alone(MORE, ALICE, BOB)),
        no.NotAnOutcome(MORE.outcome, 3),
    ),
    "an outcome for others": (
        channel(ALICE, BOB),
        Conclude(BOB, Signed(evolve(END, outcome=END.outcome[::-1]), PARTIES)),
        no.NotAnOutcome(END.outcome[::-1], 3),
    ),
    "an outcome below nothing": (
        channel(ALICE, BOB),
        Conclude(BOB, Signed(evolve(END, outcome=allocated((4, -1))), PARTIES)),
        no.NotAnOutcome(allocated((4, -1)), 3),
    ),
    "a challenge below the record": (
        after(played(channel(BOB), 1, 2), Checkpoint(ALICE, support(1, 2))),
        Challenge(BOB, support(1)),
        no.TurnTooLow(1, 2),
    ),
    "the same challenge again": (
        challenged(played(channel(BOB), 1), BOB, 1),
        Challenge(BOB, support(1)),
        no.TurnTooLow(1, 1),
    ),
    "a checkpoint of nothing new": (
        challenged(played(channel(BOB), 1), BOB, 1),
        Checkpoint(BOB, support(1)),
        no.TurnTooLow(1, 1),
    ),
    "a challenge after the end": (
        stalled(),
        Challenge(BOB, support(1, 2, 1)),
        no.OutcomeIsFinal(DAY + HOUR + 2, DAY + HOUR + 1),
    ),
    "a checkpoint after the end": (
        stalled(),
        Checkpoint(BOB, support(1, 2, 1)),
        no.OutcomeIsFinal(DAY + HOUR + 2, DAY + HOUR + 1),
    ),
    "a conclusion by one": (
        over(), Conclude(BOB, Signed(END, (BOB,))), no.NotUnanimous(True, 1),
    ),
    "a conclusion by a state that is not final": (
        channel(BOB), Conclude(BOB, Signed(START, PARTIES)), no.NotUnanimous(False, 2),
    ),
    "a conclusion with a forged signature": (
        over(), Conclude(BOB, Signed(END, PARTIES)), no.ForgedSignature(ALICE, 3),
    ),
    "a conclusion after the end": (
        stalled(),
        Conclude(BOB, Signed(END, PARTIES)),
        no.OutcomeIsFinal(DAY + HOUR + 2, DAY + HOUR + 1),
    ),
    "a move that cannot be shown any more": (
        after(challenged(played(channel(BOB), 1, 2), ALICE, 1, 2), Wait(1)),
        Move(BOB, thrown(1, 2, 1)),
        no.MoveTooLate(HOUR + 2, DAY + HOUR + 1),
    ),
    "a payment while it is open": (channel(), PayOut(BOB), no.OutcomeNotFinal(0, 0)),
    "a payment while it can be answered": (
        challenged(channel(BOB), BOB, 0), PayOut(BOB), no.OutcomeNotFinal(0, DAY),
    ),
    "a second payment": (paid(), PayOut(BOB), no.AlreadyPaid(BOB)),
    "time while an honest move is due": (
        channel(), Wait(HOUR + 1), DeadlinePending(BOB, HOUR, HOUR + 1),
    ),
}  # fmt: skip

FOLLIES = {
    "to deposit twice": (after(empty(), Deposit(ALICE, 0, 2)), Deposit(ALICE, 0, 2)),
    "to deposit something else": (empty(), Deposit(ALICE, 0, 1)),
    "to expect something else": (empty(), Deposit(BOB, 0, 1)),
    "to play before both have deposited": (
        after(empty(), Deposit(ALICE, 0, 2)), Move(BOB, thrown(1)),
    ),
    "to challenge with an old state": (
        after(played(channel(BOB), 1, 2), Wait(HOUR + 1)), Challenge(ALICE, support(1)),
    ),
    "to challenge at once": (played(channel(BOB), 1, 2), Challenge(ALICE, support(1, 2))),
    "to record an old state": (played(channel(BOB), 1, 2), Checkpoint(ALICE, support(1))),
    "to move twice": (played(channel(BOB), 1, 2), Checkpoint(ALICE, support(1, 3))),
    "to move for the other one": (channel(BOB), Checkpoint(ALICE, support(1))),
    "to conclude with the start": (channel(), Conclude(ALICE, Signed(START, PARTIES))),
}  # fmt: skip


@pytest.mark.parametrize("name", MET)
def test_a_guard_says_what_it_compared(name):
    state, action, refusal = MET[name]
    kept = deepcopy(state)
    with pytest.raises(type(refusal)) as said:
        move(PROTOCOL, state, action, FORCEMOVE)
    assert said.value == refusal
    assert state == kept


@pytest.mark.parametrize("name", FOLLIES)
def test_an_honest_party_is_kept_from_folly_by_its_own_strategy(name):
    state, action = FOLLIES[name]
    with pytest.raises(no.AgainstStrategy):
        move(PROTOCOL, state, action, FORCEMOVE)


def test_a_payment_of_more_than_is_held_is_refused_by_the_main_chain():
    rules = ABLATIONS["sufficiency"]
    state = after(channel(BOB, funded=False, rules=rules), Deposit(ALICE, 0, 2), rules=rules)
    state = after(state, Challenge(BOB, support(0)), Wait(DAY + 1), rules=rules)
    with pytest.raises(EscrowShort):
        after(state, PayOut(BOB), rules=rules)


def test_no_refusal_is_left_out():
    said = {type(refusal) for _, _, refusal in MET.values()} | {no.AgainstStrategy}
    assert refusals_of(no) <= said


# Whatever is tried ------------------------------------------------------------------------------

STRANGE = (
    evolve(START, data=()),
    evolve(START, data=(9,) * 9),
    evolve(thrown(1), outcome=()),
    evolve(thrown(1), turn=-1),
    evolve(END, outcome=(*END.outcome, *END.outcome)),
)


@pytest.mark.parametrize("against", [(), (BOB,), (ALICE, BOB)], ids=["none", "bob", "both"])
@pytest.mark.parametrize("body", STRANGE, ids=repr)
def test_strange_states_raise_nothing_but_refusals(body, against):
    """What both dishonest parties sign is theirs; everybody honest is kept out of it."""
    signed, taken = Signed(body, PARTIES), 0
    for state in (channel(*against), played(channel(*against), 1, 2)):
        for by in (*PARTIES, OUTSIDER):
            for action in (
                Move(by, body),
                Challenge(by, Support(signed)),
                Challenge(by, Support(signed, signed)),
                Checkpoint(by, Support(Signed(thrown(1), PARTIES), signed)),
                Checkpoint(by, Support(signed, Signed(START, PARTIES))),
            ):
                with suppress(Refusal):
                    move(PROTOCOL, state, action, FORCEMOVE)
                    taken += 1
    assert taken == 0 or against == (ALICE, BOB)


@pytest.mark.parametrize("name", ["forged", "long-stream", "whole-game", "nobody-honest"])
def test_an_action_bent_in_two_places_raises_nothing_but_refusals(name):
    runs = [walk(APPLICATION, FORCEMOVE, SCOPES[name], seed, 60) for seed in range(4)]
    steps = [step for run in runs for step in run]
    assert refused_when_bent(APPLICATION, FORCEMOVE, steps) > 50
