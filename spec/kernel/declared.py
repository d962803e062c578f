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

from spec.kernel.action import Action, NotTheirs
from spec.kernel.basics import Party, Seconds
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.derived_key import derived_key, points_in
from spec.kernel.protocol import Family, Obligation, Protocol, Rules, Scope, State, listed
from spec.kernel.sampling import changes, unit_and_span
from spec.kernel.shapes import hints_of

Effects = Mapping[type, Callable[[Any, Any, Any], Any]]
"""By type of action: effect(action, state, rules) is the next state."""


def declared(
    *,
    name: str,
    state: type[State],
    initial: Callable[[Scope, Rules], State],
    actions: tuple[type[Action], ...],
    obligations: Callable[[State, Rules], tuple[Obligation, ...]],
    parties: Mapping[Party, str],
    families: tuple[Family[State, Rules, Scope], ...],
    **by_hand: Any,
) -> Protocol[State, Rules, Scope]:
    """The protocol with everything that follows.

    `parties` are the names of all who act. `by_hand` are other fields of `Protocol` (`key`,
    `instants`, `room`, `message`...) for which what follows is not wanted.
    """
    names = {CLOCK: "time", **parties}
    effects = {kind: kind.step for kind in actions}
    follows: dict[str, Any] = {
        "instants": _instants(state),
        "room": None,
        "key": derived_key(state, unit_and_span),
        "party_name": lambda party: names.get(party, f"party {party}"),
        "describe": _clauses(names),
    }
    return Protocol(
        name=name,
        state=state,
        initial=initial,
        step=dispatch(effects),
        effects=effects,
        families=families,
        obligations=obligations,
        actions=(*actions, Wait),
        **{**follows, **by_hand},
    )


def dispatch(effects: Effects) -> Callable[[Any, Any, Any], Any]:
    """The step of a protocol: time passes, or the action has its effect.

    It raises NotTheirs, or what the effect refuses with.
    """

    def step(state: Any, action: Any, rules: Any) -> Any:
        if isinstance(action, Wait):
            return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))
        if action.only is not None and action.by != action.only:
            raise NotTheirs(action.by, action.only)
        return effects[type(action)](action, state, rules)

    return step


def settled(protocol: Protocol[Any, Any, Any]) -> Callable[[Any, Any], bool]:
    """Is nothing owed any more that could be given in time, and nothing ahead that matters?"""

    def at_rest(state: Any, rules: Any) -> bool:
        now = state.main.now
        owed = any(duty.deadline >= now for duty in protocol.obligations(state, rules))
        return not owed and not any(at >= now for at in protocol.instants(state, rules))

    return at_rest


def offers(kind: type[Action], *, weight: int = 1, **values: Any) -> Family[Any, Any, Any]:
    """The family of all actions of a type whose fields are as given: one value, several, or a
    function of the scope that gives them. `by` is whose action it is, where the type says that.

    Raises TypeError where a field is missing or unknown.
    """
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


def _clauses(names: Mapping[Party, str]) -> Callable[[Any], str]:
    """An action as the clause that its type says of it."""

    def describe(action: Any) -> str:
        if isinstance(action, Wait):
            return f"{action.seconds} seconds pass"
        kind = type(action)
        values = {
            name: names.get(getattr(action, name), getattr(action, name))
            if hint in (Party,)
            else getattr(action, name)
            for name, hint in hints_of(kind)
        }
        said: str = kind.says.format(**values)
        return said

    return describe
