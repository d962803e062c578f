"""A Hypothesis RuleBasedStateMachine of any rulebook, for test suites and habits.

Our own walker takes steps at a small part of its cost; what Hypothesis adds is its database, its
shrinking, and being what people expect.
"""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from impl.lab.claims.monitor import Broken
from impl.lab.fuzz.codec import Sources
from impl.lab.runs.replay import Player
from invariants.kernel.claims import Rulebook


class ClaimBroken(AssertionError):
    """A run broke a claim; says which, why, and by which actions."""

    def __init__(self, broken: Broken, actions: tuple[Any, ...]) -> None:
        """Keep what broke and the run for whoever catches it."""
        self.broken, self.actions = broken, actions
        run = "".join(f"\n  {n} {action}" for n, action in enumerate(actions, start=1))
        super().__init__(f"{broken.invariant}: {broken.finding.said}{run}")


def state_machine(rulebook: Rulebook, rules: Any, scope: Any) -> type[RuleBasedStateMachine]:
    """A state machine with one rule for each family, one for honest answers, one for the clock.

    Refused moves change nothing. The first broken claim raises ClaimBroken. Use its `TestCase`, or
    `run_state_machine_as_test`.
    """
    player, sources = Player(rulebook, rules, scope), Sources(rulebook, rules, scope)

    def start(self: Any) -> None:
        RuleBasedStateMachine.__init__(self)
        self.state, self.actions = player.initial, ()

    def mover(source: int) -> Callable[..., None]:
        def play(self: Any, data: Any) -> None:
            def choose(n: int) -> int:
                return int(data.draw(st.integers(0, n - 1)))

            action = sources.draw(source, self.state, choose)
            if action is None:
                return
            played = player.play(self.state, action)
            if played.refusal is None:
                self.actions = (*self.actions, action)
            if played.broken:
                raise ClaimBroken(played.broken[0], self.actions)
            self.state = played.after

        return play

    names = [family.name.replace("-", "_").replace(" ", "_") for family in sources.families]
    body: dict[str, Any] = {"__init__": start}
    for source, name in enumerate([*names, "honest_answer", "clock"]):
        play = mover(source)
        play.__name__ = name
        body[f"{name}_{source}" if name in body else name] = rule(data=st.data())(play)
    title = "".join(part.capitalize() for part in rulebook.protocol.name.split("-"))
    return type(f"{title}Machine", (RuleBasedStateMachine,), body)
