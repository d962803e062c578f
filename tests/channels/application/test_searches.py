"""Searches of the application channel find what they are said to find, in so many actions."""

import pytest

from impl.lab.prover import as_expected, prove
from impl.lab.runs.replay import replay
from invariants.channels.application.rulebook import APPLICATION
from invariants.kernel.theorems import Theorem
from tests.channels.application.situations import SCOPES
from tests.protocolwide import watching
from tests.storedruns import case_of, found, shorter_by_one

SHORTEST = {
    "APP-C-RESTART": 2,
    "APP-C-LOOP": 3,
    "APP-C-BURDEN": 2,
    "APP-C-ANYBODY": 1,
    "APP-C-REFUTE": 3,
    "APP-C-STUCK": 2,
    "APP-C-UNEXPECTED": 1,
    "APP-C-LATE": 4,
    "APP-C-REVERSED": 4,
    "APP-C-UNSTAKED": 4,
    "APP-C-WON-AT-ONCE": 2,
    "APP-C-LONE": 3,
    "APP-C-INVALID": 3,
    "APP-C-ONE-SIGNS": 2,
    "APP-C-NOT-FINAL": 3,
    "APP-C-AWAY-CHOOSER": 4,
    "APP-C-AWAY-COMMITTER": 3,
}
"""Actions that the weakness takes, waiting included."""


@pytest.mark.parametrize("id", SHORTEST)
def test_a_weakness_is_found_in_so_many_actions_and_needs_each(id):
    case = case_of(APPLICATION, id)
    actions = found(APPLICATION, id).actions
    assert len(actions) == SHORTEST[id]
    rules = APPLICATION.rules_named(case.rule_set).rules
    for shorter in shorter_by_one(actions):
        assert replay(watching(APPLICATION, *case.only), rules, SCOPES[case.scope], shorter).holds


@pytest.mark.parametrize("theorem", APPLICATION.theorems, ids=lambda theorem: theorem.id)
def test_every_theorem_comes_out_as_expected_in_a_second(theorem: Theorem) -> None:
    result = prove(theorem)
    assert as_expected(theorem, result), result.summary
    assert result.cpu_seconds < 2


def test_ids_are_unique() -> None:
    assert len({theorem.id for theorem in APPLICATION.theorems}) == len(APPLICATION.theorems)


def test_every_rule_left_out_is_shown_to_be_needed() -> None:
    shown = {case.rule_set for case in APPLICATION.cases if case.breaks}
    assert shown == {rule_set.name for rule_set in APPLICATION.rule_sets}
