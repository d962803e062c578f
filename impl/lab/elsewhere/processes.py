"""The same questions in other processes, in which texts have other hashes.

Python orders a set of texts differently in every process, unless PYTHONHASHSEED says how. A rule
that lets this decide gives every process a verdict of its own. So some runs are played here and in
processes with other seeds, and all that is asked on the way has to be answered alike.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from time import monotonic
from typing import Any

import cbor2
from attrs import evolve

from impl.ground.evidence import Result, Trace, Word
from impl.ground.watchdog import RuleHangs, TimeIsUp, let_through, stoppable
from impl.lab.claims.monitor import Broken
from impl.lab.elsewhere.spelling import hashes_may_decide
from impl.lab.fuzz.codec import Sources
from impl.lab.purity.decisions import impure, named, overheard
from impl.lab.purity.look import Purity
from impl.lab.purity.values import written
from impl.lab.rulebooks.shipped import is_shipped
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.rules.knobs import decisions
from impl.lab.rules.places import environment
from impl.lab.runs.moves import Moves
from impl.lab.runs.replay import replay
from impl.lab.traces.format import encode, trace_of
from spec.kernel.clock import move

SEEDS = ("1", "2", "3", "5", "7", "8", "9", "10")
"""Where each process tosses a coin, those of only a few others would often fall alike."""
RUNS, TRIED, LENGTH = 16, 120, 20
SPENT = 5.0
"""Seconds after which no more is asked, here and there; rules may be slow."""
SHARE, SLACK = 0.25, 0.25
"""Part of the time of a search that may go into it, and seconds until a question is cut short."""
GRACE = 1.0
"""Seconds in which others may answer when the time is up."""
LONGEST = 30.0
"""Seconds that another process may take; then nothing is said."""
BY_SEED = "answers otherwise in a process with another hash seed"

Transcript = list[tuple[str, str, str]]
"""Who was asked, what (by its digest), and the answer's digest."""


def in_doubt(change: RuleChange) -> tuple[str, ...]:
    """The seeds of the processes to ask: many where the text of a change has sets or hashes, few
    in a protocol of the user's, none else. What is shipped is held against others by a test. Nor is
    anybody asked about rules that were not typed: another process could not make them again."""
    typed = change.changes or not change.differences
    if not typed or not any(each is change.rule_set for each in change.rulebook.rule_sets):
        return ()
    written_in = change.changes.get(CHANGE)
    if written_in is not None and hashes_may_decide(Path(written_in.rpartition(":")[0])):
        return SEEDS
    return () if is_shipped(change.rulebook) else SEEDS[:2]


def searched(
    change: RuleChange, scope: Any, search: Callable[[], Result], deadline: float | None = None
) -> Result:
    """What a search says, or in its place that other processes have other rules."""
    with Others(change, scope, in_doubt(change), deadline) as others:
        result = search()
        left = LONGEST if deadline is None else min(LONGEST, max(GRACE, deadline - monotonic()))
        trace = others.heard(left)
    if trace is None or result.word is Word.INTERRUPTED:
        said = "; other processes did not answer in time" if others.unheard else ""
        return evolve(result, summary=result.summary + said)
    summary = f"{trace.finding.cause}; nothing else counts"
    return evolve(result, word=Word.ERROR, summary=summary, traces=(trace,))


class Others(AbstractContextManager["Others"]):
    """Other processes that play some runs, while this one does something else."""

    def __init__(
        self, change: RuleChange, scope: Any, seeds: Sequence[str], deadline: float | None = None
    ) -> None:
        """Begin, if there are seeds. A rule that does not return in time is left to whoever
        searches until the deadline (monotonic)."""
        self.change, self.scope = change, scope
        self.runs: list[tuple[Any, ...]] = []
        self.here: list[Transcript] = []
        self.children: list[Child] = []
        self.unheard = False
        """Did one of them not answer in time?"""
        seeds = [seed for seed in seeds if seed != os.environ.get("PYTHONHASHSEED")]
        if not seeds:
            return
        now = monotonic()
        end = now + (SPENT if deadline is None else min(SPENT, (deadline - now) * SHARE))
        with suppress(RuleHangs, TimeIsUp), stoppable(end + SLACK, hears=False):
            self._play(end)
            traces = [sent(change, scope, run) for run in self.runs]
            self.children = [Child(seed, traces) for seed in seeds]

    def _play(self, end: float) -> None:
        for run in sample(self.change, self.scope, end):
            self.runs.append(run)
            self.here.append([])
            transcript(self.change, self.scope, run, end, self.here[-1])

    def heard(self, longest: float) -> Trace | None:
        """A run with which another process goes on differently; None where all agree, as far as
        they answer within so many seconds."""
        end = monotonic() + longest
        for child in self.children:
            there = child.answers(max(0.0, end - monotonic()))
            self.unheard = self.unheard or not there
            for run, mine, theirs in zip(self.runs, self.here, there, strict=False):
                who = differs(mine, theirs)
                if who is not None:
                    return self._trace(run, who)
        return None

    def _trace(self, run: tuple[Any, ...], who: str) -> Trace:
        change, scope = self.change, self.scope
        broken = _here(change, scope, run) or impure(_name(change, who), BY_SEED)
        return trace_of(change.rulebook, change.rules, scope, run, broken)

    def __exit__(self, *_: object) -> None:
        """End them, whatever they are doing."""
        for child in self.children:
            child.close()
        self.children = []


