"""What is measured, and what it should come to.

Here the checkers, measured on Plasma; `channel` has what the multi-party channel was to cost.
"""

import sys
from collections.abc import Callable, Iterator
from math import inf
from os import times
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic, process_time
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from impl.ground.evidence import Result
from impl.lab.explore import explore
from impl.lab.explore.rounds import quiet_collector
from impl.lab.explore.search import Search
from impl.lab.explore.ticking import search_all
from impl.lab.fuzz import fuzz
from impl.lab.fuzz.machine import state_machine
from impl.lab.fuzz.walker import Walker
from impl.lab.prover import prove
from invariants.channels.payment.rulebook import PAYMENT
from invariants.plasma.mvp.rulebook import PLASMA
from invariants.plasma.mvp.world.scope import Scope
from tests.benchmarks import deep
from tests.benchmarks.channel import arbitration, channel, equal_counts
from tests.benchmarks.keys import keys
from tests.benchmarks.measuring import Figure, timed
from tests.benchmarks.shrinking import shrinking
from tests.prover.programs import disagreements

MVP = PLASMA.rules_named("mvp").rules
HARDENED = PLASMA.rules_named("hardened").rules
SMALL = PLASMA.scopes["small"]
EXHAUST = Scope(amounts=(1, 2), deposits=2, blocks=1, exits=3, sends=0)
SHARED = Scope(amounts=(1,), deposits=2, blocks=1, exits=2, sends=0)
"""Large enough for two workers to be worth their while."""


def walker(quick: bool) -> Iterator[Figure]:
    """Accepted steps of the random walk, all claims watched."""
    steps = 5_000 if quick else 20_000
    for name, rules in (("plain", MVP), ("hardened", HARDENED)):
        walk = Walker(PLASMA, rules, SMALL, 1, 40)
        shard, taken, slowness = timed(lambda walk=walk: walk.shard(0, steps, True))
        rate = shard.steps / taken
        yield Figure(f"walker, {name} rules", rate, "steps/s", 40_000, True, slowness)


def payment_walker(quick: bool) -> Iterator[Figure]:
    """The same on payment channels over many updates."""
    steps = 5_000 if quick else 20_000
    for name in ("replacement", "penalty"):
        rules, scope = PAYMENT.rules_named(name).rules, PAYMENT.scopes["long-one"]
        walk = Walker(PAYMENT, rules, scope, 1, 40)
        with quiet_collector():
            shard, taken, slowness = timed(lambda walk=walk: walk.shard(0, steps, True))
        rate = shard.steps / taken
        yield Figure(f"payment walker, {name}", rate, "steps/s", 80_000, True, slowness)


