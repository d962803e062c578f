"""Every claim is broken by some rule, and a search shows it: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text. Each claim is watched alone, so that no other one hides it.
"""

import pytest
from attrs import evolve

from invariants.channels.application.rulebook import APPLICATION
from spec.channels.application.outcomes import Outcome
from spec.channels.application.rule_sets import FORCEMOVE
from spec.channels.sides import Pair
from spec.kernel.basics import Wei
from tests.damages import MAIN_CHAIN, Breaking, Broken, expect_broken, expect_kept

ADJUDICATOR = "spec.channels.application.adjudicator"
PLAYER = "spec.channels.application.player"
PLAY = "spec.channels.application.play"
HOLDINGS = "spec.channels.application.holdings"
RULES = Breaking(APPLICATION, "forcemove")
changed, mutated, does_otherwise = RULES.changed, RULES.mutated, RULES.does_otherwise


def takes_from_accounts(outcome: Outcome, held: Wei) -> tuple[Wei, ...]:
    return -held - 10, 0


def shares_out_twice(stakes: Pair, turn: int) -> Pair:
    return stakes[0] + stakes[1], stakes[0] + stakes[1]


def shipped(rule: str, scope: str) -> Broken:
    """Without one rule."""
    return RULES.shipped(f"without-{rule}", scope)


def open_to_forgeries() -> Broken:
    book, rules, scope = shipped("valid-transition", "away-payee")
    return book, rules, evolve(scope, forged=True)


def no_more_deposits(final: bool) -> bool:
    return False


BREAKERS = {
    "APP-SUPPLY": lambda: mutated(
        MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "funding"
    ),
    "APP-COVERED": lambda: mutated(
        HOLDINGS, "0 < self.amount <= missing", "shifted-by-one-2", "forged-streaming"
    ),
    "APP-NOT-NEGATIVE": lambda: changed("rps", pays=takes_from_accounts),
    "APP-STAKES": lambda: changed("rps", stalled=shares_out_twice),
    "APP-DEPOSITED": lambda: does_otherwise(
        "funding", "holdings", "side_of(self.by), self.amount", "side_of(self.by), 1"
    ),
    "APP-JOINS": lambda: changed("funding", takes_deposit=no_more_deposits),
    "APP-COUNTS": lambda: does_otherwise(
        "rps", "adjudicator", "phase=Phase.CONCLUDED", "phase=Phase.CHALLENGE"
    ),
    "APP-DUTIES": lambda: does_otherwise(
        "away", "player", "if is_there(state.people, party) and", "if"
    ),
    "APP-PAYABLE": lambda: shipped("sufficiency", "funding"),
    "APP-PAID": lambda: shipped("priority", "funding"),
    "APP-NOTHING-LEFT": lambda: shipped("closed-to-deposits", "funding"),
    "APP-SAFE": lambda: shipped("expected-held", "funding-bob"),
    "APP-FLOOR": open_to_forgeries,
    "APP-RECORD": lambda: shipped("raised-record", "rps"),
    "APP-SUPPORTED": lambda: shipped("valid-transition", "forged"),
    "APP-TOGETHER": lambda: shipped("finality", "rps"),
    "APP-FINAL": lambda: mutated(
        ADJUDICATOR, "expect_undecided(state)", "guard-dropped", "forged", "Conclude"
    ),
    "APP-NO-TURN-TWICE": lambda: shipped("newer-challenge", "rps"),
    "APP-BURDEN": lambda: shipped("raised-record", "rps"),
    "APP-PROGRESS": lambda: shipped("newer-challenge", "rps"),
    "APP-IN-TIME": lambda: shipped("challenge-at-record", "rps"),
    "APP-CLOCK": lambda: does_otherwise(
        "rps", "machine", "evolve(after.ghost, since=now)", "evolve(after.ghost, since=now + 1)"
    ),
    "APP-LAST-MOMENT": lambda: does_otherwise(
        "rps", "player", "patient + reaction, party", "patient + 2 * reaction, party"
    ),
    "APP-ABLE": lambda: shipped("challenge-at-record", "rps"),
    "APP-GIVEN": lambda: does_otherwise(
        "rps", "evidence", "PARTIES if before.turn == 0 else (mover(before.turn),)", "PARTIES"
    ),
    "APP-TOLD": lambda: does_otherwise(
        "rps", "applications", "outcome, over(app, data))", "outcome, not over(app, data))"
    ),
    "APP-QUIET": lambda: mutated(
        PLAYER, "state.main.now <= state.network.since + rules.player.patience", "le-to-gt",
        "rps-honest",
    ),
    "APP-HONEST": lambda: shipped("both-stakes", "funding-bob"),
    "APP-FAIR": lambda: shipped("forfeit", "rps"),
    "APP-AGREED": lambda: mutated(
        PLAY, "if self.by != other: raise NotTheMover(self.by, other)", "guard-dropped",
        "forged",
    ),
    "APP-STALL": lambda: shipped("forfeit", "rps"),
    "APP-HIDDEN": lambda: shipped("hiding", "rps"),
}  # fmt: skip


def test_no_claim_is_left_out():
    assert set(BREAKERS) == {claim.id for claim in APPLICATION.invariants}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it_and_forcemove_keeps_it_there(claim):
    broken = BREAKERS[claim]()
    expect_broken(broken, claim, 6_000)
    expect_kept(APPLICATION, FORCEMOVE, broken[2], claim, 400)
