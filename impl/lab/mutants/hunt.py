"""The hunt for a mutant: from what says most about the claims to what says least.

First runs that killed others, since many mistakes show in the same run; then random walks, also
with moves that the rules refuse; then small scopes, breadth first; then the theorems. Only when no
claim breaks anywhere: a witness that is missed, and at last a run that merely comes out otherwise.
"""

from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Any

from attrs import evolve, frozen

from impl.ground.evidence import Word
from impl.ground.watchdog import let_through
from impl.lab.claims.monitor import RULE_ERROR, rule_error
from impl.lab.explore import explore
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.fuzz.walker import Walker
from impl.lab.mutants.kills import Kill, Kind
from impl.lab.mutants.loading import Loaded, installed
from impl.lab.mutants.moved import crossed
from impl.lab.mutants.refused import with_refused
from impl.lab.mutants.runs import (
    Pair,
    Run,
    answer,
    different,
    is_error,
    setting,
    shortened,
    tolerant,
)
from impl.lab.mutants.settings import LONGEST, RUN_LENGTH, Settings, Trial
from impl.lab.prover import NotStated, Unsupported, as_expected, prove
from impl.lab.prover.paths import Unfaithful

PROOF = 700
"""Milliseconds in which a theorem has to be proved to be tried on mutants."""
STATES = 4_000
"""States of a small scope that are looked at."""
BRIEF = 2
"""Settings that a brief hunt looks in."""
SMALL = 3
"""Small scopes that are looked at."""


@frozen
class Prey:
    """A mutant that can be run, with what is worth knowing about it."""

    loaded: Loaded
    rule_sets: tuple[str, ...]
    """The rule sets that run the changed place."""
    is_knob: bool = False
    is_effect: bool = False

    @property
    def runs_differ(self) -> bool:
        """Other rules, and other effects, come out differently; that alone says nothing."""
        return self.is_knob or self.is_effect


