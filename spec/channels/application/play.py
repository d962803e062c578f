"""Off chain: the parties take turns, and sign a final state together.

What is lost on the way, or sent to nobody, is a move that was not made: the other party waits, and
challenges. A dishonest party may keep its moves to itself and show them to the contract later.
"""

from attrs import evolve

from spec.channels.application.applications import valid_transition
from spec.channels.application.evidence import AppState, mover
from spec.channels.application.refusals import (
    InvalidTransition,
    MoveTooLate,
    NothingToAgree,
    NotTheMover,
)
from spec.channels.application.rules import Rules
from spec.channels.application.state import State, is_running, latest
from spec.channels.people import is_honest
from spec.channels.sides import ToPartner
from spec.kernel.basics import Party


class Move(ToPartner, says="moves: {body}", short="{body}"):
    """Sign the next state and send it to the other party. What an honest receiver would throw away
    is refused."""

    body: AppState

    def step(self, state: State, rules: Rules) -> State:
        """Raises NotTheMover, InvalidTransition, MoveTooLate."""
        network, channel, body = state.network, state.channel, self.body
        if self.by != mover(body.turn):
            raise NotTheMover(self.by, mover(body.turn))
        if not valid_transition(channel.app, latest(state), body, channel.stakes, rules.stalled):
            raise InvalidTransition(latest(state), body)
        if comes_too_late(state, mover(body.turn + 1), rules):
            raise MoveTooLate(state.main.now, state.contract.ends)
        line = (*network.line, body)
        return evolve(state, network=evolve(network, line=line, since=state.main.now))


def comes_too_late(state: State, receiver: Party, rules: Rules) -> bool:
    """Does an honest receiver throw a move away, since a challenge may be over before it can show
    it?"""
    contract, now, player = state.contract, state.main.now, rules.player
    return (
        is_honest(state.people, receiver)
        and is_running(contract, now)
        and not player.takes(now, contract.ends, player.reaction)
    )


class Agree(ToPartner, says="signs the final state too", short="signs the end too"):
    """Sign the other party's final state too."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NothingToAgree, NotTheMover."""
        network, last = state.network, latest(state)
        if network.agreed or not last.final:
            raise NothingToAgree(last.turn)
        other = mover(last.turn + 1)
        if self.by != other:
            raise NotTheMover(self.by, other)
        return evolve(state, network=evolve(network, agreed=True, since=state.main.now))
