"""A protocol from what its author says it is; the rest follows.

An author says what there is (the state), what can be done (`Action`s, each with its sentence and
its effect), what honest parties owe, how a scope begins and what is worth trying. From that and
from the types of the state and the rules follow dispatch and waiting, keys, the instants that
matter, and all texts. Whatever is given by hand is taken instead.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

from attrs import evolve, fields

from spec.kernel.action import Action
from spec.kernel.basics import NOBODY, Party, Seconds
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.derived_key import derived_key, points_in
from spec.kernel.mistakes import check_action, check_actions, check_parties, check_state
from spec.kernel.protocol import (
    Family,
    Message,
    Obligation,
    Protocol,
    Rules,
    Scope,
    State,
    listed,
)
from spec.kernel.reaction import due, kept, last_starts
from spec.kernel.sampling import changes, unit_and_span
from spec.kernel.steps import Steps
from spec.kernel.telling import Teller

BY_HAND = ("key", "instants", "room", "message", "groups", "shift", "exact")
"""The fields of `Protocol` that follow where they are not given."""


def declared(
    *,
    name: str,
    state: type[State],
    initial: Callable[[Scope, Rules], State],
    actions: tuple[type[Action], ...] | Steps[State, Rules],
    obligations: Callable[[State, Rules], tuple[Obligation, ...]],
    parties: Mapping[Party, str] | Callable[[Party], str],
    families: tuple[Family[State, Rules, Scope], ...],
    reaction: Callable[[Rules, Party], Seconds | None] | None = None,
    **by_hand: Any,
) -> Protocol[State, Rules, Scope]:
    """The protocol with everything that follows.

    `actions` are their types, or `Steps`, where every step is guarded or recorded in the same way.
    `reaction` is how long an honest party's answer may take, where answers are not given in time.
    `parties` are the names of all who act, or a function that gives them. `by_hand` are other
    fields of `Protocol` (`key`, `instants`, `room`...) for which what follows is not wanted.

    Raises TypeError for what cannot be a state, an action or a name, and says what to write.
    """
    if not isinstance(actions, Steps | tuple):
        raise TypeError(f"actions is {actions!r}; write a tuple of their types, (Open, Claim)")
    step = actions if isinstance(actions, Steps) else Steps(actions)
    if not {*by_hand} <= {*BY_HAND}:
        wrong = ", ".join(sorted({*by_hand} - {*BY_HAND}))
        raise TypeError(f"declared has no {wrong}; by hand there are {', '.join(BY_HAND)}")
    check_state(state)
    check_actions(step)
    check_parties(parties, step.actions)
    tell = Teller(_named(parties))
    follows: dict[str, Any] = {
        "instants": _instants(state),
        "room": None,
        "key": derived_key(state),
        "message": _message(tell),
        **by_hand,
    }
    owed = obligations
    if reaction is not None:
        follows["instants"] = last_starts(follows["instants"], obligations, reaction)
        owed = due(obligations, reaction)
        step = evolve(step, standing=kept(obligations, reaction))
    return Protocol(
        name=name,
        state=state,
        initial=initial,
        step=step,
        families=families,
        obligations=owed,
        reaction=reaction,
        actions=(*step.actions, Wait),
        party_name=tell.party,
        describe=_clause(tell),
        **follows,
    )


def settled(protocol: Protocol[Any, Any, Any]) -> Callable[[Any, Any], bool]:
    """Is nothing owed any more that could be given in time, and nothing ahead that matters?"""

    def at_rest(state: Any, rules: Any) -> bool:
        now = state.main.now
        owed = any(duty.bar >= now for duty in protocol.obligations(state, rules))
        return not owed and not any(at >= now for at in protocol.instants(state, rules))

    return at_rest


def offers(kind: type[Action], *, weight: int = 1, **values: Any) -> Family[Any, Any, Any]:
    """The family of all actions of a type whose fields are as given: one value, several, or a
    function of the scope that gives them. `by` is whose action it is, where the type says that.

    Raises TypeError where a field is missing or unknown, and for what is no action.
    """
    check_action(kind, "offers has")
    given = {"by": kind.only, **values} if kind.only is not None else values
    order = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    if set(given) != set(order):
        wrong = ", ".join(sorted(set(given) ^ set(order)))
        raise TypeError(f"offers({kind.__name__}): {wrong}; it has to give {', '.join(order)}")

    @cache
    def all_in(scope: Any) -> Sequence[Action]:
        ways = [_ways(given[name], scope) for name in order]
        return tuple([kind(*each) for each in product(*ways)])

    def every(state: Any, rules: Any, scope: Any) -> Sequence[Action]:
        return all_in(scope)

    return listed(kind.__name__.lower(), every, weight)


def _ways(value: Any, scope: Any) -> Collection[Any]:
    value = value(scope) if callable(value) else value
    several = isinstance(value, Collection) and not isinstance(value, str | bytes)
    return value if several else (value,)


def _instants(kind: type) -> Callable[[Any, Any], tuple[Seconds, ...]]:
    """The points in time that a state holds, the last moments of what matters, and those at which a
    decision changes its answer. Deadlines of the honest are gone to anyway."""
    points = points_in(kind)

    def instants(state: Any, rules: Any) -> tuple[Seconds, ...]:
        found: list[Seconds] = []
        after = changes(rules)
        for name, at, last in points(state, rules, unit_and_span(rules)[1]):
            found += [at, *(at + each for each in after.get(name, ())), last]
        return tuple(found)

    return instants


def _named(parties: Mapping[Party, str] | Callable[[Party], str]) -> Callable[[Party], str]:
    """What people call a party; and the clock, and nobody."""
    names = {CLOCK: "time", NOBODY: "nobody"}
    if isinstance(parties, Mapping):
        names |= parties
    others = parties if callable(parties) else "party {}".format
    return lambda party: names.get(party) or others(party)


def _clause(tell: Teller) -> Callable[[Any], str]:
    """An action as the clause that it says of itself."""

    def describe(action: Any) -> str:
        if isinstance(action, Wait):
            return f"{action.seconds} seconds pass"
        said: str = action.clause(tell)
        return said

    return describe


def _message(tell: Teller) -> Callable[[Any, Any], Message | None]:
    """An action as the arrow that it says it is."""

    def message(state: Any, action: Any) -> Message | None:
        if isinstance(action, Wait):
            return None
        arrow: Message | None = action.message(state, tell)
        return arrow

    return message