class Hunt:
    """What all hunts of one rulebook share."""

    def __init__(self, settings: Settings, theorems: frozenset[str]) -> None:
        """`theorems`: the ids of those that are tried."""
        self.settings, self.stage, self.theorems = settings, settings.stage, theorems

    def quick(self, prey: Prey, runs: Sequence[Run]) -> Kill | None:
        """A kill by a claim in one of the runs."""
        for run in runs:
            if run.rule_set in prey.rule_sets:
                pair = self.stage.broken(prey.loaded, run)
                if pair is not None and not is_error(pair):
                    return broken(pair, run)
        return None

    def kill(self, prey: Prey, runs: Sequence[Run], brief: bool = False) -> Kill | None:
        """How the mutant is killed, if it is, where `quick` did not kill it.

        A `brief` hunt looks in few places, or for a mistake in an effect shortly in all, and only
        for claims that break, or there for a rule that crashes.
        """
        mine = [run for run in runs if run.rule_set in prey.rule_sets]
        pairs = self.settings.core(prey.rule_sets)
        few = brief and not prey.is_effect
        trials = [self.settings.trial(pair) for pair in (pairs[:BRIEF] if few else pairs)]
        if brief:
            kills = self._by_claims(prey, trials, small=0)
            return next((k for k in kills if prey.is_effect or k.kind is Kind.INVARIANT), None)
        errors = []
        small = len(trials) if prey.is_knob else SMALL  # a moved number shows late, and seldom
        for kill in self._by_claims(prey, trials, small):
            if kill.kind is not Kind.ERROR:
                return kill
            errors.append(kill)
            break
        found = self._by_theorem(prey)
        if found is not None or errors:
            return found or errors[0]
        found = self._by_witness(prey, trials)
        if found is None and not prey.runs_differ:
            found = self._by_run(prey, mine, trials)
        return found

    # --- claims ---

    def _by_claims(self, prey: Prey, trials: Sequence[Trial], small: int = SMALL) -> Iterator[Kill]:
        for trial in trials:
            for attack in (_walked, _walked_rudely):
                yield from self._small(prey, trial, attack(self, prey, trial))
        places = tuple(self.stage.rulebook.scopes)
        for trial in sorted(trials, key=lambda each: places.index(each.scope))[:small]:
            yield from self._small(prey, trial, _explored(self, prey, trial))

    def _small(
        self, prey: Prey, trial: Trial, found: tuple[Pair, tuple[Any, ...]] | None
    ) -> Iterator[Kill]:
        """A failure as a kill, with a run as short as can be; nothing if the rules fail as well."""
        if found is None:
            return
        pair, actions = found
        run = Run(trial.rule_set, trial.scope, actions)
        book = tolerant(prey.loaded.rulebook, self.stage.excused(trial.rule_set, trial.scope))
        rules, scope = setting(prey.loaded.rulebook, run)
        short = evolve(run, actions=Shrinker(book, rules, scope, pair).shrink(actions))
        for each in (short, run):
            if self.stage.broken(prey.loaded, each) == pair:
                yield broken(pair, each)
                return
        if is_error(pair):
            yield Kill(Kind.ERROR, RULE_ERROR, pair[1])

    # --- theorems ---

    def _by_theorem(self, prey: Prey) -> Kill | None:
        """The first theorem that no longer comes out as expected; an undecided one says nothing."""
        for id in sorted(self.theorems) if prey.loaded.modules or prey.is_knob else ():
            said = refuted(prey.loaded, id)
            if said:
                return Kill(Kind.THEOREM, id, said)
        return None

    # --- what is possible ---

    def _by_witness(self, prey: Prey, trials: Sequence[Trial]) -> Kill | None:
        for trial in trials:
            for id in sorted(trial.often & set(_missed(self, prey, trial))):
                for story in sorted(trial.stories, key=len):
                    run = Run(trial.rule_set, trial.scope, story)
                    if self.stage.misses(prey.loaded, run, id):
                        return self._missing(prey, run, id)
        return None

    def _missing(self, prey: Prey, run: Run, id: str) -> Kill:
        short = shortened(run, lambda each: self.stage.misses(prey.loaded, each, id))
        return Kill(Kind.WITNESS, id, "no longer seen", short)

    def _by_run(self, prey: Prey, runs: Sequence[Run], trials: Sequence[Trial]) -> Kill | None:
        for run in runs:
            if self.stage.departs(prey.loaded, run):
                return self._departing(prey, run)
        for trial in trials:
            for story in trial.stories:
                run = Run(trial.rule_set, trial.scope, story)
                if self.stage.departs(prey.loaded, run):
                    return self._departing(prey, run)
                ending = self._other_ending(prey, trial, story)
                if ending is not None:
                    return self._departing(prey, evolve(run, actions=(*story, ending)))
        return None

    def _other_ending(self, prey: Prey, trial: Trial, story: tuple[Any, ...]) -> Any:
        """An action after a story that mutant and rules answer differently; None if there is none.

        A story without a difference leads both to the same state.
        """
        state, endings = self.settings.endings(trial, story)
        book = prey.loaded.rulebook
        rules, _ = setting(book, Run(trial.rule_set, trial.scope, ()))
        for action, wanted in endings:
            said = answer(book, state, action, rules)
            if different("", wanted, said):
                return action
        return None

    def _departing(self, prey: Prey, run: Run) -> Kill:
        short = shortened(run, lambda each: bool(self.stage.departs(prey.loaded, each)))
        return Kill(Kind.RUN, self.stage.departs(prey.loaded, short), "", short)


def broken(pair: Pair, run: Run) -> Kill:
    """A kill by a claim, or by a crash."""
    return Kill(Kind.ERROR if is_error(pair) else Kind.INVARIANT, *pair, run)


