"""The reduced key is tested for every rule set before anything rests on it."""

import pytest
from attrs import evolve

from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from invariants.channels.application.rulebook import APPLICATION
from invariants.channels.application.world.scope import streaming_scope
from spec.channels.application.rule_sets import FORCEMOVE
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import HOUR
from tests.channels.application.situations import SCOPES, channel
from tests.protocolwide import forgetful, in_order, watching

OTHERS = ("rps", "streaming-payee", "tic-tac-toe", "forged", "funding-bob", "nobody-honest")


@pytest.mark.parametrize("rule_set", APPLICATION.rule_sets, ids=lambda each: each.name)
def test_the_reduced_key_can_be_trusted_for_every_rule_set(rule_set):
    report = check_key(APPLICATION, rule_set.rules, SCOPES["tiny"], transitions=800)
    assert report.passed, report.summary
    assert report.shifts > 0 and report.groups > 0


@pytest.mark.parametrize("scope", OTHERS)
def test_it_can_be_trusted_whatever_is_played(scope):
    report = check_key(APPLICATION, FORCEMOVE, SCOPES[scope], transitions=1_500)
    assert report.passed, report.summary


LASTING = (
    "held", "deposited", "phase", "record", "claimed", "paid", "line", "turns", "agreed",
    "accounts", "challenged",
)  # fmt: skip
"""The parts of the key that time does not change, in their order."""


without = forgetful(APPLICATION, in_order(LASTING, "place"))


def test_the_parts_of_the_key_are_known():
    lasting, _ = APPLICATION.protocol.key(channel(), FORCEMOVE)(0)
    assert len(lasting) == len(LASTING)


@pytest.mark.parametrize(
    ("parts", "scope"),
    [
        (("place",), "tiny"),
        (("record",), "tiny"),
        (("claimed",), "streaming-payee"),
        (("line",), "rps"),
        (("agreed", "phase"), "tiny"),
        (("paid", "held", "accounts", "place"), "tiny"),
    ],
    ids=str,
)
def test_a_key_that_forgets_something_is_caught(parts, scope):
    report = check_key(without(*parts), FORCEMOVE, SCOPES[scope], transitions=4_000)
    assert not report.passed and report.example is not None


def test_half_hours_with_exact_states_find_the_same_weaknesses():
    """Deadlines are the last moments, so half an hour behind each of them lies a tick."""
    report = compare_with_ticks(
        watching(APPLICATION, "APP-SAFE", "APP-IN-TIME"),
        evolve(FORCEMOVE, window=HOUR),
        streaming_scope(1, offline=(BOB,), coalition=(ALICE,)),
        horizon=3 * HOUR // 2,
        tick=HOUR // 2,
        max_states=20_000,
    )
    assert report.agree and report.ticks == report.reduced != frozenset()


def test_who_is_honest_is_fixed_by_the_scope():
    assert channel(ALICE).people.honest == (2,)
