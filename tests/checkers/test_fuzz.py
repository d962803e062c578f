"""The walker repeats itself, the shrinker does not slip, bytes are runs, Hypothesis drives them."""

import pytest
from attrs import evolve
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from impl.ground.evidence import Word
from impl.lab.claims.monitor import RULE_ERROR
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz, run
from impl.lab.fuzz.codec import actions_from_bytes, bytes_from_actions, run_from_bytes
from impl.lab.fuzz.machine import ClaimBroken, state_machine
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.runs.replay import replay
from invariants.kernel.claims import Finding
from spec.kernel.clock import Wait
from tests.checkers import toy
from tests.checkers.toy import ALICE, EARLY, GOOD, LAZY, MALLORY, RAISES, TOY, Scope
from tests.interrupting import ctrl_c_after

LARGE = Scope(deposits=4, money=6)
ROBBED = ("SOLVENT", "alice is robbed")


def test_good_rules_survive_and_the_sample_is_described():
    result = fuzz(TOY, GOOD, LARGE, seed=3, steps=5000)
    assert result.word is Word.SAMPLED and result.transitions == 5000
    assert sum(result.coverage.applied.values()) == 5000
    assert "seed 3" in result.summary and "NEVER SEEN: RICH" in result.summary
    assert result.coverage.refused["Finish"]["TooEarly"] > 0


@pytest.mark.parametrize("rules", [EARLY, LAZY])
def test_a_failure_is_shrunk_to_a_shortest_run(rules):
    (trace,) = fuzz(TOY, rules, LARGE, seed=1).traces
    (shortest,) = explore(TOY, rules, Scope()).traces
    assert len(trace.actions) == len(shortest.actions) == 4
    assert trace.actions[0].amount == 1 and trace.seed == 1
    assert replay(TOY, rules, LARGE, trace.actions).broken[0].pair == ROBBED


@pytest.mark.parametrize("rules", [GOOD, EARLY, RAISES])
@pytest.mark.parametrize("keep_going", [False, True])
def test_the_seed_alone_decides(rules, keep_going, monkeypatch):
    monkeypatch.setattr(run, "SHARD", 1500)

    def answer(workers):
        result = fuzz(
            TOY, rules, LARGE, seed=11, steps=6000, workers=workers, keep_going=keep_going
        )
        return result.word, result.transitions, result.traces, result.coverage

    assert answer(1) == answer(2) == answer(3)
    assert fuzz(TOY, GOOD, LARGE, seed=12, steps=500).coverage != answer(1)[3]


def test_a_failure_is_reported_at_once_and_unshrunk():
    reports = []
    result = fuzz(TOY, EARLY, LARGE, seed=1, progress=reports.append)
    found = [r.found for r in reports if r.found]
    assert [(t.invariant, t.finding.cause) for t in found] == [ROBBED]
    assert len(found[0].actions) >= len(result.traces[0].actions)


def test_a_rule_that_raises_is_shrunk_too():
    result = fuzz(TOY, RAISES, LARGE, seed=5)
    assert result.word is Word.ERROR and result.traces[0].invariant == RULE_ERROR
    assert [type(a).__name__ for a in result.traces[0].actions] == ["Deposit", "Ask", "Finish"]


def test_shrinking_does_not_slip_to_another_cause():
    """Two weaknesses of the same invariant: the nearer one must not swallow the farther one."""

    def cause(state, rules):
        paid = [e for e in state.vault.values() if e.status == toy.PAID and e.taker != e.owner]
        return Finding("two robbed" if len(state.vault) > 1 else "one robbed", {"paid": len(paid)})

    slippery = evolve(
        TOY, invariants=(evolve(TOY.invariants[0], explain=cause), *TOY.invariants[1:])
    )
    run = [
        toy.Deposit(2, ALICE),
        toy.Deposit(2, MALLORY),
        toy.Ask(1, MALLORY),
        toy.Ask(0, MALLORY),
        Wait(GOOD.period + 1),
        toy.Finish(1, MALLORY),
        Wait(5),
        toy.Finish(0, MALLORY),
    ]
    for target, length in (("two robbed", 5), ("one robbed", 4)):
        shrinker = Shrinker(slippery, LAZY, LARGE, ("SOLVENT", target))
        smaller = shrinker.shrink(run)
        if target == "one robbed":
            assert smaller == tuple(run), "the run breaks something else first"
        else:
            assert len(smaller) == length and shrinker.broken.finding.cause == "two robbed"
            assert replay(slippery, LAZY, LARGE, smaller).broken[0].finding.cause == "two robbed"


def test_actions_that_change_their_numbers_are_made_again():
    """Entry 1 becomes entry 0 when the first deposit is dropped."""
    run = [
        toy.Deposit(2, ALICE),
        toy.Deposit(2, ALICE),
        toy.Ask(1, MALLORY),
        Wait(3),
        Wait(GOOD.period - 2),
        toy.Finish(1, MALLORY),
    ]
    smaller = Shrinker(TOY, LAZY, LARGE, ROBBED).shrink(run)
    assert smaller == (
        toy.Deposit(1, ALICE),
        toy.Ask(0, MALLORY),
        Wait(GOOD.period + 1),
        toy.Finish(0, MALLORY),
    )


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_was_walked(workers, monkeypatch):
    monkeypatch.setattr(run, "SHARD", 300)
    after = ctrl_c_after(200)
    result = fuzz(TOY, GOOD, LARGE, seed=1, time_limit=300, workers=workers, progress=after)
    assert result.word is Word.INTERRUPTED and result.transitions > 100
    assert sum(result.coverage.applied.values()) == result.transitions


def test_a_time_limit_ends_the_walk():
    result = fuzz(TOY, GOOD, LARGE, seed=1, time_limit=0.3)
    assert result.word is Word.SAMPLED and result.cpu_seconds < 3


# --- bytes ---


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=60)
def test_every_byte_string_is_a_run_that_its_own_bytes_repeat(data):
    actions = actions_from_bytes(TOY, GOOD, LARGE, data)
    again = bytes_from_actions(TOY, GOOD, LARGE, actions)
    assert actions_from_bytes(TOY, GOOD, LARGE, again) == actions
    assert replay(TOY, GOOD, LARGE, actions).holds


def test_what_the_walker_finds_can_be_written_as_bytes():
    (trace,) = fuzz(TOY, EARLY, LARGE, seed=1).traces
    run = run_from_bytes(TOY, EARLY, LARGE, bytes_from_actions(TOY, EARLY, LARGE, trace.actions))
    assert run.actions == trace.actions and run.broken[0].pair == ROBBED


def test_hypothesis_finds_and_shrinks_with_one_draw_per_run():
    found = []

    @settings(max_examples=2000, deadline=None, database=None, derandomize=True)
    @given(st.binary(max_size=120))
    def holds(data):
        run = run_from_bytes(TOY, LAZY, LARGE, data)
        if run.broken:
            found.append(run.actions)
        assert not run.broken

    with pytest.raises(AssertionError):
        holds()
    assert len(found[-1]) == 4


def test_the_state_machine_finds_the_same_failure():
    quick = settings(
        max_examples=3000,
        stateful_step_count=20,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(ClaimBroken) as caught:
        run_state_machine_as_test(state_machine(TOY, LAZY, LARGE), settings=quick)
    assert caught.value.broken.pair == ROBBED
    gentle = settings(quick, max_examples=20)
    run_state_machine_as_test(state_machine(TOY, GOOD, LARGE), settings=gentle)
