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
from tests.channels.payment.situations import PROTOCOL, RULES, accepted
from tests.protocolwide import duties

ELSEWHERE = Version(99, (7, 0), (7, 7), (7, 0))


@pytest.fixture(scope="module", params=RULES)
def rules(request):
    return RULES[request.param]


@pytest.fixture(scope="module")
def steps(rules):
    return [*accepted("long-both", rules, 10), *accepted("noise-all-both", rules, 10)]


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


def owed(state, party, rules):
    return duties(PAYMENT, state, party, rules)


def answer(state, action, rules, side):
    """What comes of a step, as far as the party and the contract see it."""
    try:
        after = PROTOCOL.step(state, action, rules)
    except Refusal as refusal:
        return refusal
    main = evolve(after.main, standing=())  # of both parties, each by what it knows
    return main, after.contract, after.memory[side], after.disk[side], after.network


@pytest.mark.parametrize("hidden", HIDDEN, ids=lambda each: each.__name__)
def test_a_party_owes_and_does_the_same_whatever_it_does_not_know(hidden, steps, rules):
    looked = 0
    for step in steps:
        state, action = step.before, step.action
        for party in PARTIES:
            changed = hidden(state, side_of(party))
            assert owed(state, party, rules) == owed(changed, party, rules)
        if action.by in PARTIES:
            side = side_of(action.by)
            changed = hidden(state, side)
            assert answer(state, action, rules, side) == answer(changed, action, rules, side)
            looked += 1
    assert looked > 100


def test_what_a_party_does_know_matters(steps, rules):
    seen = 0
    for step in steps:
        state, action = step.before, step.action
        if action.by in PARTIES:
            side = side_of(action.by)
            changed = evolve(state, memory=with_side(state.memory, side, Memory(ELSEWHERE)))
            seen += answer(state, action, rules, side) != answer(changed, action, rules, side)
    assert seen
