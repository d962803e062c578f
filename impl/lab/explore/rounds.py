"""Searches with the coarsest key that holds all that the rules ask of time, one after the other.

The protocol's reduced key comes first. What it leaves out beside times is tested on a sample; what
rules ask of time is read in every state. Where the key does not hold something, its units are made
finer; where that does not help, everything but the absolute time tells states apart, and in the end
everything does. What a round found whose key proved too coarse is thrown away: its runs need not be
the shortest.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import gcd
from time import monotonic
from typing import Any, Literal

from attrs import define, evolve, field, frozen

from impl.ground.evidence import Progress, Trace
from impl.ground.watchdog import Interrupted, Stopped, TimeIsUp, stoppable
from impl.lab.claims.monitor import RULE_IMPURE, Monitor
from impl.lab.explore.search import Clock, Search, Spares, Stop
from impl.lab.keys import check as keycheck
from impl.lab.keys.fingerprint import check_plain, key_of
from impl.lab.purity.again import repeated
from impl.lab.purity.decisions import NOT_AGAIN
from impl.lab.reading.notes import Dates, Notes
from impl.lab.reading.said import units
from impl.lab.runs.moves import Moves
from impl.lab.traces.format import trace_of
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Seconds

Key = Literal["auto", "reduced", "relative", "exact"]
REFINED = 3
"""So often the units of a key are made finer before the key is given up."""
DATED = 4
"""So often dates are added that rules ask for, before others are taken to be like these."""
MOST_DATES = 24
"""So many dates are enough for that, too."""
HURRY = 1.0
"""Seconds for what was found, after the search was stopped."""


@frozen
class Question:
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
    seconds: float | None
    """The time limit as it was asked for."""
    begun: float
    """On the monotonic clock."""
    progress: Callable[[Progress], None] | None
    dates: Dates | None = None
    """What is known of the dates that rules ask for, where the key has the date."""

    @property
    def deadline(self) -> float | None:
        """When the time is up."""
        return None if self.seconds is None else self.begun + self.seconds


@define
class Round:
    """One search with one key."""

    question: Question
    key: Key
    search: Search
    notes: Notes
    """What reading came to; empty where nothing was read."""
    stopped_by: str
    stopped: Stopped | None
    traces: tuple[Trace, ...]
    said: list[str] = field(factory=list)
    """What became of the keys that were tried."""

    @property
    def proved(self) -> bool:
        """Does the key hold all that rules ask of time, in every state that was expanded? Only a
        reduced one says it of the states whose times are others, too."""
        notes, reduced = self.notes, self.key == "reduced"
        return self.question.read and reduced and not notes.skipped and notes.loose is None


def searched(question: Question) -> Round:
    """Search, with one key after the other. Raises BadInput."""
    names: tuple[Key, ...] = (
        ("reduced", "relative", "exact") if question.key == "auto" else (question.key,)
    )
    said: list[str] = []
    for name in names:
        unit, finer = 0, 0
        while True:
            with units(unit):
                try:
                    passed, text = _tested(question, name)
                except Stopped as stop:
                    said.append("there was no time to test a key")
                    return _round(question, "exact", said, stop)
                if not passed:
                    said.append(text)
                    break
                if name == "exact" and question.read:
                    return _dated(question, frozenset(), [*said, text])
                done = _round(question, name, [*said, text], None)
            loose = done.notes.loose
            if loose is None:
                return done
            if question.key == "auto" and loose.dates:
                said.append(f"{name} key NOT used: {loose}")
                return _dated(question, loose.dates, said)
            coarser = done.notes.unit
            unit = gcd(coarser, loose.constant)
            if finer == REFINED or name != "reduced" or not 0 < unit < coarser:
                if question.key != "auto":
                    return done  # only this key was asked about
                said.append(f"{name} key NOT used: {loose}")
                break
            finer += 1
    raise AssertionError("the exact key passes every test")


def _unread(question: Question, name: Key, said: list[str]) -> Round:
    """There is no finer key: what is found without reading counts all the same."""
    return _round(evolve(question, read=False), name, said, None)


def _dated(question: Question, dates: frozenset[Seconds], said: list[str]) -> Round:
    """Search with all of a state as its key, and go to the dates that the rules ask for: at first
    to the given ones, then also to those that are asked for there."""
    for more in range(DATED + 1):
        last = more == DATED or len(dates) > MOST_DATES
        asking = evolve(question, dates=Dates(dates, open=not last))
        done = _round(asking, "exact", said, None)
        loose = done.notes.loose
        if loose is None:
            return done
        if not loose.dates:
            return _unread(asking, "exact", [*said, f"reading of times NOT used: {loose}"])
        dates |= loose.dates
    raise AssertionError("a search that names no dates has no new ones")


def _tested(question: Question, name: Key) -> tuple[bool, str]:
    """Does a key pass its test, and in words."""
    if question.key != "auto" or name not in ("reduced", "relative"):
        return True, f"{name} key not tested"
    with stoppable(question.deadline):
        report = keycheck.check_key(
            question.rulebook,
            question.rules,
            question.scope,
            name=name,
            transitions=question.key_sample,
            times=not question.read,
        )
    return report.passed, f"{name} {report.summary}"


def _round(question: Question, key: Key, said: list[str], stopped: Stopped | None) -> Round:
    """Search with one key; nothing is searched where something has stopped it already."""
    rulebook, rules, protocol = question.rulebook, question.rules, question.rulebook.protocol
    deadline = question.deadline
    first = None if deadline is None else max(deadline, monotonic() + HURRY)
    with stoppable(first, hears=stopped is None):
        initial = protocol.initial(question.scope, rules)
    prints = key_of(protocol, rules, key)
    check_plain(prints.key(initial, rules)(initial.main.now), f"the {key} key of {protocol.name}")
    monitor = Monitor(rulebook, rules, initial)
    read = prints.key if question.read else None
    search = Search(
        Moves(protocol, rules, question.scope, key=read, monitor=monitor, dates=question.dates),
        monitor,
        prints,
        initial,
        rulebook,
        workers=question.workers,
        keep_going=question.keep_going,
        wanted=question.wanted,
        spares=question.spares,
    )
    clock = Clock(search, question.seconds, question.max_states, _reporter(question, search))
    clock.start = question.begun
    with quiet_collector():
        try:
            if stopped is None:
                with stoppable(deadline):
                    search.run(question.depth, clock)
        except Stop:
            pass
        except Stopped as stop:
            stopped = stop
        except MemoryError:
            clock.reason = "the memory"
    if isinstance(stopped, Interrupted):
        clock.reason = "Ctrl-C"
    if isinstance(stopped, TimeIsUp):
        clock.reason = limit_text(question.seconds, stopped.where)
    notes = search.notes()
    traces = () if notes.loose else _traces(question, search, hurry=stopped is not None)
    return Round(question, key, search, notes, clock.reason, stopped, traces, said)


def _reporter(question: Question, search: Search) -> Callable[[float], None]:
    def report(passed: float) -> None:
        if question.progress is not None:
            states, ahead = len(search.seen), search.frontier
            question.progress(Progress("explore", states, ahead, search.depth, passed))

    return report


def limit_text(seconds: float | None, where: str) -> str:
    """What ended a search whose time was up, and the rule in which it was: 'the time limit'."""
    limit = "the time limit" if seconds is None else f"the time limit of {seconds:g} s"
    return f"{limit}, in {where}" if where else limit


def _traces(question: Question, search: Search, hurry: bool) -> tuple[Trace, ...]:
    """The runs that break something; in a hurry those that can be made again in a second."""
    book, rules, scope = question.rulebook, question.rules, question.scope
    found = sorted(search.found.values(), key=lambda item: item[0])
    traces: list[Trace] = []
    with suppress(TimeIsUp), stoppable(monotonic() + HURRY if hurry else None, hears=False):
        for depth, edge in found:
            run = search.run_to(depth, edge)
            broken = repeated(book, search.moves, run, edge.broken)
            traces.append(trace_of(book, rules, scope, run, broken))
    if not search.repeats:
        traces.append(trace_of(book, rules, scope, (), NOT_AGAIN))
    # Where rules are no function of their arguments, nothing else that was found counts.
    doubts = [trace for trace in traces if trace.invariant == RULE_IMPURE]
    return tuple(doubts[:1] or traces)


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
