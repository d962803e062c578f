"""Situations of an application channel, told action by action.

Stakes are 2 of alice's and 1 of bob's. Whoever is named in `against` is dishonest.
"""

from typing import Any

from attrs import evolve

from invariants.channels.application.rulebook import APPLICATION
from invariants.channels.application.world.scope import Scope
from spec.channels.application.adjudicator import Challenge
from spec.channels.application.applications import app_state
from spec.channels.application.evidence import (
    App,
    AppState,
    Line,
    Signed,
    Support,
    mover,
    support_of,
)
from spec.channels.application.play import Move
from spec.channels.application.rule_sets import FORCEMOVE
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.sides import PARTIES
from spec.kernel.basics import HOUR, Party
from spec.kernel.clock import Wait
from tests.protocolwide import account, duties, moved

PROTOCOL = APPLICATION.protocol
SCOPES = APPLICATION.scopes
OUTSIDER = Party(9)
STAKES = (2, 1)


def channel(*against: Party, rules: Rules = FORCEMOVE, **more: Any) -> State:
    """Rock-paper-scissors, both stakes deposited, where nothing else is said."""
    return PROTOCOL.initial(evolve(Scope(coalition=against), **more), rules)


def after(state: State, *actions: Any, rules: Rules = FORCEMOVE) -> State:
    return moved(APPLICATION, state, rules, actions)


def thrown(sealed: int = 0, chosen: int = 0, revealed: int = 0) -> AppState:
    """The state of rock-paper-scissors with this data."""
    turn = sum(choice > 0 for choice in (sealed, chosen, revealed))
    return app_state(
        App.ROCK_PAPER_SCISSORS, (sealed, chosen, revealed), turn, STAKES, FORCEMOVE.stalled
    )


START = thrown()


def line(sealed: int = 0, chosen: int = 0, revealed: int = 0) -> Line:
    """The states of a round up to the one with this data."""
    every = (START, thrown(sealed), thrown(sealed, chosen), thrown(sealed, chosen, revealed))
    return every[: every.index(thrown(sealed, chosen, revealed)) + 1]


def support(*data: int) -> Support:
    """The support of such a state."""
    return support_of(line(*data))


def played(state: State, *data: int) -> State:
    """A round is played off chain up to such a state."""
    return after(state, *(Move(mover(body.turn), body) for body in line(*data)[1:]))


def challenged(state: State, by: Party, *data: int) -> State:
    """Somebody challenges with such a state; the honest wait before they do."""
    if by in state.people.honest:
        state = after(state, Wait(HOUR + 1))
    return after(state, Challenge(by, support(*data)))


def gains(before: State, now: State) -> tuple[int, ...]:
    """What came to the accounts, in wei."""
    return tuple(account(now, party) - account(before, party) for party in PARTIES)


def due(state: State, party: Party, rules: Rules = FORCEMOVE) -> list[Any]:
    """What a party must do, in order, as far as it can be done now."""
    owed = duties(APPLICATION, state, party, rules)
    return [duty.action for duty in owed if duty.opens <= state.main.now]


def alone(body: AppState, *by: Party) -> Support:
    """One state, signed by some."""
    return Support(Signed(body, by))
