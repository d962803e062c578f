"""`explore`: every reachable state of a scope, and what may be said after it."""

from collections.abc import Callable, Iterable
from os import times
from time import monotonic
from typing import Any

from impl.ground.evidence import Progress, Result, Word
from impl.lab.claims.monitor import FAULTS
from impl.lab.claims.vacuous import unless_vacuous
from impl.lab.explore.omitted import left_out
from impl.lab.explore.rounds import Key, Question, Round, searched
from impl.lab.explore.search import Spares
from impl.lab.keys.fingerprint import collision_probability
from impl.lab.purity.doubts import doubt
from impl.lab.traces.format import difference
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, HOUR, Seconds


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
    contract_alone: bool = False,
) -> Result:
    """Look at every state that is reachable in a scope; the first counterexample is a shortest.

    `depth` bounds the number of actions. `keep_going` goes on behind what breaks and collects the
    shortest run for each (invariant, cause); a state that breaks a claim is not expanded. `wanted`
    goes on until one of the named pairs is found; `spares` says of single breaks that they do not
    count. Where nobody honest is there, or nobody acts, the answer is VACUOUS; `contract_alone`
    says that nobody honest is needed.

    With the key "auto", states are told apart by the protocol's reduced key. What rules ask of time
    is read in every state (`read`) and held against the key: where the key does not hold all of it,
    its units are made finer, or everything but the absolute time tells states apart, or everything.
    What a key leaves out beside times is tested on a sample of `key_sample` steps; without `read`,
    times are, too. Another key is taken as it is, and nothing is proved of it.

    The answer is the same for any number of workers. A time limit (seconds) or a limit on the
    states ends the search with what was exhausted by then; so does Ctrl-C. Raises BadInput.
    """
    before = times()
    done = searched(
        Question(
            rulebook=rulebook,
            rules=rules,
            scope=scope,
            depth=depth,
            workers=workers,
            keep_going=keep_going,
            key=key,
            key_sample=key_sample,
            read=read and key == "auto",
            wanted=None if wanted is None else frozenset(wanted),
            spares=spares,
            max_states=max_states,
            seconds=time_limit,
            begun=monotonic(),
            progress=progress,
        )
    )
    after = times()
    result = _result(done, sum(after[:4]) - sum(before[:4]))
    return unless_vacuous(result, rulebook, rules, scope, contract_alone)


def _result(done: Round, cpu: float) -> Result:
    search, question, notes = done.search, done.question, done.notes
    remembers = doubt(question.rulebook, question.rules)
    assumed = " and ".join(filter(None, (_assumed(done), remembers)))
    word = _word(done, assumed)
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
        "assumed": assumed,
        "remembers": remembers,
        "instants_read": notes.missing,
        "collision_probability": collision_probability(states),
        "frontier": search.frontier,
        "asked_twice": search.looked,
        "stopped_by": done.stopped_by,
        "stopped_in": "" if done.stopped is None else done.stopped.where,
        "untold": 0 if notes.loose else max(0, len(search.found) - len(done.traces)),
    }
    parts = [
        _claim(word, done, states, assumed),
        f"{transitions:,} transitions",
        *_about_times(done),
        f"{done.key} key" + ("" if done.key == "reduced" else " (no reduction)"),
        f"asked twice in {search.looked:,} states or more",
        *[reason for reason in done.said if "NOT used" in reason],
        f"P(lost state) < {collision_probability(states):.0e}",
    ]
    if done.stopped_by:
        parts.append(f"stopped by {done.stopped_by} with {search.frontier:,} states open")
    if details["untold"]:
        parts.append(f"{details['untold']} found that there was no time to play again")
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
        traces=done.traces,
        coverage=coverage,
        states=states,
        transitions=transitions,
        depth=search.depth,
        cpu_seconds=cpu,
        details=details,
    )


def _word(done: Round, assumed: str) -> Word:
    search = done.search
    if done.traces:
        return Word.ERROR if done.traces[0].invariant in FAULTS else Word.BROKEN
    if done.stopped_by == "Ctrl-C":
        return Word.INTERRUPTED
    if done.stopped is not None and done.stopped.where:
        return Word.UNKNOWN  # a rule that had not returned when the time was up
    if search.found or not (search.depth or search.exhausted):
        return Word.UNKNOWN
    if not search.exhausted:
        return Word.BOUNDED
    return Word.ASSUMED if assumed else Word.EXHAUSTED


# What may be said -------------------------------------------------------------------------------


def _assumed(done: Round) -> str:
    """What "nothing new is reachable" rests on, beside what is proved; empty for nothing."""
    taken = [] if done.proved else [_of_times(done)]
    if done.key == "reduced":
        taken += left_out(done)
    return " and ".join(taken)


def _of_times(done: Round) -> str:
    if not done.question.read:
        return f"that the {done.key} key holds all that rules ask of time (tested on a sample)"
    if done.notes.dated:
        where = min(done.notes.dated)
        return f"that dates are alike but for those that were gone to ({where} asks for a date)"
    return "that waits between the instants that were read are alike"


def _about_times(done: Round) -> list[str]:
    """What is proved of times; and what the `instants` of somebody's own protocol leave out."""
    notes, parts = done.notes, []
    if done.proved and notes.read:
        by = f" by regions of {_span(notes.unit)}" if notes.unit else ""
        many = "state" if notes.read == 1 else "states"
        parts.append(f"times proved{by} in {notes.read:,} {many}")
    if notes.missing and not done.question.rulebook.protocol.instants.__module__.startswith(
        "spec."
    ):
        where = "; ".join(sorted(notes.missing))
        parts.append(f"read off the rules, and not named by `instants`: {where}")
    return parts


def _claim(word: Word, done: Round, states: int, assumed: str) -> str:
    search = done.search
    last = f"{states:,}, the last after {search.depth - 1} actions"
    assuming = f", assuming {assumed}" if assumed else ""
    if word is Word.EXHAUSTED:
        return f"every reachable state: {last}"
    if word is Word.ASSUMED:
        return f"{assumed}; states: {last}"
    runs = f"every run of up to {search.depth} actions"
    if word is Word.BOUNDED:
        return f"{runs}: {states:,} states{assuming}; longer ones not"
    if word is Word.UNKNOWN:
        return (
            f"every run of up to {search.depth} actions, and no more can be said: {states:,} states"
        )
    if word is Word.INTERRUPTED:
        return f"interrupted: {runs}, {states:,} states{assuming}"
    shortest = min(len(trace.actions) for trace in done.traces)
    unread = done.question.key == "auto" and not done.question.read
    sure = done.proved or not (done.notes.skipped or done.notes.dated or unread)
    what = "the shortest" if sure else "the shortest seen"
    return f"{len(done.traces)} found, {what} of {shortest} actions; {states:,} states"


def _span(seconds: Seconds) -> str:
    for size, name in ((DAY, "d"), (HOUR, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {name}"
    return f"{seconds} s"
