"""The reduced key is tested for every rule set before anything rests on it."""

import pytest
from attrs import evolve, fields

from impl.keycheck import check_key, compare_with_ticks
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.state import State
from spec.kernel.basics import DAY
from tests.channels.payment.situations import PROTOCOL, RULES

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


PLACES = {
    "contract": (1,), "memory": (2,), "disk": (3,), "messages": (4, 0), "revealed": (4, 1),
    "offline": (5, 1), "times": (6, 1), "ghost": (7,),
}  # fmt: skip
"""Where the parts of the key stand that time does not change; behind them stand the ages."""


def without(*parts):
    """A rulebook whose key forgets some parts."""

    def key(state, rules):
        whole = PROTOCOL.key(state, rules)
        return lambda now: drop(*whole(now))

    def drop(lasting, *ages):
        if not ages:
            return lasting  # all is paid out
        for part in parts:
            lasting = lasting if part == "ages" else blank(lasting, *PLACES[part])
        return lasting, () if "ages" in parts else ages

    return evolve(PAYMENT, protocol=evolve(PROTOCOL, key=key))


def blank(parts, place, *inner):
    """Nested tuples without what stands at a place."""
    less = blank(parts[place], *inner) if inner else ()
    return (*parts[:place], less, *parts[place + 1 :])


def test_the_parts_of_the_key_are_those_of_the_state():
    names = [each.name for each in fields(State)]
    assert [names[place[0]] for place in PLACES.values()] == [
        "contract", "memory", "disk", "network", "network", "people", "absence", "ghost",
    ]  # fmt: skip


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
