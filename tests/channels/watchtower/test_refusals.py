"""Every refusal, met in a concrete situation, with the values that it carries.

Rules are the accountable ones unless a situation needs others. No action, however malformed, does
anything but to succeed or to be refused.
"""

import pytest
from attrs import astuple, evolve, has

from invariants.channels.watchtower.world.moves import forged
from spec.channels.payment import refusals as channel_says
from spec.channels.payment.versions import START
from spec.channels.watchtower import disputes, offchain, service
from spec.channels.watchtower import refusals as no
from spec.channels.watchtower.appointments import ANOTHER, CHANNEL, Appointment, Receipt
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import Wait, move
from spec.kernel.mainchain import CannotAfford
from spec.kernel.refusal import Refusal
from tests.channels.watchtower.situations import (
    ALICE,
    BOB,
    DOWN,
    FRIEND,
    NEWEST,
    OUTSIDER,
    PROTOCOL,
    RULES,
    SETTLED,
    TOWER,
    UP,
    WATCHTOWER,
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
from tests.protocolwide import refusals_of, refused, refused_when_bent, walk

CARELESS = evolve(ACCOUNTABLE, grace=DAY // 2)
LEAGUE = (BOB, TOWER, FRIEND)
EVERYBODY = (ALICE, *LEAGUE)
SEALED_NOTHING = Appointment(CHANNEL, 2, START)
ELSEWHERE = Appointment(ANOTHER, 2, UP)


def back():
    """Alice is back, a stale version was paid out, and she holds the receipt of a bribed tower."""
    return paid_out(channel(LEAGUE))


def against_tower(**more):
    """Alice and bob against the tower: bob's stale claim was paid out before it could answer."""
    state = after(hired(channel((ALICE, BOB))), disputes.Close(BOB, DOWN))
    late = evolve(state, people=evolve(state.people, offline=(TOWER,)))
    return after(late, Wait(DAY + 1), disputes.Settle(BOB))


def with_receipt(state, appointment):
    talk = evolve(state.talk, receipts=(*state.talk.receipts, receipt(TOWER, appointment)))
    return evolve(state, talk=talk)


SITUATIONS = {
    # Off chain
    "sign on when the channel is ending": (
        lambda: after(hired(channel()), disputes.Close(ALICE, UP)),
        offchain.UpdateChannel(BOB, (4, 0)),
        no.ChannelEnding(2),
    ),
    "sign without the customer": (
        lambda: away(channel()), offchain.UpdateChannel(BOB, (4, 0)), no.NotThere(ALICE),
    ),
    "sign what is not there": (
        channel, offchain.UpdateChannel(ALICE, (4, 1)), no.IllFormed((4, 1)),
    ),
    "hand over when the channel is ending": (
        lambda: after(updated(channel((ALICE, BOB))), disputes.Close(BOB, DOWN)),
        offchain.HandOver(ALICE, TOWER, NEWEST), no.AgainstStrategy(TOWER),
    ),
    "hire for somebody else": (
        lambda: updated(channel((BOB,))), offchain.HandOver(BOB, TOWER, NEWEST),
        no.NotTheCustomer(BOB),
    ),
    "an honest customer hands over what answers nothing": (
        lambda: updated(channel()), offchain.HandOver(ALICE, TOWER, SEALED_NOTHING),
        no.AgainstStrategy(ALICE),
    ),
    "an honest tower signs for what it was not given": (
        lambda: updated(channel()), offchain.GiveReceipt(TOWER, NEWEST), no.AgainstStrategy(TOWER),
    ),
    "an honest tower signs when it is too late": (
        lambda: after(
            updated(channel((ALICE, BOB))), offchain.HandOver(ALICE, TOWER, NEWEST),
            disputes.Close(BOB, DOWN)
        ),
        offchain.GiveReceipt(TOWER, NEWEST), no.AgainstStrategy(TOWER),
    ),
    "an honest customer leaves without a promise": (
        lambda: updated(channel()), offchain.Leave(ALICE), no.AgainstStrategy(ALICE),
    ),
    "an honest customer leaves when the channel is ending": (
        lambda: after(hired(channel()), disputes.Close(BOB, UP)), offchain.Leave(ALICE),
        no.AgainstStrategy(ALICE),
    ),
    "somebody else leaves": (channel, offchain.Leave(BOB), no.NotTheCustomer(BOB)),
    "leave twice": (lambda: away(channel()), offchain.Leave(ALICE), no.NotThere(ALICE)),
    "somebody else returns": (
        lambda: away(channel()), offchain.Return(BOB), no.NotTheCustomer(BOB),
    ),
    "return without having left": (channel, offchain.Return(ALICE), no.IsThere(ALICE)),
    # The channel
    "an honest party claims a stale version": (
        lambda: updated(channel()), disputes.Close(ALICE, DOWN), no.AgainstStrategy(ALICE),
    ),
    "a tower closes": (
        lambda: updated(channel(LEAGUE)), disputes.Close(TOWER, UP), no.NotAParty(TOWER),
    ),
    "a tower answers in a party's place": (
        lambda: breached(channel(LEAGUE)), disputes.Answer(TOWER, UP), no.NotAParty(TOWER),
    ),
    "claim what the other side has not signed": (
        lambda: updated(channel((BOB,))), disputes.Close(BOB, evolve(UP, balances=(0, 4))),
        channel_says.NotSigned(2, (False, True)),
    ),
    "close by agreement while the customer is away": (
        lambda: away(channel((BOB,))), disputes.CloseTogether(BOB, evolve(UP, final=True)),
        channel_says.NotSigned(2, (False, True)),
    ),
    "close by agreement on a stale version": (
        lambda: updated(channel((BOB,))), disputes.CloseTogether(BOB, evolve(DOWN, final=True)),
        channel_says.NotSigned(1, (False, True)),
    ),
    "answer with what is no newer": (
        lambda: breached(channel((BOB,))), disputes.Answer(BOB, DOWN), channel_says.NotNewer(1, 1),
    ),
    "respond where nothing is claimed": (
        lambda: hired(channel(LEAGUE)), disputes.Respond(TOWER, UP),
        channel_says.WrongPhase("OPEN", "DISPUTED"),
    ),
    "respond without a bond": (
        lambda: after(
            away(channel(LEAGUE)), service.Announce(TOWER), Wait(DAY), offchain.Return(ALICE),
            Wait(3 * DAY + 1), service.WithdrawBond(TOWER), disputes.Close(BOB, DOWN),
        ),
        disputes.Respond(TOWER, UP), no.NotRegistered(TOWER),
    ),
    "respond to the customer's own claim": (
        lambda: after(hired(channel((ALICE, TOWER))), disputes.Close(ALICE, DOWN)),
        disputes.Respond(TOWER, UP),
        no.NotABreach(ALICE),
    ),
    "an honest tower shows what it was not given": (
        lambda: breached(channel((BOB,))), disputes.Respond(FRIEND, UP), no.AgainstStrategy(FRIEND),
    ),
    "punish the newest version": (
        lambda: after(punished(channel(LEAGUE), 0, 1), disputes.Close(BOB, UP), rules=PUNISHING),
        disputes.Respond(TOWER, UP), channel_says.NotRevoked(2, 2), PUNISHING,
    ),
    "respond in the customer's own share of the window": (
        lambda: after(hired(channel((BOB,))), disputes.Close(BOB, DOWN)),
        disputes.Respond(TOWER, UP),
        no.TooEarly(0, DAY // 2), CARELESS,
    ),
    "settle in the window": (
        lambda: breached(channel((BOB,))), disputes.Settle(BOB), channel_says.TooEarly(0, DAY),
    ),
    # Bonds
    "register twice": (channel, service.Register(TOWER), no.AlreadyRegistered(TOWER)),
    "register without money": (
        lambda: poor(channel(registered=False)), service.Register(TOWER),
        CannotAfford(TOWER, ETHER, 3, 4),
    ),
    "announce without a bond": (channel, service.Announce(BOB), no.NotRegistered(BOB)),
    "announce twice": (
        lambda: after(channel(), service.Announce(TOWER)), service.Announce(TOWER),
        no.AlreadyAnnounced(TOWER, 0),
    ),
    "withdraw without notice": (channel, service.WithdrawBond(TOWER), no.NotAnnounced(TOWER)),
    "withdraw before the notice is over": (
        lambda: after(channel(), service.Announce(TOWER), Wait(4 * DAY)),
        service.WithdrawBond(TOWER),
        no.StillBonded(0, 4 * DAY),
    ),
    # Recourse
    "complain before anything is lost": (
        lambda: breached(channel(LEAGUE)), service.Recourse(ALICE, receipt()), no.NotEnded(TOWER),
    ),
    "complain after an end by agreement": (
        lambda: after(
            hired(channel((ALICE, BOB))), disputes.CloseTogether(BOB, evolve(DOWN, final=True))
        ),
        service.Recourse(ALICE, receipt()), no.NobodyHadToAnswer(1),
    ),
    "complain after one's own claim": (
        lambda: after(
            hired(channel((ALICE, BOB))), disputes.Close(ALICE, DOWN), Wait(DAY + 1),
            disputes.Settle(BOB)
        ),
        service.Recourse(ALICE, receipt()), no.NobodyHadToAnswer(1),
    ),
    "complain too late": (
        lambda: after(against_tower(), Wait(DAY + 1)), service.Recourse(ALICE, receipt()),
        no.TooLate(2 * DAY + 2, 2 * DAY + 1),
    ),
    "complain with a receipt that the tower did not sign": (
        against_tower, service.Recourse(ALICE, receipt(TOWER, SEALED_NOTHING)),
        no.NotSignedByTower(TOWER),
    ),
    "complain with a receipt for another channel": (
        lambda: with_receipt(against_tower(), ELSEWHERE),
        service.Recourse(ALICE, receipt(TOWER, ELSEWHERE)), no.AnotherChannel(ANOTHER, CHANNEL),
    ),
    "complain with a receipt for what answers nothing": (
        lambda: with_receipt(against_tower(), SEALED_NOTHING),
        service.Recourse(ALICE, receipt(TOWER, SEALED_NOTHING)), no.NotAnAnswer(2, 0),
    ),
    "complain though the tower has answered": (
        lambda: after(
            breached(channel((BOB,))), disputes.Respond(TOWER, UP), *SETTLED,
        ),
        service.Recourse(ALICE, receipt()), no.Answered(2, 2),
    ),
    "complain where nothing is missing": (
        lambda: after(paid_well(), Wait(DAY + 1), disputes.Settle(BOB)),
        service.Recourse(ALICE, receipt(TOWER, Appointment(CHANNEL, 1, DOWN))),
        no.NothingMissing(1, 2),
    ),
    "complain twice": (
        lambda: after(back(), service.Recourse(ALICE, receipt())),
        service.Recourse(ALICE, receipt()),
        no.NothingMissing(3, 1),
    ),
    "complain about a tower without a bond": (
        back, service.Recourse(ALICE, Receipt(OUTSIDER, NEWEST)), no.NotRegistered(OUTSIDER),
    ),
}  # fmt: skip


def poor(state):
    accounts = {**state.main.accounts, (TOWER, ETHER): 3}
    return evolve(state, main=evolve(state.main, accounts=accounts))


def paid_well():
    """Bob claims version 0, by which alice has more than by version 1."""
    older = Appointment(CHANNEL, 1, DOWN)
    state = after(channel((ALICE, *LEAGUE)), offchain.UpdateChannel(ALICE, DOWN.balances))
    return after(state, offchain.GiveReceipt(TOWER, older), disputes.Close(BOB, START))


def unpacked(situation):
    start, action, refusal, *more = situation
    return start(), action, refusal, more[0] if more else ACCOUNTABLE


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_is_refused_and_nothing_happens(situation):
    state, action, refusal, rules = unpacked(SITUATIONS[situation])
    with pytest.raises(Refusal) as said:
        move(PROTOCOL, state, action, rules)
    assert said.value == refusal


def test_every_refusal_of_towers_is_met():
    met = {type(situation[2]) for situation in SITUATIONS.values()}
    assert refusals_of(no) <= met


ANYBODY = (ALICE, BOB, TOWER, OUTSIDER)
STRANGE = [
    evolve(UP, number=-1),
    evolve(UP, balances=(-1, 5)),
    evolve(UP, deposits=(9, 9)),
    evolve(UP, withdrawn=(9, 0)),
    evolve(UP, final=True),
]
MALFORMED = [
    *(lambda by, v=v: disputes.Close(by, v) for v in STRANGE),
    *(lambda by, v=v: disputes.CloseTogether(by, v) for v in STRANGE),
    *(lambda by, v=v: disputes.Answer(by, v) for v in STRANGE),
    *(lambda by, v=v: disputes.Respond(by, v) for v in STRANGE),
    *(
        lambda by, v=v: service.Recourse(by, receipt(OUTSIDER, Appointment(7, -1, v)))
        for v in STRANGE
    ),
    *(lambda by, v=v: service.Recourse(by, receipt(TOWER, Appointment(1, 2, v))) for v in STRANGE),
    lambda by: offchain.UpdateChannel(by, (-1, 5)),
    lambda by: offchain.HandOver(by, OUTSIDER, Appointment(7, -1, UP)),
    offchain.Leave,
    offchain.Return,
    disputes.Settle,
    service.Register,
    service.Announce,
    service.WithdrawBond,
]
PLACES = {
    "open": lambda: hired(channel()),
    "open, dishonest": lambda: hired(channel(EVERYBODY)),
    "away": lambda: away(channel()),
    "breached": lambda: breached(channel((BOB,))),
    "breached, dishonest": lambda: after(hired(channel(EVERYBODY)), disputes.Close(BOB, DOWN)),
    "paid out": back,
}


@pytest.mark.parametrize("place", PLACES)
def test_malformed_actions_raise_nothing_but_refusals(place):
    state = PLACES[place]()
    answers = [
        refused(WATCHTOWER, state, make(by), ACCOUNTABLE) for make in MALFORMED for by in ANYBODY
    ]
    assert answers.count(True) > 0.6 * len(answers)


@pytest.mark.parametrize("name", RULES)
def test_an_action_bent_in_two_places_raises_nothing_but_refusals(name):
    rules, scope = RULES[name], WATCHTOWER.scopes["wide-customer"]
    steps = [step for n in range(12) for step in walk(WATCHTOWER, rules, scope, n, 60)]
    assert refused_when_bent(WATCHTOWER, rules, steps, same_shape) > 50


def same_shape(one, other):
    return shape(one) == shape(other)


def shape(value):
    """How long the tuples in it are: a pair has two sides."""
    if isinstance(value, tuple):
        return tuple(shape(each) for each in value)
    return tuple(shape(each) for each in astuple(value, recurse=False)) if has(type(value)) else 0


def test_two_sides_of_one_coalition_sign_anything():
    state = updated(channel((ALICE, BOB)))
    assert not refused(WATCHTOWER, state, disputes.Close(BOB, forged(state, BOB)), ACCOUNTABLE)
