"""The reduced key is tested for every rule set before anything rests on it."""

import pytest
from attrs import evolve

from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.kernel.basics import DAY
from tests.channels.payment.situations import RULES
from tests.protocolwide import forgetful, of_fields

SCOPES = (
    "one", "alice", "both", "opening-both", "topping-up", "withdrawing-both", "crashing",
    "away-too-long", "noise-all", "noise-all-both", "long-both",
)  # fmt: skip
BOTH = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


@pytest.mark.parametrize("rule_set", PAYMENT.rule_sets, ids=lambda each: each.name)
def test_the_reduced_key_can_be_trusted_for_every_rule_set(rule_set):
    report = check_key(PAYMENT, rule_set.rules, PAYMENT.scopes["both"], transitions=1_500)
    assert report.passed, report.summary
    assert report.shifts > 0 and report.groups > 0


@BOTH
@pytest.mark.parametrize("scope", SCOPES)
def test_it_can_be_trusted_in_every_kind_of_scope(scope, rules):
    report = check_key(PAYMENT, rules, PAYMENT.scopes[scope], transitions=1_500)
    assert report.passed, report.summary


without = forgetful(PAYMENT, of_fields(PAYMENT.protocol.state, {
    "contract": "contract", "memory": "memory", "disk": "disk", "messages": "network.signed",
    "revealed": "network.revealed", "offline": "people.offline", "times": "absence.times",
    "ghost": "ghost",
}))  # fmt: skip


CAUGHT = (
    (("ages",), "one"),
    (("contract",), "topping-up"),
    (("memory", "disk", "ghost"), "crashing"),
    (("messages", "memory", "disk"), "both"),
    (("revealed", "memory", "disk"), "one"),
    (("offline", "ages"), "one"),
    (("times",), "one"),
)
"""Parts, and where a key that forgets them takes states for one that are not."""


@pytest.mark.parametrize("parts, scope", CAUGHT)
def test_a_key_that_forgets_what_matters_is_caught(parts, scope):
    report = check_key(without(*parts), PENALTY, PAYMENT.scopes[scope], transitions=4_000)
    assert not report.passed and report.summary.startswith("key NOT used")


WEAK = {"replacement": "away-too-long", "one-signature": "noise", "totals-ignored": "topping-up"}
SMALL = {"versions": 1, "finals": False}


@pytest.mark.parametrize("name", WEAK)
def test_half_days_with_exact_states_find_the_same_weaknesses(name):
    """Windows end with their last moment, so half a day behind each of them lies a tick."""
    report = compare_with_ticks(
        PAYMENT,
        PAYMENT.rules_named(name).rules,
        evolve(PAYMENT.scopes[WEAK[name]], **SMALL),
        horizon=4 * DAY,
        tick=DAY // 2,
        max_states=40_000,
    )
    assert report.agree and report.finished and report.reduced


def test_half_days_with_exact_states_find_nothing_where_nothing_is():
    scope = evolve(PAYMENT.scopes["one"], **SMALL)
    report = compare_with_ticks(
        PAYMENT, REPLACEMENT, scope, horizon=4 * DAY, tick=DAY // 2, max_states=40_000
    )
    assert report.agree and report.finished and not report.reduced
