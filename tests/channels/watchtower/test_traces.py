"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import pytest
from attrs import evolve

from impl.replay import replay
from impl.traces import load_trace, structured_scope
from invariants.channels.watchtower.rulebook import WATCHTOWER
from spec.channels.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from tests.channels.watchtower.store_traces import CASES, FOLDER, STORED

BOOKS = {WATCHTOWER.protocol.name: WATCHTOWER}
FILES = sorted(FOLDER.glob("*.trace"))
EACH = pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def replayed(trace, rules):
    """The run with the claim that it broke watched alone."""
    alone = tuple(i for i in WATCHTOWER.invariants if i.id == trace.invariant)
    book = evolve(WATCHTOWER, invariants=alone)
    return replay(book, rules, structured_scope(WATCHTOWER, trace.scope), trace.actions)


def test_every_stored_weakness_has_its_file():
    traces = [load_trace(file, BOOKS, FOLDER) for file in FILES]
    stored = [CASES[id] for id in STORED]
    assert sorted((t.rule_set, t.invariant, t.finding.cause) for t in traces) == sorted(
        (case.rule_set, *case.breaks[0]) for case in stored
    )


@EACH
def test_the_sound_rules_survive_it(file):
    trace = load_trace(file, BOOKS, FOLDER)
    sound = PUNISHING if "punishing" in trace.rule_set else ACCOUNTABLE
    assert replayed(trace, sound).holds
