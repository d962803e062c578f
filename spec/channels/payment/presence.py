"""Honest parties that are away, and come back with what they stored.

Who is away neither signs nor answers. Safe exit is promised to who is back before a window that
began meanwhile is over; how long somebody is away, a scope says.
"""

from attrs import evolve

from spec.channels.payment.refusals import NotAway
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import Absence, State
from spec.channels.people import gone, is_there, returned
from spec.channels.sides import side_of, with_side
from spec.kernel.action import Own
from spec.kernel.basics import Party, Seconds


class GoOffline(Own, says="goes offline until {until}"):
    """An honest party is away, at the latest until a point in time."""

    until: Seconds

    def step(self, state: State, rules: Rules) -> State:
        """The party is away, and keeps what it knows."""
        return left(state, self.by, self.until)


class Crash(Own, says="crashes, and is away until {until}"):
    """An honest party loses what it has not stored, and is away until it is started again."""

    until: Seconds

    def step(self, state: State, rules: Rules) -> State:
        """The party is away, and has nothing but what it stored."""
        side = side_of(self.by)
        memory = with_side(state.memory, side, state.disk[side])
        return left(evolve(state, memory=memory), self.by, self.until)


class Return(Own, says="is there again"):
    """An honest party is there again, with what it knows or has stored."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotAway."""
        if is_there(state.people, self.by):
            raise NotAway(self.by)
        return evolve(state, people=returned(state.people, self.by))


def left(state: State, by: Party, until: Seconds) -> State:
    """The party is away."""
    absence = Absence(with_side(state.absence.back, side_of(by), until), state.absence.times + 1)
    return evolve(state, people=gone(state.people, by), absence=absence)
