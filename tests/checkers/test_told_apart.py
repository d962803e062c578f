"""States are told apart by all that they hold, by the types of it too; what cannot be told apart is
refused, and so is a claim that can never fail."""

from collections.abc import Mapping
from enum import Enum
from itertools import combinations
from typing import Any

import pytest
from attrs import evolve, field, frozen
from escrow import ALICE, ESCROW, HASTY, MACHINE, Scope, TooLate, payee

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rulebooks.parts import complaint
from invariants.kernel.claims import Finding, Invariant, Kind, Rulebook, Witness
from invariants.kernel.stock import always
from spec.kernel.action import Action
from spec.kernel.basics import DAY, Party
from spec.kernel.declared import offers
from spec.kernel.derived import whole
from spec.kernel.derived_key import lasting
from spec.kernel.flat import flat
from spec.kernel.mainchain import MainChain, begin
from spec.kernel.protocol import Obligation
from tests.checkers.made import Rules, made


class Outcome(Enum):
    LOST = 0
    WON = 1


class Size(Enum):
    BIG = 0
    NAMED = "named"


@frozen
class Order:
    price: int


@frozen
class Buy(Order):
    """An order of a kind."""


@frozen
class Sell(Order):
    """Another."""


@frozen
class Alike:
    price: int


VALUES = (
    None, 0, -2, 1, 5, Outcome.LOST, Outcome.WON, Size.BIG, Size.NAMED, Order(5), Buy(5), Sell(5),
    Alike(5), (), (5,), (None,), frozenset(), frozenset({5}), {}, {5: 5}, frozenset({None, 5}),
    (Buy(5),), (Sell(5),), {1: None}, {1: Outcome.LOST},
)  # fmt: skip


@pytest.mark.parametrize("key", [flat, whole(Any), lasting(Any)], ids=["flat", "whole", "lasting"])
def test_values_of_different_types_have_different_keys(key):
    for one, other in combinations(VALUES, 2):
        assert key(one) != key(other), (one, other)
    for value in VALUES:
        assert key(value) == key(value)


TYPES = {
    "Enum or nothing": (Outcome | None, None, Outcome.LOST),
    "two Enums": (Outcome | Size, Outcome.LOST, Size.BIG),
    "an Enum with a text": (Size, Size.BIG, Size.NAMED),
    "Enum or number": (int | Outcome, 0, Outcome.LOST),
    "number or nothing": (int | None, None, -2),
    "party or nothing": (Party | None, None, Party(-2)),
    "kinds of a base": (Order, Buy(5), Sell(5)),
    "a base and its kind": (Order, Order(5), Buy(5)),
    "a base or nothing": (Order | None, Buy(5), Sell(5)),
    "two records": (Buy | Alike, Buy(5), Alike(5)),
    "record or tuple": (Alike | tuple[int, ...], (5,), Alike(5)),
    "set or tuple": (frozenset[int] | tuple[int, ...], (5,), frozenset({5})),
    "inside a tuple": (tuple[Outcome | None, ...], (None,), (Outcome.LOST,)),
    "inside a mapping": (Mapping[int, Order], {1: Buy(5)}, {1: Sell(5)}),
    "inside a set": (frozenset[Order], frozenset({Buy(5)}), frozenset({Sell(5)})),
}


def holding(kind: Any, first: Any, second: Any) -> Rulebook:
    """A shop that takes one of two orders and fills it; it must not fill the second."""

    @frozen
    class State:
        main: MainChain
        order: kind
        filled: int

    State.__annotations__.update(main=MainChain, order=kind, filled=int)

    class Put(Action, says="puts order {number}", only=ALICE):
        number: int

        def step(self, state, rules):
            return evolve(state, order=second if self.number else first)

    class Fill(Action, says="fills it", only=ALICE):
        def step(self, state, rules):
            is_second = type(state.order) is type(second) and state.order == second
            return evolve(state, filled=2 if is_second else 1)

    @always("X-OK", "filled", lambda state: {"filled": state.filled})
    def never_the_second(state, rules):
        """The second order is not filled."""
        return state.filled < 2

    return made(
        State(begin({ALICE: 0}), first, 0),
        Put,
        Fill,
        families=(offers(Put, number=(0, 1)), offers(Fill)),
        invariants=(never_the_second,),
    )


