"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

from pathlib import Path

from invariants.channels.payment.cases import WEAKNESSES
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.kernel.basics import DAY
from tests.storedruns import Stored, shorter_by_one

SHORTEST = {
    "PC-C-VICTIM-AWAY": 7,
    "PC-C-VICTIM-AWAY-P": 8,
    "PC-C-SHORT-WINDOW": 7,
    "PC-C-RESTARTS": 4,
    "PC-C-NOT-STRICT": 2,
    "PC-C-EQUAL-NUMBERS": 4,
    "PC-C-OLD-BACKUP": 6,
    "PC-C-STORES-LATE": 6,
    "PC-C-ONE-SIGNATURE": 1,
    "PC-C-TOTALS-IGNORED": 3,
    "PC-C-WITHDRAWAL-FORGOTTEN": 3,
    "PC-C-WITHOUT-IDENTITY": 7,
    "PC-C-UNFUNDED": 1,
    "PC-C-IMPATIENT": 3,
}
"""Actions that the weakness takes, waiting included."""
PENAL = ("penalty", "old-backup", "impatient")
STORED = Stored(PAYMENT, Path(__file__).parent / "traces", tuple(SHORTEST))


def test_every_weakness_has_its_file_and_takes_so_many_actions():
    assert set(SHORTEST) == {case.id for case in WEAKNESSES}
    stored = [(t.rule_set, t.invariant, t.finding.cause, len(t.actions)) for t in STORED.traces]
    wanted = [(c.rule_set, *c.breaks[0], SHORTEST[c.id]) for c in STORED.cases]
    assert sorted(stored) == sorted(wanted)


@STORED.each
def test_without_any_of_its_actions_it_breaks_nothing(file):
    trace = STORED.load(file)
    rules = PAYMENT.rules_named(trace.rule_set).rules
    for shorter in shorter_by_one(trace.actions):
        assert STORED.replayed(trace, rules, shorter).holds


@STORED.each
def test_the_sound_rules_survive_it_unless_the_victim_is_away_too_long(file):
    trace = STORED.load(file)
    sound = PENALTY if trace.rule_set in PENAL else REPLACEMENT
    too_long = STORED.scope(trace).away > DAY
    assert STORED.replayed(trace, sound).holds != too_long
