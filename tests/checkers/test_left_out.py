"""What a key leaves out, by a mark or at rest, is assumed and said, or proved not to count."""

import io
from typing import Any

import pytest
from attrs import evolve, field, frozen
from escrow import ALICE, Scope, TooLate
from rich.console import Console

from impl.ground.evidence import Word
from impl.lab.check.keys import Line, Read
from impl.lab.explore import explore
from impl.lab.explore.keys import proved_key
from impl.show.text.keys import show
from invariants.kernel.claims import Rulebook
from spec.kernel.action import Action
from spec.kernel.basics import UNSEEN, AnyOrder
from spec.kernel.derived_key import derived_key
from spec.kernel.mainchain import MainChain, begin
from tests.checkers.made import Rules, made

# A mark that lies -------------------------------------------------------------------------------


UNORDERED = AnyOrder[int]


@frozen
class Noted:
    main: MainChain
    note: int = field(metadata=UNSEEN)


@frozen
class Queued:
    main: MainChain
    queue: UNORDERED


def counts(state: Any) -> Any:
    return evolve(state, note=min(9, state.note + 1))


def turns(state: Any) -> Any:
    return evolve(state, queue=(*state.queue[1:], state.queue[0]))


@pytest.mark.parametrize(
    "first, effect, said",
    [
        (Noted(begin({ALICE: 0}), 0), counts, "Noted.note"),
        (Queued(begin({ALICE: 0}), (1, 2)), turns, "the order of Queued.queue"),
    ],
    ids=["unseen", "any order"],
)
def test_what_a_mark_says_is_assumed(first, effect, said):
    class Count(Action, says="counts", only=ALICE):
        def step(self, state, rules):
            return effect(state)

    result = explore(made(first, Count), Rules(), Scope(), key_sample=0)
    assert result.word is Word.ASSUMED and said in result.details["assumed"]
    assert "every reachable state" not in result.summary


@pytest.mark.parametrize(
    "first, said",
    [
        (Noted(begin({ALICE: 0}), 0), "Noted.note"),
        (Queued(begin({ALICE: 0}), (1, 2)), "Queued.queue"),
    ],
    ids=["unseen", "any order"],
)
def test_who_asks_about_keys_is_told_once(first, said):
    class Stay(Action, says="stays", only=ALICE):
        def step(self, state, rules):
            return state

    book = made(first, Stay)
    result = proved_key(book, Rules(), Scope())
    assert result.word is Word.PROVED and said in result.details["assumed"]
    read = Read(Line("payment", "penalty", "one"), result, 0.1)
    page = Console(file=io.StringIO(), width=200)
    show(page, [read, read], [read.line] * 2)
    assert page.file.getvalue().count(said) == 1
    unread = explore(book, Rules(), Scope(), key_sample=0, read=False).details["assumed"]
    assert "holds all that rules ask of time" in unread and said in unread


# What is left at rest ---------------------------------------------------------------------------


def resting(over: Any) -> Rulebook:
    """A bell that is wound up, and rings once it is let go; then it can be muffled, once."""

    @frozen
    class State:
        main: MainChain
        wound: int
        rung: int
        muffled: bool

    State.__annotations__.update(main=MainChain, wound=int, rung=int, muffled=bool)

    class Wind(Action, says="winds it up", only=ALICE):
        def step(self, state, rules):
            if state.rung or state.wound == 3:
                raise TooLate(0, 0)
            return evolve(state, wound=state.wound + 1)

    class Ring(Action, says="lets it ring", only=ALICE):
        def step(self, state, rules):
            if state.rung:
                raise TooLate(0, 0)
            return evolve(state, rung=1)

    class Muffle(Action, says="muffles it", only=ALICE):
        def step(self, state, rules):
            if not state.rung or state.muffled or state.wound == 2:
                raise TooLate(0, 0)
            return evolve(state, muffled=True)

    first = State(begin({ALICE: 0}), 0, 0, False)
    return made(first, Wind, Ring, Muffle, key=derived_key(State, over=over))


def all_that_counts(state: Any) -> tuple[bool, bool] | None:
    return (state.muffled, state.wound == 2) if state.rung else None


def forgets_the_winding(state: Any) -> bool | None:
    return state.muffled if state.rung else None


def too_early(state: Any) -> int | None:
    return state.rung if state.wound else None


def test_what_is_left_at_rest_is_proved_to_be_all_that_counts():
    result = explore(resting(all_that_counts), Rules(), Scope(), key_sample=0)
    assert result.word is Word.EXHAUSTED and result.states == 4 + 3


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "over, why",
    [(forgets_the_winding, "not all of them can do the same"), (too_early, "again and again")],
)
def test_where_it_is_not_that_is_assumed_and_said(over, why, workers):
    result = explore(resting(over), Rules(), Scope(), key_sample=0, workers=workers)
    assert result.word is Word.ASSUMED
    assert f"`{over.__name__}`" in result.summary and why in result.summary


def test_the_test_of_the_key_finds_it_too():
    result = explore(resting(forgets_the_winding), Rules(), Scope())
    assert "two states with the same key differ in Muffle" in result.details["key_check"]
    assert result.details["key"] != "reduced" and result.states == 11
