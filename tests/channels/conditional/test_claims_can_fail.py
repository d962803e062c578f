"""Every claim is broken by some rule, and a run shows it: no claim is true for nothing.

The rules that break a claim are a rule set that is shipped, one with a changed decision, or a
mutant of the spec's own text: for each claim that only such a one breaks, the shortest run that is
kept for one is played.
"""

from pathlib import Path

import pytest

from impl.ground.evidence import Word
from impl.lab.explore import explore
from invariants.channels.conditional.rulebook import CONDITIONAL
from spec.channels.conditional.pays import Logic
from tests.damages import (
    MAIN_CHAIN,
    Breaking,
    Broken,
    expect_broken_by_mistake,
    kept_runs,
)
from tests.protocolwide import watching

HONEST, SETTLEMENT = "spec.channels.conditional.honest", "spec.channels.conditional.settlement"
TOO_LATE = "if is_over(now, contract.window_ends): raise TooLate(now, contract.window_ends)"


RULES = Breaking(CONDITIONAL, "mended")
shipped, changed, mutated, does_otherwise = (
    RULES.shipped, RULES.changed, RULES.mutated, RULES.does_otherwise,
)  # fmt: skip


def less_than_nothing(logic: Logic, outcomes: tuple[int, ...], most: int) -> int:
    return -1


def everything(logic: Logic, outcomes: tuple[int, ...], most: int) -> int:
    return most


def celers(scope: str, place: str, original: str, new: str) -> Broken:
    """With something else in the text, in Celer's rules."""
    book, _, size = does_otherwise(scope, place, original, new)
    return book, book.rules_named("celer").rules, size


def nothing_to_withdraw(*amounts: int) -> int:
    return 0


BREAKERS = {
    "CP-SUPPLY": lambda: mutated(
        MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "depositing"
    ),
    "CP-COVERED": lambda: mutated(
        MAIN_CHAIN, "main.escrow[asset] + amount", "plus-to-minus", "depositing"
    ),
    "CP-ACCOUNTS": lambda: mutated(
        MAIN_CHAIN, "main.accounts[party, asset] + amount", "plus-to-minus", "withdrawing"
    ),
    "CP-NOT-NEGATIVE": lambda: changed("one-pay", transfers=less_than_nothing),
    "CP-DEBT": lambda: mutated(
        HONEST, "amount <= owed", "shifted-by-one", "vouching", bends=True, payers=(0,)
    ),
    "CP-VETO": lambda: mutated(
        "spec.channels.conditional.strategy", "amount > free", "gt-to-ge", "withdrawing"
    ),
    "CP-SHOWN": lambda: mutated(SETTLEMENT, TOO_LATE, "guard-dropped", "cancelling"),
    "CP-DUE": lambda: shipped("mended-without-waiting-for-locks", "tiny"),
    "CP-FLOOR": lambda: shipped("celer", "offline"),
    "CP-STALE": lambda: shipped("mended", "offline"),
    "CP-SETTLES": lambda: shipped("celer", "offline"),
    "CP-LIMIT": lambda: shipped("mended-without-pending-in-limit", "offline-locked"),
    "CP-GROWS": lambda: shipped("mended-without-growing-results", "vouching"),
    "CP-NUMBERS": lambda: shipped("celer", "offline"),
    "CP-PHASE": lambda: mutated(
        SETTLEMENT,
        "expect(state.contract, Phase.OPERABLE)",
        "guard-dropped",
        "snapshots",
        bends=True,
    ),
    "CP-WINDOW": lambda: shipped("celer", "direct"),
    "CP-BOUNDED": lambda: shipped("celer", "direct"),
    "CP-COUNTS": lambda: does_otherwise(
        "withdrawing", "withdrawals", "evolve(state.contract, intent=None)", "state.contract"
    ),
    "CP-OPEN": lambda: changed("withdrawing", limit=nothing_to_withdraw),
    "CP-RESULT": lambda: does_otherwise(
        "tiny", "registry", "Result(pay, amount,", "Result(pay, 0,"
    ),
    "CP-KNOWN": lambda: does_otherwise(
        "tiny", "offchain", "tuple(sorted({*network.revealed, lock}))", "network.revealed"
    ),
    "CP-DUTIES": lambda: mutated(
        HONEST, "is_there(state.people, party)", "condition-true", "offline"
    ),
    "CP-CLOCK": lambda: does_otherwise(
        "withdrawing",
        "machine",
        "if was.intent is not None else now",
        "if was.intent is not None else now + 1",
    ),
    "CP-LAST-MOMENT": lambda: does_otherwise(
        "withdrawing", "honest", "Obligation(intent.until, party", "Obligation(0, party"
    ),
    "CP-ABLE": lambda: shipped("mended-without-veto", "withdrawing"),
    "CP-REDEEMS": lambda: does_otherwise(
        "vouching", "knowledge", "Voucher(pay, amount, cosigned=True)", "Voucher(pay, 0, True)"
    ),
    "CP-NEEDED": lambda: does_otherwise(
        "withdrawing", "knowledge", "offered)) + announced(state, side)", "offered))"
    ),
    "CP-LOGIC": lambda: changed("conditions", transfers=everything),
    "CP-CONFIRMS": lambda: does_otherwise(
        "offline-locked", "settlement", "is None and not is_over(now, until)", "is None"
    ),
    "CP-GOES-ON": lambda: celers(
        "offline", "settlement", "phase=Phase.OPERABLE", "phase=Phase.SETTLING"
    ),
    "CP-DEAL": lambda: does_otherwise(
        "one-pay", "knowledge", "    return pay.most\n", "    return pay.most - 1\n"
    ),
    "CP-HEARD": lambda: shipped("mended-without-veto", "withdrawing"),
}


@pytest.mark.parametrize("claim", BREAKERS)
def test_a_search_breaks_it(claim):
    book, rules, scope = BREAKERS[claim]()
    result = explore(watching(book, claim), rules, scope, key="reduced", max_states=5_000)
    assert result.word is Word.BROKEN, result.summary
    assert result.traces[0].invariant == claim and result.traces[0].finding.cause


# What only a mistake in the text breaks ---------------------------------------------------------


@pytest.fixture(scope="module")
def kept():
    return kept_runs(CONDITIONAL, Path(__file__).parent)


OTHERS = [claim.id for claim in CONDITIONAL.invariants if claim.id not in BREAKERS]


@pytest.mark.parametrize("claim", OTHERS)
def test_a_mistake_breaks_it_in_a_run_that_the_rules_stand(claim, kept):
    expect_broken_by_mistake(CONDITIONAL, claim, *kept[claim])
