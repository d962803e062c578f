"""The honest party: what it will not do, and what it must do in time.

It deposits its stake on top of what it expects to be held, moves only when both stakes are there,
keeps to its line, and answers every challenge. If the other one does not move, it challenges; when
the outcome is final, it has it paid. Offline, it owes nothing.
"""

from collections.abc import Hashable
from typing import Any

from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.applications import moves
from spec.channels.application.evidence import (
    AppState,
    Signed,
    Support,
    Turn,
    mover,
    support_of,
)
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.play import Agree, Move
from spec.channels.application.refusals import AgainstStrategy
from spec.channels.application.rules import Rules
from spec.channels.application.state import (
    Contract,
    Phase,
    State,
    is_funded,
    latest,
    next_mover,
    total,
)
from spec.channels.people import is_there
from spec.channels.sides import ALICE, PARTIES, side_of
from spec.kernel.basics import Party, Wei
from spec.kernel.protocol import Obligation

# What it will not do ----------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """Raises AgainstStrategy for what an honest party would never do."""
    match action:
        case Deposit():
            foolish = action != own_deposit(state, action.by) or has_deposited(state, action.by)
        case Move():
            foolish = not is_ready(state, rules)
        case Challenge(support=support):
            foolish = support != support_of(state.network.line) or is_patient(state, rules)
        case Checkpoint(by=by, support=support):
            foolish = not is_own_answer(state, by, support, rules)
        case Conclude(signed=signed):
            foolish = signed != agreed_end(state)
        case _:
            foolish = False
    if foolish:
        raise AgainstStrategy(action.by)


def is_patient(state: State, rules: Rules) -> bool:
    """Does it still give the other one time to go on?"""
    return state.main.now <= state.network.since + rules.player.patience


def own_deposit(state: State, party: Party) -> Deposit:
    """Alice deposits first, bob on top of alice's stake."""
    expected = 0 if party == ALICE else state.channel.stakes[0]
    return Deposit(party, expected, own_stake(state, party))


def own_stake(state: State, party: Party) -> Wei:
    """What it is to deposit, in wei."""
    return state.channel.stakes[side_of(party)]


def has_deposited(state: State, party: Party) -> bool:
    """Is its money in the channel?"""
    return state.contract.deposited[side_of(party)] > 0


def is_own_answer(state: State, party: Party, support: Support, rules: Rules) -> bool:
    """Does it support its latest state, or its own next move?"""
    line = state.network.line
    if support == support_of(line):
        return True
    return plays(state, party, rules) and any(
        support == support_of((*line, body)) for body in own_moves(state, rules)
    )


def agreed_end(state: State) -> Signed | None:
    """The final state with both signatures, if there is one."""
    return Signed(latest(state), PARTIES) if state.network.agreed else None


def is_ready(state: State, rules: Rules) -> bool:
    """Is enough of the stakes there for it to play?"""
    return rules.player.plays(state.contract.held, total(state.channel))


def plays(state: State, party: Party, rules: Rules) -> bool:
    """Is there a move left, is it its turn, and is it ready?"""
    return not latest(state).final and next_mover(state) == party and is_ready(state, rules)


def own_moves(state: State, rules: Rules) -> tuple[AppState, ...]:
    """All that the mover can do next."""
    channel = state.channel
    return moves(channel.app, latest(state), channel.stakes, rules.stalled)


# What it must do --------------------------------------------------------------------------------

OUTCOME = "a challenge that is over"
CONCLUDED = "a conclusion"
"""The needs that having the outcome paid answers."""
STALLED = "a turn that is not taken"
"""The need that a challenge answers."""


def agreement(contract: Contract) -> Hashable:
    """The need that concluding answers: a deposit or a record begins it anew, as it does everything
    that waits while no challenge runs."""
    return "an end that both have signed", contract.record, contract.held


def challenge(turn: Turn) -> Hashable:
    """The need that an answer to the challenge of a turn answers: each can be made only once."""
    return "challenge", turn


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """What honest parties that are there and have something in the channel must do next."""
    if state.contract.paid:
        return ()
    return tuple(
        [
            duty
            for party in state.people.honest
            if is_there(state.people, party) and takes_part(state, party)
            for duty in duties(state, party, rules)
        ]
    )


def takes_part(state: State, party: Party) -> bool:
    """Has it anything to gain or lose: is its own money in the channel, or that of both?"""
    return is_funded(state) or has_deposited(state, party)


def duties(state: State, party: Party, rules: Rules) -> tuple[Obligation, ...]:
    """What this party must do next. What answers a challenge is owed beside what follows its end:
    the one may be as slow as the other."""
    match state.contract.phase:
        case Phase.CONCLUDED:
            return (payment(state, party, rules),)
        case Phase.CHALLENGE:
            return (*responses(state, party, rules), payment(state, party, rules))
        case _:
            return (turn_taken(state, party, rules),)


def payment(state: State, party: Party, rules: Rules) -> Obligation:
    """It has a final outcome paid."""
    ends = state.contract.ends
    until = ends + rules.player.reaction
    need = CONCLUDED if state.contract.phase == Phase.CONCLUDED else OUTCOME
    return Obligation(until, party, PayOut(party), ends + 1, need, since=ends)


def responses(state: State, party: Party, rules: Rules) -> tuple[Obligation, ...]:
    """It answers a challenge: with a newer state that it has, or with its move. Where it is for
    the other one to answer, it waits for the end."""
    contract, line = state.contract, state.network.line
    if latest(state).turn <= contract.record:
        if not plays(state, party, rules):
            return ()
        line = (*line, next_move(state, rules))
    answer, need = Checkpoint(party, support_of(line)), challenge(contract.record)
    return (Obligation(contract.ends, party, answer, need=need),)


def turn_taken(state: State, party: Party, rules: Rules) -> Obligation:
    """It moves, or signs the end, both off chain and soon; where the other one does not, it
    challenges."""
    last, since, reaction = latest(state), state.network.since, rules.player.reaction
    patient = since + rules.player.patience
    end = agreed_end(state)
    if end is not None:
        return Obligation(
            since + reaction,
            party,
            Conclude(party, end),
            need=agreement(state.contract),
            since=since,
        )
    if last.final and mover(last.turn) != party:
        return Obligation(patient, party, Agree(party), punctual=True)
    if plays(state, party, rules):
        return Obligation(patient, party, Move(party, next_move(state, rules)), punctual=True)
    doubted = Challenge(party, support_of(state.network.line))
    return Obligation(patient + reaction, party, doubted, patient + 1, STALLED, since=patient)


def next_move(state: State, rules: Rules) -> AppState:
    """The move that it makes if nothing better comes to its mind: the first one. In a run it may
    make any other, at any time before (`moves.off_chain`)."""
    return own_moves(state, rules)[0]
