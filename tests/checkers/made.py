"""The smallest rulebook around a state and what alice does in it."""

from typing import Any

from attrs import frozen
from escrow import ALICE, Scope

from invariants.kernel.claims import Invariant, Rulebook, RuleSet
from spec.kernel.action import Action
from spec.kernel.basics import DAY, Seconds
from spec.kernel.declared import declared, offers
from spec.kernel.protocol import Family


@frozen
class Rules:
    period: Seconds = DAY


def made(
    first: Any,
    *actions: type[Action],
    families: tuple[Family[Any, Any, Any], ...] | None = None,
    invariants: tuple[Invariant, ...] = (),
    **by_hand: Any,
) -> Rulebook:
    """A rulebook that begins in a state, and offers actions without a field."""
    protocol: Any = declared(
        name="made",
        state=type(first),
        initial=lambda scope, rules: first,
        actions=actions,
        obligations=lambda state, rules: (),
        parties={ALICE: "alice"},
        families=tuple(map(offers, actions)) if families is None else families,
        **by_hand,
    )
    return Rulebook(
        protocol=protocol,
        rule_sets=(RuleSet("only", Rules(), "as it is", "a test"),),
        scopes={"tiny": Scope()},
        invariants=invariants,
        witnesses=(),
        decisions={},
    )
