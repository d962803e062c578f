"""The reduced key of Plasma is tested for every rule set before anything rests on it."""

import pytest
from attrs import evolve

from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.scope import Forgery, Scope
from spec.kernel.basics import DAY
from tests.plasma.mvp.walks import HARDENED, MVP
from tests.protocolwide import forgetful, with_key

TINY = PLASMA.scopes["tiny"]
COARSEST = {
    "limited-space": "relative",
    "early-maturity": "relative",
    "colliding-keys": "exact",
}
"""Where the reduced key is too coarse, and what is used instead. By-maturity keys are points in
time, so that exits collide or not depending on when it is: not even ages will do."""


@pytest.mark.parametrize("rule_set", PLASMA.rule_sets, ids=[r.name for r in PLASMA.rule_sets])
def test_the_coarsest_key_that_can_be_trusted_is_known_for_every_rule_set(rule_set):
    trusted = "exact"
    for name in ("reduced", "relative"):
        report = check_key(PLASMA, rule_set.rules, TINY, name=name, transitions=3_000)
        if report.passed:
            assert report.shifts > 0 and (report.groups > 0 or name == "relative")
            trusted = name
            break
        assert report.summary.startswith("key NOT used")
    assert trusted == COARSEST.get(rule_set.name, "reduced")


@pytest.mark.parametrize("scope", ["small", "sending", "forgeries"])
def test_plain_and_hardened_rules_are_reduced_in_larger_scopes_too(scope):
    for rules in (MVP, HARDENED):
        assert check_key(PLASMA, rules, PLASMA.scopes[scope], transitions=4_000).passed


def test_a_key_that_says_nothing_is_caught():
    def constant(state, rules):
        return lambda now: (1,)

    assert not check_key(with_key(PLASMA, constant), HARDENED, TINY, transitions=3_000).passed


def test_a_key_that_forgets_a_part_which_matters_is_caught():
    """Whichever part of the key is left out, some are seen to matter by the test of the key."""
    state = PLASMA.protocol.initial(TINY, HARDENED)
    parts = len(PLASMA.protocol.key(state, HARDENED)(0))
    without = forgetful(PLASMA, {str(part): [(part,)] for part in range(parts)})
    books = [without(str(part)) for part in range(parts)]
    caught = [not check_key(each, HARDENED, TINY, transitions=2_000).passed for each in books]
    assert sum(caught) >= 2, "exits and their times, at least"


SMALLEST = Scope(
    amounts=(1,), deposits=1, blocks=1, exits=1, sends=0, forgeries=(Forgery.OUT_OF_NOWHERE,),
    voluntary_exits=False,
)  # fmt: skip


@pytest.mark.parametrize("rule_set", ["mvp", "hardened"])
def test_daily_ticks_with_exact_states_find_the_same_weaknesses(rule_set):
    rules = PLASMA.rules_named(rule_set).rules
    quick = evolve(rules.wallet, reaction=DAY)
    rules = evolve(rules, exit_period=DAY, minimum_age=2 * DAY, wallet=quick)
    report = compare_with_ticks(PLASMA, rules, SMALLEST, horizon=5 * DAY, max_states=60_000)
    assert report.agree and report.finished
    assert report.ticks == report.reduced
    assert bool(report.ticks) == (rule_set == "mvp")
