"""The second worked example: an optimistic bridge in as many lines as it has rules."""

import pytest
from attrs import evolve
from bridge import ALICE, BRIDGE, PROPOSER, SOUND, Assert, Assertion, Confirm, Deposit, Layer2

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.keys.check import check_key
from impl.lab.mutants import load, mutants
from impl.lab.mutants.rules import rule_functions
from impl.lab.prover import as_expected, prove
from impl.lab.runs.replay import replay
from spec.kernel.clock import DeadlinePending, Wait

LINES = 220


@pytest.mark.parametrize("case", BRIDGE.cases, ids=lambda case: case.id)
def test_its_cases_come_out_as_expected(case) -> None:
    rules, scope = BRIDGE.rules_named(case.rule_set).rules, BRIDGE.scopes[case.scope]
    result = explore(BRIDGE, rules, scope, key_sample=100)
    found = {(trace.invariant, trace.finding.cause) for trace in result.traces}
    assert found == set(case.breaks)
    assert result.word is (Word.BROKEN if case.breaks else Word.EXHAUSTED)
    assert result.details["key"] == "reduced"


@pytest.mark.parametrize("theorem", BRIDGE.theorems, ids=lambda theorem: theorem.id)
def test_its_theorems_come_out_as_expected(theorem) -> None:
    assert as_expected(theorem, prove(theorem))


def test_its_derived_key_passes_the_test() -> None:
    assert check_key(BRIDGE, SOUND, BRIDGE.scopes["watched"]).passed


def test_without_a_watcher_the_bridge_is_emptied_and_with_one_the_clock_waits_for_her() -> None:
    theft = (Deposit(ALICE, 1), Assert(PROPOSER, 0, 1), Wait(SOUND.window + 1), Confirm(PROPOSER))
    alone = replay(BRIDGE, SOUND, BRIDGE.scopes["unwatched"], theft)
    watched = replay(BRIDGE, SOUND, BRIDGE.scopes["watched"], theft)
    assert [b.invariant for step in alone.steps for b in step.broken] == ["BR-BACKED"]
    assert not watched.broken and isinstance(watched.steps[2].refusal, DeadlinePending)


@pytest.mark.parametrize(
    ("change", "scope", "broken"),
    [
        ({"false": lambda made, layer2: False}, "watched", "BR-BACKED"),
        ({"confirmable": lambda asserted, now, rules: True}, "watched", "BR-BACKED"),
        ({"confirmable": lambda asserted, now, rules: False}, "all-honest", "BR-HOME"),
    ],
)
def test_each_claim_can_fail(change: dict, scope: str, broken: str) -> None:
    result = explore(BRIDGE, evolve(SOUND, **change), BRIDGE.scopes[scope], key_sample=100)
    assert [trace.invariant for trace in result.traces] == [broken]


def test_what_was_burned_is_the_truth() -> None:
    truth = Layer2(alice=0, burned=2)
    for alice in range(4):
        for proposer in range(2):
            false = SOUND.false(Assertion(0, alice, proposer), truth)
            assert false is not (alice <= 2 and proposer == 0)


def test_mistakes_in_what_an_action_does_are_made_and_can_be_run() -> None:
    """The effects stand in methods: they are damaged like functions, and their types stay."""
    places = {place: each.decides for place, each in rule_functions(BRIDGE).items()}
    assert ("bridge", "Confirm") in places
    made = mutants(["bridge"], places)
    dropped = next(m for m in made if m.function == "Confirm.step" and m.kind == "guard-dropped")
    book = load(dropped, BRIDGE).rulebook
    early = (Deposit(ALICE, 1), Assert(PROPOSER, 0, 1), Confirm(PROPOSER))
    assert type(early[2]) in book.protocol.actions
    assert replay(book, SOUND, BRIDGE.scopes["watched"], early).broken
    assert not replay(BRIDGE, SOUND, BRIDGE.scopes["watched"], early).broken


def test_it_is_as_short_as_it_says() -> None:
    import bridge
    import escrow

    for module in (bridge, escrow):
        with open(module.__file__, encoding="utf-8") as file:
            assert len([line for line in file if line.strip()]) <= LINES, module.__name__
