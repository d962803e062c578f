"""Which claim notices a mutant: it is attacked like any rule, and replayed and proved like one.

A mutant that forbids too much breaks no invariant; what notices it is a witness that is no longer
seen.

An invariant counts only under rules that are known to keep it. So before a rule set is mutated, it
is searched itself, and whatever it breaks by itself is left out there.
"""

import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from random import Random
from time import monotonic
from types import FrameType
from typing import Any

from attrs import Factory, evolve, frozen

from impl.evidence import Word
from impl.explore.crew import Remote
from impl.explore.moves import Moves
from impl.fuzz.walker import Shard, Walker
from impl.monitor import RULE_ERROR, rule_error
from impl.mutants.loading import Loaded, installed, load
from impl.mutants.refused import Numbers, bent, numbers_in, with_refused
from impl.mutants.source import Mutant
from impl.prover import Unsupported, as_expected, prove
from impl.prover.paths import Unfaithful
from impl.watchdog import watchdog
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import move
from spec.kernel.refusal import Refusal

STEPS = 1_500
"""Accepted steps that a mutant is walked under each rule set in each scope."""
OFTEN = 40
"""A witness that is seen so often in twice the steps of a trial is missed if it is never seen."""
BENT = 60
"""Actions, bent in one place, that are tried at the end of an expected run."""
PROOF = 700
"""Milliseconds in which a theorem has to be proved to be tried on mutants."""
MEMORY = 3 * 2**30
"""Bytes that a worker may take."""
LONGEST = 30.0
"""Seconds for one walk. No sound rule comes near it."""
NOT_REACHED = "not reached"
"""Stands for a claim's id where the rules of the trials never run the line."""
EXPECTED_RUN = "expected run"
"""Stands for a claim's id where a mutant breaks none, but refuses or changes a run that the rules
allow, or allows what they refuse."""


@frozen
class Trial:
    """Rules and a scope in which every mutant is attacked, and the claims that hold there."""

    rule_set: str
    scope: str
    invariants: frozenset[str]
    witnesses: frozenset[str] = frozenset()
    """What a walk of as many steps sees again and again under the unmutated rules."""
    pool: Numbers = Factory(dict)
    """What stands in the fields of actions in such a walk."""
    steps: int = STEPS
    seed: int = 1


@frozen
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    by: str
    """The claim that notices it (invariant, witness or theorem); RULE-ERROR; 'expected run'; 'not
    reached'; empty: it survived."""
    cause: str
    seconds: float

    @property
    def claimed(self) -> bool:
        """Did a claim, or the crash of a rule, notice it?"""
        return self.by not in ("", EXPECTED_RUN, NOT_REACHED)


@frozen
class Story:
    """A run that the unmutated rules allow, and what they say to everything that may follow it."""

    actions: tuple[Any, ...]
    states: tuple[Any, ...]
    """With what honest parties owe there."""
    next: tuple[tuple[Any, Any], ...]
    """Actions, and the state after them or the type of the refusal."""


def trials(
    rulebook: Rulebook,
    settings: Sequence[tuple[str, str]] | None = None,
    *,
    steps: int = STEPS,
    seed: int = 1,
) -> tuple[Trial, ...]:
    """Attacks on every mutant: pairs of a rule set and a scope, for the claims that hold there.

    By default: what the rulebook's evidence says to hold, and the default rules in the widest
    scope, which is the last one; that scope first.
    """
    if settings is None:
        wide = tuple(rulebook.scopes)[-1]
        held = {(case.rule_set, case.scope) for case in rulebook.cases if not case.breaks}
        chosen = {*held, (rulebook.default_rules, wide)}
        settings = sorted(chosen, key=lambda pair: (pair[1] != wide, pair))
    by_rules: dict[str, list[str]] = {}
    for rule_set, scope in settings:
        by_rules.setdefault(rule_set, []).append(scope)
    found: list[Trial] = []
    for name, scopes in by_rules.items():
        kept = frozenset(i.id for i in rulebook.invariants)
        while True:
            plan = [Trial(name, scope, kept, steps=2 * steps, seed=seed) for scope in scopes]
            walks = [_walk(rulebook, trial) for trial in plan]
            broken = {each.broken.invariant for shard, _ in walks for each in shard.failures}
            if not broken:
                break
            kept -= broken
        for trial, (shard, pool) in zip(plan, walks, strict=True):
            seen = shard.coverage.witnesses
            often = frozenset(name for name, count in seen.items() if count >= OFTEN)
            found.append(evolve(trial, steps=steps, witnesses=often, pool=pool))
    return tuple(found)


