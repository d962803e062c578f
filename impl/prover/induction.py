"""Every action keeps every invariant, on every state shape of a stated size.

One theorem for each type of action: from any state in which the invariants hold, whatever the
action's fields say, they hold in the state after it. A refusal is fine: nothing happened. An action
type that is never accepted comes out as VACUOUS.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from impl.prover.shapes import Fresh, Shape, arbitrary
from invariants.kernel.theorems import Expect, Theorem, assume

Invariant = Callable[..., bool]


def induction(
    name: str,
    make_state: Shape,
    actions: Mapping[type, Shape] | Sequence[type],
    step: Callable[[Any, Any, Any], Any],
    invariants: Sequence[Invariant],
    rules: Any,
    sizes: Mapping[str, Any],
    *,
    transitions: Sequence[Invariant] = (),
    symbolic_knobs: tuple[str, ...] = (),
) -> tuple[Theorem, ...]:
    """One theorem for each action type, with ids `name/Action`.

    `invariants` speak of (state, rules), `transitions` of (before, after). Actions get arbitrary
    fields by their annotations, or come from shapes of their own, given as a mapping.
    """
    shapes = (
        dict(actions)
        if isinstance(actions, Mapping)
        else {kind: _arbitrary(kind, sizes) for kind in actions}
    )
    return tuple(
        Theorem(
            id=f"{name}/{kind.__name__}",
            claim=f"{kind.__name__} keeps {_listed((*invariants, *transitions))}.",
            statement=preserved,
            expect=Expect.PROVED,
            sizes=sizes,
            values={
                "rules": rules,
                "step": step,
                "invariants": tuple(invariants),
                "transitions": tuple(transitions),
            },
            symbolic_knobs=symbolic_knobs,
            shapes={"before": make_state, "action": shape},
        )
        for kind, shape in shapes.items()
    )


def preserved(
    before: Any,
    action: Any,
    rules: Any,
    step: Callable[[Any, Any, Any], Any],
    invariants: tuple[Invariant, ...],
    transitions: tuple[Invariant, ...],
) -> bool:
    """If the invariants hold before the action, they and the transitions hold after it."""
    for invariant in invariants:
        assume(invariant(before, rules))
    after = step(before, action, rules)
    return all(
        [invariant(after, rules) for invariant in invariants]
        + [transition(before, after) for transition in transitions]
    )


def _arbitrary(kind: type, sizes: Mapping[str, Any]) -> Shape:
    def shape(fresh: Fresh) -> Any:
        return arbitrary(kind, kind.__name__, sizes, fresh)

    return shape


def _listed(functions: Sequence[Invariant]) -> str:
    return ", ".join(f.__name__.replace("_", " ") for f in functions)


def changed(theorem: Theorem, **values: Any) -> Theorem:
    """The same theorem over other fixed values: another rule set, say."""
    return attrs.evolve(theorem, values={**theorem.values, **values})
