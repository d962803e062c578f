"""The applications: what is listed is what is valid, and a second opinion agrees on every state."""

import pytest

from invariants.channels.application.referee import deserved, ended, fair
from invariants.channels.application.values import guaranteed
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application import tic_tac_toe as ttt
from spec.channels.application.applications import app_state, moves, valid_transition
from spec.channels.application.evidence import App, AppState
from spec.channels.application.outcomes import allocated
from spec.channels.application.rule_sets import FORCEMOVE
from spec.channels.application.streaming import START as STREAM

STAKES = (2, 1)
STALLED = FORCEMOVE.stalled
BEGINNINGS = {
    "streaming": (App.STREAMING, STREAM),
    "rock-paper-scissors": (App.ROCK_PAPER_SCISSORS, rps.START),
    "tic-tac-toe": (App.TIC_TAC_TOE, (1, 0, 2, 0, 2, 0, 1, 1, 0)),
}
EACH = pytest.mark.parametrize(("app", "data"), BEGINNINGS.values(), ids=BEGINNINGS)


def tree(app: App, data, turns=9):
    """All states that can be reached."""
    found = {app_state(app, data, 0, STAKES, STALLED)}
    newest = set(found)
    for _ in range(turns):
        newest = {
            after for before in newest for after in moves(app, before, STAKES, STALLED)
        } - found
        found |= newest
    return sorted(found, key=repr)


def candidates(app: App, every: list[AppState]):
    """States of which most follow from nothing: those there are, with other data and outcomes."""
    wrong = [
        AppState(body.turn, body.data, allocated(pays), final)
        for body in every[::7]
        for pays in ((3, 0), (0, 3), (1, 2))
        for final in (False, True)
    ]
    return [*every, *wrong]


@EACH
def test_the_menu_lists_exactly_what_is_valid(app, data):
    every = tree(app, data, 4)
    for before in every[:40]:
        listed = set(moves(app, before, STAKES, STALLED))
        valid = {
            body
            for body in candidates(app, every)
            if valid_transition(app, before, body, STAKES, STALLED)
        }
        assert valid <= listed
        assert all(valid_transition(app, before, body, STAKES, STALLED) for body in listed)


@EACH
def test_rules_and_referee_agree_on_moves_outcomes_and_ends(app, data):
    every = tree(app, data)
    for body in every:
        assert tuple(entry.amount for entry in body.outcome) == deserved(app, body, STAKES)
        assert body.final == ended(app, body.data)
    for before in every[:40]:
        for after in every:
            if len(after.outcome) == 2 and fair(app, before, after, STAKES):
                assert valid_transition(app, before, after, STAKES, STALLED)


@EACH
def test_every_play_comes_to_an_end(app, data):
    assert all(moves(app, body, STAKES, STALLED) or body.final for body in tree(app, data))
    assert any(body.final for body in tree(app, data))


def test_a_board_is_won_in_each_of_eight_ways():
    for cells in ttt.LINES:
        data = tuple(1 if cell in cells else 0 for cell in range(9))
        assert ttt.has_won(data, 1) and not ttt.has_won(data, 2)
    assert len(set(ttt.LINES)) == 8


def test_tic_tac_toe_is_a_draw_for_players_that_move_well():
    start = app_state(App.TIC_TAC_TOE, ttt.EMPTY, 0, STAKES, STALLED)
    values = tuple(guaranteed(App.TIC_TAC_TOE, start, STAKES, side, FORCEMOVE) for side in (0, 1))
    assert values == STAKES


def test_who_has_not_joined_loses_nothing_by_stopping():
    for app, data in BEGINNINGS.values():
        for body in tree(app, data, 1):
            if not body.final or app == App.STREAMING:
                assert tuple(entry.amount for entry in body.outcome) == STAKES


def test_who_stalls_in_a_game_that_both_have_joined_has_lost():
    for app in (App.ROCK_PAPER_SCISSORS, App.TIC_TAC_TOE):
        for body in tree(app, BEGINNINGS[app.name.lower().replace("_", "-")][1]):
            if body.turn >= 2 and not body.final:
                stalls = (body.turn + 1) % 2
                assert body.outcome[stalls].amount == 0
