"""`fuzz`: a campaign of random walks, with the failures shrunk."""

import contextlib
from collections.abc import Callable, Generator, Iterator, Sequence
from os import times
from time import monotonic
from typing import Any

from impl.ground.crew import Crew
from impl.ground.evidence import Progress, Result, Trace, Word
from impl.ground.watchdog import Interrupted, Stopped, let_through, stoppable
from impl.lab.claims.monitor import FAULTS, RULE_IMPURE, Monitor, is_fatal, merged, rule_error
from impl.lab.claims.vacuous import unless_vacuous
from impl.lab.explore.rounds import limit_text, quiet_collector
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.fuzz.walker import Failure, Shard, Walker
from impl.lab.purity.again import repeated
from impl.lab.traces.format import difference, trace_of
from invariants.kernel.claims import Rulebook

SHARD = 5_000
"""Accepted steps in a shard: neither number nor contents depend on the workers."""

LATE = 1.0
"""Seconds for shrinking and for the workers' last answers, after the time is up."""
CANDIDATES = 3
"""Runs that are shrunk for one (invariant, cause), at most: the shortest is told. One run may lead
through accidents that no shrinking undoes, where another one does not."""

NOTHING = "NOT KNOWN: no step was taken, so nothing can be said"

Report = Callable[[Progress], None]


def fuzz(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    *,
    seed: int,
    steps: int | None = None,
    time_limit: float | None = None,
    run_length: int = 40,
    keep_going: bool = False,
    workers: int = 1,
    progress: Report | None = None,
    contract_alone: bool = False,
) -> Result:
    """Walk at random until so many steps were accepted, the time is up, or a claim breaks.

    `keep_going` collects one run for each (invariant, cause) instead of stopping at the first. A
    failure is reported through `progress` at once and then shrunk. With `steps`, the same seed
    gives the same answer for any number of workers. With neither `steps` nor `time_limit`, 40,000
    steps. Ctrl-C ends the walk with what was found. Where nobody honest is there, or nobody acts,
    the answer is VACUOUS; `contract_alone` says that nobody honest is needed. Raises BadInput.
    """
    if steps is None and time_limit is None:
        steps = 40_000
    before, start = times(), monotonic()
    with stoppable(None if time_limit is None else start + time_limit):
        campaign = _Campaign(
            rulebook, rules, scope, seed, run_length, steps, time_limit, keep_going
        )
        first = campaign.at_start()
    stopped: Stopped | None = None
    shards: list[Shard] = []
    failures: dict[tuple[str, str], list[Failure]] = {each.broken.pair: [each] for each in first}

    def trace(actions: tuple[Any, ...], broken: Any) -> Trace:
        return trace_of(rulebook, rules, scope, actions, broken, seed)

    with quiet_collector(), contextlib.closing(campaign.shards(workers)) as walked:
        try:
            with stoppable(campaign.end(workers)):
                for shard in walked if keep_going or not first else ():
                    shards.append(shard)
                    done = sum(each.steps for each in shards)
                    found = None
                    for failure in shard.failures:
                        if failure.broken.pair not in failures:
                            found = trace(failure.actions, failure.broken)
                        failures.setdefault(failure.broken.pair, []).append(failure)
                    if progress is not None:
                        ahead = None if steps is None else steps - done
                        passed = monotonic() - start
                        progress(Progress("fuzz", done, ahead, run_length, passed, found))
                    if failures and (not keep_going or any(is_fatal(pair) for pair in failures)):
                        break
        except Stopped as stop:
            stopped = stop
            rest = campaign.unfinished(len(shards))
            shards += rest
            for shard in rest:
                for failure in shard.failures:
                    failures.setdefault(failure.broken.pair, []).append(failure)
        traces = []
        for pair, candidates in failures.items():
            smaller: list[Failure] = []
            if stopped is None and not is_fatal(pair):
                late = None if campaign.deadline is None else campaign.deadline + LATE
                try:
                    with stoppable(late):
                        for candidate in candidates[:CANDIDATES]:
                            shrinker = Shrinker(rulebook, rules, scope, pair, late)
                            smaller.append(_shrunk(shrinker, candidate))
                except Stopped as stop:
                    stopped = stop
            best = min(smaller or candidates[:1], key=lambda each: len(each.actions))
            broken = repeated(rulebook, campaign.walker.sources.moves, best.actions, best.broken)
            traces.append(trace(best.actions, broken))
    after = times()
    result = _result(
        rulebook,
        rules,
        shards,
        # Where rules are no function of their arguments, nothing else that was found counts.
        [trace for trace in traces if trace.invariant == RULE_IMPURE][:1]
        or sorted(traces, key=lambda trace: len(trace.actions)),
        isinstance(stopped, Interrupted),
        sum(after[:4]) - sum(before[:4]),
        {
            "seed": seed,
            "workers": workers,
            "run_length": run_length,
            "stopped_by": _stopped_by(stopped, shards, time_limit),
        },
    )
    return unless_vacuous(result, rulebook, rules, scope, contract_alone)