def sample(change: RuleChange, scope: Any, end: float) -> list[tuple[Any, ...]]:
    """Of many random runs, always the same ones, those that ask decisions most; as far as the time
    (monotonic) goes."""
    asked: set[tuple[str, str]] = set()
    runs: list[tuple[set[tuple[str, str]], tuple[Any, ...]]] = []
    rules = overheard(change.rules, lambda name, question, answer: asked.add((name, question)))
    sources = Sources(change.rulebook, rules, scope)
    for number in range(TRIED):
        asked.clear()
        run = _random_run(change.rulebook.protocol, sources, Random(f"elsewhere/{number}"), end)
        runs.append((set(asked), run))
        if monotonic() > end:
            break
    chosen: list[tuple[Any, ...]] = []
    known: set[tuple[str, str]] = set()
    while runs and len(chosen) < RUNS:
        best = max(range(len(runs)), key=lambda n: len(runs[n][0] - known))
        questions, run = runs.pop(best)
        known |= questions
        chosen.append(run)
    return chosen


def _random_run(protocol: Any, sources: Sources, random: Random, end: float) -> tuple[Any, ...]:
    actions: list[Any] = []
    state = protocol.initial(sources.scope, sources.rules)
    for _ in range(3 * LENGTH):
        if len(actions) == LENGTH or monotonic() > end:
            break
        try:
            action = sources.draw(random.choice(sources.table), state, random.randrange)
            if action is not None:
                state = move(protocol, state, action, sources.rules)
                actions.append(action)
        except RuleHangs:
            raise
        except BaseException as error:
            let_through(error)
            continue
    return tuple(actions)


def transcript(
    change: RuleChange, scope: Any, actions: Sequence[Any], end: float, said: Transcript
) -> None:
    """Put down all that is asked in the states of a run, with the answers."""
    protocol, rules = change.rulebook.protocol, change.rules
    purity = Purity(change.rulebook, Moves(protocol, rules, scope))
    state = protocol.initial(scope, rules)
    for action in (*actions, None):
        for who, asked, answer in purity.told(state):
            said.append((who, _digest(asked), _digest(answer)))
        if action is None or monotonic() > end:
            return
        try:
            state = move(protocol, state, action, rules)
        except RuleHangs:
            raise
        except BaseException as error:
            let_through(error)
            said.append(("step", _digest(written(state)), type(error).__name__))
            return


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def sent(change: RuleChange, scope: Any, run: tuple[Any, ...]) -> tuple[str, bytes]:
    """A run as it is sent to another process: the protocol, and a trace with what was typed."""
    broken = impure("a rule", BY_SEED)
    trace = trace_of(change.rulebook, change.rules, scope, run, broken)
    return trace.protocol, encode(
        Trace(
            trace.protocol, change.rule_set.name, dict(change.changes), trace.scope, None, run,
            trace.invariant, trace.finding, change.digest,
        )
    )  # fmt: skip


class Child:
    """Another process that plays runs. What it says goes to a file: it need not wait for us."""

    def __init__(self, seed: str, traces: list[tuple[str, bytes]]) -> None:
        """Begin."""
        self._said = TemporaryFile()  # noqa: SIM115 (open as long as the process)
        with TemporaryFile() as question:
            question.write(cbor2.dumps(traces))
            question.seek(0)
            path = os.pathsep.join(sys.path)  # and nothing before: not what lies where one is
            there = {"PYTHONHASHSEED": seed, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "impl.lab.elsewhere.child"],
                stdin=question,
                stdout=self._said,
                stderr=subprocess.DEVNULL,
                env=os.environ | environment() | there,
                start_new_session=True,
            )

    def answers(self, longest: float) -> list[Transcript]:
        """What it asked and was answered, run by run; empty where it does not say so in time."""
        try:
            self._process.wait(timeout=longest)
            self._said.seek(0)
            said = cbor2.loads(self._said.read())
            return [[(who, asked, answer) for who, asked, answer in one] for one in said]
        except (subprocess.TimeoutExpired, cbor2.CBORDecodeError, ValueError, TypeError):
            return []

    def close(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._said.close()


def differs(mine: Transcript, theirs: Transcript) -> str | None:
    """Who answered the same question differently, decisions before what calls them."""
    known = {(who, asked): answer for who, asked, answer in mine}
    who = [who for who, asked, answer in theirs if known.get((who, asked), answer) != answer]
    return min(who, key=lambda each: not each.startswith("decision "), default=None)


def _here(change: RuleChange, scope: Any, run: Sequence[Any]) -> Broken | None:
    """The cause, where it shows in this process as well."""
    moves = Moves(change.rulebook.protocol, change.rules, scope)
    states = replay(change.rulebook, change.rules, scope, run).states
    looks = (Purity(change.rulebook, moves).look(state) for state in states)
    return next((found[0] for found in looks if found), None)


def _name(change: RuleChange, who: str) -> str:
    kind, _, name = who.partition(" ")
    if kind != "decision":
        return who
    return named(name, decisions(change.rules)[name.replace("_", "-")])
