"""What an honest party can't know changes nothing of what it must do.

Its duties are computed from the whole state, because that is how the state machine is written. So
what it can't see is replaced by something else, and they have to stay the same; while a change in
what it does see has to show somewhere, or the test is blind.
"""

import pytest
from attrs import evolve

from invariants.channels.application.rulebook import APPLICATION
from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application.adjudicator import Checkpoint
from spec.channels.application.evidence import App
from spec.channels.application.play import Move
from spec.channels.application.rule_sets import ABLATIONS, FORCEMOVE
from spec.channels.application.state import Ghost
from spec.channels.sides import ALICE, BOB
from tests.channels.application.situations import SCOPES
from tests.protocolwide import duties, ends, other_accounts


@pytest.fixture(scope="module")
def reachable():
    found = []
    for scope in ("rps", "forged", "away-payee", "funding-bob", "streaming-payee"):
        found += ends(APPLICATION, FORCEMOVE, SCOPES[scope], 1_500)[::2]
    return found


def owed(state, party):
    return duties(APPLICATION, state, party, FORCEMOVE)


def without_ghost(state, party):
    return evolve(state, ghost=Ghost(challenged=99, since=12_345, called=54_321))


@pytest.mark.parametrize("change", [without_ghost, other_accounts])
def test_what_a_party_cannot_know_does_not_change_its_duties(change, reachable):
    for state in reachable:
        for party in state.people.honest:
            assert owed(change(state, party), party) == owed(state, party)


def other_commitment(state, sealed):
    """Bob has sealed another choice; everything else is the same."""

    def with_it(body):
        if body.data[0] == 0:
            return body
        return evolve(body, data=(sealed, *body.data[1:]))

    line = tuple(with_it(body) for body in state.network.line)
    claimed = with_it(state.contract.claimed)
    return evolve(
        state,
        network=evolve(state.network, line=line),
        contract=evolve(state.contract, claimed=claimed),
    )


def unrevealed(states):
    return [
        state
        for state in states
        if state.channel.app == App.ROCK_PAPER_SCISSORS
        and state.network.line[-1].data[0] > 0
        and state.network.line[-1].data[2] == 0
    ]


def choices(state, party):
    """What alice would choose, and when."""
    found = []
    for duty in owed(state, party):
        match duty.action:
            case Move(body=body):
                chosen = body.data[1]
            case Checkpoint(support=support):
                chosen = support.claimed.body.data[1]
            case _:
                chosen = 0
        found.append((type(duty.action), chosen, duty.deadline, duty.opens))
    return found


def test_alice_chooses_the_same_whatever_bob_has_sealed(reachable):
    states = unrevealed(reachable)
    assert len(states) > 3
    for state in states:
        answers = [choices(other_commitment(state, n), ALICE) for n in (1, 2, 3)]
        assert answers[0] == answers[1] == answers[2]


def test_only_in_the_clear_a_commitment_looks_like_what_is_in_it():
    hidden = {rps.may_hide(n, FORCEMOVE.shows) for n in rps.CHOICES}
    clear = {rps.may_hide(n, ABLATIONS["hiding"].shows) for n in rps.CHOICES}
    assert hidden == {rps.CHOICES}
    assert clear == {(n,) for n in rps.CHOICES}


def test_what_it_does_know_changes_its_duties(reachable):
    def shorter(state):
        return evolve(state, network=evolve(state.network, line=state.network.line[:1]))

    assert any(
        owed(shorter(state), party) != owed(state, party)
        for state in reachable
        for party in state.people.honest
    )


def test_the_coalition_is_obliged_to_nothing(reachable):
    for state in reachable:
        for party in (ALICE, BOB):
            assert party in state.people.honest or owed(state, party) == []
