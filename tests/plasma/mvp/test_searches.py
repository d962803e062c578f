"""Searches of Plasma find the same every time, on any number of workers."""

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.fuzz.machine import ClaimBroken, state_machine
from invariants.plasma.mvp.rulebook import PLASMA
from tests.plasma.mvp.walks import HARDENED, MVP, SMALL, WIDE

TINY = PLASMA.scopes["tiny"]


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
def test_two_workers_exhaust_what_one_does(rules):
    """Which of the states that share a key stands for them is left open, so counts are near."""

    def search(workers):
        return explore(
            PLASMA, rules, TINY, depth=7, workers=workers, key="reduced", keep_going=True
        )

    def answer(found):
        shortest = {(t.invariant, t.finding.cause, len(t.actions)) for t in found.traces}
        return found.word, found.depth, shortest

    one, two = search(1), search(2)
    assert answer(one) == answer(two)
    assert one.states == pytest.approx(two.states, rel=0.02)
    assert one.transitions == pytest.approx(two.transitions, rel=0.02)


@pytest.mark.parametrize("rules, scope", [(MVP, SMALL), (HARDENED, WIDE)], ids=["mvp", "hardened"])
def test_two_workers_walk_the_steps_of_one_and_another_seed_is_another_campaign(rules, scope):
    def answer(seed, workers):
        found = fuzz(PLASMA, rules, scope, seed=seed, steps=11_000, workers=workers)
        return found.word, found.transitions, found.coverage, found.traces

    assert answer(1, 1) == answer(1, 2) != answer(2, 2)


def test_the_same_seed_twice_is_the_same_campaign():
    def answer(rules):
        found = fuzz(PLASMA, rules, SMALL, seed=7, steps=4_000)
        return found.word, found.coverage, found.traces

    for rules in (MVP, HARDENED):
        assert answer(rules) == answer(rules)


def test_hypothesis_rules_break_no_claim_of_the_hardened_rules():
    run_state_machine_as_test(
        state_machine(PLASMA, HARDENED, WIDE),
        settings=hypothesis.settings(max_examples=20, stateful_step_count=30, deadline=None),
    )


def test_hypothesis_rules_do_break_rules_that_are_a_second_short():
    with pytest.raises(ClaimBroken, match="PL-MATURITY"):
        run_state_machine_as_test(
            state_machine(PLASMA, PLASMA.rules_named("early-maturity").rules, SMALL),
            settings=hypothesis.settings(
                max_examples=400, stateful_step_count=20, deadline=None, database=None,
                derandomize=True, phases=[hypothesis.Phase.generate],
            ),
        )  # fmt: skip
