"""The toy, with one of its functions not returning: EXITGAME_RULEBOOK=tests.cli.never:INITIAL."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from invariants.kernel.claims import Rulebook
from spec.kernel.protocol import Family
from tests.cli.toy import TOY, VAULT


def never(*_: object) -> Any:
    """Whatever is asked, it does not return."""
    while True:
        pass


def chooses(state: object, rules: object, scope: object, choose: Callable[[int], int]) -> None:
    """It goes on choosing."""
    while choose(2) < 5:
        pass


def without(**parts: Any) -> Rulebook:
    return evolve(TOY, protocol=evolve(VAULT, name="never", **parts), cases=())


INITIAL = without(initial=never)
PARTY = without(party_name=never)
DESCRIBE = without(describe=never)
HONEST = evolve(without(), honest=never)
SETTLED = evolve(without(), settled=never)
HOLDS = evolve(without(), invariants=(evolve(TOY.invariants[0], holds=never),))
PROPOSE = without(
    families=(Family("none", chooses),),
    obligations=lambda state, rules: (),
    instants=lambda state, rules: (),
)
