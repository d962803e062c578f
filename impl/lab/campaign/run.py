"""`campaign`: rounds of shards, each guided by what all rounds before it have learnt.

THE SAME RESULT FOR ANY NUMBER OF WORKERS, and for any number of interruptions: a shard is a pure
function of the seed, its number and the corpus before its round, a round has a fixed number of
shards, and its results are put together in the order of their numbers when all are there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

from attrs import evolve, frozen

from impl.ground.evidence import Coverage, Result, Trace, Word
from impl.ground.watchdog import Interrupted, Stopped, is_hang, let_through, stoppable
from impl.ground.words import line
from impl.lab.campaign.branches import counted
from impl.lab.campaign.corpus import Growth
from impl.lab.campaign.courses import is_state
from impl.lab.campaign.engines import Engine, Make
from impl.lab.campaign.shards import ROUND, Shard, Worker
from impl.lab.campaign.shelf import CannotKeep, locked
from impl.lab.campaign.store import State, Store
from impl.lab.claims.monitor import FAULTS, Broken, merged, rule_error
from impl.lab.explore.rounds import quiet_collector
from impl.lab.fuzz.codec import bytes_from_actions
from impl.lab.fuzz.run import NOTHING
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.fuzz.walker import Failure
from impl.lab.rules.change import RuleChange
from impl.lab.traces.format import trace_of

LATE = 1.0
"""Seconds for a shard that is being played when the time is up, and for the outcome then."""
Pair = tuple[str, str]


@frozen
class Status:
    """How far a campaign is."""

    shards: int
    steps: int
    behaviours: int
    coverage: Coverage
    found: tuple[Pair, ...]
    seconds: float
    new_steps: int
    """Since this run began, as `seconds` are."""
    new_behaviours: int


@frozen
class Outcome:
    """What a campaign has come to, all its runs taken together."""

    state: State
    """With the finished shards of a round that is not finished."""
    behaviours: int
    traces: tuple[Trace, ...]
    """The findings, the shortest first; those of the unfinished round too."""
    stopped_by: str
    """Empty where it did what was asked of it."""
    interrupted: bool
    notes: tuple[str, ...]
    """What was put aside or could not be kept, each in one line."""
    seconds: float


def campaign(
    change: RuleChange,
    scope: Any,
    folder: Path,
    make: Make,
    *,
    seed: int | None,
    otherwise: int,
    shards: int | None = None,
    time_limit: float | None = None,
    progress: Callable[[Status], None] | None = None,
) -> Outcome:
    """Go on with the campaign in a folder, or begin one, until it has so many shards (rounded up to
    whole rounds), or for so long.

    `seed` None: the seed of the campaign that is there, or `otherwise`. Raises BadInput.
    """
    with locked(folder) as lock, counted(change.rulebook, change.rules) as branches:
        with stoppable(None if time_limit is None else monotonic() + time_limit + LATE):
            store = Store(folder, change, scope)
            state = store.begin(seed, otherwise)
            worker = Worker(change.rulebook, change.rules, scope, state.seed, branches)
        run = _Run(store, state, worker, progress)
        return run.go(make, lock, shards, time_limit)


class _Run:
    """One run of a campaign, in a folder that nobody else has."""

    def __init__(
        self,
        store: Store,
        state: State,
        worker: Worker,
        progress: Callable[[Status], None] | None,
    ) -> None:
        self.store, self.state, self.worker = store, state, worker
        self.change, self.scope = store.change, store.scope
        self.start, self.progress = monotonic(), progress
        self.traces: dict[Pair, Trace] = {}
        """The findings of finished rounds."""
        self.done: dict[int, Shard] = {}
        """The shards of the round that is being played."""
        self.notes: list[str] = []
        self.steps_before = self.known_before = 0

    def go(self, make: Make, lock: int, shards: int | None, time_limit: float | None) -> Outcome:
        """Play rounds."""
        deadline = None if time_limit is None else self.start + time_limit
        stopped, interrupted = "", False
        hurry = False
        try:
            with stoppable(None if deadline is None else deadline + LATE):
                corpus = self._take_up()
                with quiet_collector(), closing(make(self.worker, corpus, lock)) as engine:
                    while shards is None or self.state.shards < shards:
                        if self._over(deadline) or not self._round(engine, deadline):
                            break
            if self._hangs():
                stopped = "a rule does not return: there is no going on with it"
        except Stopped as stop:
            hurry, interrupted = True, isinstance(stop, Interrupted)
            if interrupted:
                stopped = "interrupted"
            elif stop.where:
                self.notes.append(f"the time was over in {stop.where}, which did not return")
        except CannotKeep as failure:
            stopped = f"{failure}; make room there, and the same command goes on from here"
        return self._outcome(stopped, interrupted, monotonic() + LATE if hurry else None)

    # --- taking up what is there ---

    def _take_up(self) -> Growth:
        """Read the corpus and the findings; put aside what cannot be read."""
        runs, visits = [], {}
        kept: list[tuple[str, int]] = []
        listed = dict(self.state.entries)
        others = [name for name in self.store.examples.names() if name not in listed]
        for name in (*listed, *others):
            try:
                data = self.store.examples.load(name)
            except ValueError as wrong:
                where = self.store.aside
                self.notes.append(
                    f"corpus entry {line(name, 80)} {wrong}; the rest is used ({where})"
                )
                self.store.examples.set_aside(name, where)
                continue
            if name in listed:
                visits[len(kept)] = listed[name]
                kept.append((name, listed[name]))
                runs.append((data, tuple(self.worker.played(data).shown)))
        self.state.entries = kept
        corpus = Growth(tuple(runs), visits)
        self.worker.learn(corpus)
        traces, lines = self.store.found(self.state.findings, self.state.seed)
        self.notes += lines
        self.traces = {(t.invariant, t.finding.cause): t for t in traces}
        self.done = self.store.noted(self.state)
        self.steps_before = _with(self.state, list(self.done.values())).steps
        self.known_before = len(self.worker.corpus.known)
        return corpus

    # --- a round ---

    def _round(self, engine: Engine, deadline: float | None) -> bool:
        """Play a round to its end. False: the time was up before, or a rule does not return."""
        if self._hangs():
            return False
        first = self.state.shards
        numbers = range(first, first + ROUND)
        for shard in engine.shards([n for n in numbers if n not in self.done]):
            self.done[shard.number] = shard
            self.store.note(shard, self.state.seed)
            self._report()
            if len(self.done) < ROUND and (self._over(deadline) or self._hangs()):
                return False
        engine.learn(self._put_together([self.done[n] for n in numbers]))
        self._report()
        return True

    def _put_together(self, shards: list[Shard]) -> Growth:
        """Make a round count, on disk and then in memory."""
        corpus, store = self.worker.corpus, self.store
        growth = corpus.growth((s.candidates, s.visits) for s in shards)
        names = [store.examples.save(data) for data, _ in growth.entries]
        findings = [self._keep(pair, failure) for pair, failure in self._loose().items()]
        self.worker.learn(growth)
        known = [*(name for name, _ in self.state.entries), *names]
        visited = [entry.visits for entry in corpus.entries]
        sums = _with(self.state, shards)
        point = {
            "shards": sums.shards,
            "steps": sums.steps,
            "behaviours": len(corpus.known),
            "states": sum(map(is_state, corpus.known)),
            "found": len(self.state.findings) + len(findings),
        }
        state = evolve(
            sums,
            entries=list(zip(known, visited, strict=True)),
            series=[*sums.series, point],
            findings=[*sums.findings, *findings],
        )
        store.write(state)
        self.state, self.done = state, {}
        store.forget([s.number for s in shards])
        return growth

    def _loose(self) -> dict[Pair, Failure]:
        """What the round that is being played has found, as it was played, the first of each."""
        found = dict(self._at_start()) if not self.state.shards else {}
        for _, shard in sorted(self.done.items()):
            for failure in shard.failures:
                found.setdefault(failure.broken.pair, failure)
        return {pair: each for pair, each in found.items() if pair not in self.traces}

    def _at_start(self) -> Iterator[tuple[Pair, Failure]]:
        """What the first state already breaks."""
        monitor, first = self.worker.runner.monitor, self.worker.runner.initial
        try:
            found = monitor.explain(monitor.at(first), first, None, first)
        except BaseException as error:
            let_through(error)
            found = (rule_error(error),)
        for broken in found:
            yield broken.pair, Failure((), broken)

    def _keep(self, pair: Pair, failure: Failure) -> str:
        """Shrink a finding and keep it: as a trace, and in the corpus for others to replay."""
        trace = self.traces[pair] = self._shrunk(pair, failure)
        book, rules = self.change.rulebook, self.change.rules
        self.store.examples.save(bytes_from_actions(book, rules, self.scope, trace.actions))
        return self.store.keep(trace)

    def _shrunk(self, pair: Pair, failure: Failure) -> Trace:
        book, rules = self.change.rulebook, self.change.rules
        actions, broken = failure.actions, failure.broken
        if not is_hang(pair[1]):
            shrinker = Shrinker(book, rules, self.scope, pair)
            actions = shrinker.shrink(actions)
            broken = shrinker.broken or broken
        return self._trace(actions, broken)

    def _trace(self, actions: tuple[Any, ...], broken: Broken) -> Trace:
        """A run as a trace, the rules as they were typed."""
        change = self.change
        trace = trace_of(
            change.rulebook, change.rules, self.scope, actions, broken, self.state.seed
        )
        return evolve(
            trace,
            rule_set=change.rule_set.name,
            changes=dict(change.changes),
            digest_of_change=change.digest,
        )

    # --- telling ---

    def _over(self, deadline: float | None) -> bool:
        return deadline is not None and monotonic() >= deadline

    def _hangs(self) -> bool:
        return any(is_hang(cause) for _, cause in (*self.traces, *self._loose()))

    def _report(self) -> None:
        if self.progress is None:
            return
        sums = _with(self.state, list(self.done.values()))
        known = self.worker.corpus.known
        self.progress(
            Status(
                sums.shards,
                sums.steps,
                len(known),
                sums.coverage,
                (*self.traces, *self._loose()),
                monotonic() - self.start,
                sums.steps - self.steps_before,
                len(known) - self.known_before,
            )
        )

    def _outcome(self, stopped: str, interrupted: bool, until: float | None) -> Outcome:
        """The campaign as it stands. Findings of an unfinished round are shrunk and kept, too, as
        far as there is time."""
        traces = dict(self.traces)
        for pair, failure in self._loose().items():
            try:
                with stoppable(until, hears=not interrupted):
                    traces[pair] = self._shrunk(pair, failure)
            except Stopped as stop:
                if isinstance(stop, Interrupted):
                    interrupted, stopped = True, stopped or "interrupted"
                traces[pair] = self._trace(failure.actions, failure.broken)
        return Outcome(
            _with(self.state, list(self.done.values())),
            len(self.worker.corpus.known),
            tuple(sorted(traces.values(), key=lambda trace: len(trace.actions))),
            stopped,
            interrupted,
            tuple(self.notes),
            monotonic() - self.start,
        )


def _with(state: State, shards: Sequence[Shard]) -> State:
    """A campaign's sums with those of some more shards."""
    return evolve(
        state,
        shards=state.shards + len(shards),
        steps=state.steps + sum(s.steps for s in shards),
        runs=state.runs + sum(s.runs for s in shards),
        coverage=merged([state.coverage, *(s.coverage for s in shards)]),
    )


def result_of(outcome: Outcome, subject: str) -> Result:
    """What a campaign has come to so far."""
    state, traces = outcome.state, outcome.traces
    if traces:
        word = Word.ERROR if traces[0].invariant in FAULTS else Word.BROKEN
    elif outcome.interrupted:
        word = Word.INTERRUPTED
    else:
        word = Word.SAMPLED if state.steps else Word.UNKNOWN
    summary = f"{state.steps:,} steps in {state.runs:,} runs, {state.shards:,} shards"
    if word is Word.UNKNOWN:
        summary = f"{NOTHING}; {summary}"
    return Result(
        word=word,
        method="campaign",
        subject=subject,
        summary=summary,
        traces=traces,
        coverage=state.coverage,
        transitions=state.steps,
    )
