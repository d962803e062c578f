"""Small channels, and how to get into them."""

from typing import Any

from attrs import evolve

from invariants.channels.conditional.rulebook import CONDITIONAL
from invariants.channels.conditional.world.scope import Scope
from spec.channels.conditional.offchain import Countersign, Offer
from spec.channels.conditional.pays import Condition, Logic, Pay, last_deadline, total
from spec.channels.conditional.rule_sets import SOUND
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import IntendSettle
from spec.channels.conditional.state import Simplex, State
from spec.channels.people import People
from spec.channels.sides import ALICE, BOB, PARTIES, Side
from spec.kernel.basics import DAY, Party
from tests.protocolwide import moved

LOCKED = Pay(1, payer=1, most=2, logic=Logic.AND, conditions=(), deadline=2 * DAY)
"""Bob's payment of up to 2, by hash lock alone."""
HALF = evolve(LOCKED, logic=Logic.ADD, conditions=(Condition(1, DAY),))
"""The same, with a number that is final after a day."""


def channel(*, honest: tuple[Party, ...] = (ALICE,), deposits: tuple[int, int] = (2, 2)) -> State:
    """A new channel in which the payees know their preimages."""
    return CONDITIONAL.protocol.initial(Scope(honest=honest, deposits=deposits, pays=3), SOUND)


def both_dishonest() -> State:
    """Nobody follows the strategy: only the contract's own guards speak."""
    return evolve(channel(), people=People(honest=()))


def simplex(payer: Side, seq: int, transferred: int = 0, *pays: Pay) -> Simplex:
    """A well-formed state."""
    return Simplex(payer, seq, transferred, pays, last_deadline(pays), total(pays))


def play(state: State, *actions: Any, rules: Rules = SOUND) -> State:
    """The state after actions, under the time rule."""
    return moved(CONDITIONAL, state, rules, actions)


def signed(state: State, each: Simplex) -> State:
    """The state after the payee has countersigned."""
    payee = PARTIES[1 - each.payer]
    if PARTIES[each.payer] in state.people.honest:
        state = play(state, Offer(PARTIES[each.payer], each))
    return play(state, Countersign(payee, each))


def settling(*states: Simplex) -> State:
    """Bob has begun to settle with these states, countersigned before."""
    state = channel()
    for each in states:
        state = signed(state, each)
    return play(state, IntendSettle(BOB, states))


def later(state: State, seconds: int) -> State:
    """The clock moved by hand, past everything that anybody owes."""
    return evolve(state, main=evolve(state.main, now=state.main.now + seconds))
