"""Claims about time have a clock of their own: no time that the rules set puts them off.

Each place where the rules set a time is damaged by a hundred days, in their text. A claim that
measured against this time would wait for ever.
"""

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.mutants import load, mutants
from impl.lab.mutants.rules import package_of
from impl.lab.rulebooks.registry import rulebooks

LATER = "much-later"
MATURITY = "rules.exitable_at(created, now, rules)"
CASES = (
    ("payment", "contract", "unilateral_close", "main.now + rules.window", "PC-IN-TIME", "tiny"),
    ("payment", "contract", "unilateral_close", "main.now + rules.window", "PC-WINDOW", "tiny"),
    ("payment", "contract", "challenge", "deadline", "PC-WINDOW", "tiny"),
    ("multiparty", "settlement", "next_trading", "main.now", "MP-IN-TIME", "leaving"),
    ("multiparty", "consensus", "CallContract.step", "state.main.now", "MP-IN-TIME", "no-trade"),
    ("multiparty", "settlement", "convict", "state.main.now", "MP-IN-TIME", "no-trade"),
    ("multiparty", "trading", "voting_ends", None, "MP-IN-TIME", "no-trade"),
    ("multiparty", "rules", "challenges_last", None, "MP-IN-TIME", "no-trade"),
    ("plasma-mvp", "exits", "_exit", MATURITY, "PL-IN-TIME", "tiny"),
    ("plasma-mvp", "rules", "mvp_exitable_at", None, "PL-IN-TIME", "tiny"),
    ("plasma-mvp", "exits", "_exit", "created", "PL-TIMES", "tiny"),
    ("plasma-mvp", "exits", "_exit", "now", "PL-TIMES", "tiny"),
    ("plasma-mvp", "blocks", "Deposit.step", "state.main.now", "PL-TIMES", "tiny"),
    ("plasma-mvp", "answers", "exit_deadline", None, "PL-WAY-OUT", "tiny"),
)  # fmt: skip
SOUND = {"payment": "replacement", "multiparty": "sound", "plasma-mvp": "hardened"}
BY_DEADLINE = {"exit_deadline": "limited-space"}
"""Whose wallets answer by the contract's deadline, not within a reaction: where one is damaged."""


def damaged(book, module, function, original):
    """The rulebook with times a hundred days later where a function sets them."""
    name = f"{package_of(book)}.{module}"
    found = [
        mutant
        for mutant in mutants([name], effect=True)
        if mutant.function == function
        and mutant.kind == LATER
        and original in (None, mutant.original)
    ]
    return [load(mutant, book).rulebook for mutant in found]


@pytest.mark.parametrize("name, module, function, original, claim, scope", CASES)
def test_a_time_that_is_set_a_hundred_days_ahead_is_noticed(
    name, module, function, original, claim, scope
):
    whole = rulebooks()[name]
    book = evolve(whole, invariants=tuple(i for i in whole.invariants if i.id == claim))
    wrong = damaged(book, module, function, original)
    assert wrong
    for each in wrong[-1:]:  # of two times with one text the later one: the other is not asked for
        rules = each.rules_named(BY_DEADLINE.get(function, SOUND[name])).rules
        result = fuzz(each, rules, each.scopes[scope], seed=1, steps=2_000)
        if result.word is not Word.BROKEN:
            result = explore(each, rules, each.scopes[scope], key="reduced", max_states=4_000)
        assert result.word is Word.BROKEN, result.summary
        assert result.traces[0].invariant == claim
