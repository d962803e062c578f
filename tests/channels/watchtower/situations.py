"""Situations of a watched channel, told action by action.

Alice and bob have 2 each in the channel; then they sign 1/3 and 3/1. The first tower is hired.
Whoever is named in `against` is dishonest.
"""

from typing import Any

from attrs import evolve

from invariants.channels.watchtower.rulebook import WATCHTOWER
from invariants.channels.watchtower.world.scope import FIRST_TOWER, SECOND_TOWER, Scope
from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB
from spec.channels.watchtower import disputes, offchain
from spec.channels.watchtower.appointments import CHANNEL, Appointment, Receipt
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from spec.channels.watchtower.rules import Rules
from spec.channels.watchtower.state import State
from spec.kernel.basics import DAY, Party
from spec.kernel.clock import Wait
from tests.protocolwide import moved

PROTOCOL = WATCHTOWER.protocol
RULES = {"accountable": ACCOUNTABLE, "punishing": PUNISHING}
TOWER, FRIEND = FIRST_TOWER, SECOND_TOWER
OUTSIDER = Party(9)
DOWN = Version(1, (1, 3), (2, 2), (0, 0))
UP = Version(2, (3, 1), (2, 2), (0, 0))
NEWEST = Appointment(CHANNEL, 2, UP)
SETTLED = Wait(DAY), offchain.Return(ALICE), Wait(1), disputes.Settle(BOB)
"""Alice is back when the window is about to end, and bob calls for the payment."""


def channel(against: tuple[Party, ...] = (), rules: Rules = ACCOUNTABLE, **more: Any) -> State:
    """A channel with two towers, before anything is signed."""
    scope = Scope(coalition=against, towers=(TOWER, FRIEND))
    return PROTOCOL.initial(evolve(scope, **more), rules)


def after(state: State, *actions: Any, rules: Rules = ACCOUNTABLE) -> State:
    return moved(WATCHTOWER, state, rules, actions)


def updated(state: State, rules: Rules = ACCOUNTABLE) -> State:
    """Both updates are signed: 1/3, then 3/1."""
    down, up = (
        offchain.UpdateChannel(ALICE, DOWN.balances),
        offchain.UpdateChannel(ALICE, UP.balances),
    )
    return after(state, down, up, rules=rules)


def hired(state: State, *towers: Party) -> State:
    """Each of the towers has the newest version, and has signed for it."""
    state = updated(state)
    for tower in towers or (TOWER,):
        given = offchain.HandOver(ALICE, tower, NEWEST), offchain.GiveReceipt(tower, NEWEST)
        state = after(state, *given)
    return state


def away(state: State, *towers: Party) -> State:
    """Alice has hired the towers, and is away."""
    return after(hired(state, *towers), offchain.Leave(ALICE))


def breached(state: State, *towers: Party, version: Version = DOWN) -> State:
    """While alice is away, bob claims a stale version."""
    return after(away(state, *towers), disputes.Close(BOB, version))


def paid_out(state: State, *towers: Party) -> State:
    """Nobody has answered, alice was back too late for that, and the stale version was paid out."""
    return after(breached(state, *towers), *SETTLED)


def punished(state: State, *numbers: int) -> State:
    """The same as `hired` where revoked versions are punished: appointments for these versions."""
    state = updated(state, PUNISHING)
    for number in numbers:
        given = Appointment(CHANNEL, number, (START, DOWN, UP)[number])
        steps = offchain.HandOver(ALICE, TOWER, given), offchain.GiveReceipt(TOWER, given)
        state = after(state, *steps, rules=PUNISHING)
    return state


def receipt(tower: Party = TOWER, appointment: Appointment = NEWEST) -> Receipt:
    return Receipt(tower, appointment)