@pytest.mark.parametrize("name", TYPES)
def test_a_search_does_not_take_one_for_the_other(name):
    book = holding(*TYPES[name])
    for key in ("auto", "exact", "reduced"):
        result = explore(book, Rules(), Scope(), key=key, key_sample=0)
        assert [len(trace.actions) for trace in result.traces] == [2], key


# Claims that cannot fail ------------------------------------------------------------------------


def tuple_of(state, rules):
    return payee.holds(state, rules), "why"


def yields(state, rules):
    yield payee.holds(state, rules)


async def awaited(state, rules):
    return payee.holds(state, rules)


ODD = {f.__name__: f for f in (tuple_of, yields)} | {
    "function": lambda state, rules: payee.holds,
    "number": lambda state, rules: -1,
    "nothing": lambda state, rules: None,
}


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("odd", ODD)
def test_a_claim_that_says_neither_true_nor_false_is_a_fault_of_its_own(odd, kind):
    def holds(*arguments):
        return ODD[odd](arguments[0], arguments[-1])

    claim = Invariant("ODD", "...", kind, holds, lambda *_: Finding("never", {}))
    book = evolve(ESCROW, invariants=(claim,), witnesses=())
    for result in (
        explore(book, HASTY, ESCROW.scopes["payee"], key_sample=0),
        fuzz(book, HASTY, ESCROW.scopes["payee"], seed=1, steps=300),
    ):
        assert result.word is Word.ERROR
        said = result.traces[0].finding.said
        assert "ODD answers with a " in said and "not with True or False" in said


# Refusals that are nobody's to say --------------------------------------------------------------


def refuses(*arguments):
    raise TooLate(1, 2)


def opened(state):
    return state.contract.opened > 0 or state.contract.amount > 0


BOOKS = {
    "a claim": evolve(ESCROW, invariants=(evolve(payee, holds=refuses),)),
    "an explanation": evolve(ESCROW, invariants=(evolve(payee, explain=refuses),)),
    "a witness": evolve(ESCROW, witnesses=(Witness("W", "...", refuses),)),
    "duties": evolve(
        ESCROW,
        protocol=evolve(
            MACHINE,
            obligations=lambda s, r: refuses() if opened(s) else MACHINE.obligations(s, r),
        ),
    ),
    "instants": evolve(
        ESCROW,
        protocol=evolve(
            MACHINE, instants=lambda s, r: refuses() if opened(s) else MACHINE.instants(s, r)
        ),
    ),
}


@pytest.mark.parametrize("what", BOOKS)
def test_a_refusal_by_what_is_no_rule_ends_a_random_run(what):
    result = fuzz(BOOKS[what], HASTY, ESCROW.scopes["payee"], seed=1, steps=3_000)
    assert result.word is Word.ERROR and "TooLate" in result.traces[0].finding.said


# What is refused when a rulebook is loaded ------------------------------------------------------


def test_who_is_not_honest_owes_nothing():
    def bound(state, rules):
        return (Obligation(DAY, ALICE, MACHINE.families[0].every(state, rules, Scope())[0]),)

    book = evolve(ESCROW, protocol=evolve(MACHINE, obligations=bound))
    assert "alice owes an answer, and is not among the honest of the scope payee" in complaint(book)
    both = evolve(book, default_scope="both")
    assert not complaint(both)


def test_moves_and_scopes_that_could_be_taken_for_one_another_are_refused():
    class Odd(Action, says="claims {total}", only=ALICE):
        total: int = field(eq=False)

        def step(self, state, rules):
            return state

    family = offers(Odd, total=(0, 1))
    odd = evolve(MACHINE, actions=(*MACHINE.actions, Odd), families=(family,))
    assert "Odd.total has eq=False" in complaint(evolve(ESCROW, protocol=odd))

    @frozen
    class Wide(Scope):
        more: int = field(default=0, eq=False)

    assert "Wide.more has eq=False" in complaint(
        evolve(ESCROW, cases=(), lifecycles=(), scopes={"payee": Wide()})
    )


@frozen
class Small:
    size: int


@frozen
class Shelf:
    main: MainChain
    box: Small


def test_records_that_are_made_from_another_after_the_protocol_are_told_of():
    class Put(Action, says="puts", only=ALICE):
        def step(self, state, rules):
            return state

    book = made(Shelf(begin({ALICE: 0}), Small(0)), Put)
    assert not complaint(book)

    @frozen
    class Large(Small):
        more: int

    assert complaint(book).startswith("Large is made from Small, after the protocol was")
