"""Where mutants are attacked: pairs of a rule set and a scope, searched without a mistake first.

What the unmutated rules break by themselves does not count there, cause by cause.
"""

from collections.abc import Sequence
from random import Random
from time import monotonic
from typing import Any

from attrs import frozen

from impl.lab.fuzz.walker import Landmark, Walker
from impl.lab.mutants.refused import Numbers, bent, numbers_in
from impl.lab.mutants.runs import Run, Stage, answer, setting, tolerant
from impl.lab.runs.moves import Moves
from spec.kernel.clock import move

STEPS = 1_500
"""Accepted steps that a mutant is walked under each rule set in each scope."""
EFFECT_STEPS = 200
"""The same against a mistake in an effect: there are many, and they show at once."""
OFTEN = 24
"""A witness that is seen so often in twice the steps of a trial is missed if it is never seen."""
LONGEST = 30.0
"""Seconds for one walk. No sound rule comes near it."""
RUN_LENGTH = 40
STORIES = 16
"""Expected runs of a trial at most."""
ENDINGS = 60
"""Actions, as proposed and bent in one place, with which an expected run can go on."""

Pair = tuple[str, str]
"""The names of a rule set and of a scope."""
Endings = tuple[Any, tuple[tuple[Any, Any], ...]]
"""A state, and what can be tried in it: actions with the unmutated rules' answers."""


@frozen
class Trial:
    """Rules and a scope in which mutants are attacked, as the unmutated rules are there."""

    rule_set: str
    scope: str
    often: frozenset[str]
    """Witnesses that a walk of as many steps sees again and again."""
    pool: Numbers
    """What stands in the fields of actions in such a walk."""
    stories: tuple[tuple[Any, ...], ...]
    """Runs, each with a combination of witnesses of its own, the longest first."""


class Settings:
    """The trials of a rulebook, each made when it is first asked for."""

    def __init__(self, stage: Stage, *, steps: int = STEPS, seed: int = 1) -> None:
        """Nothing is searched yet."""
        self.stage, self.rulebook, self.steps, self.seed = stage, stage.rulebook, steps, seed
        self._trials: dict[Pair, Trial] = {}
        self._endings: dict[Run, Endings] = {}
        wide = tuple(self.rulebook.scopes)[-1]
        self._held = [
            (case.rule_set, case.scope) for case in self.rulebook.cases if not case.breaks
        ]
        self._broken = [(case.rule_set, case.scope) for case in self.rulebook.cases if case.breaks]
        self._wide = wide

    def core(self, rule_sets: Sequence[str]) -> tuple[Pair, ...]:
        """Where a mistake in these rule sets has to show first: what is said to hold, and the
        default rules in the widest scope, which is the last one; that scope first."""
        default = self.rulebook.default_rules
        pairs = [p for p in self._held if p[0] in rule_sets]
        if default in rule_sets:
            pairs.append((default, self._wide))
        if not pairs:
            pairs = [p for p in self._broken if p[0] in rule_sets]
            pairs += [(name, self._wide) for name in rule_sets]
        return tuple(sorted(dict.fromkeys(pairs), key=lambda pair: (pair[1] != self._wide, pair)))

    def trial(self, pair: Pair) -> Trial:
        """A pair of a rule set and a scope, searched."""
        if pair not in self._trials:
            self._trials[pair] = self._searched(*pair)
        return self._trials[pair]

    def _searched(self, rule_set: str, scope: str) -> Trial:
        where = Run(rule_set, scope, ())
        rules, size = setting(self.rulebook, where)
        known = self.stage.known[rule_set]
        book = tolerant(self.rulebook, self.stage.excused(rule_set, scope))
        walker = Walker(book, rules, size, self.seed, RUN_LENGTH)
        shard = walker.shard(0, 2 * self.steps, True, monotonic() + LONGEST)
        known |= {failure.broken.pair for failure in shard.failures}
        seen = shard.coverage.witnesses
        marks = tuple(walker.landmarks.values())
        return Trial(
            rule_set,
            scope,
            frozenset(name for name, count in seen.items() if count >= OFTEN),
            numbers_in(action for mark in marks for action in mark.actions),
            _stories(marks),
        )

    def endings(self, trial: Trial, story: tuple[Any, ...]) -> Endings:
        """What can be tried after a story: proposed moves, and some bent in one place."""
        run = Run(trial.rule_set, trial.scope, story)
        if run not in self._endings:
            self._endings[run] = self._tried(run)
        return self._endings[run]

    def _tried(self, run: Run) -> Endings:
        protocol = self.rulebook.protocol
        rules, scope = setting(self.rulebook, run)
        state = protocol.initial(scope, rules)
        for action in run.actions:
            state = move(protocol, state, action, rules)
        due = protocol.obligations(state, rules)
        tried = list(Moves(protocol, rules, scope).candidates(state, due))
        random, pool = Random(len(run.actions)), numbers_in((*run.actions, *tried))
        more = [
            bent(random.choice(tried), pool, random.randrange)
            for _ in range(ENDINGS if tried else 0)
        ]
        actions = dict.fromkeys([*tried, *more])
        return state, tuple((a, answer(self.rulebook, state, a, rules)) for a in actions)


def _stories(marks: Sequence[Landmark]) -> tuple[tuple[Any, ...], ...]:
    runs: list[tuple[Any, ...]] = []
    for mark in sorted(marks, key=lambda mark: len(mark.actions), reverse=True):
        if mark.actions and not any(run[: len(mark.actions)] == mark.actions for run in runs):
            runs.append(mark.actions)
    return tuple(runs[:STORIES])
