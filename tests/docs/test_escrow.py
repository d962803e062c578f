"""The worked example of a protocol of one's own: it runs, it holds, and its mistakes are found."""

import pytest
from attrs import evolve
from escrow import ALICE, ESCROW, HASTY, SOUND, Payee, Refund, Rules, from_the_last_second
from forgetful import FORGETFUL

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.keys.check import check_key
from impl.lab.prover import as_expected, prove
from impl.lab.runs.replay import replay
from spec.kernel.clock import DeadlinePending

LAZY = evolve(SOUND, payee=Payee(claims=False))


@pytest.mark.parametrize("scope", ESCROW.scopes)
def test_everybody_honest_gets_what_is_theirs(scope: str) -> None:
    result = explore(ESCROW, SOUND, ESCROW.scopes[scope])
    assert result.word is Word.EXHAUSTED
    assert result.details["key"] == "reduced"


def test_every_step_of_the_example_is_taken() -> None:
    result = explore(ESCROW, SOUND, ESCROW.scopes["both"])
    assert all(result.coverage.witnesses.values())
    assert all(result.coverage.applied[kind.__name__] for kind in ESCROW.protocol.actions)


def test_a_refund_in_the_last_second_robs_bob() -> None:
    result = explore(ESCROW, HASTY, ESCROW.scopes["payee"])
    first = result.traces[0]
    assert (first.invariant, first.finding.cause) == ("ES-PAYEE", "refunded before he could claim")
    assert first.actions[-1] == Refund(ALICE)
    assert len(first.actions) == 4


def test_random_runs_find_that_too() -> None:
    result = fuzz(ESCROW, HASTY, ESCROW.scopes["payee"], seed=1, steps=20_000)
    assert result.traces[0].invariant == "ES-PAYEE"


def test_without_its_guards_the_escrow_is_robbed() -> None:
    """The claims say something: each of these rules breaks one of them."""

    def always(opened: int, now: int, rules: Rules) -> bool:
        return True

    def never(opened: int, now: int, rules: Rules) -> bool:
        return False

    def found(rules: Rules, scope: str) -> str:
        return explore(ESCROW, rules, ESCROW.scopes[scope]).traces[0].invariant

    assert found(evolve(SOUND, refundable=always), "payee") == "ES-PAYEE"
    assert found(evolve(SOUND, refundable=never), "payer") == "ES-HOME"


def test_without_the_time_rule_the_alarm_is_false() -> None:
    """The run in which a sleeping Bob loses is refused where the clock waits for him."""
    alarm = explore(ESCROW, LAZY, ESCROW.scopes["payee"]).traces[0]
    again = replay(ESCROW, SOUND, ESCROW.scopes["payee"], alarm.actions)
    assert alarm.invariant == "ES-PAYEE"
    assert not again.broken
    assert isinstance(next(s.refusal for s in again.steps if s.refusal), DeadlinePending)


@pytest.mark.parametrize("theorem", ESCROW.theorems, ids=lambda theorem: theorem.id)
def test_its_theorems_come_out_as_the_page_says(theorem) -> None:
    assert as_expected(theorem, prove(theorem))


def test_the_key_of_the_example_passes_its_test() -> None:
    assert check_key(ESCROW, SOUND, ESCROW.scopes["both"]).passed


def test_the_forgetful_key_is_found_out() -> None:
    report = check_key(FORGETFUL, SOUND, FORGETFUL.scopes["both"])
    assert not report.passed
    assert "two states with the same key differ" in report.summary


def test_a_search_does_not_use_the_forgetful_key() -> None:
    result = explore(FORGETFUL, HASTY, FORGETFUL.scopes["payee"])
    assert result.details["key"] == "relative"
    assert result.traces[0].invariant == "ES-PAYEE"


def test_samples_cover_every_decision() -> None:
    assert set(ESCROW.decisions) == {"claimable", "refundable"}
    for arguments in ESCROW.decisions["refundable"]:
        assert from_the_last_second(*arguments) in (True, False)
