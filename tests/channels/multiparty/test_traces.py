"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

from pathlib import Path

from impl.lab.runs.replay import replay
from invariants.channels.multiparty.rulebook import MULTIPARTY
from spec.channels.multiparty.rule_sets import SOUND
from tests.storedruns import Stored

STORED = Stored(MULTIPARTY, Path(__file__).parent / "traces", (
    "MP-C-SELF", "MP-C-EQUAL-ROOTS", "MP-C-LISTED-TWICE", "MP-C-REPLAY", "MP-C-HELD",
    "MP-A-RECEIPT-EPOCH", "MP-A-BOND",
))  # fmt: skip
"""Cases of the evidence."""


def test_every_stored_weakness_has_its_file():
    assert STORED.every_case_has_its_file()


@STORED.each
def test_the_sound_rules_survive_it(file):
    trace = STORED.load(file)
    assert replay(MULTIPARTY, SOUND, STORED.scope(trace), trace.actions).holds
