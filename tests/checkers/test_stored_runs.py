"""The counterexamples that are kept beside each protocol: what holds for all of them."""

import json
from pathlib import Path

import pytest
from attrs import evolve

from impl.cli.main import main
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.replay import replay
from impl.lab.traces.format import decode, encode, load_trace, structured_scope

BOOKS = rulebooks()
FILES = sorted(Path(__file__).parent.parent.rglob("traces/*.trace"))
EACH = pytest.mark.parametrize("file", FILES, ids=[f"{f.parts[-3]}-{f.stem}" for f in FILES])


def test_every_protocol_has_some():
    kept = {load_trace(file, BOOKS, file.parent).protocol for file in FILES}
    assert kept == {book.protocol.name for book in BOOKS.values()}


@EACH
def test_a_stored_run_is_read_as_it_was_written(file):
    trace = load_trace(file, BOOKS, file.parent)
    assert encode(trace) == file.read_bytes()
    assert decode(encode(trace), BOOKS, file.name) == trace


@EACH
def test_a_stored_run_breaks_what_it_broke_for_the_same_cause_by_its_last_action(file):
    trace = load_trace(file, BOOKS, file.parent)
    book = BOOKS[trace.protocol]
    alone = evolve(book, invariants=tuple(i for i in book.invariants if i.id == trace.invariant))
    scope = structured_scope(book, trace.scope)
    run = replay(alone, book.rules_named(trace.rule_set).rules, scope, trace.actions)
    assert all(step.accepted for step in run.steps)
    assert not any(step.broken for step in run.steps[:-1])
    [broken] = run.steps[-1].broken
    assert (broken.invariant, broken.finding) == (trace.invariant, trace.finding)


@EACH
def test_the_command_tells_a_stored_run_in_words_and_as_json(file, capsys):
    trace = load_trace(file, BOOKS, file.parent)
    with pytest.raises(SystemExit) as broken:
        main(["replay", str(file)])
    told = capsys.readouterr().out
    assert broken.value.code == 1 and trace.finding.cause in " ".join(told.split())
    with pytest.raises(SystemExit):
        main(["replay", str(file), "--json"])
    assert json.loads(capsys.readouterr().out)
