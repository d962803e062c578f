"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

from pathlib import Path

from invariants.channels.conditional.rulebook import CONDITIONAL
from spec.channels.conditional.rule_sets import SOUND
from tests.storedruns import Stored

STORED = Stored(CONDITIONAL, Path(__file__).parent / "traces", (
    "CP-C-AWAY", "CP-C-RESTART", "CP-C-FAILS", "CP-C-RESET", "CP-C-RESET-LOSS", "CP-C-ABOVE",
    "CP-A-LOCKS", "CP-A-MARGIN", "CP-A-MARGIN-WINDOW", "CP-A-GROWS", "CP-A-PENDING", "CP-A-VETO",
    "CP-A-VOUCHERS",
))  # fmt: skip
"""Cases of the evidence."""


def test_every_stored_weakness_has_its_file():
    assert STORED.every_case_has_its_file()


@STORED.each
def test_the_mended_rules_survive_it_unless_it_is_their_own(file):
    trace = STORED.load(file)
    assert STORED.replayed(trace, SOUND).holds == (trace.rule_set != "mended")
