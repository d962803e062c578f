"""`explore`: every reachable state of a scope, and what may be said after it."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from os import times
from typing import Any, Literal

from impl import keycheck
from impl.evidence import Progress, Result, Trace, Word
from impl.explore.fingerprint import check_plain, collision_probability, key_of
from impl.explore.moves import Moves
from impl.explore.search import Clock, Search, Spares, Stop
from impl.monitor import FAULTS, RULE_IMPURE, Monitor
from impl.purity.again import repeated
from impl.purity.decisions import NOT_AGAIN
from impl.traces import difference, trace_of
from invariants.kernel.claims import Rulebook

Key = Literal["auto", "reduced", "relative", "exact"]


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
    before = times()
    protocol = rulebook.protocol
    details: dict[str, Any] = {"workers": workers}
    if key == "auto":
        key, details["key_check"] = keycheck.trusted_key(
            rulebook, rules, scope, transitions=key_sample
        )
    details["key"] = key
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
    interrupted = False
    with quiet_collector():
        try:
            search.run(depth, clock)
        except Stop:
            pass
        except KeyboardInterrupt:
            interrupted = True
        except MemoryError:
            clock.reason = "the memory"
    traces = _traces(search, rulebook, rules, scope)
    word = _word(search, traces, wanted, interrupted)
    coverage = search.coverage()
    transitions = sum(coverage.applied.values())
    states = len(search.seen)
    after = times()
    cpu = sum(after[:4]) - sum(before[:4])
    details |= {
        "collision_probability": collision_probability(states),
        "frontier": search.frontier,
        "asked_twice": search.looked,
        "stopped_by": "Ctrl-C" if interrupted else clock.reason,
    }
    never = [name for name, count in coverage.witnesses.items() if not count]
    parts = [
        _claim(word, search, states, traces),
        f"{transitions:,} transitions",
        f"{key} key" + ("" if key == "reduced" else " (no reduction)"),
        f"asked twice in {search.looked:,} states or more",
        f"P(lost state) < {collision_probability(states):.0e}",
    ]
    if details["stopped_by"]:
        parts.append(f"stopped by {details['stopped_by']} with {search.frontier:,} states open")
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


def _traces(search: Search, rulebook: Rulebook, rules: Any, scope: Any) -> tuple[Trace, ...]:
    traces = []
    for depth, edge in sorted(search.found.values(), key=lambda item: item[0]):
        actions = search.run_to(depth, edge)
        broken = repeated(rulebook, search.moves, actions, edge.broken)
        traces.append(trace_of(rulebook, rules, scope, actions, broken))
    if not search.repeats:
        traces.append(trace_of(rulebook, rules, scope, (), NOT_AGAIN))
    # Where rules are no function of their arguments, nothing else that was found counts.
    doubts = [trace for trace in traces if trace.invariant == RULE_IMPURE]
    return tuple(doubts[:1] or traces)


def _word(
    search: Search,
    traces: tuple[Trace, ...],
    wanted: Iterable[tuple[str, str]] | None,
    interrupted: bool,
) -> Word:
    if traces:
        return Word.ERROR if traces[0].invariant in FAULTS else Word.BROKEN
    if interrupted:
        return Word.INTERRUPTED
    return Word.EXHAUSTED if search.exhausted else Word.BOUNDED


def _claim(word: Word, search: Search, states: int, traces: tuple[Trace, ...]) -> str:
    if word is Word.EXHAUSTED:
        return f"every reachable state: {states:,}, the last after {search.depth - 1} actions"
    if word is Word.BOUNDED:
        return f"every run of up to {search.depth} actions: {states:,} states; longer ones not"
    if word is Word.INTERRUPTED:
        return f"interrupted: every run of up to {search.depth} actions, {states:,} states"
    shortest = min(len(trace.actions) for trace in traces)
    return f"{len(traces)} found, the shortest of {shortest} actions; {states:,} states"


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
