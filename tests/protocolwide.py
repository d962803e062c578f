"""What is asked of every protocol alike: one claim watched alone, walks at random, keys that forget
something, actions that nobody would propose."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from random import Random
from types import ModuleType
from typing import Any

from attrs import evolve, frozen

from impl.lab.fuzz.codec import Sources
from impl.lab.fuzz.walker import Walker
from impl.lab.mutants.refused import bent, numbers_in
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import move
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal


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


def forgetful(
    book: Rulebook, lasting: tuple[str, ...], behind: Mapping[str, Any]
) -> Callable[..., Rulebook]:
    """Makes rulebooks whose key forgets some parts, by their names.

    A key is a tuple of what time does not change, `lasting`, and `behind` it parts that each have
    something that says nothing. Where all is over, the key is another one, and stays it.
    """

    def without(*parts: str) -> Rulebook:
        def drop(key: tuple[Any, ...]) -> tuple[Any, ...]:
            if len(key) != 1 + len(behind) or len(key[0]) != len(lasting):
                return key
            kept = tuple(each for n, each in enumerate(key[0]) if lasting[n] not in parts)
            rest = zip(behind.items(), key[1:], strict=True)
            return kept, *(nothing if name in parts else each for (name, nothing), each in rest)

        def key(state: Any, rules: Any) -> Any:
            whole = book.protocol.key(state, rules)
            return lambda now: drop(whole(now))

        return with_key(book, key)

    return without


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
