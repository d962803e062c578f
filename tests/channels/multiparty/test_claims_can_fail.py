"""Every claim is broken by some rule, and a run shows it: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text. What is claimed of money and fairness is broken by a search, each
claim watched alone, so that no other one hides it. Other claims are broken by moves that no family
proposes: for each of them, a run is played that is kept for some mutant, the shortest.
"""

from pathlib import Path

import pytest

from impl.ground.evidence import Word
from impl.lab.fuzz import fuzz
from impl.lab.mutants import load
from invariants.channels.multiparty.conduct import CONDUCT
from invariants.channels.multiparty.continuity import CONTINUITY
from invariants.channels.multiparty.duties import DUTIES
from invariants.channels.multiparty.effects import EFFECTS
from invariants.channels.multiparty.endings import ENDINGS
from invariants.channels.multiparty.fairness import FAIRNESS
from invariants.channels.multiparty.members import MEMBERS
from invariants.channels.multiparty.money import MONEY
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.channels.multiparty.showing import SHOWING
from invariants.channels.multiparty.validity import VALIDITY
from invariants.kernel.claims import Rulebook
from spec.channels.multiparty.rule_sets import REPAIRS, SOUND
from tests.damages import (
    MAIN_CHAIN,
    Breaking,
    damaged,
    expect_broken,
    expect_broken_by_mistake,
    expect_kept,
    kept_runs,
    mistake,
    wrong_effect,
)
from tests.protocolwide import watching

DISPUTES = "spec.channels.multiparty.disputes"
GREEDY = REPAIRS["limited-income"].member
"""Takes more than the bond stands for."""


RULES = Breaking(MULTIPARTY, "sound")
shipped, changed, mutated = RULES.shipped, RULES.changed, RULES.mutated


def everything_made_good(unfunded: int, share: int) -> int:
    return unfunded


BREAKERS = {
    "MP-SUPPLY": lambda: mutated(
        MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "joining"
    ),
    "MP-COVERED": lambda: shipped("sound-without-conservation", "inflating"),
    "MP-NOT-NEGATIVE": lambda: changed(
        "overdraft", makes_good=everything_made_good, bond=1, member=GREEDY
    ),
    "MP-DUE": lambda: shipped("sound-without-state-fold", "tiny-friends"),
    "MP-FLOOR": lambda: shipped("sound-without-proof-for-non-voters", "offline"),
    "MP-LEADER": lambda: shipped("sound-without-receipt-epoch", "past-challengers"),
    "MP-CHALLENGER": lambda: shipped("literal", "no-trade"),
    "MP-AGREED": lambda: shipped("literal", "tiny-leader"),
    "MP-RECEIPTS-BIND": lambda: shipped("sound-without-settlement", "tiny-leader"),
    "MP-EPOCHS": lambda: shipped("sound-without-settlement", "tiny-leader"),
    "MP-TURNS": lambda: shipped("sound-without-schedule", "naming"),
    "MP-ASKED": lambda: shipped("sound-without-inclusion-requests", "tiny-friends"),
    "MP-REFUSED": lambda: mutated(
        DISPUTES,
        "not rules.unique(good) or left >= asked.payment.amount",
        "term-2-dropped",
        "asking",
    ),
    "MP-IN-TIME": lambda: shipped("sound-without-guilt-of-silence", "tiny-leader"),
    "MP-FREE-TO-GO": lambda: shipped("sound-without-forced-exit", "leaving"),
}  # fmt: skip


def test_no_claim_is_left_out():
    assert set(BREAKERS) == {claim.id for claim in MONEY + FAIRNESS}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    expect_broken(BREAKERS[claim](), claim, 20_000)


@pytest.mark.parametrize("claim", BREAKERS)
def test_the_sound_rules_keep_it_where_it_was_broken(claim):
    _, _, scope = BREAKERS[claim]()
    expect_kept(MULTIPARTY, SOUND, scope, claim, 1_000)


# What steps bring about -------------------------------------------------------------------------


def other(module: str, function: str, kind: str, original: str = "") -> Rulebook:
    """The rulebook with a mistake of a kind in what a function does."""
    found = wrong_effect(f"spec.channels.multiparty.{module}", function, kind, original)
    return load(found, MULTIPARTY).rulebook


