"""What an application guarantees to a player: its value by backward induction over its own rules.

A player that moves in time gets at least this, whatever the other one does: on its own turn it can
stop or take the move that guarantees most, on the other's turn the other one stops or takes the
move that hurts most. What a player cannot see, it may not use: its own move is judged by the worst
that may be hidden from it.
"""

from collections.abc import Callable
from functools import lru_cache

from attrs import evolve

from invariants.channels.application.clock import was_final
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application.applications import moves
from spec.channels.application.evidence import App, AppState, mover
from spec.channels.application.outcomes import Outcome
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State, is_funded, latest
from spec.channels.people import is_honest
from spec.channels.sides import Pair, Side, side_of
from spec.kernel.basics import ETHER, Party, Wei


def guaranteed(app: App, body: AppState, stakes: Pair, side: Side, rules: Rules) -> Wei:
    """The least that a player has in the end who moves in time from this state on, in wei."""
    return _guaranteed(app, body, stakes, side, rules.stalled, rules.shows)


@lru_cache(maxsize=262_144)
def _guaranteed(
    app: App,
    body: AppState,
    stakes: Pair,
    side: Side,
    stalled: Callable[..., Pair],
    shows: Callable[[int], int],
) -> Wei:
    stops: Wei = body.outcome[side].amount
    if body.final:
        return stops
    found = moves(app, body, stakes, stalled)
    if side_of(mover(body.turn + 1)) != side:
        return min(
            [stops, *(_guaranteed(app, each, stakes, side, stalled, shows) for each in found)]
        )
    return max(
        [
            stops,
            *(
                min(
                    _guaranteed(app, world, stakes, side, stalled, shows)
                    for world in worlds(app, each, side, shows)
                )
                for each in found
            ),
        ]
    )


def worlds(
    app: App, body: AppState, side: Side, shows: Callable[[int], int]
) -> tuple[AppState, ...]:
    """All states that look like this one to a player: a commitment hides what is in it from the
    other side until it is revealed."""
    if app != App.ROCK_PAPER_SCISSORS or side == 1 or body.data[2] > 0:
        return (body,)
    return tuple(
        evolve(body, data=(hidden, *body.data[1:])) for hidden in rps.may_hide(body.data[0], shows)
    )


def paid_in_order(outcome: Outcome, held: Wei) -> Pair:
    """What each side is paid of an outcome where no more than this is held, in wei: alice first."""
    first = min(outcome[0].amount, held)
    return first, min(outcome[1].amount, held - first)


def secured(state: State, party: Party, rules: Rules) -> Wei:
    """What a party has in the channel, in wei: what will be paid of a final outcome, else what the
    application guarantees from the last state on. While not both have deposited nobody plays, and
    it has its part of what is held."""
    contract, side = state.contract, side_of(party)
    if contract.paid:
        return 0
    if was_final(state, rules):
        return paid_in_order(contract.claimed.outcome, contract.held)[side]
    if not is_funded(state):
        return paid_in_order(latest(state).outcome, contract.held)[side]
    channel = state.channel
    return guaranteed(channel.app, latest(state), channel.stakes, side, rules)


def worth(state: State, party: Party, rules: Rules) -> Wei:
    """All that a party has, on its account and in the channel, in wei."""
    return state.main.accounts[party, ETHER] + secured(state, party, rules)


def floor(state: State, party: Party, rules: Rules) -> Wei:
    """What a party keeps that answers nothing, in wei: its account, and its part of the worst state
    that counts or that the other one could still show."""
    contract, side = state.contract, side_of(party)
    account = state.main.accounts[party, ETHER]
    if contract.paid or was_final(state, rules):
        return account + secured(state, party, rules)
    return account + min(
        [paid_in_order(body.outcome, contract.held)[side] for body in showable(state, rules)],
        default=0,
    )


def showable(state: State, rules: Rules) -> list[AppState]:
    """All states that count, or that can be supported without this party's next move: those of the
    line that are no older than the record, and what a dishonest mover could have signed instead."""
    contract, line, channel = state.contract, state.network.line, state.channel
    first = contract.record
    found = [contract.claimed] if contract.phase == Phase.CHALLENGE else []
    found += line[first:]
    for turn in range(max(first, 1), len(line) + 1):
        if not is_honest(state.people, mover(turn)):
            found += moves(channel.app, line[turn - 1], channel.stakes, rules.stalled)
    return found
