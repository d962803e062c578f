"""Random runs of two rule sets side by side: beyond what a search can look at run by run.

What such a run finds is shortened, action by action, as long as the rule sets still differ in the
same way. It is labelled as sampled: a shorter run may exist.
"""

from collections.abc import Callable, Collection
from functools import partial
from random import Random
from time import monotonic
from typing import Any

from attrs import evolve

from impl.ground.evidence import Progress
from impl.ground.watchdog import watchdog
from impl.lab.compare.losses import as_bad, note
from impl.lab.compare.pairs import Differs, Sides, differs, ends_apart, next_pair
from impl.lab.compare.search import Meeting, Seen, comparable, enough, kinds
from spec.kernel.clock import Wait

LENGTH = 40
"""Actions of a random run that were accepted on some side."""
TRIES = 6
"""Moves that are drawn for each of them, before the run is given up."""
LOSSES = 10_000
"""Steps that are taken at least, to see who loses most, where the differences are known."""
AGAIN = 12
"""How many random runs of a kind are shortened, to keep the shortest."""


def walk(
    sides: Sides,
    seen: Seen,
    *,
    seed: int,
    steps: int,
    time_limit: float | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> None:
    """Play random runs on both sides, looking for the differences that were not found yet.

    Without a time limit the answer is the same everywhere.
    """
    random = Random(seed)
    start = monotonic()
    left = {kind: AGAIN for kind in Differs if kind not in seen.found}
    left.pop(Differs.WAITS, None)
    looks = comparable(sides)
    if not looks:
        left.pop(Differs.ENDS, None)
    with watchdog(lambda: sides.taken):
        while seen.sampled < steps and not sides.hangs:
            if enough(seen, looks):
                left = {kind: n for kind, n in left.items() if kind in seen.found}
            if not any(left.values()) and not (looks and seen.sampled < LOSSES):
                return
            passed = monotonic() - start
            if time_limit is not None and passed > time_limit:
                return
            if progress is not None:
                ahead = steps - seen.sampled
                progress(Progress("fuzz", seen.sampled, ahead, seen.depth, passed))
            wanted = [kind for kind in left if left[kind]]
            kind, actions = _run(sides, seen, random, wanted, looks)
            if kind is not None:
                left[kind] -= 1
                short = shortened(sides, actions, kind)
                known = seen.found.get(kind)
                if known is None or len(short) < len(known.actions):
                    seen.found[kind] = Meeting(kind, short, sampled=True)


def _run(
    sides: Sides, seen: Seen, random: Random, wanted: Collection[Differs], looks: bool
) -> tuple[Differs | None, tuple[Any, ...]]:
    """A random run up to the first difference that is wanted; None where it shows none."""
    pair, actions, parted = sides.initial, list[Any](), False
    for _ in range(LENGTH * TRIES):
        step = sides.drawn(pair, random)
        seen.transitions += 1
        if not any(step.accepted):
            continue
        seen.sampled += 1
        kind, after = differs(pair, step), next_pair(pair, step)
        if kind in wanted and not parted:
            return kind, (*actions, step.action)
        if after is None:
            continue
        pair, parted = after, parted or kind is not None
        actions.append(step.action)
        if looks and parted and ends_apart(sides, pair):
            note(seen.losses, pair, lambda: tuple(actions), True)
            if Differs.ENDS in wanted:
                return Differs.ENDS, tuple(actions)
        if len(actions) >= LENGTH:
            break
    return None, ()


def shortened(sides: Sides, actions: tuple[Any, ...], kind: Differs) -> tuple[Any, ...]:
    """A part of a run on which the two rule sets still differ in the same way, such that no action
    of it can be left out."""
    return _shortened(actions, lambda run: kinds(sides, run).get(kind))


def shorten_losses(sides: Sides, seen: Seen) -> None:
    """Leave out of the runs that were found at random what their losses do not need."""
    for key, loss in seen.losses.items():
        if loss.sampled and as_bad(sides, loss.actions, loss) is not None:
            shorter = _shortened(loss.actions, partial(as_bad, sides, loss=loss))
            seen.losses[key] = evolve(loss, actions=shorter)


def _shortened(
    actions: tuple[Any, ...], where: Callable[[tuple[Any, ...]], int | None]
) -> tuple[Any, ...]:
    """`where` says after how many actions a run shows what is wanted; None where it does not."""
    kept = actions[: where(actions)]
    size = len(kept) // 2
    while size:
        place = 0
        while place < len(kept):
            shorter = _without(kept, place, size)
            found = where(shorter)
            if found is None:
                place += size
            else:
                kept = shorter[:found]
        size //= 2
    return kept


def _without(actions: tuple[Any, ...], place: int, size: int) -> tuple[Any, ...]:
    """The run without some actions, neighbouring waits made one."""
    rest = (*actions[:place], *actions[place + size :])
    joined: list[Any] = []
    for action in rest:
        if joined and isinstance(action, Wait) and isinstance(joined[-1], Wait):
            joined[-1] = Wait(joined[-1].seconds + action.seconds)
        else:
            joined.append(action)
    return tuple(joined)
