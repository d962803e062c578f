"""The reduced key is tested for every rule set before anything rests on it."""

import pytest
from attrs import evolve

from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from invariants.channels.watchtower.rulebook import WATCHTOWER
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING, UNBONDED, UNWATCHED
from spec.kernel.basics import DAY
from tests.channels.watchtower.situations import RULES
from tests.protocolwide import forgetful, of_fields

SCOPES = ("retiring", "offline", "two-towers", "customer", "both", "registering", "wide")
BOTH = pytest.mark.parametrize("rules", RULES.values(), ids=RULES)


@pytest.mark.parametrize("rule_set", WATCHTOWER.rule_sets, ids=lambda each: each.name)
def test_the_reduced_key_can_be_trusted_for_every_rule_set(rule_set):
    scope = WATCHTOWER.scopes["bribed"]
    report = check_key(WATCHTOWER, rule_set.rules, scope, transitions=2_000)
    assert report.passed, report.summary
    assert report.shifts > 0 and report.groups > 0


@BOTH
@pytest.mark.parametrize("scope", SCOPES)
def test_it_can_be_trusted_whoever_is_dishonest(scope, rules):
    report = check_key(WATCHTOWER, rules, WATCHTOWER.scopes[scope], transitions=2_000)
    assert report.passed, report.summary


without = forgetful(WATCHTOWER, of_fields(WATCHTOWER.protocol.state, {
    "claim": "channel.claim", "announced": "service.announced", "answered": "service.answered_by",
    "outcome": "service.outcome", "versions": "talk.versions", "stores": "talk.stores",
    "receipts": "talk.receipts", "away": "talk.left", "journeys": "talk.journeys",
    "leaving": "ghost.leaving",
}))  # fmt: skip


CAUGHT = (
    (("ages",), "retiring"),
    (("receipts",), "bribed"),
    (("stores",), "partner"),
    (("versions",), "bribed"),
    (("claim",), "bribed"),
    (("announced", "leaving", "ages"), "retiring"),
    (("journeys", "away", "ages"), "bribed"),
    (("answered",), "partner"),
    (("outcome", "ages"), "bribed"),
)
"""Parts, and where a key that forgets them takes states for one that are not."""


@pytest.mark.parametrize("parts, scope", CAUGHT)
def test_a_key_that_forgets_what_matters_is_caught(parts, scope):
    report = check_key(without(*parts), ACCOUNTABLE, WATCHTOWER.scopes[scope], transitions=9_000)
    assert not report.passed and report.summary.startswith("key NOT used")


TINIEST = evolve(WATCHTOWER.scopes["bribed"], plan=((3, 1),))
WEAK = {"accountable": ACCOUNTABLE, "punishing": PUNISHING, "unbonded": UNBONDED}
WEAK |= {"unwatched": UNWATCHED}


@pytest.mark.parametrize("name", WEAK)
def test_half_days_with_exact_states_find_the_same_weaknesses(name):
    """Windows end with their last moment, so half a day behind each of them lies a tick."""
    report = compare_with_ticks(
        WATCHTOWER, WEAK[name], TINIEST, horizon=6 * DAY, tick=DAY // 2, max_states=40_000
    )
    assert report.agree and report.finished
    assert bool(report.reduced) == (name in ("unbonded", "unwatched"))
