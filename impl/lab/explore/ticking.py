"""The reduced search held against one in which time ticks evenly."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from attrs import frozen

from impl.lab.claims.monitor import Monitor
from impl.lab.explore.search import Clock, Search, Stop
from impl.lab.keys.fingerprint import key_of
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, Seconds
from spec.kernel.protocol import Obligation


@frozen
class TickReport:
    """The reduced search held against one with the exact key and a clock that ticks evenly."""

    agree: bool
    finished: bool
    """Both searches came to their end."""
    reduced: frozenset[tuple[str, str]]
    """(invariant, cause) pairs that the reduced search found."""
    ticks: frozenset[tuple[str, str]]
    reduced_states: int
    tick_states: int


def compare_with_ticks(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    *,
    horizon: Seconds,
    tick: Seconds = DAY,
    max_states: int = 200_000,
) -> TickReport:
    """Do the reduced key and the critical instants find all that evenly ticking time finds?

    Both searches go on behind what breaks. The ticking one ends at the horizon, because its exact
    key never ends; what only the reduced search finds is therefore no disagreement.
    """

    def tick_on(state: Any, due: tuple[Obligation, ...]) -> tuple[Seconds, ...]:
        return (tick,) if state.main.now + tick <= horizon else ()

    reduced = search_all(rulebook, rules, scope, "reduced", None, max_states)
    ticks = search_all(rulebook, rules, scope, "exact", tick_on, max_states)
    found, known = frozenset(reduced.found), frozenset(ticks.found)
    return TickReport(
        agree=known <= found,
        finished=reduced.exhausted and ticks.exhausted,
        reduced=found,
        ticks=known,
        reduced_states=len(reduced.seen),
        tick_states=len(ticks.seen),
    )


def search_all(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    key: str,
    waits: Callable[[Any, tuple[Obligation, ...]], tuple[Seconds, ...]] | None,
    max_states: int = 200_000,
) -> Search:
    """A search behind everything that breaks, with a key and waits of the caller's choice."""
    protocol = rulebook.protocol
    initial = protocol.initial(scope, rules)
    search = Search(
        Moves(protocol, rules, scope, waits),
        Monitor(rulebook, rules, initial),
        key_of(protocol, rules, key),
        initial,
        rulebook,
        workers=1,
        keep_going=True,
        wanted=None,
    )
    with suppress(Stop):
        search.run(None, Clock(search, None, max_states, None))
    return search
