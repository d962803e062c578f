"""What each step does: the effect that the protocol is about, in the smallest situation."""

import pytest
from attrs import evolve

from invariants.channels.application.rulebook import APPLICATION
from invariants.channels.application.values import guaranteed, worth
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.evidence import App, AppState, Signed
from spec.channels.application.holdings import Deposit, PayOut
from spec.channels.application.outcomes import allocated
from spec.channels.application.play import Agree, Move
from spec.channels.application.rule_sets import ABLATIONS, FORCEMOVE
from spec.channels.application.state import Phase
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.kernel.basics import DAY, ETHER, HOUR
from spec.kernel.clock import Wait
from spec.kernel.refusal import Refusal
from tests.channels.application.situations import (
    PROTOCOL,
    SCOPES,
    STAKES,
    after,
    challenged,
    channel,
    due,
    gains,
    played,
    support,
    thrown,
)
from tests.protocolwide import account, expect_functions, walk

# Deposits ---------------------------------------------------------------------------------------


def test_alice_deposits_first_and_bob_on_top_of_her_stake():
    state = channel(funded=False)
    state = after(state, Deposit(ALICE, 0, 2), Deposit(BOB, 2, 1))
    assert (state.contract.held, state.contract.deposited) == (3, (2, 1))
    assert state.main.escrow[ETHER] == 3
    assert (account(state, ALICE), account(state, BOB)) == (5, 5)


def test_a_deposit_without_a_partner_comes_home_after_a_challenge():
    state = channel(BOB, funded=False)
    begun = state
    state = after(state, Deposit(ALICE, 0, 2))
    state = challenged(state, ALICE, 0)
    state = after(state, Wait(DAY + 1), PayOut(ALICE))
    assert gains(begun, state) == (0, 0)


# Off chain --------------------------------------------------------------------------------------


def test_a_round_is_played_agreed_and_concluded_without_waiting():
    state = played(channel(), 1, 2, 1)
    begun = state
    state = after(state, Agree(ALICE), Conclude(BOB, Signed(thrown(1, 2, 1), PARTIES)))
    assert state.contract.phase == Phase.CONCLUDED
    state = after(state, PayOut(BOB))
    assert gains(begun, state) == (3, 0)
    assert state.main.now == 0


@pytest.mark.parametrize(
    ("sealed", "chosen", "pays"), [(1, 2, (3, 0)), (1, 1, STAKES), (1, 3, (0, 3)), (3, 1, (3, 0))]
)
def test_the_better_choice_wins_both_stakes(sealed, chosen, pays):
    assert thrown(sealed, chosen, sealed).outcome == allocated(pays)


# The adjudicator --------------------------------------------------------------------------------


def test_who_does_not_answer_a_challenge_has_the_outcome_of_the_challenged_state():
    begun = channel(BOB)
    state = challenged(played(begun, 1, 2), ALICE, 1, 2)
    assert (state.contract.phase, state.contract.record) == (Phase.CHALLENGE, 2)
    state = after(state, Wait(DAY + 1), PayOut(ALICE))
    assert gains(begun, state) == (3, 0)
    assert state.contract.paid


def test_a_challenge_is_answered_by_a_move_and_play_goes_on():
    state = challenged(played(channel(BOB), 1), BOB, 1)
    [answer] = due(state, ALICE)
    assert isinstance(answer, Checkpoint) and answer.support.claimed.body.turn == 2
    state = after(state, answer)
    assert (state.contract.phase, state.contract.record) == (Phase.OPEN, 2)
    assert len(state.network.line) == 3


def test_an_old_state_is_answered_by_the_last_one():
    state = challenged(played(channel(BOB), 1, 2), BOB, 1)
    [answer] = due(state, ALICE)
    assert answer == Checkpoint(ALICE, support(1, 2))
    assert after(state, answer).contract.phase == Phase.OPEN


