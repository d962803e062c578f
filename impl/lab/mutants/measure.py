"""What becomes of every mutant: its kept kill is played again, or it is hunted afresh.

Hunts are done in rounds of a fixed size, and every round knows the runs that killed something in
the rounds before. So the answer is the same for any number of workers.
"""

import resource
from collections.abc import Iterable, Iterator, Mapping, Sequence
from time import monotonic
from typing import Any

from attrs import field, frozen

from impl.ground.crew import Alone, Crew
from impl.ground.faults import BadInput
from impl.lab.claims.monitor import RULE_ERROR, rule_error
from impl.lab.mutants.equivalence import proved_equal
from impl.lab.mutants.explained import GAP, Explained
from impl.lab.mutants.hunt import Hunt, Prey, quick_theorems, refuted
from impl.lab.mutants.kills import Kill, Kind, runs_of
from impl.lab.mutants.loading import load
from impl.lab.mutants.moved import knob_mutants
from impl.lab.mutants.operators import is_common
from impl.lab.mutants.rules import Place, Ruled, rule_functions
from impl.lab.mutants.runs import Pair, Run, Stage
from impl.lab.mutants.settings import STEPS, Settings
from impl.lab.mutants.source import Mutant, methods_called, mutants
from invariants.kernel.claims import Rulebook
from spec.kernel.steps import Steps

MEMORY = 3 * 2**30
"""Bytes that a worker may take."""
EVERY = 4
"""A brief measurement holds an explanation against each fourth of the runs that are known."""
PATIENCE = 10.0
"""How much longer than in a hunt a theorem that is known to kill may take: the machine may be a
slow one, or busy."""
ROUND = 16
"""Mutants that are hunted without knowing of each other."""


@frozen
class Verdict:
    """What became of a mutant."""

    mutant: Mutant
    kill: Kill
    seconds: float
    fresh: bool = False
    """Was it hunted, rather than killed again by a kept kill?"""
    complaint: str = ""
    """What is wrong with what was kept about it."""

    @property
    def survived(self) -> bool:
        """Did nothing notice it, and nobody explain it?"""
        return self.kill.kind is Kind.SURVIVED


@frozen
class Kept:
    """What is known of a rulebook's mutants before."""

    kills: Mapping[str, Kill] = field(factory=dict)
    explained: Mapping[str, Explained] = field(factory=dict)
    runs: tuple[Run, ...] = ()
    """Other runs that are worth trying first."""


@frozen
class Population:
    """All mutants of a rulebook, and the functions that they are made of."""

    rulebook: Rulebook
    functions: Mapping[Place, Ruled]
    mutants: tuple[Mutant, ...]
    """The common stock: moved knobs and the common mistakes. Or else mistakes in effects."""
    wider: tuple[Mutant, ...] = ()
    """The other mistakes that can be made."""
    effect: bool = False
    """Are they mistakes in effects? Each changes some run, so a changed run is no kill there."""

    def rule_sets(self, mutant: Mutant) -> tuple[str, ...]:
        """The rule sets that run the changed place."""
        if mutant.knob is not None:
            return tuple(mutant.knob[1])
        return self.functions[mutant.module, mutant.function.partition(".")[0]].rule_sets


def population(rulebook: Rulebook, *, effect: bool = False) -> Population:
    """Every mutant of a rulebook, in the order of the text; moved knobs last.

    With `effect`, those that do something else, rather than ask something else before. Raises
    BadInput where a step goes through a method, in which no mistake would be seen.
    """
    steps = rulebook.protocol.step
    if isinstance(steps, Steps):
        for kind in steps.actions:
            through = methods_called(kind)
            if through:
                raise BadInput(
                    f"{kind.__module__}.{kind.__name__}: its step calls {', '.join(through)}, where"
                    " mistakes would not be seen; make a function of the module of it"
                )
    functions = rule_functions(rulebook)
    modules = tuple(dict.fromkeys(module for module, _ in functions))
    deciding = {place: ruled.decides for place, ruled in functions.items()}
    made = mutants(modules, deciding, effect=effect)
    if effect:
        return Population(rulebook, functions, made, effect=True)
    common = tuple(mutant for mutant in made if is_common(mutant.kind))
    wider = tuple(mutant for mutant in made if not is_common(mutant.kind))
    return Population(rulebook, functions, (*common, *knob_mutants(rulebook)), wider)


