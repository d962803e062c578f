"""The claims' own clock: when an outcome is final, and by when the channel has to go on.

It counts from when an action was accepted (`Ghost`) and by the rules' numbers, never from a time
that a rule has written down: a rule that writes a wrong one is measured, and does not measure.
"""

from invariants.channels.application.referee import sides_turn
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, side_of
from spec.kernel.basics import Party, Seconds


def last_moment(state: State, rules: Rules) -> Seconds:
    """The last moment to answer the challenge that stands, in seconds."""
    return state.ghost.called + rules.window


def was_final(state: State, rules: Rules) -> bool:
    """Concluded, or challenged and the last moment to answer is past."""
    phase = state.contract.phase
    return phase == Phase.CONCLUDED or (
        phase == Phase.CHALLENGE and state.main.now > last_moment(state, rules)
    )


def due_by(state: State, rules: Rules) -> Seconds:
    """When the channel must have gone on at the latest, if somebody honest is there to see to it;
    in seconds."""
    phase, patience, reaction = state.contract.phase, rules.player.patience, rules.player.reaction
    if phase == Phase.OPEN:
        if state.network.agreed:
            return state.ghost.since + reaction
        return state.ghost.since + patience + (0 if has_answer(state, rules) else reaction)
    return reaction + (
        last_moment(state, rules) if phase == Phase.CHALLENGE else state.ghost.called
    )


def has_answer(state: State, rules: Rules) -> bool:
    """Is there somebody honest whose turn it is: to move, to sign the end, to conclude?"""
    contract, network = state.contract, state.network
    last, stakes = network.line[-1], sum(state.channel.stakes)
    if network.agreed:
        return any(is_watching(state, party) for party in PARTIES)
    by = PARTIES[1 - sides_turn(last.turn)]
    ready = last.final or rules.player.plays(contract.held, stakes)
    return ready and is_watching(state, by)


def is_watching(state: State, party: Party) -> bool:
    """Is this party honest and there, with money in the channel, or could it win some?"""
    contract = state.contract
    funded = contract.held == sum(state.channel.stakes)
    return is_there(state.people, party) and (funded or contract.deposited[side_of(party)] > 0)


def is_watched(state: State) -> bool:
    """Does somebody honest see to it that the channel goes on?"""
    return any(is_watching(state, party) for party in PARTIES)
