"""Ticks are ints that know what they are made of, and note what is asked of them."""

import json
import operator
import struct
from fractions import Fraction
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impl.lab.reading.asked import EPOCH, FREE, NOW, ZERO, listening
from impl.lab.reading.bounds import Bounds
from impl.lab.reading.ticks import is_tick, plain, point

TIMES = st.integers(10**10, 10**10 + 10**6)
SPANS = st.integers(-(10**6), 10**6)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


@given(TIMES, TIMES, SPANS, st.sampled_from(COMPARISONS))
def test_a_comparison_of_ticks_is_that_of_the_numbers_and_says_so(
    one: int, other: int, by: int, compare: operator.lt
) -> None:
    left, right = point(one, NOW) + by, point(other, 5)
    with listening() as asked:
        answer = compare(left, right)
    assert answer == compare(one + by, other)
    (note,) = asked
    apart = one - other if (note.plus, note.minus) == (NOW, 5) else other - one
    assert note.low <= apart <= note.high


@given(TIMES, TIMES, SPANS, st.sampled_from(COMPARISONS), SPANS)
def test_what_an_answer_says_is_exactly_when_it_comes(
    one: int, other: int, by: int, compare: operator.lt, elsewhere: int
) -> None:
    with listening() as asked:
        answer = compare(point(one, NOW) + by, point(other, 5))
    note = asked[0]
    there = compare(elsewhere + by, 0)
    if note.low <= elsewhere <= note.high:
        assert there == answer
    elif compare not in (operator.eq, operator.ne):
        assert there != answer


@given(TIMES, TIMES, SPANS, SPANS)
def test_arithmetic_keeps_the_number_and_the_form(a: int, b: int, c: int, d: int) -> None:
    left, right = point(a, 3), point(b, 4)
    apart = (left + c) - (right - d)
    assert plain(apart) == a + c - b + d
    assert is_tick(apart) and isinstance(apart, int)
    assert (apart.plus, apart.minus, apart.constant) == (3, 4, c + d)
    assert type((left + c) - left) is int and (left + c) - left == c


@given(TIMES, TIMES, st.integers(1, 10**5))
def test_whole_spans_are_noted_as_what_lies_between_two_bounds(a: int, b: int, span: int) -> None:
    with listening() as asked:
        whole, rest = divmod(point(a, 3) - point(b, 4), span)
    assert (whole, plain(rest)) == divmod(a - b, span)
    assert all(note.low <= a - b <= note.high for note in asked)
    assert any(note.high - note.low == span - 1 for note in asked)


@pytest.mark.parametrize(
    "use", [int, float, str, "{}".format, lambda t: t**2, lambda t: t & 7, lambda t: t * 2, round]
)
def test_a_use_as_a_number_is_noted_as_such(use: object) -> None:
    with listening() as asked:
        assert callable(use)
        use(point(10**10 + 5, 3))
    assert any(note.number for note in asked)


@pytest.mark.parametrize("one", ["a", b"a", [1], (1,)])
def test_what_is_repeated_for_a_time_is_as_long_as_it_is_for_the_number(one: object) -> None:
    """Not an epoch longer, which no machine has the memory for."""
    with listening() as asked:
        times = point(EPOCH + 5)
        assert one * times == times * one == one * 5  # type: ignore[operator]
        assert one * (point(EPOCH + 7, 3) - point(EPOCH + 4, 2)) == one * 3  # type: ignore[operator]
    assert {each.number for each in asked} == {"a length"}


HASHED = {5: 1, 6: 2}
LOOKS = {
    "a set": lambda t: t in {5, 6},
    "a dict": HASHED.get,
    "a hash": lambda t: hash(t) == 5,
    "a place in a list": lambda t: list(range(100))[t],
    "the end of a range": lambda t: len(range(t)),
    "a letter": chr,
    "operator.index": operator.index,
    "in hex": hex,
    "bytes": bytes,
    "a percent sign": lambda t: operator.mod("%d", t),
    "divided": lambda t: divmod(t, 3.5),
    "packed": lambda t: struct.pack(">I", t),
    "digits": lambda t: json.dumps(int(t)),
    "an island": lambda t: list(islice(count(), t)),
    "a fraction": lambda t: Fraction(int(t), 7),
}


@pytest.mark.parametrize("look", LOOKS)
def test_however_a_number_is_looked_at_it_is_noted_and_is_that_of_the_plain_run(look: str) -> None:
    """Not one an epoch later; neither of a date nor of a time between."""
    asks = LOOKS[look]
    for tick in (point(EPOCH + 5), point(EPOCH + 9, 3) - point(EPOCH + 4, 2)):
        with listening() as asked:
            answer = asks(tick)
        assert answer == asks(5)
        assert any(note.number or note.many for note in asked), look


@given(st.integers(1, 10**6), st.integers(1, 10**6), SPANS, st.sampled_from(COMPARISONS))
def test_a_date_is_asked_of_the_plain_time(
    time: int, date: int, by: int, compare: operator.lt
) -> None:
    with listening() as asked:
        assert compare(point(time + EPOCH, NOW) + by, date) == compare(time + by, date)
    (note,) = asked
    assert note.low <= time <= note.high
    assert note.dates == ((date - by,) if date > by else ())


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4), SPANS), max_size=6),
       st.lists(TIMES, min_size=4, max_size=4))  # fmt: skip
def test_what_follows_from_facts_holds_wherever_they_do(
    pairs: list[tuple[int, int, int]], times: list[int]
) -> None:
    at = dict(enumerate(times, 1))
    facts = [
        (a, b, at[a] - at[b] - abs(slack), at[a] - at[b] + abs(slack)) for a, b, slack in pairs
    ]
    bounds = Bounds(facts)
    for a in at:
        for b in at:
            most = bounds.most(a, b)
            assert most >= FREE or at[a] - at[b] <= most
            assert bounds.most(ZERO, a) <= 0
