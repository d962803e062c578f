"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import pytest

from impl.replay import replay
from impl.traces import load_trace, structured_scope
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.kernel.basics import DAY
from tests.channels.payment.store_traces import CASES, FOLDER, watching

BOOKS = {PAYMENT.protocol.name: PAYMENT}
FILES = sorted(FOLDER.glob("*.trace"))
EACH = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
SHORTEST = {
    "PC-C-VICTIM-AWAY": 5,
    "PC-C-VICTIM-AWAY-P": 6,
    "PC-C-RESTARTS": 4,
    "PC-C-NOT-STRICT": 2,
    "PC-C-EQUAL-NUMBERS": 4,
    "PC-C-OLD-BACKUP": 6,
    "PC-C-STORES-LATE": 6,
    "PC-C-ONE-SIGNATURE": 1,
    "PC-C-TOTALS-IGNORED": 3,
    "PC-C-WITHDRAWAL-FORGOTTEN": 3,
    "PC-C-IMPATIENT": 3,
}
"""Actions that the weakness takes, waiting included."""
PENAL = ("penalty", "old-backup", "impatient")


def replayed(trace, rules):
    """The run with the claim that it broke watched alone."""
    scope = structured_scope(PAYMENT, trace.scope)
    return replay(watching(trace.invariant), rules, scope, trace.actions)


def test_every_weakness_has_its_file_and_takes_so_many_actions():
    traces = [load_trace(file, BOOKS, FOLDER) for file in FILES]
    stored = [(t.rule_set, t.invariant, t.finding.cause, len(t.actions)) for t in traces]
    wanted = [(c.rule_set, *c.breaks[0], SHORTEST[c.id]) for c in CASES.values()]
    assert sorted(stored) == sorted(wanted)


@EACH
def test_without_any_of_its_actions_it_breaks_nothing(file):
    trace = load_trace(file, BOOKS, FOLDER)
    rules, scope = PAYMENT.rules_named(trace.rule_set).rules, structured_scope(PAYMENT, trace.scope)
    for left_out in range(len(trace.actions)):
        shorter = trace.actions[:left_out] + trace.actions[left_out + 1 :]
        assert replay(watching(trace.invariant), rules, scope, shorter).holds


@EACH
def test_the_sound_rules_survive_it_unless_the_victim_is_away_too_long(file):
    trace = load_trace(file, BOOKS, FOLDER)
    sound = PENALTY if trace.rule_set in PENAL else REPLACEMENT
    too_long = structured_scope(PAYMENT, trace.scope).away > DAY
    assert replayed(trace, sound).holds != too_long
