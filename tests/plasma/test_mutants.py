"""Mutants of the rules measure the claims; the claims notice nearly all that matter."""

import sys

import pytest

from impl.mutants import Trial, kill, knob_mutants, load, measure, mutants, trials
from impl.mutants.__main__ import modules_of, sample
from impl.mutants.measure import EXPECTED_RUN, NOT_REACHED, RULE_ERROR
from impl.mutants.report import table
from impl.prover import as_expected, prove
from invariants.plasma.rulebook import PLASMA
from spec.kernel.basics import WEEK
from spec.plasma import rules as decisions

ALL = mutants(modules_of(PLASMA))


def test_a_mutant_is_named_by_its_place_and_changes_one_line():
    assert len({mutant.id for mutant in ALL}) == len(ALL) > 400
    kinds = {mutant.kind for mutant in ALL}
    assert {"guard-dropped", "lt-to-le", "eq-to-ne", "and-to-or", "plus-to-minus", "max-to-min",
            "shifted-by-one", "answer-negated"} <= kinds  # fmt: skip
    for mutant in ALL:
        assert mutant.original != mutant.mutated and "\n" not in mutant.difference
        compile(mutant.source, mutant.module, "exec")


def test_a_loaded_mutant_is_apart_from_the_rules_and_shares_their_types():
    [flip] = [m for m in ALL if m.original == "max(created + rules.minimum_age, now +"
              " rules.exit_period)" and m.kind == "max-to-min"]  # fmt: skip
    before = dict(sys.modules)
    loaded = load(flip, PLASMA)
    assert dict(sys.modules) == before
    mutated, rules = loaded.rulebook.rules_named("mvp").rules, PLASMA.rules_named("mvp").rules
    assert type(mutated) is type(rules)
    assert mutated.exitable_at(0, 0, mutated) == WEEK and rules.exitable_at(0, 0, rules) == 2 * WEEK
    assert rules.exitable_at is decisions.mvp_exitable_at is not mutated.exitable_at
    scope = PLASMA.scopes["tiny"]
    first = loaded.rulebook.protocol.initial(scope, mutated)
    assert first == PLASMA.protocol.initial(scope, rules)
    assert loaded.rulebook.invariants == PLASMA.invariants


def test_knobs_are_moved_across_their_boundaries():
    moved = {mutant.knob for mutant in knob_mutants(PLASMA.rules_named("mvp").rules)}
    assert {("exit_period", WEEK + 1), ("minimum_age", 2 * WEEK - 1), ("exit_bond", 0)} <= moved
    assert ("exit_period", 0) not in moved, "no rule at all"


@pytest.fixture(scope="module")
def attacks():
    return trials(PLASMA, [("hardened", "wide"), ("hardened", "sending"), ("mvp", "wide")],
                  steps=1_000)  # fmt: skip


def test_an_attack_counts_only_claims_that_hold_without_the_mistake(attacks):
    hardened = {trial.invariants for trial in attacks if trial.rule_set == "hardened"}
    assert hardened == {frozenset(claim.id for claim in PLASMA.invariants)}
    plain = {trial.invariants for trial in attacks if trial.rule_set == "mvp"}
    assert all("PL-SAFE-EXIT" not in kept and "PL-BONDS" in kept for kept in plain)


def place(module: str, original: str, kind: str):
    return next(
        mutant
        for mutant in ALL
        if (mutant.module, mutant.original, mutant.kind) == (module, original, kind)
    )


NOTICED = {
    "a bond that stays": ("exits", "contract.bonds - exit.bond", "minus-to-plus", "PL-"),
    "maturity": (
        "rules", "max(created + rules.minimum_age, now + rules.exit_period)", "max-to-min",
        "PL-MATURITY",
    ),
    "nothing valid": ("ledger", "position in ledger.spent", "in-to-not-in", "PL-W-BLOCK"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICED)
def test_a_mistake_is_noticed_by_a_claim_or_by_a_witness_that_is_missed(name, attacks):
    module, original, kind, claim = NOTICED[name]
    verdict = kill(place(f"spec.plasma.{module}", original, kind), PLASMA, attacks)
    assert verdict.claimed and verdict.by.startswith(claim), verdict


def test_a_guard_is_missed_once_somebody_tries_what_it_refuses(attacks):
    """No family proposes somebody else's exit; bent moves do."""
    owner = place(
        "spec.plasma.exits", "if output.owner != by: raise NotTheOwner(by, output.owner)",
        "guard-dropped",
    )  # fmt: skip
    assert kill(owner, PLASMA, attacks).claimed


def test_a_theorem_notices_what_no_short_walk_meets():
    """A block that spends what was paid out: rare in a walk, and a proof is for all values."""
    gone = place("spec.plasma.rules", "confirmed and (not ancestor_gone)", "term-2-dropped")
    short = [Trial("hardened", "small", frozenset({"PL-SAFE-EXIT"}), steps=200)]
    assert kill(gone, PLASMA, short).by == ""
    spends = tuple(t for t in load(gone, PLASMA).theorems() if "SPENDS" in t.id)
    assert spends and not all(as_expected(theorem, prove(theorem)) for theorem in spends)


SAMPLE = 16
"""Mutants in the suite. `python -m impl.mutants plasma-mvp` takes all."""


@pytest.mark.parametrize("seed", [1, 2])
def test_of_a_sample_of_mistakes_most_are_noticed(seed, attacks):
    verdicts = list(measure(PLASMA, sample(ALL, SAMPLE, seed), attacks, theorems=False))
    print("\n".join(table(verdicts)))
    reached = [v for v in verdicts if v.by != NOT_REACHED]
    claimed = [v for v in reached if v.claimed]
    noticed = [v for v in reached if v.claimed or v.by == EXPECTED_RUN]
    assert len(claimed) >= 0.2 * len(reached), "half of all of them, at the time of writing"
    assert len(noticed) >= 0.45 * len(reached), "three in four, at the time of writing"
    assert len({v.by for v in claimed} - {RULE_ERROR}) >= 2
