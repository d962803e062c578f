"""The toy, with one of its functions not returning: EXITGAME_RULEBOOK=tests.cli.never:INITIAL."""

from collections.abc import Callable
from typing import Any

from attrs import evolve

from invariants.kernel.claims import Rulebook, RuleSet
from invariants.kernel.stock import explored
from spec.kernel.basics import Wei
from spec.kernel.protocol import Family
from tests.cli.toy import PLAIN, TOY, VAULT, Rules


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


def never_paid(amount: Wei, rules: Rules) -> Wei:
    """A rule that does not return."""
    while True:
        pass


HANGING = evolve(
    TOY,
    protocol=evolve(VAULT, name="hanging"),
    rule_sets=(
        *TOY.rule_sets,
        RuleSet("hanging", evolve(PLAIN, payout=never_paid), "Nothing is paid.", "made up"),
    ),
    cases=(TOY.cases[0], explored("HANG-1", "It never ends", "hanging/pair")),
)
