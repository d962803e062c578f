"""What shrinking was to cost, and how far it goes: the same length whatever the seed.

Failing runs of sixty actions are made from what a search finds, with accepted actions that have
nothing to do with the failure put in between, and waits cut in two.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from attrs import evolve

from impl.lab.fuzz import fuzz
from impl.lab.fuzz.codec import Sources
from impl.lab.fuzz.shrink import Pair, Shrinker
from impl.lab.fuzz.walker import Walker
from impl.lab.runs.replay import Player
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.kernel.claims import Rulebook
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import DAY
from spec.kernel.clock import Wait
from tests.benchmarks.measuring import Figure, timed

LONG = 60
SEEDS = 10
MVP = PLASMA.rules_named("mvp").rules
LATE = evolve(MVP, exit_period=10 * DAY)
LITERAL = MULTIPARTY.rules_named("literal").rules


def shrinking(quick: bool) -> Iterator[Figure]:
    """Seconds for a run of sixty actions; in how many of ten campaigns the length is the same."""
    seconds, slow, shrunk = [], [], Counter[tuple[Pair, int]]()
    for pair, run in sixty(PLASMA, LATE, 1 if quick else 3):
        smaller, taken, slowness = timed(lambda pair=pair, run=run: shrink(PLASMA, LATE, pair, run))
        seconds.append(taken)
        slow.append(slowness)
        shrunk[pair, len(smaller)] += 1
    lengths = sorted({length for _, length in shrunk})
    note = f"{len(seconds)} runs of {LONG} actions, to {lengths}; the slowest"
    worst = max(range(len(seconds)), key=lambda n: seconds[n] / slow[n])
    yield Figure("shrinking, exit period 10d", seconds[worst], "s", 2, False, slow[worst], note)
    for name, book, rules in (
        ("mvp", PLASMA, MVP),
        ("exit period 10d", PLASMA, LATE),
        ("literal", MULTIPARTY, LITERAL),
    )[: 1 if quick else 3]:
        found = lengths_found(book, rules, 10_000)
        alike = {pair: max(Counter(each).values()) for pair, each in found.items()}
        least = min(alike.values())
        note = f"{len(alike)} causes found in all {SEEDS} campaigns"
        yield Figure(f"same length, {name}", least, f"of {SEEDS}", 8, True, note=note)


def shrink(book: Rulebook, rules: Any, pair: Pair, run: Sequence[Any]) -> Sequence[Any]:
    """The smallest run found."""
    return Shrinker(book, rules, book.scopes[book.default_scope], pair).shrink(run)


def lengths_found(book: Rulebook, rules: Any, steps: int) -> dict[Pair, list[int]]:
    """For each cause that every campaign finds, how long its run is in each of them."""
    found: dict[Pair, list[int]] = defaultdict(list)
    scope = book.scopes[book.default_scope]
    for seed in range(SEEDS):
        result = fuzz(book, rules, scope, seed=seed, steps=steps, run_length=LONG, keep_going=True)
        for trace in result.traces:
            found[trace.invariant, trace.finding.cause].append(len(trace.actions))
    return {pair: lengths for pair, lengths in found.items() if len(lengths) == SEEDS}


def sixty(
    book: Rulebook, rules: Any, each: int, walked: int = 20_000
) -> Iterator[tuple[Pair, tuple[Any, ...]]]:
    """Failing runs of sixty actions, some for each cause that a walk finds."""
    scope = book.scopes[book.default_scope]
    walk = Walker(book, rules, scope, 1, LONG).shard(0, walked, True)
    for failure in walk.failures:
        for seed in range(each):
            padding = Padding(book, rules, scope, failure.broken.pair, seed)
            yield failure.broken.pair, padding.around(failure.actions)


class Padding:
    """Makes a failing run longer without making another failure of it."""

    def __init__(self, book: Rulebook, rules: Any, scope: Any, target: Pair, seed: int) -> None:
        """Nothing is drawn yet."""
        self.player = Player(book, rules, scope)
        self.sources = Sources(book, rules, scope)
        self.target, self.random = target, Random(seed)

    def around(self, run: Sequence[Any]) -> tuple[Any, ...]:
        """A run of sixty actions; a shorter one where no more can be put in."""
        longer = tuple(run)
        for _ in range(4_000):
            if len(longer) == LONG:
                break
            candidate = self._with_one_more(longer)
            if candidate is not None and self._fails_at_its_end(candidate):
                longer = candidate
        return longer

    def _with_one_more(self, run: tuple[Any, ...]) -> tuple[Any, ...] | None:
        at = self.random.randrange(len(run))
        state = self.player.initial
        for action in run[:at]:
            state = self.player.play(state, action).after
        source = self.random.randrange(len(self.sources.weights))
        action = self.sources.draw(source, state, self.random.randrange)
        if not isinstance(action, Wait):
            return None if action is None else (*run[:at], action, *run[at:])
        whole = run[at]
        if not isinstance(whole, Wait) or whole.seconds < 2:
            return None
        first = self.random.randrange(1, whole.seconds)
        return (*run[:at], Wait(first), Wait(whole.seconds - first), *run[at + 1 :])

    def _fails_at_its_end(self, run: tuple[Any, ...]) -> bool:
        state = self.player.initial
        for n, action in enumerate(run, 1):
            played = self.player.play(state, action)
            if played.refusal is not None:
                return False
            if played.broken:
                return n == len(run) and self.target in {b.pair for b in played.broken}
            state = played.after
        return False
