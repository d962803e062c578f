"""The key that follows from types: what it holds, what it leaves out, and for how long."""

from collections.abc import Mapping

import pytest
from attrs import evolve, field, frozen
from escrow import MACHINE, SOUND, Scope

from spec.kernel.basics import DAY, UNSEEN, Instant, Seconds, Wei, only, until
from spec.kernel.derived_key import derived_key, points_in

SPAN = 10 * DAY


@frozen
class Rules:
    window: Seconds


@frozen
class Exit:
    started: Instant = field(metadata=until(lambda exit, rules: exit.started + rules.window))
    amount: Wei
    note: int = field(default=0, metadata=UNSEEN)


@frozen
class State:
    main: object
    open: bool
    opened: Instant = field(metadata=only(lambda state: state.open))
    closing: Instant | None = None
    exits: Mapping[int, Exit] = field(factory=dict)
    seen: tuple[Instant, ...] = ()
    pair: tuple[Instant, Wei] = (0, 0)
    watched: frozenset[int] = frozenset()


RULES = Rules(2 * DAY)
FIRST = State(0, open=True, opened=DAY)
KEY = derived_key(State, lambda rules: (DAY, SPAN))


def key(state: State, now: int) -> object:
    return KEY(state, RULES)(now)


def later(state: State, by: int) -> State:
    return evolve(
        state,
        opened=state.opened + by,
        closing=None if state.closing is None else state.closing + by,
        exits={n: evolve(e, started=e.started + by) for n, e in state.exits.items()},
        seen=tuple(at + by for at in state.seen),
        pair=(state.pair[0] + by, state.pair[1]),
    )


FULL = evolve(
    FIRST, closing=3 * DAY, exits={7: Exit(2 * DAY, 5), 4: Exit(DAY, 1)}, seen=(DAY, 2 * DAY)
)


@pytest.mark.parametrize("by", [1, DAY, 1_000 * DAY + 17])
def test_a_state_and_the_same_state_later_have_one_key(by: int) -> None:
    assert key(FULL, 2 * DAY) == key(later(FULL, by), 2 * DAY + by)


OTHERS = {
    "a flag": evolve(FULL, open=False),
    "an age": evolve(FULL, opened=2 * DAY),
    "an age within the day": evolve(FULL, opened=DAY + 5),
    "there is none": evolve(FULL, closing=None),
    "one of many": evolve(FULL, seen=(DAY, 3 * DAY)),
    "how many": evolve(FULL, seen=(DAY,)),
    "an amount": evolve(FULL, exits={**FULL.exits, 4: Exit(DAY, 2)}),
    "whose": evolve(FULL, exits={7: FULL.exits[7], 5: FULL.exits[4]}),
    "when": evolve(FULL, exits={**FULL.exits, 4: Exit(2 * DAY, 1)}),
    "in a pair": evolve(FULL, pair=(DAY, 0)),
    "the rest of a pair": evolve(FULL, pair=(0, 1)),
    "in a set": evolve(FULL, watched=frozenset({3})),
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_differs_has_another_key(other: str) -> None:
    assert key(FULL, 2 * DAY) != key(OTHERS[other], 2 * DAY)


def test_what_is_unseen_is_left_out() -> None:
    noted = evolve(FULL, exits={**FULL.exits, 4: Exit(DAY, 1, note=9)})
    assert key(noted, 2 * DAY) == key(FULL, 2 * DAY)


def test_what_is_no_point_in_time_here_is_left_out() -> None:
    closed = evolve(FULL, open=False)
    assert key(closed, 2 * DAY) == key(evolve(closed, opened=9 * DAY), 2 * DAY)


def test_an_instant_is_forgotten_after_the_last_moment_at_which_it_matters() -> None:
    """To the second: the exit matters up to its start and the window, all else for the span."""
    late, early = (evolve(FIRST, opened=0, exits={1: Exit(at, 1)}) for at in (10, 0))
    until_then = RULES.window + 10
    assert key(late, until_then) != key(early, until_then)
    assert key(late, until_then + 1) == key(early, until_then + 1)
    opened = evolve(FIRST, opened=0), evolve(FIRST, opened=10)
    assert key(opened[0], SPAN + 10) != key(opened[1], SPAN + 10)
    assert key(opened[0], SPAN + 11) == key(opened[1], SPAN + 11)


def test_points_are_named_after_their_fields_and_say_how_long_they_matter() -> None:
    assert points_in(State)(FULL, RULES, SPAN) == [
        ("opened", DAY, DAY + SPAN),
        ("closing", 3 * DAY, 3 * DAY + SPAN),
        ("started", DAY, DAY + RULES.window),
        ("started", 2 * DAY, 2 * DAY + RULES.window),
        ("", DAY, DAY + SPAN),
        ("", 2 * DAY, 2 * DAY + SPAN),
        ("", 0, SPAN),
    ]


def test_the_clock_is_no_point_of_its_own() -> None:
    first = MACHINE.initial(Scope(), SOUND)
    later = evolve(first, main=evolve(first.main, now=DAY))
    assert points_in(type(first))(first, SOUND, SPAN) == []
    assert MACHINE.key(first, SOUND)(0) == MACHINE.key(later, SOUND)(DAY)
    assert MACHINE.exact(first) != MACHINE.exact(later)


def test_a_time_in_a_set_is_refused() -> None:
    @frozen
    class Odd:
        times: frozenset[Instant]

    Odd.__annotations__["times"] = frozenset[Instant]
    with pytest.raises(TypeError, match="a point in time where none can be found: write `key`"):
        points_in(Odd)