def stories(rulebook: Rulebook, trial: Trial, most: int = 16) -> tuple[Story, ...]:
    """Runs of the unmutated rules, each with a combination of witnesses of its own."""
    rules, scope = _setting(rulebook, trial)
    walker = Walker(rulebook, rules, scope, trial.seed, 40)
    walker.shard(0, trial.steps, True)
    marks = sorted(walker.landmarks.values(), key=lambda mark: len(mark.actions), reverse=True)
    runs: list[tuple[Any, ...]] = []
    for mark in marks:
        if not any(run[: len(mark.actions)] == mark.actions for run in runs):
            runs.append(mark.actions)
    return tuple(_told(rulebook, rules, scope, run) for run in runs[:most])


def kill(
    mutant: Mutant,
    rulebook: Rulebook,
    attacks: Sequence[Trial],
    told: Sequence[tuple[Trial, Sequence[Story]]] = (),
    *,
    theorems: frozenset[str] = frozenset(),
) -> Verdict:
    """Attack a mutant until a claim notices it; then try the theorems with these ids, then
    expected runs."""
    start = monotonic()
    by, cause = "", ""
    try:
        loaded = load(mutant, rulebook)
    except Exception as error:
        return Verdict(mutant, *rule_error(error).pair, monotonic() - start)
    for trial in attacks:
        by, cause = _attack(loaded.rulebook, rulebook, trial)
        if by:
            break
    if not by and theorems:
        by, cause = _refuted(loaded, theorems)
    for trial, runs in told if not by else ():
        cause = _differs(loaded.rulebook, trial, runs)
        if cause:
            by = EXPECTED_RUN
            break
    return Verdict(mutant, by, cause, monotonic() - start)


def measure(
    rulebook: Rulebook,
    chosen: Sequence[Mutant],
    attacks: Sequence[Trial],
    *,
    theorems: bool = True,
    workers: int = 1,
) -> Iterator[Verdict]:
    """The verdict on each mutant, in order as far as one worker is concerned."""
    told = [(trial, stories(rulebook, trial)) for trial in attacks]
    ran = reached(rulebook, told, {mutant.module for mutant in chosen})
    quick = quick_theorems(rulebook) if theorems else frozenset()
    bench = _Bench(rulebook, chosen, attacks, told, quick, ran)
    if workers <= 1:
        yield from (bench.verdict(n) for n in range(len(chosen)))
        return
    crew = [Remote(bench.limited) for _ in range(workers)]
    try:
        yield from _shared(crew, len(chosen))
    finally:
        for worker in crew:
            worker.close()


@frozen
class _Bench:
    rulebook: Rulebook
    chosen: Sequence[Mutant]
    attacks: Sequence[Trial]
    told: Sequence[tuple[Trial, Sequence[Story]]]
    theorems: frozenset[str]
    ran: frozenset[tuple[str, int]]

    def limited(self) -> "_Bench":
        """Itself, in a worker that may not eat up the machine's memory."""
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return self

    def verdict(self, n: int) -> Verdict:
        mutant = self.chosen[n]
        if mutant.knob is None and (mutant.module, mutant.function) not in self.ran:
            return Verdict(mutant, NOT_REACHED, f"in {mutant.module}", 0.0)
        return kill(mutant, self.rulebook, self.attacks, self.told, theorems=self.theorems)


def _shared(crew: Sequence[Remote], count: int) -> Iterator[Verdict]:
    tasks = iter(range(count))
    busy: dict[Any, Remote] = {}
    for worker, n in zip(crew, tasks, strict=False):
        worker.ask("verdict", n)
        busy[worker.pipe] = worker
    while busy:
        for pipe in wait(list(busy)):
            worker = busy.pop(pipe)
            yield worker.answer()
            for n in tasks:
                worker.ask("verdict", n)
                busy[worker.pipe] = worker
                break


def _setting(rulebook: Rulebook, trial: Trial) -> tuple[Any, Any]:
    return rulebook.rules_named(trial.rule_set).rules, rulebook.scopes[trial.scope]


def _walk(rulebook: Rulebook, trial: Trial) -> tuple[Shard, Numbers]:
    """One walk, and what stands in the fields of the actions that lead to its landmarks."""
    rules, scope = _setting(rulebook, trial)
    kept = tuple(i for i in rulebook.invariants if i.id in trial.invariants)
    walker = Walker(evolve(rulebook, invariants=kept), rules, scope, trial.seed, 40)
    shard = walker.shard(0, trial.steps, False, monotonic() + LONGEST)
    return shard, numbers_in(a for mark in walker.landmarks.values() for a in mark.actions)


def _attack(mutated: Rulebook, original: Rulebook, trial: Trial) -> tuple[str, str]:
    """The first claim that a walk breaks, and why; or a witness that it misses; or nothing."""
    try:
        shard, _ = _walk(mutated, trial)
        missed = sorted(n for n in trial.witnesses if not shard.coverage.witnesses[n])
        if not shard.failures and not missed:
            ruder = with_refused(mutated, original, trial.rule_set, trial.pool)
            shard, _ = _walk(ruder, trial)
    except Exception as error:
        return rule_error(error).pair
    if shard.failures:
        return shard.failures[0].broken.pair
    return (missed[0], "never seen") if missed else ("", "")


