"""`explore`: every reachable state of a scope, and what may be said after it."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from os import times
from time import monotonic
from typing import Any, Literal

from impl import keycheck
from impl.evidence import Progress, Result, Trace, Word
from impl.explore.fingerprint import check_plain, collision_probability, key_of
from impl.explore.moves import Moves
from impl.explore.search import Clock, Search, Spares, Stop
from impl.monitor import RULE_ERROR, Monitor
from impl.traces import difference, trace_of
from impl.watchdog import Interrupted, Stopped, TimeIsUp, stoppable
from invariants.kernel.claims import Rulebook

Key = Literal["auto", "reduced", "relative", "exact"]
HURRY = 1.0
"""Seconds for what was found, after the search was stopped."""


def explore(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    *,
    depth: int | None = None,
    workers: int = 1,
    time_limit: float | None = None,
    keep_going: bool = False,
    key: Key = "auto",
    key_sample: int = 12_000,
    wanted: Iterable[tuple[str, str]] | None = None,
    progress: Callable[[Progress], None] | None = None,
    max_states: int | None = None,
    spares: Spares | None = None,
) -> Result:
    """Look at every state that is reachable in a scope; the first counterexample is a shortest.

    `depth` bounds the number of actions. `keep_going` goes on behind what breaks and collects the
    shortest run for each (invariant, cause); a state that breaks a claim is not expanded. `wanted`
    goes on until one of the named pairs is found; `spares` says of single breaks that they do not
    count. With the key "auto", states are told apart by
    the protocol's reduced key if a test of it on a sample of the scope passed; else by everything
    but the absolute time, if the test of that passes; else exactly. `key_sample` is how many steps
    such a test takes.

    The answer is the same for any number of workers. A time limit (seconds) or a limit on the
    states ends the search with what was exhausted by then; so does Ctrl-C. Raises BadInput.
    """
    before, begun = times(), monotonic()
    deadline = None if time_limit is None else begun + time_limit
    stopped: Stopped | None = None
    protocol = rulebook.protocol
    details: dict[str, Any] = {"workers": workers}
    if key == "auto":
        try:
            with stoppable(deadline):
                key, details["key_check"] = keycheck.trusted_key(
                    rulebook, rules, scope, transitions=key_sample
                )
        except Stopped as stop:
            key, stopped = "exact", stop
            details["key_check"] = "there was no time to test a key"
    details["key"] = key
    first = None if deadline is None else max(deadline, monotonic() + HURRY)
    with stoppable(first, hears=stopped is None):
        initial = protocol.initial(scope, rules)
    check_plain(
        protocol.key(initial, rules)(initial.main.now)
        if key == "reduced"
        else protocol.exact(initial),
        f"the {key} key of {protocol.name}",
    )
    search = Search(
        Moves(protocol, rules, scope),
        Monitor(rulebook, rules, initial),
        key_of(protocol, rules, key),
        initial,
        rulebook,
        workers=workers,
        keep_going=keep_going,
        wanted=None if wanted is None else frozenset(wanted),
        spares=spares,
    )

    def report_progress(passed: float) -> None:
        if progress is not None:
            progress(Progress("explore", len(search.seen), search.frontier, search.depth, passed))

    clock = Clock(search, time_limit, max_states, report_progress)
    clock.start = begun
    with quiet_collector():
        try:
            if stopped is None:
                with stoppable(deadline):
                    search.run(depth, clock)
        except Stop:
            pass
        except Stopped as stop:
            stopped = stop
        except MemoryError:
            clock.reason = "the memory"
    interrupted = isinstance(stopped, Interrupted)
    if isinstance(stopped, TimeIsUp):
        clock.reason = limit_text(time_limit, stopped.where)
    traces = _traces(search, rulebook, rules, scope, hurry=stopped is not None)
    word = _word(search, traces, wanted, stopped)
    coverage = search.coverage()
    transitions = sum(coverage.applied.values())
    states = len(search.seen)
    after = times()
    cpu = sum(after[:4]) - sum(before[:4])
    details |= {
        "collision_probability": collision_probability(states),
        "frontier": search.frontier,
        "stopped_by": "Ctrl-C" if interrupted else clock.reason,
        "stopped_in": "" if stopped is None else stopped.where,
        "untold": len(search.found) - len(traces),
    }
    never = [name for name, count in coverage.witnesses.items() if not count]
    parts = [
        _claim(word, search, states),
        f"{transitions:,} transitions",
        f"{key} key" + ("" if key == "reduced" else " (no reduction)"),
        f"P(lost state) < {collision_probability(states):.0e}",
    ]
    if details["stopped_by"]:
        parts.append(f"stopped by {details['stopped_by']} with {search.frontier:,} states open")
    if details["untold"]:
        parts.append(f"{details['untold']} found that there was no time to play again")
    if never:
        parts.append(f"NEVER SEEN: {', '.join(never)}")
    name, changes = difference(rulebook, rules)
    changed = "".join(f", {knob}={value}" for knob, value in changes.items())
    return Result(
        word=word,
        method="explore",
        subject=f"{name}{changed}",
        summary="; ".join(parts),
        traces=traces,
        coverage=coverage,
        states=states,
        transitions=transitions,
        depth=search.depth,
        cpu_seconds=cpu,
        details=details,
    )


def limit_text(seconds: float | None, where: str) -> str:
    """What ended a search whose time was up, and the rule in which it was: 'the time limit'."""
    limit = "the time limit" if seconds is None else f"the time limit of {seconds:g} s"
    return f"{limit}, in {where}" if where else limit


def _traces(
    search: Search, rulebook: Rulebook, rules: Any, scope: Any, hurry: bool
) -> tuple[Trace, ...]:
    """The runs that break something; in a hurry those that can be made again in a second."""
    found = sorted(search.found.values(), key=lambda item: item[0])
    traces: list[Trace] = []
    with suppress(TimeIsUp), stoppable(monotonic() + HURRY if hurry else None, hears=False):
        for depth, edge in found:
            run = search.run_to(depth, edge)
            traces.append(trace_of(rulebook, rules, scope, run, edge.broken))
    return tuple(traces)


def _word(
    search: Search,
    traces: tuple[Trace, ...],
    wanted: Iterable[tuple[str, str]] | None,
    stopped: Stopped | None,
) -> Word:
    if traces:
        return Word.ERROR if traces[0].invariant == RULE_ERROR else Word.BROKEN
    if isinstance(stopped, Interrupted):
        return Word.INTERRUPTED
    if stopped is not None and stopped.where:
        return Word.UNKNOWN  # a rule that had not returned when the time was up
    if search.found or not (search.depth or search.exhausted):
        return Word.UNKNOWN
    return Word.EXHAUSTED if search.exhausted else Word.BOUNDED


def _claim(word: Word, search: Search, states: int) -> str:
    if word is Word.EXHAUSTED:
        return f"every reachable state: {states:,}, the last after {search.depth - 1} actions"
    if word is Word.BOUNDED:
        return f"every run of up to {search.depth} actions: {states:,} states; longer ones not"
    if word is Word.UNKNOWN:
        return (
            f"every run of up to {search.depth} actions, and no more can be said: {states:,} states"
        )
    if word is Word.INTERRUPTED:
        return f"interrupted: every run of up to {search.depth} actions, {states:,} states"
    shortest = min(depth for depth, _ in search.found.values()) + 1
    return f"{len(search.found)} found, the shortest of {shortest} actions; {states:,} states"


@contextmanager
def quiet_collector() -> Iterator[None]:
    """Look for reference cycles less often: states have none, and there are many of them."""
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()
