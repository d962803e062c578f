"""The reduced key of the channel is tested for every rule set before anything rests on it."""

import pytest

from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.channels.multiparty.world.scope import ALICE, BOB, Lie, Scope
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.kernel.basics import DAY
from tests.protocolwide import forgetful, in_order, with_key

SCOPES = ("no-trade", "offline", "leaving", "joining", "asked", "overdraft", "past-challengers")
BOTH = pytest.mark.parametrize("rules", [LITERAL, SOUND], ids=["literal", "sound"])


@pytest.mark.parametrize("rule_set", MULTIPARTY.rule_sets, ids=lambda each: each.name)
def test_the_reduced_key_can_be_trusted_for_every_rule_set(rule_set):
    scope = MULTIPARTY.scopes["tiny-leader"]
    report = check_key(MULTIPARTY, rule_set.rules, scope, transitions=2_000)
    assert report.passed, report.summary
    assert report.shifts > 0 and report.groups > 0


@BOTH
@pytest.mark.parametrize("scope", SCOPES)
def test_it_can_be_trusted_whatever_happens_in_the_channel(scope, rules):
    report = check_key(MULTIPARTY, rules, MULTIPARTY.scopes[scope], transitions=2_000)
    assert report.passed, report.summary


LASTING = (
    "epoch", "leader", "balances", "bonds", "deposits", "leaving", "phase", "proposal", "disputes",
    "requests", "shown", "trades", "made", "past", "wishes", "escrow", "burned", "moved",
)  # fmt: skip
"""The parts of the key that time does not change, in their order; behind them stand the place
between deadlines and what was said of checkpoints."""


without = forgetful(MULTIPARTY, in_order(LASTING, "place", "said"))


def test_the_parts_of_the_key_are_known():
    state = MULTIPARTY.protocol.initial(Scope(), SOUND)
    lasting, _, _ = MULTIPARTY.protocol.key(state, SOUND)(0)
    assert len(lasting) == len(LASTING)


CAUGHT = (
    (("phase", "said"), "tiny-leader"),
    (("said",), "tiny-leader"),
    (("disputes",), "tiny-leader"),
    (("shown",), "tiny-leader"),
    (("trades",), "tiny-leader"),
    (("place",), "no-trade"),
    (("requests",), "asking"),
    (("leaving",), "leaving"),
    (("wishes",), "leaving"),
)
"""Parts, and where a key that forgets them takes states for one that are not. Phases differ in what
was said; votes are among what was said, receipts are in the trades."""


@pytest.mark.parametrize("parts, scope", CAUGHT)
def test_a_key_that_forgets_what_matters_is_caught(parts, scope):
    report = check_key(without(*parts), SOUND, MULTIPARTY.scopes[scope], transitions=6_000)
    assert not report.passed and report.summary.startswith("key NOT used")


def test_a_key_that_forgets_what_is_proposed_is_caught():
    report = check_key(without("proposal"), LITERAL, MULTIPARTY.scopes["no-trade"])
    assert not report.passed


def test_a_key_that_reads_the_clock_is_caught():
    def late(state, rules):
        whole = MULTIPARTY.protocol.key(state, rules)
        return lambda now: (whole(now), now)

    wrong = with_key(MULTIPARTY, late)
    assert not check_key(wrong, SOUND, MULTIPARTY.scopes["no-trade"], transitions=2_000).passed


TINIEST = Scope(members=(ALICE, BOB), trades=0, lies=(Lie.STEAL,), conjured=0)


@BOTH
def test_half_days_with_exact_states_find_the_same_weaknesses(rules):
    """Deadlines are the last moments, so half a day behind each of them lies a tick."""
    report = compare_with_ticks(
        MULTIPARTY, rules, TINIEST, horizon=8 * DAY, tick=DAY // 2, max_states=40_000
    )
    assert report.agree and report.finished
    assert bool(report.reduced) == (rules is LITERAL)
