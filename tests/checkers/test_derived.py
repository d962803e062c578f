"""The same state later and all of it as a key follow from the types, in every protocol."""

from enum import Enum
from random import Random
from typing import NewType

import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from impl.lab.claims.monitor import Tally
from impl.lab.reading.ticking import times_of
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.moves import Moves
from spec.kernel.basics import DAY, Instant, only
from spec.kernel.derived import later, whole
from spec.kernel.flat import flat
from spec.kernel.shapes import instants_in

TIMES = {
    "plasma-mvp": 8,
    "multiparty": 5,
    "application": 6,
    "payment": 5,
    "conditional": 28,
    "watchtower": 10,
}
"""How many places for points in time a state has: none was forgotten."""


def states(book, many=150):
    """States of random runs in the default scope and some others."""
    protocol, rules = book.protocol, book.rules_named(book.default_rules).rules
    random, tally = Random(1), Tally(len(book.witnesses))
    for scope in list(book.scopes.values())[:5]:
        moves = Moves(protocol, rules, scope)
        state = protocol.initial(scope, rules)
        for _ in range(many):
            yield state
            reached, _, _ = moves.successors(state, tally)
            state = random.choice(reached)[2] if reached else protocol.initial(scope, rules)


@pytest.mark.parametrize("name", rulebooks())
def test_all_of_a_state_is_what_reading_its_values_says(name):
    protocol = rulebooks()[name].protocol
    seen = [(protocol.exact(state), flat(state)) for state in states(rulebooks()[name])]
    assert len(set(seen)) == len({exact for exact, _ in seen}) == len({said for _, said in seen})


@pytest.mark.parametrize("name", rulebooks())
def test_later_every_time_and_nothing_else_has_moved(name):
    """By so much that a time is told from all amounts and numbers."""
    protocol = rulebooks()[name].protocol
    far = 10**12
    places, seen = instants_in(protocol.state), set()
    for state in states(rulebooks()[name]):
        moved = protocol.shift(state, far)
        assert protocol.shift(moved, -far) == state and moved.main.now == state.main.now + far
        assert times_of(protocol, moved) == times_of(protocol, state)
        before, after = numbers(flat(state)), numbers(flat(moved))
        assert {b - a for a, b in zip(before, after, strict=True)} == {0, far}
        for place in places:
            for was, now in zip(found(state, place), found(moved, place), strict=True):
                assert now == was + far or (place.endswith(WHILE) and now == was)
                seen |= {place} if now != was else set()
    assert {place for place in places if place.endswith(WHILE[:3])} <= seen


WHILE = ("last_deadline", "window_ends", "settling_since", "announced")
"""What is a point in time only while something is pending, settling or announced."""


def found(value, place):
    """All that stands at a place such as "contract.exits[].created", where something does."""
    name, _, rest = place.partition(".")
    inside = getattr(value, name.removesuffix("[]").removesuffix("[]"))
    level = [inside]
    for _ in range(name.count("[]")):
        level = [m for each in level for m in (each.values() if isinstance(each, dict) else each)]
    there = [each for each in level if each is not None]
    return [t for each in there for t in found(each, rest)] if rest else there


def numbers(value):
    if isinstance(value, tuple):
        return [n for part in value for n in numbers(part)]
    return [value]


@pytest.mark.parametrize("name", rulebooks())
def test_the_places_of_time_are_known(name):
    places = instants_in(rulebooks()[name].protocol.state)
    assert len(places) == TIMES[name] and places[0] == "main.now"


# --- of any records ---

Who = NewType("Who", int)


class Colour(Enum):
    RED = 0
    GREEN = 1


@frozen
class Inner:
    at: Instant
    amount: int
    open: bool = True


@frozen
class Outer:
    now: Instant
    colour: Colour
    who: Who
    inner: Inner
    maybe: Inner | None
    many: tuple[Inner, ...]
    pair: tuple[Instant, int]
    named: dict[Who, Inner]
    some: frozenset[int]
    ends: Instant = field(metadata=only(lambda outer: outer.colour is Colour.RED))
    away: Instant | None


INNER = st.builds(Inner, st.integers(0, DAY), st.integers(0, 9), st.booleans())
OUTER = st.builds(
    Outer, st.integers(0, DAY), st.sampled_from(Colour), st.integers(0, 3), INNER,
    st.none() | INNER, st.lists(INNER, max_size=3).map(tuple),
    st.tuples(st.integers(0, DAY), st.integers(0, 9)),
    st.dictionaries(st.integers(0, 3), INNER, max_size=3), st.frozensets(st.integers(0, 5)),
    st.integers(0, DAY), st.none() | st.integers(0, DAY),
)  # fmt: skip


@given(OUTER, OUTER)
def test_any_record_is_told_from_any_other(one, other):
    assert (flat(one) == flat(other)) == (one == other)
    assert (whole(Outer)(one) == whole(Outer)(other)) == (one == other)


@given(OUTER, st.integers(1, DAY))
def test_any_record_is_moved_field_by_field(one, by):
    moved = later(Outer)(one, by)

    def inner(value):
        return evolve(value, at=value.at + by)

    assert moved == evolve(
        one,
        now=one.now + by,
        inner=inner(one.inner),
        maybe=None if one.maybe is None else inner(one.maybe),
        many=tuple(inner(each) for each in one.many),
        pair=(one.pair[0] + by, one.pair[1]),
        named={who: inner(each) for who, each in one.named.items()},
        ends=one.ends + by * (one.colour is Colour.RED),
        away=None if one.away is None else one.away + by,
    )


@frozen
class Lost:
    times: frozenset[Instant]


def test_a_time_that_cannot_be_moved_is_an_error_and_not_forgotten():
    with pytest.raises(TypeError, match="write `shift`"):
        later(Lost)
