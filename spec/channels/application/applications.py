"""What an application is to the channel: which moves are valid, and what is paid if play stops.

An application is plain data with pure rules; no contract of its own. A state says its outcome
itself, and a transition is valid only if that is the one which the rules give.

Source: reference section 5, "application rule: a pure valid-transition predicate (turn taking)".
"""

from collections.abc import Callable
from typing import TypeAlias

from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application import streaming
from spec.channels.application import tic_tac_toe as ttt
from spec.channels.application.evidence import App, AppState, Data, Turn, mover
from spec.channels.application.outcomes import allocated
from spec.channels.sides import ALICE, Pair

Stalled: TypeAlias = Callable[[Pair, Turn], Pair]
"""What each side has if a game that both have joined stops at a turn, in wei."""

JOINED: Turn = 2
"""From this turn on both have moved."""


# Decisions: what a stall costs -------------------------------------------------------------------


def who_stalls_forfeits(stakes: Pair, turn: Turn) -> Pair:
    """Everything is for who moved last, in wei."""
    total = stakes[0] + stakes[1]
    return (total, 0) if mover(turn) == ALICE else (0, total)


def stakes_go_back(stakes: Pair, turn: Turn) -> Pair:
    """As if the game had never begun: who is about to lose stops."""
    return stakes


# The rules of each application -------------------------------------------------------------------


SIZES = {App.STREAMING: 2, App.ROCK_PAPER_SCISSORS: 3, App.TIC_TAC_TOE: 9}
"""How many numbers each application keeps."""


def legal(app: App, before: Data, after: Data, turn: Turn, stakes: Pair) -> bool:
    """May the mover of this turn make such a move? What is not the application's data is none."""
    if len(before) != SIZES[app] or len(after) != SIZES[app]:
        return False
    if app == App.STREAMING:
        return streaming.legal(before, after, turn, stakes)
    if app == App.ROCK_PAPER_SCISSORS:
        return rps.legal(before, after)
    return ttt.legal(before, after, turn)


def steps(app: App, before: Data, turn: Turn, stakes: Pair) -> tuple[Data, ...]:
    """All legal moves to this turn."""
    if app == App.STREAMING:
        return streaming.steps(before, turn, stakes)
    if app == App.ROCK_PAPER_SCISSORS:
        return rps.steps(before)
    return ttt.steps(before, turn)


def over(app: App, data: Data) -> bool:
    """Does nobody move any more?"""
    if app == App.STREAMING:
        return streaming.over(data)
    if app == App.ROCK_PAPER_SCISSORS:
        return rps.over(data)
    return ttt.over(data)


def standing(app: App, data: Data, turn: Turn, stakes: Pair, stalled: Stalled) -> Pair:
    """What each side has if play stops at this turn, in wei."""
    if app == App.STREAMING:
        return streaming.standing(data, stakes)
    if over(app, data):
        return (
            rps.result(data, stakes) if app == App.ROCK_PAPER_SCISSORS else ttt.result(data, stakes)
        )
    return stakes if turn < JOINED else stalled(stakes, turn)


def app_state(app: App, data: Data, turn: Turn, stakes: Pair, stalled: Stalled) -> AppState:
    """The state in which the application stands, with the outcome that its rules give."""
    outcome = allocated(standing(app, data, turn, stakes, stalled))
    return AppState(turn, data, outcome, over(app, data))


def valid_transition(
    app: App, before: AppState, after: AppState, stakes: Pair, stalled: Stalled
) -> bool:
    """Does the one follow from the other by a legal move, and say its outcome truly?"""
    return (
        not before.final
        and after.turn == before.turn + 1
        and legal(app, before.data, after.data, after.turn, stakes)
        and after == app_state(app, after.data, after.turn, stakes, stalled)
    )


def moves(app: App, before: AppState, stakes: Pair, stalled: Stalled) -> tuple[AppState, ...]:
    """All states that follow from one."""
    if before.final:
        return ()
    turn = before.turn + 1
    return tuple(
        [
            app_state(app, data, turn, stakes, stalled)
            for data in steps(app, before.data, turn, stakes)
        ]
    )
