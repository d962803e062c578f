"""What is claimed for all values is proved, and what is false is refuted by values that show it."""

from typing import Any

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.prover import as_expected, prove
from invariants.kernel.theorems import Expect, Theorem
from invariants.plasma.mvp import ordering
from invariants.plasma.mvp.safety import SAFETY
from invariants.plasma.mvp.scopes import SCOPES
from invariants.plasma.mvp.theorems import DECISIONS, THEOREMS
from invariants.plasma.mvp.world.protocol import PLASMA
from spec.kernel.basics import ETHER, WEEK, Party
from spec.kernel.clock import move
from spec.kernel.refusal import Refusal
from spec.plasma.mvp.rule_sets import PLASMA_MVP
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import State

ALICE = Party(1)
(SAFE_EXIT,) = (claim for claim in SAFETY if claim.id == "PL-SAFE-EXIT")


@pytest.mark.parametrize("theorem", DECISIONS, ids=[t.id for t in DECISIONS])
def test_every_theorem_comes_out_as_expected_in_a_second(theorem: Theorem) -> None:
    result = prove(theorem)
    assert as_expected(theorem, result), result.summary
    assert result.cpu_seconds < 3, "under 1 s each when they were written"
    assert theorem.id.startswith("PL-T-") and theorem.claim.endswith(".")


def test_ids_are_unique() -> None:
    assert len({t.id for t in THEOREMS}) == len(THEOREMS)


def played(actions: tuple[Any, ...], rules: Rules) -> list[State]:
    """The states of a run; what the rules refuse is left out."""
    states = [PLASMA.initial(SCOPES["small"], rules)]
    for action in actions:
        try:
            states.append(move(PLASMA, states[-1], action, rules))
        except Refusal:
            continue
    return states


@pytest.fixture(scope="module")
def robbery() -> tuple[Any, ...]:
    values = prove(ordering.TIGHT).details["counterexample"]
    return ordering.robbery(**values, rules=ordering.ONE_SECOND_SHORT, amount=2)


def test_one_second_short_of_two_periods_the_model_is_a_run_that_robs_alice(
    robbery: tuple[Any, ...],
) -> None:
    states = played(robbery, ordering.ONE_SECOND_SHORT)
    for state in states:
        assert SAFE_EXIT.holds(state, ordering.ONE_SECOND_SHORT) == (not state.ghost.paid)
    assert states[-1].ghost.paid
    assert states[-1].main.accounts[ALICE, ETHER] < states[0].main.accounts[ALICE, ETHER]


def test_with_two_full_periods_the_same_run_leaves_alice_whole(robbery: tuple[Any, ...]) -> None:
    states = played(robbery, PLASMA_MVP)
    assert all(SAFE_EXIT.holds(state, PLASMA_MVP) for state in states)
    assert states[-1].main.accounts[ALICE, ETHER] == states[0].main.accounts[ALICE, ETHER]
    assert states[-1].ghost.owed == {}


def test_only_the_last_second_of_the_period_can_be_robbed() -> None:
    values = prove(ordering.TIGHT).details["counterexample"]
    assert values["honest"].started == values["bad_block"] + WEEK
    assert values["forged"].created == values["bad_block"]


def test_other_knobs_than_those_stated_are_not_as_expected() -> None:
    wrong = evolve(ordering.SAFE_KNOBS, safe_when="minimum_age >= exit_period")
    assert prove(wrong).word is Word.REFUTED


def crashes(rules: Rules) -> bool:
    return bool({}[rules.exit_bond])


def test_a_crash_is_no_refutation_that_anybody_expects() -> None:
    broken = Theorem("", "", crashes, Expect.REFUTED, values={"rules": PLASMA_MVP})
    result = prove(broken)
    assert result.word is Word.REFUTED and not as_expected(broken, result)