def _stopped_by(stopped: Stopped | None, shards: Sequence[Shard], time_limit: float | None) -> str:
    """What ended the walk before it was done, where that is worth a word."""
    if isinstance(stopped, Interrupted):
        return "Ctrl-C"
    places = [shard.stopped_in for shard in shards if shard.stopped_in]
    where = places[0] if places else "" if stopped is None else stopped.where
    return limit_text(time_limit, where) if where else ""


def _shrunk(shrinker: Shrinker, failure: Failure) -> Failure:
    actions = shrinker.shrink(failure.actions)
    return Failure(actions, shrinker.broken or failure.broken)


def _result(
    rulebook: Rulebook,
    rules: Any,
    shards: list[Shard],
    traces: list[Trace],
    interrupted: bool,
    cpu: float,
    details: dict[str, Any],
) -> Result:
    coverage = merged([shard.coverage for shard in shards]) if shards else merged(())
    steps, runs = sum(s.steps for s in shards), sum(s.runs for s in shards)
    if traces:
        word = Word.ERROR if traces[0].invariant in FAULTS else Word.BROKEN
    else:
        word = Word.INTERRUPTED if interrupted else Word.SAMPLED
    if word is Word.SAMPLED and (details["stopped_by"] or not steps):
        word = Word.UNKNOWN  # a rule that had not returned when the time was up, or nothing at all
    never = [name for name, count in coverage.witnesses.items() if not count]
    never += [name for name, count in coverage.applied.items() if not count]
    parts = [f"{steps:,} steps in {runs:,} runs", f"seed {details['seed']}"]
    if word is Word.UNKNOWN and not steps:
        parts.insert(0, NOTHING)
    if interrupted:
        parts.insert(0, "interrupted")
    elif details["stopped_by"]:
        parts.append(f"stopped by {details['stopped_by']}")
    if traces:
        parts.append(f"{len(traces)} found, the shortest of {len(traces[0].actions)} actions")
    if never:
        parts.append(f"NEVER SEEN: {', '.join(never)}")
    name, changes = difference(rulebook, rules)
    return Result(
        word=word,
        method="fuzz",
        subject=name + "".join(f", {knob}={value}" for knob, value in changes.items()),
        summary="; ".join(parts),
        traces=tuple(traces),
        coverage=coverage,
        states=0,
        transitions=steps,
        depth=details["run_length"],
        cpu_seconds=cpu,
        details={**details, "runs": runs, "shards": len(shards), "interrupted": interrupted},
    )


class _Campaign:
    """The shards of a campaign in their order, whoever walks them."""

    def __init__(
        self,
        rulebook: Rulebook,
        rules: Any,
        scope: Any,
        seed: int,
        run_length: int,
        steps: int | None,
        time_limit: float | None,
        keep_going: bool,
    ) -> None:
        self.rulebook, self.rules, self.keep_going = rulebook, rules, keep_going
        self.steps = steps
        self.deadline = None if time_limit is None else monotonic() + time_limit
        self.walker = Walker(rulebook, rules, scope, seed, run_length)
        self.walking = False
        self.waiting: dict[int, Shard] = {}
        """Finished before a shard with a lower number."""

    def at_start(self) -> tuple[Failure, ...]:
        """What the first state already breaks."""
        state = self.walker.initial
        monitor = Monitor(self.rulebook, self.rules, state)
        try:
            broken = monitor.explain(monitor.at(state), state, None, state)
        except BaseException as error:
            let_through(error)
            broken = (rule_error(error),)
        return tuple(Failure((), each) for each in broken)

    def shards(self, workers: int) -> Generator[Shard, None, None]:
        """Every shard in the order of the numbers."""
        if workers <= 1:
            for number, size in self._plan():
                self.walking = True
                shard = self.walker.shard(number, size, self.keep_going, self.deadline)
                self.walking = False
                yield shard
            return
        with Crew(lambda: self.walker, workers) as crew:
            self.waiting = crew.waiting
            tasks = ((*task, self.keep_going, self.deadline) for task in self._plan())
            yield from crew.in_order("shard", tasks)

    def end(self, workers: int) -> float | None:
        """When whoever looks at the shards is stopped: workers end theirs by themselves."""
        return None if self.deadline is None else self.deadline + (LATE if workers > 1 else 0.0)

    def unfinished(self, number: int) -> list[Shard]:
        """What an interrupted campaign has to show beside its finished shards.

        A worker that does not answer at once is lost with its shard.
        """
        return [*self.waiting.values(), *([self.walker.so_far(number)] if self.walking else [])]

    def _plan(self) -> Iterator[tuple[int, int]]:
        number, left = 0, self.steps
        while left is None or left > 0:
            if self.deadline is not None and monotonic() > self.deadline:
                return
            yield number, SHARD if left is None else min(SHARD, left)
            number += 1
            if left is not None:
                left -= SHARD
