"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import json

import pytest
from attrs import evolve

from impl.cli.main import main
from impl.replay import replay
from impl.traces import decode, encode, load_trace, structured_scope
from invariants.watchtower.rulebook import WATCHTOWER
from spec.watchtower.rule_sets import ACCOUNTABLE, PUNISHING
from tests.watchtower.store_traces import CASES, FOLDER, STORED

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
def test_a_stored_run_is_read_as_it_was_written(file):
    trace = load_trace(file, BOOKS, FOLDER)
    assert encode(trace) == file.read_bytes()
    assert decode(encode(trace), BOOKS, file.name) == trace


@EACH
def test_a_stored_run_breaks_what_it_broke_for_the_same_cause_by_its_last_action(file):
    trace = load_trace(file, BOOKS, FOLDER)
    run = replayed(trace, WATCHTOWER.rules_named(trace.rule_set).rules)
    assert all(step.accepted for step in run.steps)
    assert not any(step.broken for step in run.steps[:-1])
    [broken] = run.steps[-1].broken
    assert (broken.invariant, broken.finding) == (trace.invariant, trace.finding)


@EACH
def test_the_sound_rules_survive_it(file):
    trace = load_trace(file, BOOKS, FOLDER)
    sound = PUNISHING if "punishing" in trace.rule_set else ACCOUNTABLE
    assert replayed(trace, sound).holds


@EACH
def test_the_command_tells_a_stored_run_as_lanes_and_as_json(file, capsys):
    trace = load_trace(file, BOOKS, FOLDER)
    with pytest.raises(SystemExit) as broken:
        main(["replay", str(file)])
    told = capsys.readouterr().out
    assert broken.value.code == 1 and trace.finding.cause in " ".join(told.split())
    assert all(name in told for name in ("alice", "bob", "contract"))
    with pytest.raises(SystemExit):
        main(["replay", str(file), "--json"])
    assert json.loads(capsys.readouterr().out)
