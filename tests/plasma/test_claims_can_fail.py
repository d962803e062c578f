"""Every claim is broken by some rule, and a search finds the run: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text. Each claim is watched alone, so that no other one hides it.
"""

from typing import Any

import pytest
from attrs import evolve

from impl.evidence import Word
from impl.fuzz import fuzz
from impl.mutants import Mutant, load, mutants
from invariants.kernel.claims import Rulebook
from invariants.plasma.money import MONEY
from invariants.plasma.rulebook import PLASMA
from invariants.plasma.safety import SAFETY

EXITS, CHAIN = "spec.plasma.exits", "spec.kernel.mainchain"


def mistake(module: str, original: str, kind: str) -> Mutant:
    """The mutant of a place in the text, whatever line it stands on."""
    [found] = {m for m in mutants([module]) if m.kind == kind and m.original == original}
    return found


def always_the_same_number(next_block: int, count: int, interval: int) -> int:
    return 1


def shipped(rule_set: str, scope: str) -> tuple[Rulebook, Any, Any]:
    return PLASMA, PLASMA.rules_named(rule_set).rules, PLASMA.scopes[scope]


def changed(scope: str, **decisions: Any) -> tuple[Rulebook, Any, Any]:
    book, rules, found = shipped("hardened", scope)
    return book, evolve(rules, **decisions), found


def mutated(module: str, original: str, kind: str, scope: str) -> tuple[Rulebook, Any, Any]:
    book = load(mistake(module, original, kind), PLASMA).rulebook
    return book, book.rules_named("hardened").rules, PLASMA.scopes[scope]


BREAKERS = {
    "PL-CONSERVATION": lambda: mutated(
        CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "small"
    ),
    "PL-SOLVENCY": lambda: mutated(EXITS, "contract.bonds + exit.bond", "plus-to-minus", "small"),
    "PL-BONDS": lambda: mutated(EXITS, "contract.bonds - exit.bond", "minus-to-plus", "small"),
    "PL-PAID-ONCE": lambda: shipped("reexit-paid", "small"),
    "PL-CANONICAL": lambda: shipped("reference-2018", "aliases"),
    "PL-MATURITY": lambda: shipped("early-maturity", "small"),
    "PL-ORDER": lambda: mutated(EXITS, "exit.exitable_at >= state.main.now", "ge-to-gt", "small"),
    "PL-FINAL": lambda: shipped("reexit-challenged", "small"),
    "PL-BOND-ONCE": lambda: mutated(EXITS, "exit.bond - reward", "minus-to-plus", "double"),
    "PL-OWNER-CANCELS": lambda: shipped("untied-challenge", "small"),
    "PL-CONFIRMED": lambda: shipped("null-signer", "forgeries"),
    "PL-BOND-AT-STAKE": lambda: shipped("mvp", "small"),
    "PL-NUMBERS": lambda: changed("small", deposit_number=always_the_same_number),
    "PL-SAFE-EXIT": lambda: shipped("mvp", "small"),
    "PL-WAY-OUT": lambda: shipped("without-bound-to-signer", "small"),
    "PL-CLAIMS-KEEP": lambda: shipped("untied-challenge", "small"),
    "PL-LIVE": lambda: shipped("atomic-batch", "reverting"),
    "PL-SETTLED": lambda: shipped("mvp", "small"),
}


def test_no_claim_is_left_out():
    assert set(BREAKERS) == {claim.id for claim in MONEY + SAFETY}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    book, rules, scope = BREAKERS[claim]()
    alone = evolve(book, invariants=tuple(i for i in book.invariants if i.id == claim))
    result = fuzz(alone, rules, scope, seed=1, steps=20_000)
    assert result.word is Word.BROKEN, result.summary
    found = result.traces[0]
    assert found.invariant == claim and found.finding.cause


@pytest.mark.parametrize("claim", BREAKERS)
def test_the_hardened_rules_keep_it_where_it_was_broken(claim):
    _, _, scope = BREAKERS[claim]()
    alone = evolve(PLASMA, invariants=tuple(i for i in PLASMA.invariants if i.id == claim))
    hardened = PLASMA.rules_named("hardened").rules
    assert fuzz(alone, hardened, scope, seed=1, steps=2_000).word is Word.SAMPLED
