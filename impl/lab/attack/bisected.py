"""The whole of a bisection: theorems first, which are exact, then runs at both ends and between."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from attrs import frozen

from impl.ground.watchdog import Interrupted, TimeIsUp, stoppable
from impl.lab.attack.bisect import Search
from impl.lab.attack.boundaries import proved_boundaries
from impl.lab.attack.hunt import Limits
from impl.lab.attack.places import Place, to_explore, to_walk
from impl.lab.attack.scale import Scale

PROVING = 0.25
"""How much of the time the prover may take."""


@frozen
class Boundaries:
    """Where theorems and runs begin to fail."""

    proved: tuple[Any, ...]
    search: Search | None
    """None where a theorem was asked for."""
    late: bool
    """Was the time up before any theorem was decided?"""
    scopes: tuple[Any, ...]
    interrupted: bool


def boundaries(
    line: Scale,
    claim: str,
    place: Place | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    say: Callable[[str], None],
) -> Boundaries:
    """Where on a scale a claim begins to fail, or any where none is named; in one place, or in all
    that the rulebook has."""
    start = monotonic()
    book = line.change.rulebook
    deadline = None if time is None else start + time
    places = None if place is None else (place,)
    about_runs = claim in ("", *(i.id for i in book.invariants))
    about_theorems = claim in ("", *(t.id for t in book.theorems))
    proved: list[Any] = []
    search, interrupted = None, False
    try:
        if about_theorems:
            until = None if time is None else start + time * (PROVING if about_runs else 1)
            with stoppable(until):
                told = lambda name: say(f"prove  {name}")  # noqa: E731
                for each in proved_boundaries(line, claim, until, told):
                    proved.append(each)
    except Interrupted:
        interrupted = True
    except TimeIsUp:
        pass
    if about_runs and not interrupted:
        search = Search(
            line,
            seed,
            Limits(deadline, steps, False, workers, claim),
            tuple(places or to_explore(book)),
            tuple(places or to_walk(book)),
            lambda words: say(f"bisect  {words}"),
        )
        guesses = [value for each in proved for value in (each.holds, each.fails)]
        ends = [line.low if each.fails < each.holds else line.high for each in proved]
        search.run(guesses, ends[0] if ends else None)
        interrupted = search.interrupted
    late = deadline is not None and monotonic() > deadline
    named = {each.name: each for each in places or (*to_explore(book), *to_walk(book))}
    scopes = tuple(each.record for each in named.values())
    return Boundaries(tuple(proved), search, late, scopes, interrupted)
