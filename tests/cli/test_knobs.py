"""Knobs are typed as people write them, and shown as they are typed."""

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from impl.ground.faults import BadInput
from impl.lab.rules.knobs import change, duration, knobs, read, read_duration, show
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import Seconds


@frozen
class Inner:
    patience: Seconds = 60


@frozen
class Record:
    period: Seconds | None = 1
    count: int = 2
    loud: bool = False
    sizes: tuple[int, ...] = (1, 2)
    inner: Inner = Inner()


@given(st.integers(0, 10**9))
def test_a_shown_duration_is_read_back(seconds):
    assert read_duration(duration(seconds)) == seconds


@given(st.text(alphabet="0123456789wdhms .-", max_size=8))
def test_no_text_is_read_as_something_else(text):
    try:
        seconds = read_duration(text)
    except ValueError:
        return
    assert seconds >= 0 and (seconds == 0 or text.strip()[-1] in "wdhms")


def test_durations_are_told_by_their_annotation():
    assert [(k.name, k.unit) for k in knobs(Record())] == [
        ("period", "seconds"),
        ("count", ""),
        ("loud", ""),
        ("sizes", ""),
        ("inner.patience", "seconds"),
    ]


@pytest.mark.parametrize("book", [PLASMA], ids=lambda book: book.protocol.name)
def test_every_knob_of_every_rule_set_is_read_as_it_is_shown(book):
    for rule_set in book.rule_sets:
        for knob in knobs(rule_set.rules):
            value = rule_set.rules
            for name in knob.path:
                value = getattr(value, name)
            assert read(knob, show(knob, value)) == value


def test_several_knobs_are_set_at_once():
    changed = change(
        Record(),
        [("period", "none"), ("inner.patience", "1d12h"), ("sizes", "4,5"), ("loud", "yes")],
        "rules",
    )
    assert changed == Record(None, 2, True, (4, 5), Inner(129_600))


def test_a_record_refuses_what_it_does_not_know():
    with pytest.raises(BadInput, match="did you mean count"):
        change(Record(), [("cont", "1")], "rules")
