"""A trace file says the same when read again, and nothing but BadInput comes out of a bad one."""

import os

import cbor2
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.lab.explore import explore
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.traces.format import (
    LONGEST_WAIT,
    content,
    decode,
    difference,
    encode,
    load_trace,
    save_trace,
    structured_actions,
    structured_scope,
)
from invariants.kernel.claims import Finding
from spec.kernel.clock import Wait
from tests.checkers import toy
from tests.checkers.toy import EARLY, GOOD, TOY, Scope

BOOKS = {"toy-vault": TOY}
numbers = st.integers(0, 2**64)
texts = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")))
actions = st.one_of(
    st.builds(toy.Deposit, numbers, numbers),
    st.builds(toy.Ask, numbers, numbers),
    st.builds(Wait, st.integers(1, LONGEST_WAIT)),
)
traces = st.builds(
    Trace,
    protocol=st.just("toy-vault"),
    rule_set=texts,
    changes=st.dictionaries(texts, texts, max_size=3),
    scope=st.fixed_dictionaries({"deposits": numbers, "money": numbers}),
    seed=st.none() | st.integers(),
    actions=st.lists(actions, max_size=8).map(tuple),
    invariant=texts,
    finding=st.builds(Finding, texts, st.dictionaries(texts, st.integers(), max_size=3)),
    digest_of_change=texts,
)


@pytest.fixture
def trace():
    return explore(TOY, EARLY, Scope()).traces[0]


@given(traces)
@settings(deadline=None)
def test_a_trace_read_again_is_the_same(trace):
    assert decode(encode(trace), BOOKS, "x") == trace


@given(traces, st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=4))
@settings(deadline=None, max_examples=200)
def test_only_bad_input_comes_out_of_mutated_bytes(trace, changes):
    data = bytearray(encode(trace))
    for at, value in changes:
        data[at % len(data)] = value
    try:
        assert encode(decode(bytes(data), BOOKS, "x")) == data
    except BadInput as error:
        assert "\n" not in str(error) and str(error).startswith("x: ")


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=200)
def test_only_bad_input_comes_out_of_any_bytes(data):
    with pytest.raises(BadInput):
        decode(data, BOOKS, "x")


def test_saved_under_its_hash_and_found_by_its_beginning(trace, tmp_path):
    path = save_trace(trace, tmp_path / "new" / "folder")
    assert len(path.stem) == 8
    assert load_trace(path.stem, BOOKS, path.parent) == trace
    assert load_trace(path.stem[:4], BOOKS, path.parent) == trace
    assert load_trace(path, BOOKS, tmp_path) == trace
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_same_run_with_another_seed_is_the_same_file(trace, tmp_path):
    one = save_trace(trace, tmp_path)
    assert save_trace(evolve(trace, seed=5), tmp_path) == one
    assert load_trace(one, BOOKS, tmp_path).seed == 5
    assert save_trace(evolve(trace, rule_set="other"), tmp_path) != one


def altered(trace, **fields):
    return cbor2.dumps({**content(trace), **fields}, canonical=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": "other"}, "not a trace"),
        ({"version": 2}, "trace version 2; this release reads 1"),
        ({"protocol": "nope"}, "unknown protocol 'nope'; known: toy-vault"),
        ({"actions": [["Steal", {}]]}, "action 1 is of an unknown type 'Steal'"),
        ({"actions": [["Ask", {"place": "1", "by": 0}]]}, "action 1, Ask: fields"),
        ({"actions": [["Ask", {"place": 1}]]}, "action 1, Ask: fields"),
        ({"actions": [["Ask", {"place": 1, "by": 0, "fee": 1}]]}, "action 1, Ask: fields"),
        ({"actions": {}}, "'actions' is missing"),
        ({"scope": {"deposits": True}}, "it needs the fields deposits, money"),
        ({"extra": 1}, "not in the form"),
    ],
)
def test_a_foreign_file_is_named_in_one_line(trace, tmp_path, fields, said):
    path = tmp_path / "bad.trace"
    path.write_bytes(altered(trace, **fields))
    with pytest.raises(BadInput, match=said) as caught:
        load_trace(path, BOOKS, tmp_path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_missing_truncated_and_ambiguous_are_told_apart(trace, tmp_path):
    path = save_trace(trace, tmp_path)
    with pytest.raises(BadInput, match="no trace 0000"):
        load_trace("0000", BOOKS, tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        load_trace(tmp_path / "none.trace", BOOKS, tmp_path)
    with pytest.raises(BadInput, match="neither a file nor"):
        load_trace("what?", BOOKS, tmp_path)
    path.with_stem(path.stem + "00").write_bytes(b"")
    with pytest.raises(BadInput, match="several traces"):
        load_trace(path.stem[:6], BOOKS, tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(BadInput, match="truncated or corrupt"):
        load_trace(path, BOOKS, tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        load_trace(tmp_path, BOOKS, tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_bad_input(trace, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match="cannot write the trace"):
        save_trace(trace, tmp_path)


def test_a_folder_that_is_a_file_is_bad_input(trace, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(BadInput, match="cannot write the trace"):
        save_trace(trace, tmp_path / "out")


def test_rules_are_named_by_their_difference():
    assert difference(TOY, GOOD) == ("toy", {})
    assert difference(TOY, evolve(EARLY, period=5)) == (
        "toy",
        {"period": "5", "may_finish": "a_second_early"},
    )


def test_the_scope_comes_back(trace):
    assert structured_scope(TOY, trace.scope) == Scope()


def test_a_side_is_one_of_two():
    book = rulebooks()["conditional"]
    clears = [["ClearPays", {"by": 1, "payer": 1}]]
    assert structured_actions(book, clears)[0].payer == 1
    for payer in (-1, 2, True):
        with pytest.raises(BadInput, match="wrong"):
            structured_actions(book, [["ClearPays", {"by": 1, "payer": payer}]])
