"""What a party can't know changes nothing of what it must do, and nothing of what it can do.

What it can't know is replaced by something else, and its duties and what its steps are answered
with have to stay the same; a change in what it does know has to show, or the test is blind.
"""

import pytest
from attrs import evolve

from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.memory import Memory
from spec.channels.payment.state import Ghost
from spec.channels.payment.versions import START, Version
from spec.channels.sides import PARTIES, other_side, side_of, with_side
from spec.kernel.refusal import Refusal
from tests.channels.payment.situations import PROTOCOL, RULES, walk

ELSEWHERE = Version(99, (7, 0), (7, 7), (7, 0))


@pytest.fixture(scope="module", params=RULES)
def rules(request):
    return RULES[request.param]


@pytest.fixture(scope="module")
def steps(rules):
    scopes = [PAYMENT.scopes[name] for name in ("long-both", "noise-all-both")]
    return [step for scope in scopes for seed in range(10) for step in walk(scope, rules, seed)]


def without_ghost(state, side):
    return evolve(state, ghost=Ghost((ELSEWHERE, ELSEWHERE), (0, 99)))


def other_mind(state, side):
    """What the other side knows and has stored."""
    other, mind = other_side(side), Memory(ELSEWHERE, START, 98, 99)
    return evolve(
        state,
        memory=with_side(state.memory, other, mind),
        disk=with_side(state.disk, other, mind),
    )


def other_absences(state, side):
    other = other_side(side)
    return evolve(
        state, absence=evolve(state.absence, back=with_side(state.absence.back, other, 7))
    )


HIDDEN = (without_ghost, other_mind, other_absences)


def answer(state, action, rules, side):
    """What comes of a step, as far as the party and the contract see it."""
    try:
        after = PROTOCOL.step(state, action, rules)
    except Refusal as refusal:
        return refusal
    return after.main, after.contract, after.memory[side], after.disk[side], after.network


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda each: each.__name__)
def test_a_party_owes_and_does_the_same_whatever_it_does_not_know(hidden, steps, rules):
    looked = 0
    for state, action, _ in steps:
        for party in PARTIES:
            changed = hidden(state, side_of(party))
            assert duties(state, party, rules) == duties(changed, party, rules)
        if action.by in PARTIES:
            side = side_of(action.by)
            changed = hidden(state, side)
            assert answer(state, action, rules, side) == answer(changed, action, rules, side)
            looked += 1
    assert looked > 100


def duties(state, party, rules):
    return [duty for duty in PROTOCOL.obligations(state, rules) if duty.by == party]


def test_what_a_party_does_know_matters(steps, rules):
    seen = 0
    for state, action, _ in steps:
        if action.by in PARTIES:
            side = side_of(action.by)
            changed = evolve(state, memory=with_side(state.memory, side, Memory(ELSEWHERE)))
            seen += answer(state, action, rules, side) != answer(changed, action, rules, side)
    assert seen
