"""What is asked of every protocol alike: one claim watched alone, walks at random, keys that forget
something, actions that nobody would propose."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import reduce
from random import Random
from types import ModuleType
from typing import Any

from attrs import evolve, fields, frozen

from impl.lab.fuzz.codec import Sources
from impl.lab.fuzz.walker import Walker
from impl.lab.mutants.refused import bent, numbers_in
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import ETHER, Moment, Party, Unseen
from spec.kernel.clock import move
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal
from spec.kernel.shapes import bare, hints_of


def watching(book: Rulebook, *claims: str) -> Rulebook:
    """The rulebook with these claims alone, so that no other one hides them."""
    return evolve(book, invariants=tuple(i for i in book.invariants if i.id in claims))


def moved(book: Rulebook, state: Any, rules: Any, actions: Iterable[Any]) -> Any:
    """The state after actions, under the time rule."""
    for action in actions:
        state = move(book.protocol, state, action, rules)
    return state


def account(state: Any, party: Party) -> int:
    """What a party has on the main chain, in wei."""
    held: int = state.main.accounts[party, ETHER]
    return held


def duties(book: Rulebook, state: Any, party: Party, rules: Any) -> list[Obligation]:
    """What a party must do, in order."""
    return [duty for duty in book.protocol.obligations(state, rules) if duty.by == party]


def other_accounts(state: Any, *others: Any) -> Any:
    """Everybody has something else on the main chain: nothing that a strategy may look at."""
    accounts = {account: 7 * held + 1 for account, held in state.main.accounts.items()}
    return evolve(state, main=evolve(state.main, accounts=accounts))


# Random walks -----------------------------------------------------------------------------------


@frozen
class Step:
    before: Any
    action: Any
    after: Any
    refusal: Refusal | None


def answer(book: Rulebook, state: Any, action: Any, rules: Any) -> tuple[Any, Refusal | None]:
    """The state after an action, and why it was refused: then it is the state before. Whatever
    else a rule raises is a fault of the rule."""
    try:
        return move(book.protocol, state, action, rules), None
    except Refusal as refusal:
        return state, refusal


def walk(
    book: Rulebook, rules: Any, scope: Any, seed: int, length: int = 120, start: Any = None
) -> Iterator[Step]:
    """A random run; a refused action stays where it was."""
    random, sources = Random(seed), Sources(book, rules, scope)
    state = book.protocol.initial(scope, rules) if start is None else start
    for _ in range(length):
        action = sources.draw(random.choice(sources.table), state, random.randrange)
        if action is None:
            continue
        after, refusal = answer(book, state, action, rules)
        yield Step(state, action, after, refusal)
        state = after


def expect_functions(book: Rulebook, rules: Any, steps: Iterable[Step]) -> None:
    """Assert that a step leaves the state before it as it was, and has the same outcome again."""
    for step in steps:
        before, action = deepcopy((step.before, step.action))
        assert answer(book, step.before, step.action, rules) == (step.after, step.refusal)
        assert (step.before, step.action) == (before, action)
        assert answer(book, before, action, rules) == (step.after, step.refusal)


def ends(book: Rulebook, rules: Any, scope: Any, steps: int = 4_000) -> list[Any]:
    """States that differ in what had to happen to reach them: the walker's landmarks. No claim
    ends a run."""
    walker = Walker(evolve(book, invariants=()), rules, scope, 1, 40)
    walker.shard(0, steps, True)
    return [mark.state for mark in walker.landmarks.values()]


# Keys -------------------------------------------------------------------------------------------


def with_key(book: Rulebook, key: Callable[[Any, Any], Any]) -> Rulebook:
    return evolve(book, protocol=evolve(book.protocol, key=key))


Place = tuple[int, ...]
"""Where something stands in nested tuples: the third of the first is (0, 2)."""


def forgetful(book: Rulebook, places: Mapping[str, Iterable[Place]]) -> Callable[..., Rulebook]:
    """Makes rulebooks whose key forgets some parts, by their names. Where all is over, the key is
    another one, and stays it."""

    def without(*parts: str) -> Rulebook:
        gone = [place for part in parts for place in places[part]]

        def forgotten(key: Any) -> Any:
            return reduce(blank, gone, key) if len(key) > 1 else key

        def key(state: Any, rules: Any) -> Any:
            at = book.protocol.key(state, rules)
            return lambda now: forgotten(at(now))

        return with_key(book, key)

    return without


def blank(parts: Any, place: Place) -> Any:
    """Nested tuples without what stands at a place, if something does."""
    at, *inner = place
    less = blank(parts[at], tuple(inner)) if inner else ()
    return (*parts[:at], less, *parts[at + 1 :]) if at < len(parts) else parts


def in_order(lasting: Iterable[str], *behind: str) -> dict[str, list[Place]]:
    """The places in a key of what time does not change, and of what stands behind that."""
    return {name: [(0, n)] for n, name in enumerate(lasting)} | {
        name: [(n,)] for n, name in enumerate(behind, 1)
    }


def of_fields(kind: type, paths: Mapping[str, str]) -> dict[str, list[Place]]:
    """The places in a derived key of parts of a state, "network.signed", and of all "ages"."""
    found = {name: [(0, *_of_field(kind, path))] for name, path in paths.items()}
    return found | {"ages": [(1,), (2,)]}


def _of_field(kind: type, path: str) -> Place:
    name, _, inner = path.partition(".")
    kept = [n for n, hint in hints_of(kind) if not {Moment(), Unseen()} & {*bare(hint)[1]}]
    types = {each.name: each.type for each in fields(kind)}
    return (kept.index(name), *(_of_field(types[name], inner) if inner else ()))


# Refusals ---------------------------------------------------------------------------------------


def refused(book: Rulebook, state: Any, action: Any, rules: Any) -> bool:
    return answer(book, state, action, rules)[1] is not None


def refusals_of(module: ModuleType) -> set[type[Refusal]]:
    """All that are defined in a module."""
    return {
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Refusal) and kind.__module__ == module.__name__
    }


def refused_when_bent(
    book: Rulebook,
    rules: Any,
    steps: list[Step],
    sensible: Callable[[Any, Any], bool] = lambda strange, action: True,
) -> int:
    """How often an action of a run is refused, each bent in two places, four times. With
    `sensible`, only what passes for it is tried."""
    random, count = Random(1), 0
    pool = {
        field: values if field == "by" else (*values, -1, 99)
        for field, values in numbers_in(step.action for step in steps).items()
    }
    for step in steps:
        for _ in range(4):
            strange = bent(bent(step.action, pool, random.randrange), pool, random.randrange)
            if sensible(strange, step.action):
                count += refused(book, step.before, strange, rules)
    return count
