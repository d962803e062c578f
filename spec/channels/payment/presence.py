"""Honest parties that are away, and come back with what they stored.

Who is away neither signs nor answers. Safe exit is promised to who is back before a window that
began meanwhile is over; how long somebody is away, a scope says.
"""

from attrs import evolve

from spec.channels.payment.actions import Crash, GoOffline, Return
from spec.channels.payment.refusals import NotAway
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import Absence, State
from spec.channels.people import gone, is_there, returned
from spec.channels.sides import side_of, with_side
from spec.kernel.basics import Party, Seconds


def go_offline(state: State, action: GoOffline, rules: Rules) -> State:
    """The party is away, and keeps what it knows."""
    return left(state, action.by, action.until)


def crash(state: State, action: Crash, rules: Rules) -> State:
    """The party is away, and has nothing but what it stored."""
    side = side_of(action.by)
    memory = with_side(state.memory, side, state.disk[side])
    return left(evolve(state, memory=memory), action.by, action.until)


def come_back(state: State, action: Return, rules: Rules) -> State:
    """The party is there again. Raises NotAway."""
    if is_there(state.people, action.by):
        raise NotAway(action.by)
    return evolve(state, people=returned(state.people, action.by))


def left(state: State, by: Party, until: Seconds) -> State:
    """The party is away."""
    absence = Absence(with_side(state.absence.back, side_of(by), until), state.absence.times + 1)
    return evolve(state, people=gone(state.people, by), absence=absence)
