"""Every claim is broken by some rule, and a run shows it: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text. What is claimed of money and fairness is broken by a search, each
claim watched alone, so that no other one hides it. Other claims are broken by moves that no family
proposes: for each of them, a run is played that is kept for some mutant, the shortest.
"""

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from impl.evidence import Word
from impl.fuzz import fuzz
from impl.mutants import Kind, Mutant, load, load_kills, mutants, population
from impl.mutants.kills import FILE
from impl.replay import replay
from invariants.channels.multiparty.conduct import CONDUCT
from invariants.channels.multiparty.continuity import CONTINUITY
from invariants.channels.multiparty.duties import DUTIES
from invariants.channels.multiparty.effects import EFFECTS
from invariants.channels.multiparty.endings import ENDINGS
from invariants.channels.multiparty.fairness import FAIRNESS
from invariants.channels.multiparty.members import MEMBERS
from invariants.channels.multiparty.money import MONEY
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.channels.multiparty.validity import VALIDITY
from invariants.kernel.claims import Rulebook
from spec.channels.multiparty.rule_sets import REPAIRS, SOUND
from tests.damages import damaged

DISPUTES = "spec.channels.multiparty.disputes"
CHAIN = "spec.kernel.mainchain"
GREEDY = REPAIRS["limited-income"].member
"""Takes more than the bond stands for."""


def mistake(module: str, original: str, kind: str) -> Mutant:
    """The mutant of a place in the text, whatever line it stands on."""
    [found] = {m for m in mutants([module]) if m.kind == kind and m.original == original}
    return found


def everything_made_good(unfunded: int, share: int) -> int:
    return unfunded


def shipped(rule_set: str, scope: str) -> tuple[Rulebook, Any, Any]:
    return MULTIPARTY, MULTIPARTY.rules_named(rule_set).rules, MULTIPARTY.scopes[scope]


def changed(scope: str, **decisions: Any) -> tuple[Rulebook, Any, Any]:
    return MULTIPARTY, evolve(SOUND, **decisions), MULTIPARTY.scopes[scope]


def mutated(module: str, original: str, kind: str, scope: str) -> tuple[Rulebook, Any, Any]:
    book = load(mistake(module, original, kind), MULTIPARTY).rulebook
    return book, book.rules_named("sound").rules, MULTIPARTY.scopes[scope]


BREAKERS = {
    "MP-SUPPLY": lambda: mutated(
        CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "joining"
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


def alone(book: Rulebook, claim: str) -> Rulebook:
    return evolve(book, invariants=tuple(i for i in book.invariants if i.id == claim))


def test_no_claim_is_left_out():
    assert set(BREAKERS) == {claim.id for claim in MONEY + FAIRNESS}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    book, rules, scope = BREAKERS[claim]()
    result = fuzz(alone(book, claim), rules, scope, seed=1, steps=20_000)
    assert result.word is Word.BROKEN, result.summary
    found = result.traces[0]
    assert found.invariant == claim and found.finding.cause


@pytest.mark.parametrize("claim", BREAKERS)
def test_the_sound_rules_keep_it_where_it_was_broken(claim):
    _, _, scope = BREAKERS[claim]()
    kept = fuzz(alone(MULTIPARTY, claim), SOUND, scope, seed=1, steps=2_000)
    assert kept.word is Word.SAMPLED


# What steps bring about -------------------------------------------------------------------------


def done_otherwise(module: str, function: str, kind: str, original: str = "") -> Mutant:
    """The first mistake of a kind in what a function does."""
    found = mutants([f"spec.channels.multiparty.{module}"], effect=True)
    return next(
        each
        for each in found
        if (each.function, each.kind) == (function, kind) and original in each.original
    )


def other(module: str, function: str, kind: str, original: str = "") -> Rulebook:
    """The rulebook with such a mistake."""
    return load(done_otherwise(module, function, kind, original), MULTIPARTY).rulebook


def open_to_nobody() -> Rulebook:
    [found] = [
        each
        for each in mutants(["spec.channels.multiparty.membership"])
        if (each.function, each.kind) == ("expect_open", "eq-to-ne")
    ]
    return load(found, MULTIPARTY).rulebook


def commits_in_any_case() -> Rulebook:
    return damaged(MULTIPARTY, "disputes", "rules.convicted(False)", "Ending.COMMIT")


DAMAGED = {
    "MP-SAID": (lambda: other("trading", "send_to_leader", "unchanged"), "exchange"),
    "MP-TABLE": (lambda: other("disputes", "answer_dispute", "unchanged"), "tiny-leader"),
    "MP-RECEIPT-GIVEN": (lambda: other("disputes", "_receipted", "unchanged"), "asking"),
    "MP-NOTHING-ELSE": (lambda: other("machine", "wait", "doubled"), "no-trade"),
    "MP-PAID": (lambda: other("settlement", "_pay_out", "unchanged"), "leaving"),
    "MP-ANEW": (lambda: other("settlement", "next_trading", "left-as-it-was", "None"), "leaving"),
    "MP-GUILTY": (lambda: other("settlement", "settle", "left-as-it-was", "put("), "tiny-leader"),
    "MP-SETTLED": (
        lambda: other("settlement", "settled_balances", "left-out", "payment.amount - covered"),
        "tiny-friends",
    ),
    "MP-AS-DECIDED": (commits_in_any_case, "no-trade"),
    "MP-LEAVE-TOGETHER": (lambda: other("membership", "force_exit", "left-out"), "open-leader"),
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
    assert {*DAMAGED, "MP-STAYS"} == {claim.id for claim in (*EFFECTS, *ENDINGS, *MEMBERS, *DUTIES)}


@pytest.mark.parametrize("claim", DAMAGED)
def test_a_step_that_does_something_else_breaks_it(claim):
    make, scope = DAMAGED[claim]
    book = make()
    rules = book.rules_named("sound").rules
    result = fuzz(alone(book, claim), rules, book.scopes[scope], seed=1, steps=5_000)
    assert result.word is Word.BROKEN, result.summary
    assert result.traces[0].finding.cause


def test_a_leader_that_puts_out_whom_it_likes_breaks_it():
    book, rules, scope = shipped("sound-without-consent-to-leave", "leaving")
    result = fuzz(alone(book, "MP-STAYS"), rules, scope, seed=1, steps=5_000)
    assert result.word is Word.BROKEN
    assert result.traces[0].finding.cause == "a member is put out that wants to stay"


# What no family proposes ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept():
    """By claim, the mutant with the shortest run that breaks it."""
    people = population(MULTIPARTY)
    kills = load_kills(Path(__file__).parent / FILE, MULTIPARTY)
    found: dict[str, tuple[Mutant, Any]] = {}
    for mutant in people.mutants:
        kill = kills.get(mutant.id)
        if kill is None or kill.kind is not Kind.INVARIANT:
            continue
        if kill.by not in found or len(kill.run.actions) < len(found[kill.by][1].actions):
            found[kill.by] = mutant, kill.run
    return found


@pytest.mark.parametrize("claim", [claim.id for claim in CONDUCT + VALIDITY + CONTINUITY])
def test_a_mistake_breaks_it_in_a_run_that_the_rules_stand(claim, kept):
    mutant, run = kept[claim]
    scope = MULTIPARTY.scopes[run.scope]

    def broken(book: Rulebook) -> set[str]:
        rules = book.rules_named(run.rule_set).rules
        return {each.invariant for each in replay(book, rules, scope, run.actions).broken}

    assert claim not in broken(MULTIPARTY)
    assert claim in broken(load(mutant, MULTIPARTY).rulebook)
