"""`compare`: where two rule sets part, who gains by it, and what was looked at to say so."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from attrs import evolve

from impl.ground.evidence import Progress
from impl.ground.watchdog import Interrupted, TimeIsUp, stoppable
from impl.lab.compare.keys import trusted_pairs
from impl.lab.compare.losses import Loss, as_bad
from impl.lab.compare.pairs import Differs, Pair, Sides, next_pair
from impl.lab.compare.search import Meeting, Seen, comparable, enough, kinds, search
from impl.lab.compare.walk import shorten_losses, shortened, walk
from impl.lab.explore.rounds import limit_text
from invariants.kernel.claims import Rulebook

STEPS = 100_000
"""Steps of random runs, where the search did not find every kind of difference."""
SEARCHED, WALKED = 0.6, 0.85
"""When the search and the random runs are over, in shares of the time."""
BEYOND, QUICKLY = 4, 40_000
"""How many actions deeper than asked, and over how many pairs, a key is used that misses runs."""
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
    for the kinds that are still missing. The time limit (seconds) holds for all of it, whatever the
    rules do. Ctrl-C leaves what was seen so far. Without a time limit, equal arguments give equal
    answers.
    """
    seen, start = Seen(), monotonic()
    end = None if time_limit is None else start + time_limit

    def left(share: float = 1.0) -> float | None:
        return None if time_limit is None else share * time_limit - (monotonic() - start)

    try:
        with stoppable(end):
            _compare(Sides(rulebook, rules, scope), seen, left, depth, steps, seed, progress)
    except Interrupted:
        seen.stopped_by = "Ctrl-C"
    except TimeIsUp as up:
        seen.stopped_by, seen.stopped_in = limit_text(time_limit, up.where), up.where
    return seen


def _compare(
    sides: Sides,
    seen: Seen,
    left: Callable[..., float | None],
    depth: int | None,
    steps: int,
    seed: int,
    progress: Callable[[Progress], None] | None,
) -> None:
    keys = trusted_pairs(sides)
    marks, seen.key = keys.quick or keys.trusted, keys.said
    limit = left(SEARCHED if keys.quick is None else SEARCHED / 2)
    search(sides, keys.trusted, seen, depth=depth, time_limit=limit, progress=progress)
    if keys.quick is not None:
        _look_further(sides, keys.quick, seen, depth, left(SEARCHED), progress)
    _play_on(sides, marks, seen, left())
    if not (seen.exhausted or sides.hangs):
        limit = left(WALKED)
        walk(sides, seen, seed=seed, steps=steps, time_limit=limit, progress=progress)
        _play_on(sides, marks, seen, left())
    shorten_losses(sides, seen)


def _look_further(
    sides: Sides,
    quick: Callable[[Pair], Any],
    seen: Seen,
    depth: int | None,
    limit: float | None,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Search again with a key that gets further because it misses runs: what it finds is kept as a
    sample, what it does not find means nothing."""
    if seen.exhausted or sides.hangs or enough(seen, comparable(sides)):
        return
    deeper = Seen(found=dict(seen.found))
    depth = None if depth is None else depth + BEYOND
    search(sides, quick, deeper, depth=depth, time_limit=limit, progress=progress, most=QUICKLY)
    seen.transitions += deeper.transitions
    for loss in deeper.losses.values():
        _keep_loss(sides, seen, evolve(loss, sampled=True))
    for kind, meeting in deeper.found.items():
        if kind not in seen.found and kind in kinds(sides, meeting.actions):
            short = shortened(sides, meeting.actions, kind)
            seen.found[kind] = Meeting(kind, short, sampled=True)


def _play_on(sides: Sides, marks: Callable[[Pair], Any], seen: Seen, left: float | None) -> None:
    """Go on from the differences that were found until somebody is richer for good."""
    limit = None if left is None else min(left, ON_TIME)
    for kind in (Differs.PAYS, Differs.ACCEPTS):
        if Differs.ENDS in seen.found or seen.exhausted or sides.hangs:
            return
        if kind not in seen.found or not comparable(sides):
            continue
        actions = seen.found[kind].actions
        start = _after(sides, actions)
        if start is None:
            continue
        behind = Seen()
        search(sides, marks, behind, start=start, time_limit=limit, most=PLAYED_ON)
        seen.transitions += behind.transitions
        for loss in behind.losses.values():
            _keep_loss(sides, seen, evolve(loss, actions=(*actions, *loss.actions)))
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


def _keep_loss(sides: Sides, seen: Seen, loss: Loss) -> None:
    """Keep a loss that is worse than all before, and that its run, played again, shows."""
    known = seen.losses.get((loss.side, loss.account))
    worse = known is None or loss.amount > known.amount
    if worse and as_bad(sides, loss.actions, loss) is not None:
        seen.losses[loss.side, loss.account] = loss
