"""What can be done in a protocol, and what comes of it: dispatch and the passing of time."""

from collections.abc import Callable, Mapping
from typing import Any, Generic

from attrs import Factory, evolve, field, frozen

from spec.kernel.action import Action, NotTheirs
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Rules, State

Effect = Callable[[Any, Any, Any], Any]
"""effect(action, state, rules) is the next state."""


@frozen
class Steps(Generic[State, Rules]):
    """The steps of a protocol: called with a state, an action and the rules, the next state."""

    actions: tuple[type[Action], ...]
    """Every type of action, but for the clock's."""
    before: Callable[[State, Any, Rules], None] | None = None
    """before(state, action, rules) refuses what is nobody's to do there, whatever it is; None:
    nothing is."""
    after: Callable[[State, Any, State], State] | None = None
    """after(before, action, after) adds what is recorded of every step; None: nothing is."""
    standing: Callable[[State, State, Rules], State] | None = field(default=None, eq=False)
    """standing(before, after, rules) adds since when honest parties have had to answer; None: they
    answer by their deadlines, in no time."""
    effects: Mapping[type, Effect] = field(
        default=Factory(lambda self: {kind: kind.step for kind in self.actions}, takes_self=True),
        eq=False,
    )
    """What comes of each type of action: its `step`."""

    def __call__(self, state: State, action: Any, rules: Rules) -> State:
        """The state after an action; for a wait, the same state later.

        Raises NotTheirs, or what `before` or the effect refuses with; then nothing has happened.
        """
        after = self._after(state, action, rules)
        return after if self.standing is None else self.standing(state, after, rules)

    def _after(self, state: State, action: Any, rules: Rules) -> State:
        if isinstance(action, Wait):
            return waited(state, action.seconds)
        if action.only is not None and action.by != action.only:
            raise NotTheirs(action.by, action.only)
        if self.before is not None:
            self.before(state, action, rules)
        after: State = self.effects[type(action)](action, state, rules)
        return after if self.after is None else self.after(state, action, after)

    @property
    def roots(self) -> tuple[Callable[..., Any], ...]:
        """Where the rules of a step begin."""
        around = [each for each in (self.before, self.after) if each is not None]
        return (*self.effects.values(), *around)


def waited(state: State, seconds: Seconds) -> State:
    """The state when some seconds have passed and nothing else has happened."""
    main = state.main  # type: ignore[attr-defined]
    later = MainChain(main.now + seconds, main.accounts, main.escrow)
    after: State = evolve(state, main=later)  # type: ignore[misc]
    return after