def measure(
    people: Population,
    chosen: Sequence[Mutant],
    kept: Kept,
    *,
    steps: int = STEPS,
    seed: int = 1,
    theorems: bool = True,
    again: frozenset[Kind] = frozenset(),
    hunts: bool = True,
    brief: bool = False,
    deadline: float | None = None,
    workers: int = 1,
) -> Iterator[Verdict]:
    """The verdict on each mutant: first those whose kept kill kills again, then the others.

    Kills of the kinds in `again` are looked for afresh. Without `hunts`, what has no kept kill
    survives; `brief` hunts look in few places, for claims only. Past the `deadline` (of the
    monotonic clock) nothing new is begun.
    """
    bench = _Bench(people, chosen, kept, again, steps, seed, theorems, brief)
    crew = Crew(bench.limited, workers) if workers > 1 else Alone(bench)

    def shared(method: str, numbers: Iterable[int]) -> Iterator[tuple[int, Any]]:
        """The answers, as they come; no new questions after the deadline."""
        asked = list(numbers)
        for at, answer in crew.answers(method, ((n,) for n in _until(deadline, asked))):
            yield asked[at], answer

    try:
        left = []
        for n, verdict in shared("check", range(len(chosen))):
            if isinstance(verdict, Verdict):
                yield verdict
            else:
                left.append((n, verdict))
        left.sort()
        if not hunts:
            for n, complaint in left:
                yield Verdict(chosen[n], Kill(Kind.SURVIVED, ""), 0.0, False, complaint)
            return
        for first in range(0, len(left), ROUND):
            if deadline is not None and monotonic() > deadline:
                return
            learned: dict[int, Run] = {}
            for n, verdict in shared("hunt", (n for n, _ in left[first : first + ROUND])):
                yield verdict
                if verdict.kill.run is not None:
                    learned[n] = verdict.kill.run
            crew.tell("learn", tuple(learned[n] for n in sorted(learned)))
    finally:
        crew.close()


def _until(deadline: float | None, numbers: Iterable[int]) -> Iterator[int]:
    for n in numbers:
        if deadline is not None and monotonic() > deadline:
            return
        yield n


