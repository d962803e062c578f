"""Searches of the channel find what they are said to find, every time, on any number of workers."""

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.fuzz.machine import ClaimBroken, state_machine
from invariants.channels.multiparty.rulebook import MULTIPARTY
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from tests.protocolwide import watching
from tests.storedruns import searched

SCOPES = MULTIPARTY.scopes
CASES = {case.id: case for case in MULTIPARTY.cases}
BOTH = pytest.mark.parametrize("rules", [LITERAL, SOUND], ids=["literal", "sound"])


SHORTEST = {
    "MP-C-SELF": 6,
    "MP-C-HELD-BACK": 7,
    "MP-C-OLD-LISTED": 6,
    "MP-C-EQUAL-ROOTS": 6,
    "MP-C-SHAM": 4,
    "MP-C-OFFLINE": 4,
    "MP-C-SILENT": 1,
    "MP-C-HELD": 5,
    "MP-A-EPOCH": 5,
    "MP-A-UNIQUENESS": 9,
    "MP-A-NON-VOTERS": 4,
    "MP-A-BOND": 9,
}
"""Actions that the weakness takes, waiting included."""


@pytest.mark.parametrize("id", SHORTEST)
def test_a_weakness_is_found_in_so_many_actions(id):
    [(claim, cause)] = CASES[id].breaks
    found = {(t.invariant, t.finding.cause): t for t in searched(MULTIPARTY, CASES[id]).traces}
    assert len(found[claim, cause].actions) <= SHORTEST[id]


@pytest.mark.parametrize("id", [case.id for case in MULTIPARTY.cases if case.id in SHORTEST])
def test_every_action_of_the_shortest_run_is_needed(id):
    """Breadth first: no run that is one action shorter breaks the claim for that cause."""
    case = CASES[id]
    rules, length = MULTIPARTY.rules_named(case.rule_set).rules, SHORTEST[id]
    below = explore(
        watching(MULTIPARTY, *case.only), rules, SCOPES[case.scope], depth=length - 1,
        key="reduced", keep_going=True,
    )  # fmt: skip
    assert case.breaks[0] not in {(t.invariant, t.finding.cause) for t in below.traces}


def test_the_walker_finds_that_equal_counts_are_not_equal_lists():
    found = fuzz(
        watching(MULTIPARTY, "MP-CHALLENGER"), LITERAL, SCOPES["exchange"], seed=3, steps=20_000,
        keep_going=True,
    )  # fmt: skip
    causes = {trace.finding.cause for trace in found.traces}
    assert "the leader's list holds another payment in the place of a missing one" in causes


@BOTH
def test_two_workers_exhaust_what_one_does(rules):
    """Which of the states that share a key stands for them is left open, so counts are near."""

    def search(workers):
        return explore(
            MULTIPARTY, rules, SCOPES["tiny-challenger"], workers=workers, key="reduced",
            keep_going=True,
        )  # fmt: skip

    def answer(found):
        shortest = {(t.invariant, t.finding.cause, len(t.actions)) for t in found.traces}
        return found.word, found.depth, shortest

    one, two = search(1), search(2)
    assert answer(one) == answer(two)
    assert one.states == pytest.approx(two.states, rel=0.02)


@BOTH
def test_two_workers_walk_the_steps_of_one_and_another_seed_is_another_campaign(rules):
    def answer(seed, workers):
        found = fuzz(MULTIPARTY, rules, SCOPES["wide"], seed=seed, steps=6_000, workers=workers)
        return found.word, found.transitions, found.coverage, found.traces

    assert answer(1, 1) == answer(1, 2) != answer(2, 2)


SEEN_IN = (
    (SOUND, "leaving"), (SOUND, "joining"), (SOUND, "asking"), (SOUND, "asked"),
    (SOUND, "past-challengers"), (LITERAL, "tiny-leader"),
)  # fmt: skip


def test_every_witness_is_seen_in_some_scope_that_is_explored():
    seen = set()
    for rules, scope in SEEN_IN:
        found = explore(MULTIPARTY, rules, SCOPES[scope], key="reduced", keep_going=True)
        assert found.word in (Word.EXHAUSTED, Word.ASSUMED, Word.BROKEN)
        seen |= {name for name, count in found.coverage.witnesses.items() if count}
    assert seen == {witness.id for witness in MULTIPARTY.witnesses}


def test_hypothesis_rules_break_no_claim_of_the_sound_rules():
    run_state_machine_as_test(
        state_machine(MULTIPARTY, SOUND, SCOPES["wide"]),
        settings=hypothesis.settings(max_examples=20, stateful_step_count=30, deadline=None),
    )


def test_hypothesis_rules_do_break_the_literal_ones():
    with pytest.raises(ClaimBroken, match="MP-IN-TIME"):
        run_state_machine_as_test(
            state_machine(watching(MULTIPARTY, "MP-IN-TIME"), LITERAL, SCOPES["no-trade"]),
            settings=hypothesis.settings(
                max_examples=200, stateful_step_count=10, deadline=None, database=None,
                derandomize=True, phases=[hypothesis.Phase.generate],
            ),
        )  # fmt: skip
