"""Plays given actions again, under any rules, and says what became of each.

So a counterexample is held against the rules that it departs from: the same actions, some refused
now, and the promise kept or broken.
"""

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve, frozen

from impl.ground.watchdog import RuleHangs, let_through, watchdog
from impl.lab.claims.answers import clock_stands, ignored, owed
from impl.lab.claims.monitor import RULE_ERROR, Broken, Monitor, Tally, rule_error
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

Look = Callable[[Any], tuple[Broken, ...]]
"""What a state shows."""


@frozen
class Played:
    """One action of a replay."""

    action: Any
    before: Any
    after: Any
    """The same object as `before` where the action was refused or the rule failed."""
    refusal: Refusal | None
    broken: tuple[Broken, ...]
    """The claims that break here; the run goes on."""

    @property
    def accepted(self) -> bool:
        """Did the rules let the action happen?"""
        return self.refusal is None and all(b.invariant != RULE_ERROR for b in self.broken)


@frozen
class Replay:
    """A run under some rules."""

    initial: Any
    steps: tuple[Played, ...]
    at_first: tuple[Broken, ...] = ()
    """The claims that the first state breaks, before any action."""
    ahead: tuple[Broken, ...] = ()
    """What fails in proposing the moves that come after the last action, if that was asked for."""

    @property
    def final(self) -> Any:
        """The state after all actions."""
        return self.steps[-1].after if self.steps else self.initial

    @property
    def states(self) -> tuple[Any, ...]:
        """The initial state and the state after each action."""
        return (self.initial, *(step.after for step in self.steps))

    @property
    def broken(self) -> tuple[Broken, ...]:
        """All claims that break somewhere, each (invariant, cause) once."""
        found: dict[tuple[str, str], Broken] = {}
        for _, broken in self.breaks:
            found.setdefault(broken.pair, broken)
        return tuple(found.values())

    @property
    def breaks(self) -> tuple[tuple[int, Broken], ...]:
        """All that breaks, with the number of the action, 0 for the first state."""
        return (
            *((0, broken) for broken in self.at_first),
            *((n, broken) for n, step in enumerate(self.steps, 1) for broken in step.broken),
            *((len(self.steps), broken) for broken in self.ahead),
        )

    @property
    def holds(self) -> bool:
        """Did the run break nothing?"""
        return not self.breaks


def replay(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    actions: Sequence[Any],
    look: Look | None = None,
    *,
    ahead: bool = False,
) -> Replay:
    """Play actions under some rules and the time rule; refused ones change nothing.

    `look` says of every state what it shows beside: that the rules are no function, for instance.
    With `ahead`, a run that breaks nothing is also asked what could be done next: a strategy or a
    family that raises does so in no action.
    """
    player = Player(rulebook, rules, scope)
    state, steps = player.initial, []
    for action in actions:
        step = player.play(state, action)
        if step.accepted and not step.broken:
            step = evolve(step, broken=player.standing(step.after))
        if look is not None:
            step = evolve(step, broken=(look(step.before) or look(step.after)) + step.broken)
        steps.append(step)
        state = step.after
    run = Replay(player.initial, tuple(steps), player.at_first())
    return evolve(run, ahead=player.ahead(state)) if ahead and run.holds else run


class Player:
    """Plays single actions, all claims watched."""

    def __init__(self, rulebook: Rulebook, rules: Any, scope: Any) -> None:
        """Make the scope's first state."""
        self.protocol, self.rules, self.scope = rulebook.protocol, rules, scope
        self.initial = self.protocol.initial(scope, rules)
        self.monitor = Monitor(rulebook, rules, self.initial)
        self.tally = Tally(len(rulebook.witnesses))

    def at_first(self) -> tuple[Broken, ...]:
        """What the first state breaks."""
        first = self.initial
        try:
            with watchdog(int):
                return self.monitor.explain(self.monitor.at(first), first, None, first)
        except BaseException as error:
            return (rule_error(error),)

    def play(self, state: Any, action: Any) -> Played:
        """One action."""
        try:
            with watchdog(int):
                after = move(self.protocol, state, action, self.rules)
        except Refusal as refusal:
            return Played(action, state, state, refusal, ())
        except BaseException as error:
            return Played(action, state, state, None, (rule_error(error),))
        try:
            with watchdog(int):
                failed = self.monitor.step(state, action, after, self.tally.witnessed)
                broken = self.monitor.explain(failed, state, action, after) if failed else ()
                broken = broken or self._ignored(state, action, after)
        except BaseException as error:
            # A claim that raises, a refusal too, is at fault; the rules did not say no.
            return Played(action, state, state, None, (rule_error(error),))
        return Played(action, state, after, None, broken)

    def _ignored(self, state: Any, action: Any, after: Any) -> tuple[Broken, ...]:
        """What an accepted answer breaks that discharges nothing. A strategy that fails is told by
        whoever needs it, as with a wait: the action was accepted without it."""
        protocol, rules = self.protocol, self.rules
        try:
            due = () if isinstance(action, Wait) else protocol.obligations(state, rules)
            then = protocol.obligations(after, rules) if owed(due, action) else ()
            return ignored(protocol, rules, due, action, after, then)
        except RuleHangs:
            raise
        except BaseException as error:
            let_through(error)
            return ()

    def standing(self, state: Any) -> tuple[Broken, ...]:
        """What a state breaks in which no wait is accepted, however the honest parties answer."""
        try:
            with watchdog(int):
                return clock_stands(self.protocol, self.rules, state)
        except BaseException as error:
            return (rule_error(error),)

    def ahead(self, state: Any) -> tuple[Broken, ...]:
        """What fails in proposing moves, where no move is to blame."""
        moves = Moves(self.protocol, self.rules, self.scope)
        try:
            with watchdog(int):
                due = self.protocol.obligations(state, self.rules)
                moves.candidates(state, due)
                moves.waits(state, due)
        except BaseException as error:
            return (rule_error(error),)
        return ()
