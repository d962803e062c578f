"""What the multi-party channel was to cost: exploring, proving, finding the subtlest flaw."""

from collections.abc import Iterator
from math import inf
from statistics import median

from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.prover import prove
from invariants.channels.multiparty.rulebook import MULTIPARTY
from tests.benchmarks import flaw
from tests.benchmarks.measuring import Figure, timed

SCOPE = MULTIPARTY.scopes[MULTIPARTY.default_scope]
LITERAL = MULTIPARTY.rules_named("literal").rules
SOUND = MULTIPARTY.rules_named("sound").rules


def channel(quick: bool) -> Iterator[Figure]:
    """The default scope, exhausted: three members, one epoch, two payments, a coalition."""
    limit = 5_000 if quick else None
    for name, rules in (("sound", SOUND), ("literal", LITERAL)):
        result, taken, slowness = timed(
            lambda rules=rules: explore(MULTIPARTY, rules, SCOPE, keep_going=True, max_states=limit)
        )
        note = f"{result.states:,} states, {result.transitions:,} transitions"
        yield Figure(f"channel, {name} rules", taken, "s", 20, False, slowness, note)


def arbitration(quick: bool) -> Iterator[Figure]:
    """S1, S2, and all theorems about arbitration together."""
    total, slow = 0.0, []
    for theorem in MULTIPARTY.theorems:
        _, taken, slowness = timed(lambda theorem=theorem: prove(theorem))
        total += taken
        slow.append(slowness)
        if theorem.id in ("MP-T-S1", "MP-T-S2"):
            sizes = ", ".join(f"{name} {size}" for name, size in theorem.sizes.items())
            yield Figure(theorem.id, taken, "s", 3, False, slowness, sizes)
    note = f"{len(MULTIPARTY.theorems)} theorems and ablations"
    yield Figure("arbitration proofs together", total, "s", 20, False, median(slow), note)


def equal_counts(quick: bool) -> Iterator[Figure]:
    """CPU seconds until the flaw with equal counts is found and shrunk."""
    for name in ("busy", MULTIPARTY.default_scope):
        yield in_random_runs(name, 3 if quick else 15)


def in_random_runs(name: str, seeds: int) -> Figure:
    """The flaw with equal counts, in a scope of that name."""
    scope = MULTIPARTY.scopes[name]
    seconds, lengths, slow = [], [], []
    for seed in range(seeds):
        result, taken, slowness = timed(
            lambda seed=seed: fuzz(flaw.EQUAL_COUNTS, LITERAL, scope, seed=seed, steps=100_000)
        )
        seconds.append(taken if result.traces else inf)
        lengths += [len(trace.actions) for trace in result.traces]
        slow.append(slowness)
    note = f"{name}: found {len(lengths)} of {len(seconds)}, runs of {sorted(set(lengths))}"
    return Figure("equal counts, median", median(seconds), "s", 2, False, median(slow), note)
