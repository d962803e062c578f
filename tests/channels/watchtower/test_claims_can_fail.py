"""Every claim is broken by some rule, and a run shows it: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text; each claim is watched alone, so that no other one hides it. Claims
about what no family proposes are broken by a run that is kept for some mutant, the shortest.
"""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from invariants.channels.watchtower.rulebook import WATCHTOWER
from spec.channels.payment.rule_sets import NOT_STRICT, ONE_SIGNATURE, WINDOW_RESTARTS
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from tests.damages import (
    MAIN_CHAIN,
    Breaking,
    expect_broken,
    expect_broken_by_mistake,
    expect_kept,
    kept_runs,
)

SERVICE = "spec.channels.watchtower.service"


RULES = Breaking(WATCHTOWER, "accountable")
shipped, changed, mutated, does_otherwise = (
    RULES.shipped, RULES.changed, RULES.mutated, RULES.does_otherwise,
)  # fmt: skip


def more_than_there_is(bond: int, missing: int) -> int:
    return bond + missing


def whatever_is_claimed(claimed: int, below: int) -> bool:
    return True


def no_way_out(announced: int, now: int, rules: Any) -> bool:
    return False


def nothing_admitted(good: bool) -> bool:
    return False


def half_of_it(bond: int, missing: int) -> int:
    return (min(bond, missing) + 1) // 2


TOO_MUCH = (MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "registering")
RAGE = evolve(PUNISHING.channel, punishes=whatever_is_claimed)

BREAKERS = {
    "TW-SUPPLY": lambda: mutated(*TOO_MUCH),
    "TW-COVERED": lambda: mutated(*TOO_MUCH),
    "TW-NOT-NEGATIVE": lambda: changed("two-bribed", award=more_than_there_is),
    "TW-SAFE-EXIT": lambda: shipped("unbonded", "bribed"),
    "TW-NO-PROFIT": lambda: shipped("customer-pays", "bribed"),
    "TW-BOND-KEPT": lambda: shipped("without-channel", "customer"),
    "TW-FORFEIT": lambda: mutated(
        SERVICE, "service.burned + bond - award", "minus-to-plus", "bribed"
    ),
    "TW-COMPENSATION": lambda: shipped("without-measure", "tiny"),
    "TW-ANSWERED": lambda: shipped("lazy", "partner"),
    "TW-ABLE": lambda: does_otherwise(
        "partner", "strategy", "return (*kept, taken)", "return kept"
    ),
    "TW-REWARD": lambda: shipped("without-succession", "two-towers-long"),
    "TW-BOND-STAYS": lambda: shipped("without-notice", "retiring"),
    "TW-PRIVATE": lambda: shipped("without-seals", "tiny"),
    "TW-WINDOW-STANDS": lambda: changed("bribed", channel=WINDOW_RESTARTS),
    "TW-UNANIMOUS": lambda: changed("bribed", channel=ONE_SIGNATURE),
    "TW-NUMBERS": lambda: changed("bribed", channel=NOT_STRICT),
    "TW-BREACH": lambda: changed("bribed", "punishing", channel=RAGE),
    "TW-STANDS": lambda: does_otherwise(
        "tiny", "disputes", "state.main, state.channel, self.by, self.version,",
        "state.main, state.channel, CUSTOMER, self.version,",
    ),
    "TW-OUTCOME": lambda: does_otherwise(
        "tiny", "disputes", "main.now, breached)", "main.now + 1, breached)"
    ),
    "TW-BONDS": lambda: does_otherwise(
        "retiring", "service", "evolve(service, announced=announced)", "service"
    ),
    "TW-KNOWN": lambda: does_otherwise(
        "tiny", "offchain", "put(stores, self.tower, kept)", "stores"
    ),
    "TW-CLOCK": lambda: does_otherwise(
        "bribed", "machine", "evolve(ghost, ended=now)", "evolve(ghost, ended=now + 1)"
    ),
    "TW-WAY-OUT": lambda: does_otherwise(
        "partner", "disputes", "versions[-1], final=True", "versions[-1], final=False"
    ),
    "TW-SIGNABLE": lambda: does_otherwise(
        "tiny", "offchain", "channel.deposits, channel.withdrawn)",
        "channel.withdrawn, channel.deposits)",
    ),
    "TW-RECOURSE": lambda: changed("tiny", admits=nothing_admitted),
    "TW-PAID-ONCE": lambda: does_otherwise(
        "two-bribed", "service", "[side_of(CUSTOMER)] - service.compensated", "[side_of(CUSTOMER)]"
    ),
    "TW-MADE-WHOLE": lambda: changed("bribed", award=half_of_it),
    "TW-DUTIES": lambda: does_otherwise(
        "partner", "honest", "answer = Answer(party,", "answer = Answer(claim.by,"
    ),
    "TW-LAST-MOMENT": lambda: does_otherwise(
        "tiny", "honest", "left + rules.customer.absence", "left"
    ),
    "TW-NOT-STUCK": lambda: changed("retiring-honest", unbonds=no_way_out),
}  # fmt: skip
BY_RUNS = ("TW-OWN-NAME", "TW-IN-WINDOW", "TW-SENSIBLE")


def test_no_claim_is_left_out():
    assert {*BREAKERS, *BY_RUNS} == {claim.id for claim in WATCHTOWER.invariants}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    expect_broken(BREAKERS[claim](), claim, 60_000)


@pytest.mark.parametrize("claim", BREAKERS)
def test_the_sound_rules_keep_it_where_it_was_broken(claim):
    _, _, scope = BREAKERS[claim]()
    expect_kept(WATCHTOWER, ACCOUNTABLE, scope, claim, 1_000)


# What no family proposes ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept():
    return kept_runs(WATCHTOWER, Path(__file__).parent)


@pytest.mark.parametrize("claim", BY_RUNS)
def test_a_mistake_breaks_it_in_a_run_that_the_rules_stand(claim, kept):
    expect_broken_by_mistake(WATCHTOWER, claim, *kept[claim])
