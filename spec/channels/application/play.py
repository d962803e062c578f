"""Off chain: the parties take turns, and sign a final state together.

What is lost on the way, or sent to nobody, is a move that was not made: the other party waits, and
challenges. A dishonest party may keep its moves to itself and show them to the contract later.
"""

from attrs import evolve

from spec.channels.application.actions import Agree, Move
from spec.channels.application.applications import valid_transition
from spec.channels.application.evidence import mover
from spec.channels.application.refusals import InvalidTransition, NothingToAgree, NotTheMover
from spec.channels.application.rules import Rules
from spec.channels.application.state import State, latest


def move(state: State, action: Move, rules: Rules) -> State:
    """The state is the last one that both know of. What an honest receiver would throw away is
    refused.

    Raises NotTheMover, InvalidTransition.
    """
    network, channel, body = state.network, state.channel, action.body
    if action.by != mover(body.turn):
        raise NotTheMover(action.by, mover(body.turn))
    if not valid_transition(channel.app, latest(state), body, channel.stakes, rules.stalled):
        raise InvalidTransition(latest(state), body)
    line = (*network.line, body)
    return evolve(state, network=evolve(network, line=line, since=state.main.now))


def agree(state: State, action: Agree, rules: Rules) -> State:
    """Both have signed the final state. Raises NothingToAgree, NotTheMover."""
    network, last = state.network, latest(state)
    if network.agreed or not last.final:
        raise NothingToAgree(last.turn)
    other = mover(last.turn + 1)
    if action.by != other:
        raise NotTheMover(action.by, other)
    return evolve(state, network=evolve(network, agreed=True, since=state.main.now))
