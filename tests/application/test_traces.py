"""Counterexamples that a search once found break the same claim for ever, and not when repaired."""

import json

import pytest

from impl.cli.main import main
from impl.replay import replay
from impl.traces import decode, encode, load_trace, structured_scope
from invariants.application.rulebook import APPLICATION
from spec.application.rule_sets import FORCEMOVE
from tests.application.situations import watching
from tests.application.store_traces import CASES, FOLDER, STORED

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
def test_a_stored_run_is_read_as_it_was_written(file):
    trace = load_trace(file, BOOKS, FOLDER)
    assert encode(trace) == file.read_bytes()
    assert decode(encode(trace), BOOKS, file.name) == trace


@EACH
def test_a_stored_run_breaks_what_it_broke_for_the_same_cause_by_its_last_action(file):
    trace = load_trace(file, BOOKS, FOLDER)
    run = replayed(trace, APPLICATION.rules_named(trace.rule_set).rules)
    assert all(step.accepted for step in run.steps)
    assert not any(step.broken for step in run.steps[:-1])
    [broken] = run.steps[-1].broken
    assert (broken.invariant, broken.finding) == (trace.invariant, trace.finding)


@EACH
def test_the_rules_of_forcemove_survive_it(file):
    trace = load_trace(file, BOOKS, FOLDER)
    kept = replayed(trace, FORCEMOVE).holds
    assert kept == (trace.rule_set != "forcemove")


@EACH
def test_the_command_tells_a_stored_run_as_lanes_and_as_json(file, capsys):
    trace = load_trace(file, BOOKS, FOLDER)
    with pytest.raises(SystemExit) as broken:
        main(["replay", str(file)])
    told = capsys.readouterr().out
    assert broken.value.code == 1 and trace.finding.cause in " ".join(told.split())
    with pytest.raises(SystemExit):
        main(["replay", str(file), "--json"])
    assert json.loads(capsys.readouterr().out)
