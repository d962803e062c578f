"""Situations of an application channel, told action by action, and random walks through it.

Stakes are 2 of alice's and 1 of bob's. Whoever is named in `against` is dishonest.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

from attrs import evolve, frozen

from impl.fuzz.codec import Sources
from impl.fuzz.walker import Walker
from invariants.channels.application.rulebook import APPLICATION
from invariants.channels.application.world.scope import Scope
from spec.channels.application import actions as a
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
from spec.channels.application.rule_sets import FORCEMOVE
from spec.channels.application.rules import Rules
from spec.channels.application.state import State
from spec.channels.sides import PARTIES
from spec.kernel.basics import ETHER, HOUR, Party
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

PROTOCOL = APPLICATION.protocol
SCOPES = APPLICATION.scopes
OUTSIDER = Party(9)
STAKES = (2, 1)


def channel(*against: Party, rules: Rules = FORCEMOVE, **more: Any) -> State:
    """Rock-paper-scissors, both stakes deposited, where nothing else is said."""
    return PROTOCOL.initial(evolve(Scope(coalition=against), **more), rules)


def after(state: State, *actions: Any, rules: Rules = FORCEMOVE) -> State:
    for action in actions:
        state = move(PROTOCOL, state, action, rules)
    return state


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
    return after(state, *(a.Move(mover(body.turn), body) for body in line(*data)[1:]))


def challenged(state: State, by: Party, *data: int) -> State:
    """Somebody challenges with such a state; the honest wait before they do."""
    if by in state.people.honest:
        state = after(state, Wait(HOUR + 1))
    return after(state, a.Challenge(by, support(*data)))


def account(state: State, party: Party) -> int:
    held: int = state.main.accounts[party, ETHER]
    return held


def gains(before: State, now: State) -> tuple[int, ...]:
    """What came to the accounts, in wei."""
    return tuple(account(now, party) - account(before, party) for party in PARTIES)


def due(state: State, party: Party, rules: Rules = FORCEMOVE) -> list[Any]:
    """What a party must do, in order."""
    return [duty.action for duty in PROTOCOL.obligations(state, rules) if duty.by == party]


def alone(body: AppState, *by: Party) -> Support:
    """One state, signed by some."""
    return Support(Signed(body, by))


def watching(*claims: str) -> Any:
    """The rulebook with some of its claims only."""
    return evolve(
        APPLICATION, invariants=tuple(i for i in APPLICATION.invariants if i.id in claims)
    )


# Random walks -----------------------------------------------------------------------------------


@frozen
class Step:
    before: State
    action: Any
    after: State
    refusal: Refusal | None


def walk(rules: Rules, scope: Scope, seed: int, length: int = 120) -> Iterator[Step]:
    """A random run; a refused action stays where it was."""
    random, sources = Random(seed), Sources(APPLICATION, rules, scope)
    state = PROTOCOL.initial(scope, rules)
    for _ in range(length):
        action = sources.draw(random.choice(sources.table), state, random.randrange)
        if action is None:
            continue
        try:
            reached, refusal = move(PROTOCOL, state, action, rules), None
        except Refusal as said:
            reached, refusal = state, said
        yield Step(state, action, reached, refusal)
        state = reached


def ends(rules: Rules, scope: Scope, steps: int = 1_500) -> list[State]:
    """States that differ in what had to happen to reach them. No claim ends a run."""
    walker = Walker(evolve(APPLICATION, invariants=()), rules, scope, 1, 40)
    walker.shard(0, steps, True)
    return [mark.state for mark in walker.landmarks.values()]
