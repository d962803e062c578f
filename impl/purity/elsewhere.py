"""The same questions in other processes, in which texts have other hashes.

Python orders a set of texts differently in every process, unless PYTHONHASHSEED says how. A rule
that lets this decide gives every process a verdict of its own. So some runs are played here and in
processes with other seeds, and all that is asked on the way has to be answered alike.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import cbor2
from attrs import frozen

from impl.evidence import Result, Trace, Word
from impl.explore.moves import Moves
from impl.fuzz.codec import Sources
from impl.knobs import decisions
from impl.monitor import Broken
from impl.purity.decisions import impure, named
from impl.purity.look import Purity
from impl.purity.spelling import hashes_may_decide
from impl.purity.values import written
from impl.registry import is_shipped
from impl.replay import replay
from impl.rulechange import CHANGE, RuleChange
from impl.traces import encode, trace_of
from impl.watchdog import RuleHangs, watchdog
from spec.kernel.clock import move

SEEDS = ("1", "2", "3", "4", "5", "6")
"""Where each process tosses a coin, those of only a few others would often fall alike."""
RUNS, LENGTH = 24, 16
SPENT = 5.0
"""Seconds after which no more is asked, here and there; rules may be slow."""
LONGEST = 30.0
"""Seconds that another process may take; then nothing is said."""
BY_SEED = "answers otherwise in a process with another hash seed"

Transcript = list[tuple[str, str, str]]
"""Who was asked, what (by its digest), and the answer's digest."""


@frozen
class Elsewhere:
    """A rule that another process answers for differently, with a run that leads to where."""

    trace: Trace
    broken: Broken


def in_doubt(change: RuleChange) -> bool:
    """Could hashes decide anything: in a change whose text has sets or hashes, in a protocol of the
    user's? What is shipped is held against other processes by a test."""
    written_in = change.changes.get(CHANGE)
    if written_in is not None and hashes_may_decide(Path(written_in.rpartition(":")[0])):
        return True
    return not is_shipped(change.rulebook)


def result(change: RuleChange, scope: Any, method: str) -> Result | None:
    """What a search has to say where other processes have other rules; None where they agree, or
    where there is no doubt that they do."""
    found = other_process(change, scope) if in_doubt(change) else None
    if found is None:
        return None
    return Result(
        word=Word.ERROR,
        method=method,
        subject=change.rule_set.name,
        summary=f"{RUNS} runs played in other processes; nothing else was looked at",
        traces=(found.trace,),
        details={"stopped_by": "", "frontier": 0, "asked_twice": 0},
    )


def other_process(change: RuleChange, scope: Any, longest: float = LONGEST) -> Elsewhere | None:
    """What another process makes of the same rules; None where it agrees, or does not answer within
    so many seconds."""
    runs: list[tuple[Any, ...]] = []
    here: list[Transcript] = []
    try:
        with watchdog(lambda: sum(map(len, (runs, *here)))):
            end = monotonic() + SPENT
            for run in sample(change, scope, end):
                runs.append(run)
                here.append([])
                transcript(change, scope, run, end, here[-1])
    except RuleHangs:
        return None  # the search will come upon it, and has words for it
    traces = [sent(change, scope, run) for run in runs]
    children = [start(seed, traces) for seed in SEEDS if seed != os.environ.get("PYTHONHASHSEED")]
    try:
        for child in children:
            for run, mine, theirs in zip(runs, here, answers(child, longest), strict=False):
                who = differs(mine, theirs)
                if who is not None:
                    broken = _here(change, scope, run) or impure(_name(change, who), BY_SEED)
                    trace = trace_of(change.rulebook, change.rules, scope, run, broken)
                    return Elsewhere(trace, broken)
    finally:
        for child in children:
            _end(child)
    return None


def sample(change: RuleChange, scope: Any, end: float) -> Iterator[tuple[Any, ...]]:
    """Random runs, always the same ones for the same rules, as far as the time (monotonic) goes."""
    sources = Sources(change.rulebook, change.rules, scope)
    protocol, rules = change.rulebook.protocol, change.rules
    for number in range(RUNS):
        random, actions = Random(f"elsewhere/{number}"), list[Any]()
        state = protocol.initial(scope, rules)
        for _ in range(4 * LENGTH):
            if monotonic() > end:
                return
            try:
                action = sources.draw(random.choice(sources.table), state, random.randrange)
                if action is not None:
                    state = move(protocol, state, action, rules)
                    actions.append(action)
            except RuleHangs:
                raise
            except Exception:
                continue
            if len(actions) == LENGTH:
                break
        yield tuple(actions)


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
        except Exception as error:
            said.append(("step", _digest(written(state)), type(error).__name__))
            return


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=8).hexdigest()


def sent(change: RuleChange, scope: Any, run: tuple[Any, ...]) -> bytes:
    """A run as it is sent to another process: a trace, with the change as it was typed."""
    broken = impure("a rule", BY_SEED)
    trace = trace_of(change.rulebook, change.rules, scope, run, broken)
    return encode(
        Trace(
            trace.protocol, change.rule_set.name, dict(change.changes), trace.scope, None, run,
            trace.invariant, trace.finding, change.digest,
        )
    )  # fmt: skip


def start(seed: str, traces: list[bytes]) -> "subprocess.Popen[bytes]":
    """Another process that plays these runs."""
    child = subprocess.Popen(
        [sys.executable, "-m", "impl.purity.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    assert child.stdin is not None
    child.stdin.write(cbor2.dumps(traces))
    child.stdin.close()
    child.stdin = None
    return child


def answers(child: "subprocess.Popen[bytes]", longest: float) -> list[Transcript]:
    """What it asked and was answered, run by run; empty where it does not say so in time."""
    try:
        said, _ = child.communicate(timeout=longest)
        return [[(who, asked, answer) for who, asked, answer in one] for one in cbor2.loads(said)]
    except (subprocess.TimeoutExpired, cbor2.CBORDecodeError, ValueError, TypeError):
        return []


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Whatever it is doing."""
    child.kill()
    child.communicate()


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
