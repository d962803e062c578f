"""Runs that tell a mutant from the rules, and how each of them does.

The strongest: a claim breaks in the run under the mutant for a cause for which it does not break
under the unmutated rules. Else a rule crashes; a witness that the run shows is no longer seen; or
what happens is merely different.
"""

from collections.abc import Callable
from typing import Any

from attrs import evolve, frozen

from impl.ground.watchdog import let_through, watchdog
from impl.lab.claims.monitor import RULE_ERROR, rule_error
from impl.lab.fuzz.codec import Sources
from impl.lab.mutants.loading import Loaded
from impl.lab.runs.replay import Player
from invariants.kernel.claims import Invariant, Rulebook
from spec.kernel.clock import move

Pair = tuple[str, str]
"""The id of an invariant, and the cause for which it breaks."""


@frozen
class Run:
    """Actions to be played under a rule set in a scope."""

    rule_set: str
    scope: str
    actions: tuple[Any, ...]


@frozen
class Told:
    """What the unmutated rules make of a run."""

    pairs: frozenset[Pair]
    witnesses: frozenset[str]
    """Those that the run shows."""
    steps: tuple[Any, ...]
    """After each action: the state or the type of the refusal, and what honest parties owe."""


class Stage:
    """Where runs are played: the unmutated rulebook, which remembers what it has played."""

    def __init__(self, rulebook: Rulebook) -> None:
        """Nothing is played yet."""
        self.rulebook = rulebook
        self._told: dict[Run, Told] = {}
        self.known: dict[str, set[Pair]] = {
            each.name: {
                pair
                for case in rulebook.cases
                if case.rule_set == each.name
                for pair in case.breaks
            }
            for each in rulebook.rule_sets
        }
        """What each rule set breaks by itself, as far as is known."""
        self._held = {
            (case.rule_set, case.scope)
            for case in rulebook.cases
            if not case.breaks and not case.only
        }
        self.promised = {
            (case.rule_set, claim.id)
            for case in rulebook.cases
            for claim in rulebook.invariants
            if not case.breaks and (not case.only or claim.id in case.only)
        }
        """The rule sets and the claims that they are said to keep."""

    def excused(self, rule_set: str, scope: str) -> set[Pair]:
        """What counts as no news there: nothing where all is said to hold."""
        return set() if (rule_set, scope) in self._held else self.known[rule_set]

    def told(self, run: Run) -> Told:
        """What the unmutated rules make of a run."""
        if run not in self._told:
            rules, scope = setting(self.rulebook, run)
            player = Player(self.rulebook, rules, scope)
            state, pairs = player.initial, set[Pair]()
            for action in run.actions:
                played = player.play(state, action)
                pairs |= {broken.pair for broken in played.broken}
                state = played.after
            seen = zip(self.rulebook.witnesses, player.tally.witnessed, strict=True)
            self._told[run] = Told(
                frozenset(pairs),
                frozenset(witness.id for witness, count in seen if count),
                tuple(_steps(self.rulebook, run)),
            )
        return self._told[run]

    def broken(self, loaded: Loaded, run: Run) -> Pair | None:
        """What breaks first in a run under a mutant, if the rules keep it there."""
        rules, scope = setting(loaded.rulebook, run)
        try:
            player = Player(loaded.rulebook, rules, scope)
        except BaseException as error:
            return rule_error(error).pair
        state = player.initial
        excused = self.excused(run.rule_set, run.scope)
        for action in run.actions:
            played = player.play(state, action)
            for each in played.broken:
                if each.pair not in excused and each.pair not in self.told(run).pairs:
                    return each.pair
            state = played.after
        return self._fault_ahead(loaded, run, state)

    def _fault_ahead(self, loaded: Loaded, run: Run, state: Any) -> Pair | None:
        """What crashes in proposing moves, where no move is to blame."""
        try:
            sources = Sources(loaded.rulebook, *setting(loaded.rulebook, run))
            for source in range(len(sources.weights)):
                for _ in sources.alternatives(source, state):
                    pass
        except BaseException as error:
            return rule_error(error).pair
        return None

    def misses(self, loaded: Loaded, run: Run, witness: str) -> bool:
        """Do the rules show a witness in a run in which a mutant does not?"""
        if witness not in self.told(run).witnesses:
            return False
        try:
            player = Player(loaded.rulebook, *setting(loaded.rulebook, run))
        except BaseException as error:
            let_through(error)
            return False
        state = player.initial
        for action in run.actions:
            state = player.play(state, action).after
        place = [each.id for each in self.rulebook.witnesses].index(witness)
        return not player.tally.witnessed[place]

    def departs(self, loaded: Loaded, run: Run) -> str:
        """How a mutant departs from the rules in a run; empty if it does not."""
        expected = self.told(run).steps
        try:
            with watchdog(int):
                for action, (wanted, owed), (said, owes) in zip(
                    run.actions, expected, _steps(loaded.rulebook, run), strict=True
                ):
                    told = different(type(action).__name__, wanted, said)
                    if told or owes != owed:
                        return told or f"other obligations after {type(action).__name__}"
        except BaseException as error:
            return rule_error(error).finding.cause
        return ""