def beside_hypothesis(quick: bool) -> Iterator[Figure]:
    """The walker's steps over those of a Hypothesis RuleBasedStateMachine of the same rulebook."""
    machine = state_machine(PLASMA, HARDENED, SMALL)
    accepted = 0

    def count(self: Any) -> None:
        nonlocal accepted
        accepted += len(self.actions)

    machine.teardown = count
    quiet = settings(
        max_examples=30 if quick else 100,
        stateful_step_count=40,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    start = process_time()
    run_state_machine_as_test(machine, settings=quiet)
    theirs = accepted / (process_time() - start)
    walk = Walker(PLASMA, HARDENED, SMALL, 1, 40)
    start = process_time()
    shard = walk.shard(0, 5_000 if quick else 20_000, True)
    ours = shard.steps / (process_time() - start)
    note = f"{ours:,.0f} against {theirs:,.0f} steps/s"
    yield Figure("walker over Hypothesis rules", ours / theirs, "times", 12, True, note=note)


def deep_bug(quick: bool) -> Iterator[Figure]:
    """CPU seconds until a bug behind a long run is found and shrunk."""
    seconds, lengths, slow = [], [], []
    for seed in range(3 if quick else 9):
        result, taken, slowness = timed(lambda seed=seed: find_deep(seed))
        found = [len(t.actions) for t in result.traces if t.invariant == deep.EXPECTED]
        seconds.append(taken if found else inf)
        slow.append(slowness)
        lengths += found
    note = f"found {len(lengths)} of {len(seconds)}, shortest runs of {sorted(set(lengths))}"
    yield Figure("deep bug, median", median(seconds), "s", 3, False, median(slow), note)


def find_deep(seed: int) -> Result:
    """One campaign for the deep bug."""
    return fuzz(deep.FORGETFUL, HARDENED, deep.SCOPE, seed=seed, steps=60_000)


def explorer(quick: bool) -> Iterator[Figure]:
    """Transitions, and the time until a scope is exhausted."""
    for name, rules in (("plain", MVP), ("hardened", HARDENED)):
        result, taken, slowness = timed(lambda rules=rules: exhaust(rules, quick))
        rate = result.transitions / taken
        yield Figure(f"explorer, {name} rules", rate, "transitions/s", 40_000, True, slowness)
        if not result.details["stopped_by"]:
            note = f"{result.states:,} states, {result.transitions:,} transitions"
            yield Figure(f"exhausting, {name} rules", taken, "s", 20, False, slowness, note)


def exhaust(rules: Any, quick: bool) -> Result:
    """Everything in the scope, behind what breaks too."""
    limit = 10_000 if quick else None
    return explore(PLASMA, rules, EXHAUST, key="reduced", keep_going=True, max_states=limit)


def workers(quick: bool) -> Iterator[Figure]:
    """Two workers against one, and the same answer.

    On a machine that does other work, wall-clock time tells how many cores were free. So the time
    is that of the searching process and of half of what its two workers used together; the
    wall-clock times stand beside it.
    """
    depth = 5 if quick else None
    answers, seconds, walls = [], [], []
    for count in (1, 2):
        begun, before = monotonic(), times()
        result = explore(
            PLASMA, HARDENED, SHARED, key="reduced", workers=count, keep_going=True, depth=depth
        )
        after = times()
        own = after.user + after.system - before.user - before.system
        theirs = (
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        )
        seconds.append(own + theirs / count)
        walls.append(monotonic() - begun)
        answers.append((result.states, result.transitions, result.traces))
    same = "the same answer" if answers[0] == answers[1] else "DIFFERENT ANSWERS"
    note = f"{same}; wall-clock {walls[0]:.1f} and {walls[1]:.1f} s"
    yield Figure("two workers over one", seconds[0] / seconds[1], "times", 1.6, True, note=note)


def memory(quick: bool) -> Iterator[Figure]:
    """Bytes that a finished search keeps for each state: fingerprints, parents and moves."""
    search = search_all(PLASMA, HARDENED, SHARED, "reduced", None, 5_000 if quick else 200_000)
    each = bytes_kept(search) / len(search.seen)
    yield Figure("memory", each, "bytes/state", 200, False)


def bytes_kept(search: Search) -> int:
    """The set of fingerprints with its ints, and the layers' arrays."""
    fingerprints = sys.getsizeof(search.seen) + sum(map(sys.getsizeof, search.seen))
    return fingerprints + sum(
        sys.getsizeof(part)
        for layer in search.layers
        for part in (layer.prints, layer.parents, layer.places)
    )


def proofs(quick: bool) -> Iterator[Figure]:
    """The slowest theorem about decisions, all inductive ones together, the safe knobs."""
    slowest, inductive, knobs, slow = (0.0, ""), [], [(0.0, "")], [1.0]
    for theorem in PLASMA.theorems:
        is_step = theorem.id.startswith("PL-T-STEP")
        if is_step and quick:
            continue
        _, taken, slowness = timed(lambda theorem=theorem: prove(theorem))
        slow.append(slowness)
        if is_step:
            inductive.append(taken)
        elif theorem.safe_when:
            knobs.append((taken, theorem.id))
        else:
            slowest = max(slowest, (taken, theorem.id))
    here = median(slow)
    yield Figure("slowest decision theorem", slowest[0], "s", 1, False, here, slowest[1])
    yield Figure("safe knobs", max(knobs)[0], "s", 1, False, here, max(knobs)[1])
    if inductive:
        note = f"{len(inductive)} theorems"
        yield Figure("inductive proofs together", sum(inductive), "s", 20, False, here, note)


def random_programs(quick: bool) -> Iterator[Figure]:
    """Random small programs of which the prover says another word than trying all values."""
    number = 100 if quick else 1_500
    with TemporaryDirectory() as folder:
        said, wrong = disagreements(range(number), Path(folder))
    note = ", ".join([f"of {number:,}", *(f"{said[word]:,} {word}" for word in sorted(said))])
    yield Figure(
        "random programs misjudged", len(wrong), "", 0, False, None, "; ".join([note, *wrong])
    )


FIGURES: tuple[Callable[[bool], Iterator[Figure]], ...] = (
    walker,
    payment_walker,
    beside_hypothesis,
    deep_bug,
    explorer,
    workers,
    memory,
    keys,
    proofs,
    random_programs,
    channel,
    arbitration,
    equal_counts,
    shrinking,
)