def quick_theorems(rulebook: Rulebook) -> frozenset[str]:
    """The theorems that come out as expected in a moment; hundreds of mutants have to pass them."""
    quick = set()
    for theorem in rulebook.theorems:
        if as_expected(theorem, prove(theorem, budget_ms=PROOF, time_limit=PROOF / 1000)):
            quick.add(theorem.id)
    return frozenset(quick)


def _refuted(loaded: Loaded, ids: frozenset[str]) -> tuple[str, str]:
    """The first theorem that no longer comes out as expected; one left undecided says nothing."""
    try:
        claims = [theorem for theorem in loaded.theorems() if theorem.id in ids]
        with installed(loaded):
            for theorem in claims:
                word, expected = _proved(theorem)
                if word is not Word.UNKNOWN and not expected:
                    return theorem.id, f"{word.value}, not {theorem.expect.value}"
    except Exception as error:
        if not is_exhausted(error):
            return RULE_ERROR, f"{type(error).__name__} in a proof"
    return "", ""


def _proved(theorem: Any) -> tuple[Word, bool]:
    """What the prover says, and whether that was expected; unknown where it can't say anything."""
    try:
        result = prove(theorem, budget_ms=PROOF, time_limit=3 * PROOF / 1000)
    except (Unfaithful, Unsupported):
        return Word.UNKNOWN, False
    return result.word, as_expected(theorem, result)


def is_exhausted(error: Exception) -> bool:
    """Did the memory give out? That says nothing of the mutant."""
    return isinstance(error, MemoryError) or "memory" in str(error)


def reached(
    rulebook: Rulebook, told: Iterable[tuple[Trial, Sequence[Story]]], modules: Iterable[str]
) -> frozenset[tuple[str, int]]:
    """The functions of some modules, as (module, first line), that the stories run."""
    files = {sys.modules[name].__file__: name for name in modules if name in sys.modules}
    ran: set[tuple[str, int]] = set()

    def look(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        if code.co_filename in files:
            ran.add((files[code.co_filename], code.co_firstlineno))

    before = sys.gettrace()
    sys.settrace(look)
    try:
        for trial, runs in told:
            for story in runs:
                _retold(rulebook, *_setting(rulebook, trial), story)
    finally:
        sys.settrace(before)
    return frozenset(ran)


# Expected runs ----------------------------------------------------------------------------------


def _told(rulebook: Rulebook, rules: Any, scope: Any, actions: tuple[Any, ...]) -> Story:
    protocol = rulebook.protocol
    state = protocol.initial(scope, rules)
    states = [_seen(rulebook, state, rules)]
    for action in actions:
        state = move(protocol, state, action, rules)
        states.append(_seen(rulebook, state, rules))
    due = protocol.obligations(state, rules)
    tried = list(Moves(protocol, rules, scope).candidates(state, due))
    random, pool = Random(len(actions)), numbers_in((*actions, *tried))
    tried += [
        bent(random.choice(tried), pool, random.randrange) for _ in range(BENT if tried else 0)
    ]
    answers = tuple((action, _answer(rulebook, state, action, rules)) for action in tried)
    return Story(actions, tuple(states), answers)


def _seen(rulebook: Rulebook, state: Any, rules: Any) -> Any:
    return state, frozenset(rulebook.protocol.obligations(state, rules))


def _answer(rulebook: Rulebook, state: Any, action: Any, rules: Any) -> Any:
    try:
        return move(rulebook.protocol, state, action, rules)
    except Refusal as refusal:
        return type(refusal)
    except Exception as error:
        return type(error)


def _differs(mutated: Rulebook, trial: Trial, runs: Iterable[Story]) -> str:
    """How a mutant departs from the unmutated rules in expected runs; empty if it does not."""
    rules, scope = _setting(mutated, trial)
    for story in runs:
        try:
            with watchdog(int):
                said = _retold(mutated, rules, scope, story)
        except Refusal as refusal:
            return f"refuses an allowed action: {type(refusal).__name__}"
        except Exception as error:
            return rule_error(error).finding.cause
        if said:
            return said
    return ""


def _retold(mutated: Rulebook, rules: Any, scope: Any, story: Story) -> str:
    state = mutated.protocol.initial(scope, rules)
    for action, (expected, owed) in zip(story.actions, story.states[1:], strict=True):
        state = move(mutated.protocol, state, action, rules)
        _, owes = _seen(mutated, state, rules)
        if state != expected:
            return f"another state after {type(action).__name__}"
        if owes != owed:
            return f"other obligations after {type(action).__name__}"
    for action, wanted in story.next:
        answer = _answer(mutated, state, action, rules)
        if answer != wanted:
            kind, shown = type(action).__name__, getattr(wanted, "__name__", "")
            instead = getattr(answer, "__name__", "another state")
            return f"{kind}: {instead} instead of {shown or 'acceptance'}"
    return ""
