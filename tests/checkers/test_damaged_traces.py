"""A trace file that is damaged, or made up, is refused in one line and at once."""

import os
from time import process_time
from typing import Any

import cbor2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from impl.ground.faults import BadInput
from impl.ground.strictcbor import NotOurs, loads
from impl.lab.explore import explore
from impl.lab.traces.format import (
    LARGEST,
    LONGEST_WAIT,
    content,
    decode,
    load_trace,
    structured_actions,
)
from tests.checkers.toy import EARLY, TOY, Scope

BOOKS = {"toy-vault": TOY}
WHOLE = content(explore(TOY, EARLY, Scope()).traces[0])
FIELDS = sorted(WHOLE)

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**600), 2**600),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.sampled_from(["\x1b[2J", "\u202e", "a\nb", "\x00", "x" * 5_000, "../../victim"]),
    st.builds(cbor2.CBORTag, st.sampled_from([4, 5, 28, 30, 35, 258]), st.text(max_size=3)),
    st.just(10**200),
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def refused(data: bytes) -> str:
    """The one line; nothing but BadInput comes out, and what comes out can be shown."""
    with pytest.raises(BadInput) as wrong:
        decode(data, BOOKS, "x.trace")
    said = str(wrong.value)
    assert said.isprintable() and len(said) < 600
    return said


@given(st.sampled_from(FIELDS), values)
@settings(deadline=None, max_examples=150)
@example("actions", [["Wait", {"seconds": -5, "by": -2}]])
@example("scope", {"deposits": "many", "money": 1})
def test_a_field_with_something_else_in_it(field: str, value: Any) -> None:
    """It is refused, or it is a trace all the same, that says the same when written again."""
    try:
        data = cbor2.dumps({**WHOLE, field: value}, canonical=True)
    except (ValueError, TypeError, OverflowError):
        return
    try:
        trace = decode(data, BOOKS, "x")
    except BadInput as wrong:
        assert str(wrong).isprintable() and len(str(wrong)) < 600
    else:
        assert content(trace)[field] == value


@given(st.integers(0, 200), st.binary(max_size=6), st.integers(0, 40))
@settings(deadline=None, max_examples=150)
def test_bytes_put_in_or_left_out(at: int, more: bytes, fewer: int) -> None:
    whole = cbor2.dumps(WHOLE, canonical=True)
    data = whole[:at] + more + whole[at + fewer :]
    if data != whole:
        try:
            decode(data, BOOKS, "x")
        except BadInput as wrong:
            assert str(wrong).isprintable() and "\n" not in str(wrong)


@pytest.mark.parametrize("seconds", [0, -1, -(10**9), LONGEST_WAIT + 1, 2**63, 10**100])
def test_the_clock_only_goes_forward(seconds: int) -> None:
    actions = [["Wait", {"seconds": seconds, "by": -2}], *WHOLE["actions"]]
    said = refused(cbor2.dumps({**WHOLE, "actions": actions}, canonical=True))
    assert "action 1 waits" in said and "the clock goes forward" in said
    with pytest.raises(BadInput, match="the clock goes forward"):
        structured_actions(TOY, actions)  # kept kills are read by this


@pytest.mark.parametrize(
    ("name", "data"),
    {
        "deep lists": b"\x81" * 500_000,
        "deep mappings": b"\xa1\x61a" * 300_000,
        "deep tags": b"\xc6" * 500_000,
        "a list that promises more": b"\x9b" + b"\xff" * 8,
        "a text that promises more": b"\x7b\x7f" + b"\xff" * 7,
        "a list of unknown length": b"\x9f" + b"\x00" * 1000,
        "a pattern": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$" * 100)),
        "a huge fraction": cbor2.dumps(cbor2.CBORTag(5, [10**9, 3])),
        "itself": b"\xd8\x1c\x81\xd8\x1d\x00",
        "a huge number": cbor2.dumps(1 << 8 * 100_000),
        "the same twice": b"\xa2\x61a\x01\x61a\x02",
        "no text": b"\x62\xff\xfe",
        "many": cbor2.dumps([0] * (LARGEST - 9)),
        "more than a file of ours": b"\x00" * (LARGEST + 1),
        "a trace of too many actions": cbor2.dumps(
            {**WHOLE, "actions": [["Wait", {"seconds": 1, "by": -2}]] * 40_000}, canonical=True
        ),
    }.items(),
)
def test_what_would_cost_much_is_refused_at_once(name: str, data: bytes) -> None:
    began = process_time()
    refused(data)
    assert process_time() - began < 5, name  # seconds, where a naive reader needs minutes or dies


@pytest.mark.parametrize("kind", ["device", "pipe", "folder", "large", "link to a device"])
def test_what_is_no_ordinary_file_is_not_read(tmp_path, kind):
    path = tmp_path / "x.trace"
    match kind:
        case "device":
            path = tmp_path.__class__("/dev/zero")
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "large":
            with path.open("wb") as file:
                file.truncate(100 * 1024 * 1024 * 1024)
        case "link to a device":
            path.symlink_to("/dev/zero")
    with pytest.raises(BadInput, match="cannot be read"):
        load_trace(path, BOOKS, tmp_path)


@given(values.filter(lambda value: "CBORTag" not in repr(value) and "." not in repr(value)))
@settings(deadline=None, max_examples=100)
def test_the_strict_reader_reads_what_the_general_one_does(value: Any) -> None:
    data = cbor2.dumps(value, canonical=True)
    try:
        mine = loads(data)
    except NotOurs:
        return
    assert mine == cbor2.loads(data) == value