def test_a_state_signed_beside_the_line_is_answered_too():
    state = challenged(played(channel(BOB), 1, 2), BOB, 3)
    assert state.network.line[-1] == thrown(1, 2)
    assert due(state, ALICE) == [Checkpoint(ALICE, support(1, 2))]


def test_a_newer_state_replaces_a_challenge_and_has_a_window_of_its_own():
    state = challenged(played(channel(BOB), 1, 2), BOB, 0)
    state = after(state, Checkpoint(ALICE, support(1, 2)), Wait(HOUR))
    state = after(state, Challenge(BOB, support(1, 2)), Wait(HOUR))
    state = after(state, Challenge(BOB, support(1, 2, 1)))
    assert (state.contract.record, state.contract.ends) == (3, 2 * HOUR + DAY)


def test_a_move_made_on_the_chain_is_known_to_all():
    state = challenged(channel(BOB), BOB, 2)
    assert state.network.line[-1] == thrown(2)


def test_a_checkpoint_without_a_challenge_is_a_record():
    state = after(played(channel(BOB), 1, 2), Checkpoint(ALICE, support(1, 2)))
    assert (state.contract.phase, state.contract.record) == (Phase.OPEN, 2)


@pytest.mark.parametrize(("wait", "accepted"), [(DAY, True), (DAY + 1, False)])
def test_a_challenge_can_be_answered_up_to_its_last_moment(wait, accepted):
    state = challenged(played(channel(BOB, offline=(ALICE,)), 1, 2), BOB, 1)
    state = after(state, Wait(wait))
    answer = Checkpoint(ALICE, support(1, 2))
    if accepted:
        assert after(state, answer).contract.phase == Phase.OPEN
    else:
        with pytest.raises(Refusal):
            after(state, answer)


# Time -------------------------------------------------------------------------------------------


def test_the_clock_waits_for_honest_moves_and_answers():
    with pytest.raises(Refusal):
        after(channel(), Wait(HOUR + 1))
    with pytest.raises(Refusal):
        after(challenged(played(channel(BOB), 1), BOB, 1), Wait(DAY + 1))


def test_the_honest_challenge_after_their_patience_and_not_before():
    state = channel(BOB)
    with pytest.raises(Refusal):
        after(state, Wait(HOUR), Challenge(ALICE, support(0)))
    assert after(state, Wait(HOUR + 1), Challenge(ALICE, support(0))).contract.record == 0
    latest = HOUR + FORCEMOVE.player.reaction
    assert after(state, Wait(latest)).contract.record == 0
    with pytest.raises(Refusal):
        after(state, Wait(latest + 1))


def test_a_move_is_thrown_away_that_cannot_be_shown_before_the_end_of_a_challenge():
    state = challenged(played(channel(BOB), 1, 2), ALICE, 1, 2)
    revealed = Move(BOB, thrown(1, 2, 1))
    assert after(state, revealed).network.line[-1] == thrown(1, 2, 1)
    with pytest.raises(Refusal):
        after(state, Wait(1), revealed)
    careless = ABLATIONS["time-to-show"]
    late = after(state, Wait(1), revealed, rules=careless)
    assert late.network.line[-1] == thrown(1, 2, 1)


def test_who_is_away_owes_nothing():
    state = channel(BOB, offline=(ALICE,))
    assert due(played(state, 1), ALICE) == []


def test_who_has_nothing_in_the_channel_owes_nothing():
    state = channel(funded=False)
    assert PROTOCOL.obligations(state, FORCEMOVE) == ()
    assert due(after(state, Deposit(ALICE, 0, 2)), BOB) == []


# What is guaranteed -----------------------------------------------------------------------------


def test_a_chooser_is_guaranteed_its_stake_and_nothing_more():
    stakes = STAKES
    hidden = guaranteed(App.ROCK_PAPER_SCISSORS, thrown(1), stakes, 0, FORCEMOVE)
    assert hidden == 2
    clear = ABLATIONS["hiding"]
    assert guaranteed(App.ROCK_PAPER_SCISSORS, thrown(1), stakes, 0, clear) == 3


