"""Mutants of Plasma MVP: the claims notice its historic mistakes when they are made again."""

import sys

import pytest

from impl.lab.mutants import Kept, Kind, load, measure, population
from impl.lab.mutants.runs import Stage
from impl.lab.mutants.settings import Settings
from impl.lab.prover import as_expected, prove
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import WEEK
from spec.plasma.mvp import rules as decisions

PEOPLE = population(PLASMA)


def place(function: str, original: str, kind: str):
    return next(
        mutant
        for mutant in (*PEOPLE.mutants, *PEOPLE.wider)
        if (mutant.function, mutant.original, mutant.kind) == (function, original, kind)
    )


def test_a_loaded_mutant_is_apart_from_the_rules_and_shares_their_types():
    flip = place(
        "mvp_exitable_at", "max(created + rules.minimum_age, now + rules.exit_period)", "max-to-min"
    )
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
    claims = zip(loaded.rulebook.invariants, PLASMA.invariants, strict=True)
    asked_again = {new.id for new, old in claims if new != old}
    trying = {
        "PL-CAN-PAY",
        "PL-CAN-LEAVE",
        "PL-DEPOSIT-TAKEN",
        "PL-CAN-CONFIRM",
        "PL-CAN-CHALLENGE",
    }
    assert asked_again == {*trying, "PL-LAST-MOMENT", "PL-ROOM", "PL-HONEST-FIRST"}, (
        "only what tries steps, or asks what is owed"
    )


def test_knobs_are_moved_in_every_rule_set_that_has_them():
    moved = {m.id.rpartition(".")[2]: dict(m.knob[1]) for m in PEOPLE.mutants if m.knob}
    assert moved["exit_period:knob-one-more"]["mvp"] == WEEK + 1
    assert moved["minimum_age:knob-one-less"]["hardened"] == 2 * WEEK - 1
    assert "exit_period:knob-to-zero" not in moved, "no rule at all"
    assert "mvp" not in moved["block_space:knob-to-zero"]


def test_what_rules_break_themselves_is_left_out_cause_by_cause():
    stage = Stage(PLASMA)
    Settings(stage, steps=1_000).trial(("mvp", "wide"))
    causes = {cause for id, cause in stage.known["mvp"] if id == "PL-SAFE-EXIT"}
    assert causes and not stage.known["hardened"]


NOTICED = {
    "maturity": (
        "mvp_exitable_at", "max(created + rules.minimum_age, now + rules.exit_period)",
        "max-to-min",
    ),
    "somebody else's exit": (
        "_open", "if output.owner != by: raise NotTheOwner(by, output.owner)", "guard-dropped",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICED)
def test_a_mistake_is_noticed_by_a_claim(name):
    mutant = place(*NOTICED[name])
    [verdict] = measure(PEOPLE, [mutant], Kept(), steps=1_000, brief=True)
    assert verdict.kill.kind is Kind.INVARIANT, verdict
    assert verdict.kill.run is not None and len(verdict.kill.run.actions) <= 12


def test_a_theorem_notices_what_no_short_walk_meets():
    """A block that spends what was paid out: rare in a walk, and a proof is for all values."""
    gone = place("spends_settled_outputs", "confirmed and (not ancestor_gone)", "term-2-dropped")
    spends = tuple(t for t in load(gone, PLASMA).theorems() if "SPENDS" in t.id)
    assert spends and not all(as_expected(theorem, prove(theorem)) for theorem in spends)
