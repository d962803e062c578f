"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import pytest

from impl.replay import replay
from impl.traces import load_trace, structured_scope
from invariants.plasma.mvp.rulebook import PLASMA
from tests.plasma.mvp.store_traces import FOLDER, STORED

BOOKS = {PLASMA.protocol.name: PLASMA}
FILES = sorted(FOLDER.glob("*.trace"))


def test_every_stored_weakness_has_its_file():
    traces = [load_trace(file, BOOKS, FOLDER) for file in FILES]
    assert sorted((t.rule_set, t.invariant) for t in traces) == sorted(
        (rule_set, claim) for rule_set, _, claim in STORED
    )


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_hardened_rules_survive_it(file):
    trace = load_trace(file, BOOKS, FOLDER)
    scope = structured_scope(PLASMA, trace.scope)
    assert replay(PLASMA, PLASMA.rules_named("hardened").rules, scope, trace.actions).holds