def test_a_committer_is_guaranteed_what_it_will_reveal():
    for chosen, least in ((1, 1), (2, 0), (3, 3)):
        body = thrown(1, chosen)
        assert guaranteed(App.ROCK_PAPER_SCISSORS, body, STAKES, 1, FORCEMOVE) == least


def test_a_payee_is_guaranteed_what_was_paid():
    state = PROTOCOL.initial(SCOPES["streaming-payee"], FORCEMOVE)
    pays = AppState(2, (1, 0), allocated((1, 1)), final=False)
    passes = AppState(1, (0, 0), allocated((2, 0)), final=False)
    begun = worth(state, BOB, FORCEMOVE)
    state = after(state, Move(BOB, passes), Move(ALICE, pays))
    assert worth(state, BOB, FORCEMOVE) == begun + 1


def test_tic_tac_toe_from_the_shipped_board_leaves_both_their_stakes():
    scope = SCOPES["tic-tac-toe"]
    start = PROTOCOL.initial(scope, FORCEMOVE).network.line[0]
    values = [guaranteed(App.TIC_TAC_TOE, start, STAKES, side, FORCEMOVE) for side in (0, 1)]
    assert values == [2, 1]


# Every step -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["forged", "forged-bob", "long-stream", "whole-game"])
def test_a_step_changes_nothing_in_place_and_answers_the_same_again(scope):
    run = walk(APPLICATION, FORCEMOVE, SCOPES[scope], seed=3, length=60)
    expect_functions(APPLICATION, FORCEMOVE, run)


def test_a_rule_change_is_a_value():
    assert evolve(FORCEMOVE, window=2 * DAY).window == 2 * DAY
    assert FORCEMOVE.window == DAY


# Loops ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [1, 5, 20])
def test_where_an_answer_leaves_no_record_the_same_state_is_challenged_again_and_again(rounds):
    rules = ABLATIONS["raised-record"]
    state = played(channel(BOB, rules=rules), 1, 2)
    for _ in range(rounds):
        state = after(state, Challenge(BOB, support(1)), rules=rules)
        [answer] = due(state, ALICE, rules)
        state = after(state, answer, Wait(HOUR), rules=rules)
    assert (state.contract.phase, state.contract.record) == (Phase.OPEN, 1)


@pytest.mark.parametrize("rounds", [1, 5, 20])
def test_where_the_challenged_state_clears_the_challenge_a_player_stalls_for_ever(rounds):
    rules = ABLATIONS["newer-checkpoint"]
    state = played(channel(BOB, rules=rules), 1, 2)
    for _ in range(rounds):
        state = after(state, Wait(HOUR + 1), rules=rules)
        [challenge] = due(state, ALICE, rules)
        state = after(state, challenge, Checkpoint(BOB, support(1, 2)), rules=rules)
    assert (state.contract.phase, state.contract.record) == (Phase.OPEN, 2)


@pytest.mark.parametrize("rounds", [1, 5, 20])
def test_where_a_running_challenge_is_made_again_it_never_ends(rounds):
    rules = ABLATIONS["newer-challenge"]
    state = challenged(played(channel(BOB, rules=rules), 1, 2), ALICE, 1, 2)
    for _ in range(rounds):
        state = after(state, Wait(DAY), Challenge(BOB, support(1, 2)), rules=rules)
    assert state.contract.ends == state.main.now + DAY


def test_under_forcemove_each_of_them_ends_at_the_second_attempt():
    state = challenged(played(channel(BOB), 1, 2), BOB, 1)
    cleared = after(state, *due(state, ALICE))
    for wrong in (
        (state, Challenge(BOB, support(1))),
        (state, Checkpoint(BOB, support(1))),
        (cleared, Challenge(BOB, support(1))),
    ):
        with pytest.raises(Refusal):
            after(*wrong)
