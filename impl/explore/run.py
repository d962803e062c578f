"""`explore`: every reachable state of a scope, and what may be said after it."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import gcd
from os import times
from time import monotonic
from typing import Any, Literal

from attrs import define, field, frozen

from impl import keycheck
from impl.evidence import Progress, Result, Trace, Word
from impl.explore.fingerprint import check_plain, collision_probability, key_of
from impl.explore.moves import Moves
from impl.explore.search import Clock, Search, Spares, Stop
from impl.monitor import RULE_ERROR, Monitor
from impl.reading.reader import Notes
from impl.reading.said import units
from impl.traces import difference, trace_of
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, HOUR, Seconds

Key = Literal["auto", "reduced", "relative", "exact"]
REFINED = 3
"""So often the units of a key are made finer before the key is given up."""


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
    read: bool = True,
    wanted: Iterable[tuple[str, str]] | None = None,
    progress: Callable[[Progress], None] | None = None,
    max_states: int | None = None,
    spares: Spares | None = None,
) -> Result:
    """Look at every state that is reachable in a scope; the first counterexample is a shortest.

    `depth` bounds the number of actions. `keep_going` goes on behind what breaks and collects the
    shortest run for each (invariant, cause); a state that breaks a claim is not expanded. `wanted`
    goes on until one of the named pairs is found; `spares` says of single breaks that they do not
    count.

    With the key "auto", states are told apart by the protocol's reduced key. What rules ask of time
    is read in every state (`read`) and held against the key: where the key does not hold all of it,
    its units are made finer, or everything but the absolute time tells states apart, or everything.
    What a key leaves out beside times is tested on a sample of `key_sample` steps; without `read`,
    times are, too.

    The answer is the same for any number of workers. A time limit (seconds) or a limit on the
    states ends the search with what was exhausted by then; so does Ctrl-C. Raises BadInput.
    """
    before = times()
    round_ = _searched(
        _Question(
            rulebook, rules, scope, depth, workers, keep_going, key, key_sample, read,
            None if wanted is None else frozenset(wanted), spares, max_states,
        ),
        None if time_limit is None else monotonic() + time_limit,
        progress,
    )  # fmt: skip
    after = times()
    return _result(round_, sum(after[:4]) - sum(before[:4]))


@frozen
class _Question:
    """What is looked for, and how."""

    rulebook: Rulebook
    rules: Any
    scope: Any
    depth: int | None
    workers: int
    keep_going: bool
    key: Key
    key_sample: int
    read: bool
    wanted: frozenset[tuple[str, str]] | None
    spares: Spares | None
    max_states: int | None


@define
class _Round:
    """One search with one key."""

    question: _Question
    key: Key
    search: Search
    notes: Notes
    """What reading came to; empty where nothing was read."""
    stopped_by: str
    traces: tuple[Trace, ...]
    said: list[str] = field(factory=list)
    """What became of the keys that were tried."""

    @property
    def proved(self) -> bool:
        """Does the key hold all that rules ask of time, in every state that was expanded?"""
        notes = self.notes
        return self.question.read and not notes.skipped and notes.loose is None


def _searched(
    question: _Question, until: float | None, progress: Callable[[Progress], None] | None
) -> _Round:
    """Search with the coarsest key that holds what rules ask of time."""
    names: tuple[Key, ...] = (
        ("reduced", "relative", "exact") if question.key == "auto" else (question.key,)
    )
    said: list[str] = []
    for name in names:
        unit, finer = 0, 0
        while True:
            with units(unit):
                if question.key == "auto" and name != "exact":
                    report = keycheck.check_key(
                        question.rulebook, question.rules, question.scope, name=name,
                        transitions=question.key_sample, times=not question.read,
                    )  # fmt: skip
                    if not report.passed:
                        said.append(f"{name} {report.summary}")
                        break
                    tested = report.summary
                else:
                    tested = "key not tested"
                done = _one(question, name, until, progress)
            loose = done.notes.loose
            if loose is None or name == names[-1]:
                done.said = [*said, f"{name} {tested}"]
                return done
            coarser = done.notes.unit
            unit = gcd(coarser, loose.constant)
            if finer < REFINED and name == "reduced" and 0 < unit < coarser:
                finer += 1
                continue
            said.append(f"{name} key NOT used: {loose}")
            break
    raise AssertionError("the exact key is always taken")


def _one(
    question: _Question,
    key: Key,
    until: float | None,
    progress: Callable[[Progress], None] | None,
) -> _Round:
    rulebook, rules, protocol = question.rulebook, question.rules, question.rulebook.protocol
    initial = protocol.initial(question.scope, rules)
    prints = key_of(protocol, rules, key)
    check_plain(prints.key(initial, rules)(initial.main.now), f"the {key} key of {protocol.name}")
    monitor = Monitor(rulebook, rules, initial)
    read = prints.key if question.read else None
    moves = Moves(protocol, rules, question.scope, key=read, monitor=monitor)
    search = Search(
        moves,
        monitor,
        prints,
        initial,
        rulebook,
        workers=question.workers,
        keep_going=question.keep_going,
        wanted=question.wanted,
        spares=question.spares,
    )

    def report_progress(passed: float) -> None:
        if progress is not None:
            progress(Progress("explore", len(search.seen), search.frontier, search.depth, passed))

    left = None if until is None else max(0.0, until - monotonic())
    clock = Clock(search, left, question.max_states, report_progress)
    with quiet_collector():
        try:
            search.run(question.depth, clock)
        except Stop:
            pass
        except KeyboardInterrupt:
            clock.reason = "Ctrl-C"
        except MemoryError:
            clock.reason = "the memory"
    notes = search.notes()
    traces = () if notes.loose else _traces(question, search)
    return _Round(question, key, search, notes, clock.reason, traces)


# What may be said -------------------------------------------------------------------------------


def _result(done: _Round, cpu: float) -> Result:
    search, question, notes = done.search, done.question, done.notes
    traces = done.traces
    word = _word(done)
    coverage = search.coverage()
    transitions = sum(coverage.applied.values())
    states = len(search.seen)
    details = {
        "workers": question.workers,
        "key": done.key,
        "key_check": "; ".join(done.said),
        "proved": done.proved,
        "states_read": notes.read,
        "unit": notes.unit,
        "assumed": _assumed(done),
        "instants_read": notes.missing,
        "collision_probability": collision_probability(states),
        "frontier": search.frontier,
        "stopped_by": done.stopped_by,
    }
    parts = [
        _claim(word, done, states),
        f"{transitions:,} transitions",
        f"{done.key} key" + ("" if done.key == "reduced" else " (no reduction)"),
        *[reason for reason in done.said if "NOT used" in reason],
        f"P(lost state) < {collision_probability(states):.0e}",
    ]
    if done.proved and notes.read:
        by = f" by regions of {_span(notes.unit)}" if notes.unit else ""
        parts.insert(2, f"times proved{by} in {notes.read:,} states")
    if done.stopped_by:
        parts.append(f"stopped by {done.stopped_by} with {search.frontier:,} states open")
    never = [name for name, count in coverage.witnesses.items() if not count]
    if never:
        parts.append(f"NEVER SEEN: {', '.join(never)}")
    name, changes = difference(question.rulebook, question.rules)
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


def _traces(question: _Question, search: Search) -> tuple[Trace, ...]:
    found = sorted(search.found.values(), key=lambda item: item[0])
    return tuple(
        trace_of(
            question.rulebook, question.rules, question.scope, search.run_to(depth, edge),
            edge.broken,
        )
        for depth, edge in found
    )  # fmt: skip


def _word(done: _Round) -> Word:
    if done.traces:
        return Word.ERROR if done.traces[0].invariant == RULE_ERROR else Word.BROKEN
    if done.stopped_by == "Ctrl-C":
        return Word.INTERRUPTED
    if not done.search.exhausted:
        return Word.BOUNDED
    return Word.EXHAUSTED if done.proved else Word.ASSUMED


def _assumed(done: _Round) -> str:
    """What "nothing new is reachable" rests on, beside what is proved; empty for nothing."""
    if done.proved:
        return ""
    if not done.question.read:
        return f"that the {done.key} key holds all that rules ask of time (tested on a sample)"
    return "that waits between the instants that were read are alike"


def _claim(word: Word, done: _Round, states: int) -> str:
    search = done.search
    last = f"{states:,}, the last after {search.depth - 1} actions"
    if word is Word.EXHAUSTED:
        return f"every reachable state: {last}"
    if word is Word.ASSUMED:
        return f"{_assumed(done)}; states: {last}"
    assuming = f", assuming {_assumed(done)}" if _assumed(done) else ""
    if word is Word.BOUNDED:
        return f"every run of up to {search.depth} actions: {states:,} states{assuming}; longer ones not"
    if word is Word.INTERRUPTED:
        return f"interrupted: every run of up to {search.depth} actions, {states:,} states{assuming}"
    shortest = min(depth for depth, _ in search.found.values()) + 1
    return f"{len(search.found)} found, the shortest of {shortest} actions; {states:,} states"


def _span(seconds: Seconds) -> str:
    for size, name in ((DAY, "d"), (HOUR, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {name}"
    return f"{seconds} s"


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