def open_to_nobody() -> Rulebook:
    closed = "state.contract.phase == Phase.CLOSED"
    found = mistake("spec.channels.multiparty.membership", closed, "eq-to-ne", "expect_open")
    return load(found, MULTIPARTY).rulebook


def wishes_call_the_contract() -> Rulebook:
    said, called = "network=evolve(network", "contract=evolve(state.contract"
    return damaged(MULTIPARTY, "trading", f"{said}, wishes=", f"{called}, leaving=")


def commits_in_any_case() -> Rulebook:
    return damaged(MULTIPARTY, "disputes", "rules.convicted(False)", "Ending.COMMIT")


DAMAGED = {
    "MP-SAID": (lambda: other("trading", "SendToLeader.step", "unchanged"), "exchange"),
    "MP-TABLE": (lambda: other("disputes", "AnswerDispute.step", "unchanged"), "tiny-leader"),
    "MP-RECEIPT-GIVEN": (lambda: other("disputes", "_receipted", "unchanged"), "asking"),
    "MP-NOTHING-ELSE": (wishes_call_the_contract, "leaving"),
    "MP-PAID": (lambda: other("settlement", "_pay_out", "unchanged"), "leaving"),
    "MP-ANEW": (lambda: other("settlement", "next_trading", "left-as-it-was", "None"), "leaving"),
    "MP-GUILTY": (
        lambda: other("settlement", "Settle.step", "left-as-it-was", "put("), "tiny-leader",
    ),
    "MP-SETTLED": (
        lambda: other("settlement", "settled_balances", "left-out", "payment.amount - covered"),
        "tiny-friends",
    ),
    "MP-AS-DECIDED": (commits_in_any_case, "no-trade"),
    "MP-LEAVE-TOGETHER": (lambda: other("membership", "ForceExit.step", "left-out"), "open-leader"),
    "MP-OPEN": (open_to_nobody, "joining"),
    "MP-MEANS-USED": (lambda: other("knowledge", "taken", "zeroed"), "tiny-challengers"),
    "MP-CAN-PAY": (lambda: other("rules", "checkpoint_balance", "zeroed"), "tiny-challengers"),
    "MP-SIGNS": (lambda: other("member", "what_it_sees", "opposite"), "no-trade"),
    "MP-SHOWABLE": (lambda: other("knowledge", "can_show", "emptied"), "past-leader"),
    "MP-ANSWERS": (lambda: other("disputes", "expect_founded", "emptied"), "tiny-challengers"),
    "MP-PERIODS": (lambda: other("rules", "answers_first", "unchanged"), "no-trade"),
    "MP-DUTIES": (lambda: other("member", "_while_trading", "another"), "no-trade"),
    "MP-OWED": (lambda: other("member", "_while_called", "left-out", "Conclude"), "no-trade"),
    "MP-LAST-MOMENT": (lambda: other("member", "_while_trading", "zeroed"), "no-trade"),
}  # fmt: skip
"""For each claim a mistake in what the rules do, and where it shows."""


def test_no_claim_about_effects_is_left_out():
    assert {*DAMAGED, "MP-STAYS"} == {
        claim.id for claim in (*EFFECTS, *ENDINGS, *MEMBERS, *SHOWING, *DUTIES)
    }


@pytest.mark.parametrize("claim", DAMAGED)
def test_a_step_that_does_something_else_breaks_it(claim):
    make, scope = DAMAGED[claim]
    book = make()
    expect_broken((book, book.rules_named("sound").rules, book.scopes[scope]), claim, 5_000)


def test_a_leader_that_puts_out_whom_it_likes_breaks_it():
    book, rules, scope = shipped("sound-without-consent-to-leave", "leaving")
    result = fuzz(watching(book, "MP-STAYS"), rules, scope, seed=1, steps=5_000)
    assert result.word is Word.BROKEN
    assert result.traces[0].finding.cause == "a member is put out that wants to stay"


# What no family proposes ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept():
    return kept_runs(MULTIPARTY, Path(__file__).parent)


@pytest.mark.parametrize("claim", [claim.id for claim in CONDUCT + VALIDITY + CONTINUITY])
def test_a_mistake_breaks_it_in_a_run_that_the_rules_stand(claim, kept):
    expect_broken_by_mistake(MULTIPARTY, claim, *kept[claim])