def setting(rulebook: Rulebook, run: Run) -> tuple[Any, Any]:
    """The rules and the scope of a run."""
    return rulebook.rules_named(run.rule_set).rules, rulebook.scopes[run.scope]


def _steps(rulebook: Rulebook, run: Run) -> Any:
    """Answer and obligations, action by action."""
    protocol = rulebook.protocol
    rules, scope = setting(rulebook, run)
    state = protocol.initial(scope, rules)
    for action in run.actions:
        said = answer(rulebook, state, action, rules)
        if not isinstance(said, type):
            state = said
        yield said, frozenset(protocol.obligations(state, rules))


def answer(rulebook: Rulebook, state: Any, action: Any, rules: Any) -> Any:
    """The state after an action; the type of the refusal, or of the error, where there is none."""
    try:
        return move(rulebook.protocol, state, action, rules)
    except BaseException as no:
        let_through(no)
        return type(no)


def different(action: str, wanted: Any, said: Any) -> str:
    """How two answers differ, in words; empty if they do not."""
    if isinstance(wanted, type) and isinstance(said, type):
        return "" if wanted is said else f"{action} refused: {said.__name__}, not {wanted.__name__}"
    if isinstance(said, type):
        return f"{action} refused: {said.__name__}"
    if isinstance(wanted, type):
        return f"{action} accepted, not refused: {wanted.__name__}"
    return "" if wanted == said else f"another state after {action}"


def tolerant(rulebook: Rulebook, known: set[Pair]) -> Rulebook:
    """The rulebook, its claims satisfied with what is known to break anyway."""
    return evolve(
        rulebook, invariants=tuple(_tolerant(each, known) for each in rulebook.invariants)
    )


def _tolerant(invariant: Invariant, known: set[Pair]) -> Invariant:
    causes = frozenset(cause for id, cause in known if id == invariant.id)
    if not causes:
        return invariant

    def holds(*args: Any) -> bool:
        return bool(invariant.holds(*args)) or invariant.explain(*args).cause in causes

    return evolve(invariant, holds=holds)


def shortened(run: Run, still: Callable[[Run], bool]) -> Run:
    """The run without the actions that can be spared, so that it still does what it does."""
    size = max(1, len(run.actions) // 2)
    while size:
        at = len(run.actions) - size
        while at >= 0:
            less = evolve(run, actions=run.actions[:at] + run.actions[at + size :])
            if still(less):
                run = less
            at -= size
        size //= 2
    return run


def is_error(pair: Pair) -> bool:
    """Did a rule crash, rather than a claim break?"""
    return pair[0] == RULE_ERROR