def refuted(loaded: Loaded, id: str, patience: float = 1.0) -> str:
    """How a theorem about a mutant comes out, if not as expected; empty also where undecided.

    `patience`: how many times longer than in a hunt it may take.
    """
    if not loaded.modules:
        before = loaded.unmoved.rules_named(loaded.unmoved.default_rules).rules
        return dict(crossed(loaded.rulebook, loaded.unmoved.theorems, before)).get(id, "")
    try:
        # Before the mutated modules stand in for the real ones, by which theorems are found.
        theorems = loaded.theorems()
        with installed(loaded):
            for theorem in theorems:
                if theorem.id != id:
                    continue
                budget = int(PROOF * patience)
                result = prove(theorem, budget_ms=budget, time_limit=3 * budget / 1000)
                if result.word is Word.UNKNOWN or as_expected(theorem, result):
                    return ""
                return f"{result.word.value}, not {theorem.expect.value}"
    except (Unfaithful, Unsupported):
        return ""
    except BaseException as error:
        let_through(error)
        if isinstance(error, MemoryError) or "memory" in str(error):
            return ""
        return f"{type(error).__name__} in the proof"
    return ""


def quick_theorems(rulebook: Any) -> frozenset[str]:
    """The theorems that come out as expected in a moment; hundreds of mutants have to pass them."""
    return frozenset(theorem.id for theorem in rulebook.theorems if _is_quick(theorem))


def _is_quick(theorem: Any) -> bool:
    try:
        result = prove(theorem, budget_ms=PROOF, time_limit=PROOF / 1000)
    except NotStated:
        return False
    return as_expected(theorem, result)


# Searches --------------------------------------------------------------------------------------


def _walker(hunt: Hunt, rulebook: Any, trial: Trial) -> Walker:
    where = Run(trial.rule_set, trial.scope, ())
    rules, scope = setting(rulebook, where)
    book = tolerant(rulebook, hunt.stage.excused(trial.rule_set, trial.scope))
    return Walker(book, rules, scope, hunt.settings.seed, RUN_LENGTH)


def _walk(hunt: Hunt, rulebook: Any, trial: Trial) -> tuple[Pair, tuple[Any, ...]] | None:
    try:
        walker = _walker(hunt, rulebook, trial)
        shard = walker.shard(0, hunt.settings.steps, False, monotonic() + LONGEST)
    except BaseException as error:
        return rule_error(error).pair, ()
    if shard.failures:
        return shard.failures[0].broken.pair, shard.failures[0].actions
    return None


def _walked(hunt: Hunt, prey: Prey, trial: Trial) -> tuple[Pair, tuple[Any, ...]] | None:
    return _walk(hunt, prey.loaded.rulebook, trial)


def _walked_rudely(hunt: Hunt, prey: Prey, trial: Trial) -> tuple[Pair, tuple[Any, ...]] | None:
    """With moves that the unmutated rules refuse."""
    book = prey.loaded.rulebook
    return _walk(hunt, with_refused(book, hunt.stage.rulebook, trial.rule_set, trial.pool), trial)


def _missed(hunt: Hunt, prey: Prey, trial: Trial) -> list[str]:
    """The witnesses that a walk does not see."""
    try:
        walker = _walker(hunt, prey.loaded.rulebook, trial)
        shard = walker.shard(0, hunt.settings.steps, False, monotonic() + LONGEST)
    except BaseException as error:
        let_through(error)
        return []
    return [id for id, count in shard.coverage.witnesses.items() if not count]


def _explored(hunt: Hunt, prey: Prey, trial: Trial) -> tuple[Pair, tuple[Any, ...]] | None:
    book = tolerant(prey.loaded.rulebook, hunt.stage.excused(trial.rule_set, trial.scope))
    rules, scope = setting(book, Run(trial.rule_set, trial.scope, ()))
    try:
        # The key may be wrong for a mutant: then less is seen, and what is found is still true.
        result = explore(book, rules, scope, key="reduced", max_states=STATES, time_limit=LONGEST)
    except BaseException as error:
        return rule_error(error).pair, ()
    if not result.traces:
        return None
    trace = result.traces[0]
    return (trace.invariant, trace.finding.cause), trace.actions
