"""Moves that the rules refuse: what shows that a guard is missing.

The families of a protocol propose what is worth trying, so hardly anything that a guard stops. Here
a proposed action is bent in one place, and offered if the unmutated rules refuse it. So nothing
changes for them, and a mutant that accepts it has to face what comes of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import attrs
from attrs import evolve

from impl.ground.watchdog import let_through
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import Wait
from spec.kernel.protocol import Choose, Family
from spec.kernel.refusal import Refusal

Numbers = Mapping[str, tuple[int, ...]]
"""What stands in each int field of actions, and in those of the records inside them."""


def numbers_in(actions: Iterable[Any]) -> Numbers:
    """The ints of some actions by field name."""
    found: dict[str, set[int]] = {}
    for action in actions:
        if not isinstance(action, Wait):  # nobody else acts in the clock's name
            _collect(action, "", found)
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def with_refused(mutated: Rulebook, original: Rulebook, rule_set: str, pool: Numbers) -> Rulebook:
    """The mutated rulebook, with a family of all that the original's rules refuse."""
    rules = original.rules_named(rule_set).rules
    families = original.protocol.families
    step = original.protocol.step

    def propose(state: Any, _: Any, scope: Any, choose: Choose) -> Any:
        action = families[choose(len(families))].propose(state, rules, scope, choose)
        if action is None:
            return None
        for _ in range(1 + choose(2)):
            action = bent(action, pool, choose)
        try:
            step(state, action, rules)
        except Refusal:
            return action
        except BaseException as error:
            let_through(error)
            return None  # not even an action
        return None

    weight = max(1, sum(family.weight for family in families) // 3)
    more = Family("refused", propose, weight)
    protocol = evolve(mutated.protocol, families=(*mutated.protocol.families, more))
    return evolve(mutated, protocol=protocol)


def bent(value: Any, pool: Numbers, choose: Choose, name: str = "", kind: Any = None) -> Any:
    """A value with one thing about it changed.

    A quantity becomes anything near; a name (of a party, of an asset: types of their own) only
    another name that occurs.
    """
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        near = () if hasattr(kind, "__supertype__") else (value + 1, max(0, value - 1), 0)
        others = (*pool.get(name, ()), *near) or (value,)
        return others[choose(len(others))]
    if isinstance(value, tuple):
        inner = get_args(kind)[0] if get_args(kind) else None
        fixed = Ellipsis not in get_args(kind) if get_args(kind) else False
        return _bent_tuple(value, pool, choose, name, inner, fixed)
    fields = attrs.fields(type(value)) if attrs.has(type(value)) else ()
    if not fields or isinstance(value, Wait):
        return value
    field = fields[choose(len(fields))]
    new = bent(getattr(value, field.name), pool, choose, field.name, field.type)
    return evolve(value, **{field.alias: new})


def _bent_tuple(
    value: tuple[Any, ...], pool: Numbers, choose: Choose, name: str, kind: Any, fixed: bool
) -> tuple[Any, ...]:
    """A pair stays a pair: with `fixed`, the length is part of the type."""
    if not value:
        return value
    place = choose(len(value))
    how = 2 if fixed else choose(4)
    if how == 0:
        return value[:place] + value[place + 1 :]
    if how == 1:
        return (*value, value[place])
    return (*value[:place], bent(value[place], pool, choose, name, kind), *value[place + 1 :])


def _collect(value: Any, name: str, found: dict[str, set[int]]) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        found.setdefault(name, set()).add(value)
    elif isinstance(value, tuple):
        for each in value:
            _collect(each, name, found)
    elif attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            _collect(getattr(value, field.name), field.name, found)
