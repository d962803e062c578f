"""How pairs of states are told apart, tested before it is trusted.

A protocol's key may leave out what cannot matter under one rule set. For a pair that is not enough:
both worlds see the same actions, so two pairs with equal keys must answer each action BY ITS NAME
alike. A key that renames things (fresh users in order of first use) would fail here, and a finer
one is used: everything but the absolute time, or everything.
"""

from collections.abc import Callable
from random import Random
from typing import Any

from attrs import frozen

from impl.ground.watchdog import RuleHangs, let_through, watchdog
from impl.lab.compare.pairs import Pair, PairPrints, Sides, differs, next_pair
from impl.lab.keys.fingerprint import key_of
from spec.kernel.basics import DAY, Seconds
from spec.kernel.clock import Wait

SAMPLE, TRIED = 300, 6_000
"""Different pairs on which a key is tested, and actions that are tried to find them."""
WALKS, LENGTH = 30, 25
COMPARED, ANSWERS = 100, 8_000
"""Pairs whose answers are held against those of another one with the same key, and actions that are
tried to have them answer."""
LATER: tuple[Seconds, ...] = (1, DAY, 5 * DAY + 17, 10_000 * DAY)


Marks = Callable[[Pair], Any]


@frozen
class Keys:
    """How pairs are told apart."""

    trusted: Marks
    """The coarsest key that passed its test: what is said of all runs is said with it."""
    said: str
    """What the tests said."""
    quick: Marks | None
    """A coarser one that did not pass. It misses runs, and so gets further; what it finds is a
    difference all the same, since every run is played again."""


def trusted_pairs(sides: Sides) -> Keys:
    """Test the keys of pairs in this scope, the coarsest first."""
    said: list[str] = []
    quick = None
    for name in ("reduced", "relative"):
        marks = _marks(sides, name)
        try:
            with watchdog(lambda: sides.taken):
                agree = _agree(sides, marks)
        except BaseException as failure:
            let_through(failure)
            said.append(f"{name} key NOT trusted: {type(failure).__name__} during its test")
            continue
        if agree is not None:
            said.append(f"{name} key, tested on {agree:,} merged pairs")
            return Keys(marks, "; ".join(said), quick)
        said.append(f"{name} key NOT trusted: it merges pairs that answer an action differently")
        quick = quick or marks
    sides.hangs = False
    return Keys(_marks(sides, "exact"), "; ".join([*said, "exact key"]), quick)


def _marks(sides: Sides, name: str) -> PairPrints:
    first, second = (key_of(sides.protocol, rules, name) for rules in sides.rules)
    return PairPrints((first, second))


def _agree(sides: Sides, marks: PairPrints) -> int | None:
    """How many merged pairs answered alike; None where two did not."""
    groups: dict[Any, list[Pair]] = {}
    for pair in _sample(sides):
        groups.setdefault(marks(pair), []).append(pair)
    compared, begun = 0, sides.taken
    for members in groups.values():
        later = _later(sides, members[0], LATER[compared % len(LATER)])
        if marks(later) != marks(members[0]):
            return None
        profile = _profile(sides, marks, members[0])
        for other in (*members[1:3], later):
            if _profile(sides, marks, other) != profile:
                return None
            compared += 1
        if compared >= COMPARED or sides.taken - begun > ANSWERS:
            break
    return compared


def _later(sides: Sides, pair: Pair, seconds: Seconds) -> Pair:
    shift = sides.protocol.shift
    return shift(pair[0], seconds), shift(pair[1], seconds)


def _sample(sides: Sides) -> list[Pair]:
    """Different pairs: the first ones breadth first, then along random runs."""
    exact = _marks(sides, "exact")
    found = {exact(sides.initial): sides.initial}
    queue, begun = [sides.initial], sides.taken
    for pair in queue:
        for step in sides.steps(pair)[0]:
            if sides.hangs:
                raise RuleHangs
            after = next_pair(pair, step)
            if after is not None and exact(after) not in found:
                found[exact(after)] = after
                queue.append(after)
        if len(found) > SAMPLE or sides.taken - begun > TRIED:
            break
    random = Random(20_240_229)
    for _ in range(WALKS):
        pair = sides.initial
        for _ in range(LENGTH):
            after = next_pair(pair, sides.drawn(pair, random))
            if after is not None:
                pair = after
                found.setdefault(exact(pair), pair)
    return list(found.values())


def _profile(sides: Sides, marks: PairPrints, pair: Pair) -> set[Any]:
    """What every action does on both sides; waits by where they lead, since their length depends
    on what can't matter any more."""
    here = marks(pair)
    found: set[Any] = set()
    for step in sides.steps(pair)[0]:
        after = next_pair(pair, step)
        mark = None if after is None else marks(after)
        if isinstance(step.action, Wait):
            if mark is not None and mark != here:
                found.add(mark)
        elif any(step.accepted):
            found.add((step.action, step.accepted, differs(pair, step), mark))
    return found
