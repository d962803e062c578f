"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import pytest

from impl.replay import replay
from impl.traces import load_trace, structured_scope
from invariants.channels.application.rulebook import APPLICATION
from spec.channels.application.rule_sets import FORCEMOVE
from tests.channels.application.situations import watching
from tests.channels.application.store_traces import CASES, FOLDER, STORED

BOOKS = {APPLICATION.protocol.name: APPLICATION}
FILES = sorted(FOLDER.glob("*.trace"))
EACH = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def replayed(trace, rules):
    """The run with the claim that it broke watched alone."""
    scope = structured_scope(APPLICATION, trace.scope)
    return replay(watching(trace.invariant), rules, scope, trace.actions)


def test_every_stored_weakness_has_its_file():
    traces = [load_trace(file, BOOKS, FOLDER) for file in FILES]
    stored = [CASES[id] for id in STORED]
    assert sorted((t.rule_set, t.invariant, t.finding.cause) for t in traces) == sorted(
        (case.rule_set, *case.breaks[0]) for case in stored
    )


@EACH
def test_the_rules_of_forcemove_survive_it(file):
    trace = load_trace(file, BOOKS, FOLDER)
    kept = replayed(trace, FORCEMOVE).holds
    assert kept == (trace.rule_set != "forcemove")
