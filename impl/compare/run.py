"""`compare`: where two rule sets part, who gains by it, and what was looked at to say so."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from impl.compare.keys import trusted_pairs
from impl.compare.pairs import Differs, Pair, Sides, next_pair
from impl.compare.search import Meeting, Seen, comparable, enough, kinds, search
from impl.compare.walk import shortened, walk
from impl.evidence import Progress
from invariants.kernel.claims import Rulebook

STEPS = 100_000
"""Steps of random runs, where the search did not find every kind of difference."""
SEARCHED, WALKED = 0.6, 0.85
"""When the search and the random runs are over, in shares of the time."""
PLAYED_ON = 4_000
"""Pairs that are looked at behind a difference, to see who gains by it."""
ON_TIME = 3.0
"""Seconds for that, where the time is limited."""


def compare(
    rulebook: Rulebook,
    rules: tuple[Any, Any],
    scope: Any,
    *,
    depth: int | None = None,
    time_limit: float | None = None,
    steps: int = STEPS,
    seed: int = 0,
    progress: Callable[[Progress], None] | None = None,
) -> Seen:
    """Look for the shortest runs on which two rule sets differ, in each way in which they can.

    First every run is played, shortest first, then what follows the differences, then random runs
    for the kinds that are still missing. Ctrl-C leaves what was seen so far. Without a time limit,
    equal arguments give equal answers.
    """
    start = monotonic()
    seen = Seen()
    sides = Sides(rulebook, rules, scope)

    def left(share: float = 1.0) -> float | None:
        return None if time_limit is None else share * time_limit - (monotonic() - start)

    try:
        marks, seen.key = trusted_pairs(sides)
        limit = left(SEARCHED)
        search(sides, marks, seen, depth=depth, time_limit=limit, progress=progress)
        _play_on(sides, marks, seen, left())
        if not seen.exhausted and not enough(seen, comparable(sides)):
            limit = left(WALKED)
            walk(sides, seen, seed=seed, steps=steps, time_limit=limit, progress=progress)
            _play_on(sides, marks, seen, left())
    except KeyboardInterrupt:
        seen.stopped_by = "Ctrl-C"
    return seen


def _play_on(sides: Sides, marks: Callable[[Pair], Any], seen: Seen, left: float | None) -> None:
    """Go on from the differences that were found until somebody is richer for good."""
    limit = None if left is None else min(left, ON_TIME)
    for kind in (Differs.PAYS, Differs.ACCEPTS):
        if Differs.ENDS in seen.found or kind not in seen.found or seen.exhausted:
            return
        actions = seen.found[kind].actions
        start = _after(sides, actions)
        if start is None:
            continue
        behind = Seen()
        search(sides, marks, behind, start=start, time_limit=limit, most=PLAYED_ON)
        seen.transitions += behind.transitions
        found = behind.found.get(Differs.ENDS)
        if found is not None:
            run = (*actions, *found.actions)
            if Differs.ENDS in kinds(sides, run):
                short = shortened(sides, run, Differs.ENDS)
                seen.found[Differs.ENDS] = Meeting(Differs.ENDS, short, sampled=True)


def _after(sides: Sides, actions: tuple[Any, ...]) -> Pair | None:
    """Both worlds after a run; None where time passes in one of them only."""
    pair = sides.initial
    for action in actions:
        after = next_pair(pair, step := sides.played(pair, action))
        if after is None and any(step.accepted):
            return None
        pair = pair if after is None else after
    return pair
