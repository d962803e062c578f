"""The reduced key of the channel is tested for every rule set before anything rests on it."""

import pytest

from impl.lab.keys.check import check_key
from invariants.channels.conditional.rulebook import CONDITIONAL
from spec.channels.conditional.rule_sets import CELER, SOUND
from tests.protocolwide import forgetful, in_order

LASTING = (
    "phase", "deposits", "withdrawn", "states", "cleared", "intent", "registry", "signed", "offers",
    "learned", "revealed", "vouchers", "pays", "on_chain", "window",
    "in time",
)  # fmt: skip
"""The parts of the key that time does not change, in their order."""
SCOPES = (
    "one-pay", "mixed", "both-ways", "conditions", "elsewhere", "cancelling", "vouching",
    "withdrawing-locked", "snapshots", "depositing", "honest", "offline-locked", "wide",
)  # fmt: skip


@pytest.mark.parametrize("rule_set", CONDITIONAL.rule_sets, ids=lambda each: each.name)
def test_the_reduced_key_can_be_trusted_for_every_rule_set(rule_set):
    scope = CONDITIONAL.scopes["tiny"]
    report = check_key(CONDITIONAL, rule_set.rules, scope, transitions=2_000)
    assert report.passed, report.summary
    assert report.shifts > 0 and report.groups > 0


@pytest.mark.parametrize("rules", [SOUND, CELER], ids=["mended", "celer"])
@pytest.mark.parametrize("scope", SCOPES)
def test_it_can_be_trusted_whatever_happens_in_the_channel(scope, rules):
    report = check_key(CONDITIONAL, rules, CONDITIONAL.scopes[scope], transitions=2_000)
    assert report.passed, report.summary


without = forgetful(CONDITIONAL, in_order(LASTING, "times"))


def test_the_parts_of_the_key_are_known():
    state = CONDITIONAL.protocol.initial(CONDITIONAL.scopes["tiny"], SOUND)
    lasting, _ = CONDITIONAL.protocol.key(state, SOUND)(0)
    assert len(lasting) == len(LASTING)


CAUGHT = (
    (("phase", "times"), "direct"),
    (("states", "on_chain"), "direct"),
    (("cleared",), "offline-locked"),
    (("intent",), "withdrawing"),
    (("signed",), "direct"),
    (("offers",), "direct"),
    (("learned",), "elsewhere"),
    (("revealed",), "one-pay"),
    (("vouchers",), "vouching"),
    (("pays",), "conditions"),
    (("times",), "tiny"),
)
"""Parts, and where a key that forgets them takes states for one that are not.

Phases differ in their deadlines, results in theirs; and what the contract ever had is what it has,
but where it forgets."""


@pytest.mark.parametrize("parts, scope", CAUGHT)
def test_a_key_that_forgets_what_matters_is_caught(parts, scope):
    report = check_key(without(*parts), SOUND, CONDITIONAL.scopes[scope], transitions=6_000)
    assert not report.passed and report.summary.startswith("key NOT used")


@pytest.mark.parametrize("part, scope", [("deposits", "depositing"), ("withdrawn", "withdrawing")])
def test_what_follows_from_the_money_may_be_forgotten(part, scope):
    """A search adds the accounts to every key."""
    report = check_key(without(part), SOUND, CONDITIONAL.scopes[scope], transitions=6_000)
    assert report.passed and report.groups > 0, report.summary
