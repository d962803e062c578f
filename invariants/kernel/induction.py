"""Every action keeps every invariant; a given run keeps them for all amounts, times and knobs.

Induction is one theorem for each type of action: from any state of a stated shape in which the
invariants hold, whatever the action's fields say, they hold in the state after it. A refusal is
fine: nothing happened. An action type that is never accepted comes out as VACUOUS.

A script is one theorem for a fixed sequence of actions with unknown fields. It generalises a run
that a fuzzer found: refuted, it gives other values that break; with `safe_knobs`, the rules that
keep it whole.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from invariants.kernel.claims import Invariant as Claim
from invariants.kernel.theorems import Expect, Shape, Theorem, assume

Invariant = Callable[..., bool]


def induction(
    name: str,
    make_state: Shape,
    actions: Mapping[type, Shape] | Sequence[type],
    step: Callable[[Any, Any, Any], Any],
    invariants: Sequence[Claim | Invariant],
    rules: Any,
    sizes: Mapping[str, Any],
    *,
    transitions: Sequence[Claim | Invariant] = (),
    symbolic_knobs: tuple[str, ...] = (),
) -> tuple[Theorem, ...]:
    """One theorem for each action type, with ids `name/Action`.

    `invariants` speak of (state, rules), `transitions` of (before, action, after, rules): claims,
    or functions that nobody claims alone. Actions get arbitrary fields by their annotations, or
    come from shapes of their own, given as a mapping.
    """
    kept, crossed = _predicates(invariants), _predicates(transitions)
    shapes: Mapping[type, Shape] = (
        actions if isinstance(actions, Mapping) else {kind: kind for kind in actions}
    )
    return tuple(
        Theorem(
            id=f"{name}/{kind.__name__}",
            claim=f"{kind.__name__} keeps: {_listed((*kept, *crossed))}.",
            statement=preserved,
            expect=Expect.PROVED,
            sizes=sizes,
            values={
                "rules": rules,
                "step": step,
                "invariants": kept,
                "transitions": crossed,
            },
            symbolic_knobs=symbolic_knobs,
            shapes={"before": make_state, "action": shape},
        )
        for kind, shape in shapes.items()
    )


def _predicates(claims: Sequence[Claim | Invariant]) -> tuple[Invariant, ...]:
    return tuple([each.holds if isinstance(each, Claim) else each for each in claims])


def preserved(
    before: Any,
    action: Any,
    rules: Any,
    step: Callable[[Any, Any, Any], Any],
    invariants: tuple[Invariant, ...],
    transitions: tuple[Invariant, ...],
) -> bool:
    """If the invariants hold before the action, they and the transitions hold after it."""
    assume(all(invariant(before, rules) for invariant in invariants))
    after = step(before, action, rules)
    return all(
        [invariant(after, rules) for invariant in invariants]
        + [transition(before, action, after, rules) for transition in transitions]
    )


def script(
    name: str,
    start: Any,
    actions: Sequence[Shape],
    step: Callable[[Any, Any, Any], Any],
    invariants: Sequence[Claim | Invariant],
    rules: Any,
    sizes: Mapping[str, Any],
    *,
    symbolic_knobs: tuple[str, ...] = (),
) -> Theorem:
    """No values of the actions' fields make this sequence of actions break an invariant.

    `start` is a state, or the shape of one. Values with which an action is refused are left out.
    """
    fixed: dict[str, Any] = {"rules": rules, "step": step, "invariants": _predicates(invariants)}
    return Theorem(
        id=name,
        claim=f"No values make these {len(actions)} actions break {_listed(fixed['invariants'])}.",
        statement=kept,
        sizes=sizes,
        values=fixed if callable(start) else {**fixed, "start": start},
        symbolic_knobs=symbolic_knobs,
        shapes={"actions": tuple(actions), **({"start": start} if callable(start) else {})},
    )


def kept(
    start: Any,
    actions: tuple[Any, ...],
    rules: Any,
    step: Callable[[Any, Any, Any], Any],
    invariants: tuple[Invariant, ...],
) -> bool:
    """Do the invariants hold after every one of the actions?"""
    state, verdicts = start, []
    for action in actions:
        state = step(state, action, rules)
        verdicts += [invariant(state, rules) for invariant in invariants]
    return all(verdicts)


def _listed(functions: Sequence[Invariant]) -> str:
    return ", ".join(f.__name__.replace("_", " ") for f in functions)
