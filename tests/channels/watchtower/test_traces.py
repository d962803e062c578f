"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

from pathlib import Path

from invariants.channels.watchtower.rulebook import WATCHTOWER
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from tests.storedruns import Stored

STORED = Stored(WATCHTOWER, Path(__file__).parent / "traces", (
    "TW-C-ALONE", "TW-C-BRIBE", "TW-C-SMALL-BOND", "TW-C-OFFLINE", "TW-C-FORGETFUL", "TW-C-STAGED",
    "TW-A-NUMBERS", "TW-A-OPENING", "TW-A-SUCCESSION", "TW-A-NOTICE",
))  # fmt: skip
"""Cases of the evidence."""


def test_every_stored_weakness_has_its_file():
    assert STORED.every_case_has_its_file()


@STORED.each
def test_the_sound_rules_survive_it(file):
    trace = STORED.load(file)
    sound = PUNISHING if "punishing" in trace.rule_set else ACCOUNTABLE
    assert STORED.replayed(trace, sound).holds
