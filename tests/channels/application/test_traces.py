"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

from pathlib import Path

from invariants.channels.application.rulebook import APPLICATION
from spec.channels.application.rule_sets import FORCEMOVE
from tests.storedruns import Stored

STORED = Stored(APPLICATION, Path(__file__).parent / "traces", (
    "APP-C-RESTART", "APP-C-LOOP", "APP-C-REFUTE", "APP-C-STUCK", "APP-C-UNEXPECTED", "APP-C-LATE",
    "APP-C-REVERSED", "APP-C-UNSTAKED", "APP-C-WON-AT-ONCE", "APP-C-LONE", "APP-C-ONE-SIGNS",
    "APP-C-NOT-FINAL", "APP-C-STALL-RPS", "APP-C-STALL-TTT", "APP-C-AWAY-PAID",
))  # fmt: skip
"""Cases of the evidence."""


def test_every_stored_weakness_has_its_file():
    assert STORED.every_case_has_its_file()


@STORED.each
def test_the_rules_of_forcemove_survive_it(file):
    trace = STORED.load(file)
    assert STORED.replayed(trace, FORCEMOVE).holds == (trace.rule_set != "forcemove")
