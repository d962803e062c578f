"""The key that follows from types: what it holds, what it leaves out, and for how long."""

from collections.abc import Mapping

import pytest
from attrs import evolve, field, frozen
from escrow import MACHINE, SOUND, Scope

from spec.kernel.basics import DAY, UNSEEN, AnyOrder, Instant, Seconds, Wei, only, until
from spec.kernel.derived_key import KNOWN, derived_key, lasting, leaves_out, points_in

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
KEY = derived_key(State, times=lambda rules: (DAY, SPAN))


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
    assert leaves_out(State) == ("Exit.note",)


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
    assert [*points_in(State)(FULL, RULES, SPAN)] == [
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
    assert points_in(type(first))(first, SOUND, SPAN) == ()
    assert MACHINE.key(first, SOUND)(0) == MACHINE.key(later, SOUND)(DAY)
    assert MACHINE.exact(first) != MACHINE.exact(later)


@frozen
class Away:
    back: tuple[Instant, Instant] = field(
        metadata=until(lambda state, rules: state.lasts(), of_state=True)
    )
    closing: Instant = field(metadata=until(lambda away, rules: None))


@frozen
class House:
    main: object
    away: tuple[int, ...]
    times: Away

    def lasts(self) -> tuple[Instant | None, ...]:
        return tuple(self.times.back[n] if n in self.away else None for n in (0, 1))


def test_how_long_it_matters_is_said_of_each_of_a_pair_and_may_be_not_at_all() -> None:
    house = derived_key(House)

    def at(now: int, away: tuple[int, ...], *back: int, closing: int = 0) -> object:
        return house(House(0, away, Away((back[0], back[1]), closing)), SOUND)(now)

    assert at(DAY, (1,), 0, 2 * DAY) == at(DAY, (1,), 5 * DAY, 2 * DAY, closing=DAY)
    assert at(DAY, (1,), 0, 2 * DAY) != at(DAY, (1,), 0, 3 * DAY)
    assert at(DAY, (1,), 2 * DAY, 2 * DAY) != at(DAY, (0,), 2 * DAY, 2 * DAY)
    assert at(DAY + 1, (0,), DAY, 0) == at(DAY + 2, (0,), DAY, 0)
    assert at(DAY, (), 0, 0) == at(2 * DAY, (), 7, 9)


@frozen
class Post:
    main: object
    sent: tuple[AnyOrder[Wei], tuple[Wei, ...]]
    over: bool = False


def left_over(post: Post) -> tuple[Wei, ...] | None:
    return post.sent[1] if post.over else None


def test_in_any_order_a_tuple_is_the_same() -> None:
    post = lasting(Post)
    assert post(Post(0, ((1, 2, 2), (1, 2)))) == post(Post(0, ((2, 1, 2), (1, 2))))
    assert post(Post(0, ((1, 2, 2), (1, 2)))) != post(Post(0, ((1, 1, 2), (1, 2))))
    assert post(Post(0, ((1, 2), (1, 2)))) != post(Post(0, ((1, 2), (2, 1))))


@frozen
class Leaving:
    who: int
    since: Instant


@frozen
class Gate:
    leaving: AnyOrder[Leaving]


def test_in_any_order_each_time_stays_with_what_it_belongs_to() -> None:
    one, two = Leaving(1, 10), Leaving(2, 20)
    swapped = Leaving(1, 20), Leaving(2, 10)
    key = derived_key(Gate)
    assert key(Gate((one, two)), RULES)(30) == key(Gate((two, one)), RULES)(30)
    assert key(Gate((one, two)), RULES)(30) != key(Gate(swapped), RULES)(30)
    assert key(Gate((one, two)), RULES)(30) != key(Gate(swapped[::-1]), RULES)(30)


def test_of_a_state_that_is_over_only_what_is_left_is_kept() -> None:
    plain, at_rest = derived_key(Post), derived_key(Post, over=left_over)
    one, other = Post(0, ((1,), (2,)), True), Post(0, ((3,), (2,)), True)
    assert at_rest(one, SOUND)(0) == at_rest(other, SOUND)(9)
    assert at_rest(one, SOUND)(0) != at_rest(Post(0, ((1,), (3,)), True), SOUND)(0)
    assert at_rest(Post(0, ((1,), (2,))), SOUND)(0) == plain(Post(0, ((1,), (2,))), SOUND)(0)


@frozen
class Large:
    numbers: tuple[int, int, int, int, int, int, int]


def test_what_is_remembered_of_a_record_is_never_taken_for_another_one() -> None:
    """Records that are gone leave their ids to others, and only so many are held."""

    @frozen
    class Shelf:
        main: object
        book: Large

    Shelf.__annotations__.update(main=object, book=Large)
    shelf = lasting(Shelf)
    for n in range(2 * KNOWN + 2):
        book = Large((n, n, n, n, n, n, 0))
        assert shelf(Shelf(0, book)) == shelf(Shelf(0, book)) == (2, ((n + 2,) * 6 + (2,),))


def test_a_time_in_a_set_is_refused() -> None:
    @frozen
    class Odd:
        times: frozenset[Instant]

    Odd.__annotations__["times"] = frozenset[Instant]
    with pytest.raises(TypeError, match="a point in time where none can be found"):
        points_in(Odd)


def test_how_long_several_matter_is_not_said_of_all_at_once() -> None:
    @frozen
    class Odd:
        seen: tuple[Instant, ...] = field(metadata=until(lambda odd, rules: 5))

    Odd.__annotations__["seen"] = tuple[Instant, ...]
    with pytest.raises(TypeError, match="seen: `until` is for an Instant, or a tuple of a fixed"):
        points_in(Odd)


def test_other_points_in_time_than_those_of_the_state_can_be_given() -> None:
    shop = derived_key(
        State, times=lambda rules: (DAY, 0), points=lambda state, rules: ((state.opened, 5 * DAY),)
    )
    assert shop(FULL, RULES)(2 * DAY) == shop(evolve(FULL, closing=4 * DAY), RULES)(2 * DAY)
    assert shop(FULL, RULES)(2 * DAY) != shop(evolve(FULL, opened=2 * DAY), RULES)(2 * DAY)
    assert shop(FULL, RULES)(6 * DAY) == shop(evolve(FULL, opened=2 * DAY), RULES)(6 * DAY)
