"""Every protocol has a Hypothesis state machine that follows from its rulebook, hostile calls
included: the sound rules survive it, weak ones fall to it."""

import hypothesis
import pytest
from attrs import evolve
from hypothesis.stateful import run_state_machine_as_test

from impl.lab.fuzz.machine import ClaimBroken, state_machine
from impl.lab.rulebooks.registry import rulebooks
from invariants.kernel.hostile import with_hostile_calls

SOUND = (
    ("payment", "replacement", "tiny"),
    ("plasma-mvp", "hardened", "small"),
    ("multiparty", "sound", "tiny-leader"),
    ("application", "forcemove", "tiny"),
    ("watchtower", "accountable", "tiny"),
    ("conditional", "mended", "tiny"),
)
WEAK = (
    ("payment", "one-signature", "noise", "PC-SAFE-EXIT"),
    ("plasma-mvp", "early-maturity", "small", "PL-MATURITY"),
    ("multiparty", "literal", "tiny-leader", "MP-IN-TIME"),
    ("application", "without-newer-challenge", "tiny", "APP-NO-TURN-TWICE"),
    ("watchtower", "without-seals", "tiny", "TW-PRIVATE"),
    ("conditional", "mended-without-watched-balances", "direct", "CP-DUE"),
)


def run(protocol, rule_set, scope, *, examples, steps, only=""):
    book = with_hostile_calls(rulebooks()[protocol])
    kept = tuple([claim for claim in book.invariants if only in ("", claim.id)])
    book = evolve(book, invariants=kept)
    run_state_machine_as_test(
        state_machine(book, book.rules_named(rule_set).rules, book.scopes[scope]),
        settings=hypothesis.settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, database=None,
            derandomize=True, phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("protocol, rule_set, scope", SOUND)
def test_sound_rules_survive(protocol, rule_set, scope):
    run(protocol, rule_set, scope, examples=100, steps=50)


@pytest.mark.parametrize("protocol, rule_set, scope, claim", WEAK)
def test_weak_rules_fall(protocol, rule_set, scope, claim):
    with pytest.raises(ClaimBroken, match=claim):
        run(protocol, rule_set, scope, examples=300, steps=40, only=claim)