class _Bench:
    """Judges mutants one by one."""

    def __init__(
        self,
        people: Population,
        chosen: Sequence[Mutant],
        kept: Kept,
        again: frozenset[Kind],
        steps: int,
        seed: int,
        theorems: bool,
        brief: bool,
    ) -> None:
        self.people, self.chosen, self.kept, self.again = people, chosen, kept, again
        self.stage = Stage(people.rulebook)
        self.settings = Settings(self.stage, steps=steps, seed=seed)
        self.runs = list(dict.fromkeys((*runs_of(kept.kills.values()), *kept.runs)))
        self.theorems, self.brief = theorems and not brief, brief
        self._hunt: Hunt | None = None

    def limited(self) -> "_Bench":
        """Itself, in a worker that may not eat up the machine's memory."""
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        return self

    def learn(self, runs: Sequence[Run]) -> None:
        """Runs that killed a mutant."""
        self.runs += [run for run in dict.fromkeys(runs) if run not in self.runs]

    def check(self, n: int) -> Verdict | str:
        """The verdict by what was kept; else what is wrong with that, empty if nothing was."""
        start = monotonic()
        mutant = self.chosen[n]
        kill = self.kept.kills.get(mutant.id)
        explained = self.kept.explained.get(mutant.id)
        if explained is not None:
            return self._explained(mutant, explained, start)
        if kill is None or kill.kind in self.again:
            return ""
        if self._holds(mutant, kill):
            return Verdict(mutant, kill, monotonic() - start)
        return f"the kept kill ({kill.by}) no longer kills"

    def _holds(self, mutant: Mutant, kill: Kill) -> bool:
        """Does a kept kill still kill?"""
        try:
            loaded = load(mutant, self.people.rulebook)
        except BaseException as error:
            return (kill.kind, kill.cause) == (Kind.ERROR, rule_error(error).finding.cause)
        if kill.kind is Kind.EQUIVALENT:
            sets = self.people.rule_sets(mutant)
            return proved_equal(mutant, loaded, self.people.rulebook, sets) == kill.by
        if kill.kind is Kind.THEOREM:
            return refuted(loaded, kill.by, PATIENCE) == kill.cause
        if kill.run is None:
            return False
        if kill.kind is Kind.WITNESS:
            return self.stage.misses(loaded, kill.run, kill.by)
        if kill.kind is Kind.RUN:
            return self.stage.departs(loaded, kill.run) == kill.by
        return self.stage.broken(loaded, kill.run) == (kill.by, kill.cause)

    def _explained(self, mutant: Mutant, explained: Explained, start: float) -> Verdict:
        """An explanation stands unless a run that is known breaks a claim, or a proof fails."""
        complaint = ""
        loaded = load(mutant, self.people.rulebook)
        sets = self.people.rule_sets(mutant)
        if mutant.id in self.kept.kills:
            complaint = "explained, and killed as well: drop the explanation"
        elif explained.change != mutant.difference:
            complaint = f"explained as another change: {explained.change}"
        elif explained.proof:
            equal = proved_equal(mutant, loaded, self.people.rulebook, sets, explained.sizes)
            complaint = "" if equal else "explained by a proof that z3 does not find"
        else:
            for run in self.runs[:: EVERY if self.brief else 1]:
                pair = self.stage.broken(loaded, run) if run.rule_set in sets else None
                if pair is not None and self._counts(mutant, run, pair):
                    complaint = f"explained, but killed by {pair[0]}: {pair[1]}"
                    break
        kind = Kind.GAP if explained.kind == GAP else Kind.EXPLAINED
        kill = Kill(kind, explained.kind, explained.reason)
        return Verdict(mutant, kill, monotonic() - start, False, complaint)

    def _counts(self, mutant: Mutant, run: Run, pair: Pair) -> bool:
        """Is a broken claim news? With a moved knob a run means something else than without, so
        there only what its rule set is said to keep."""
        return mutant.knob is None or (run.rule_set, pair[0]) in self.stage.promised

    def hunt(self, n: int) -> Verdict:
        """The verdict on a mutant of which nothing is known."""
        start = monotonic()
        if self._hunt is None:
            quick = quick_theorems(self.people.rulebook) if self.theorems else frozenset[str]()
            self._hunt = Hunt(self.settings, quick)
        mutant, rulebook = self.chosen[n], self.people.rulebook
        sets = self.people.rule_sets(mutant)
        try:
            loaded = load(mutant, rulebook)
        except BaseException as error:
            kill = Kill(Kind.ERROR, RULE_ERROR, rule_error(error).finding.cause)
            return Verdict(mutant, kill, monotonic() - start, True)
        prey = Prey(loaded, sets, mutant.knob is not None, self.people.effect)
        found = self._hunt.quick(prey, self.runs)
        if found is None:
            equal = proved_equal(mutant, loaded, rulebook, sets)
            if equal:
                found = Kill(Kind.EQUIVALENT, equal)
        if found is None:
            found = self._hunt.kill(prey, self.runs, self.brief)
        kill = found or Kill(Kind.SURVIVED, "")
        return Verdict(mutant, kill, monotonic() - start, True)


def complaints(people: Population, kept: Kept) -> list[str]:
    """What is kept about mutants that there are no more."""
    known = {mutant.id for mutant in (*people.mutants, *people.wider)}
    gone = [f"{id}: explained, but there is no such mutant any more" for id in kept.explained]
    gone += [f"{id}: a kill is kept, but there is no such mutant any more" for id in kept.kills]
    return sorted(line for line in gone if line.partition(": ")[0] not in known)
