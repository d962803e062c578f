"""Reachable states for the tests: random runs in which every step is kept, refused ones too."""

from collections.abc import Iterator
from random import Random
from typing import Any

from attrs import evolve, frozen

from impl.fuzz.codec import Sources
from impl.fuzz.walker import Walker
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.clock import move
from spec.kernel.refusal import Refusal
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import State

MVP = PLASMA.rules_named("mvp").rules
HARDENED = PLASMA.rules_named("hardened").rules
FOURTH_STATE = PLASMA.rules_named("fourth-state").rules
WIDE = PLASMA.scopes["wide"]
SMALL = PLASMA.scopes["small"]


@frozen
class Step:
    before: State
    action: Any
    after: State
    refusal: Refusal | None


def walk(
    rules: Rules, scope: Any, seed: int, length: int = 120, start: State | None = None
) -> Iterator[Step]:
    """A random run; a refused action stays where it was."""
    random = Random(seed)
    sources = Sources(PLASMA, rules, scope)
    state = PLASMA.protocol.initial(scope, rules) if start is None else start
    for _ in range(length):
        source = random.choice(sources.table)
        action = sources.draw(source, state, random.randrange)
        if action is None:
            continue
        try:
            after, refusal = move(PLASMA.protocol, state, action, rules), None
        except Refusal as said:
            after, refusal = state, said
        yield Step(state, action, after, refusal)
        state = after


def ends(rules: Rules, scope: Any, seed: int = 1, steps: int = 4_000) -> list[State]:
    """States that differ in what had to happen to reach them: the walker's landmarks. No claim
    ends a run."""
    walker = Walker(evolve(PLASMA, invariants=()), rules, scope, seed, 40)
    walker.shard(0, steps, True)
    return [mark.state for mark in walker.landmarks.values()]
