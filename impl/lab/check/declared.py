"""Do claims read no more of a state than they declare?

A claim with `reads` is asked only where a step has changed one of these parts. One that reads more
than it declares is not asked where the rest changed, and a search that ends well has not looked. So
claims are asked about states that write down what is read of them: those of random runs, before and
after each step, and states put together from parts of several, in which most claims fail.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import attrs
from attrs import evolve

from impl.ground.watchdog import let_through
from impl.lab.fuzz.walker import Walker
from invariants.kernel.claims import Invariant, Kind, Rulebook
from spec.kernel.shapes import DISGUISE

STEPS = 30
"""Accepted steps under each rule set in each scope."""
RUN_LENGTH = 30
MIXED = 20
"""States put together from parts of others, and as many steps between any two states."""

Reads = set[str]
"""Parts of a state by their names: "main.accounts"; a group that has no parts by its own."""
Place = tuple[str, str]
"""The names of a rule set and of a scope."""


def undeclared(rulebook: Rulebook, places: Iterable[Place]) -> tuple[str, ...]:
    """What claims read without declaring it, in these places: a line for each claim and part."""
    found: dict[str, Reads] = {claim.id: set() for claim in rulebook.invariants if claim.reads}
    moving: Reads = set()
    groups = frozenset[str]()
    for n, (rule_set, scope) in enumerate(places):
        rules, size = rulebook.rules_named(rule_set).rules, rulebook.scopes[scope]
        groups |= frozenset(rulebook.protocol.groups(rulebook.protocol.initial(size, rules)))
        _ask(rulebook, rules, size, n, found, moving)
    return tuple(
        f"{claim.id} reads {part}, which {said}"
        for claim in rulebook.invariants
        if claim.reads
        for part in sorted(found[claim.id])
        if (said := _complaint(part, claim.reads, groups, moving))
    )


def _complaint(part: str, declared: Sequence[str], groups: frozenset[str], moving: Reads) -> str:
    """What is wrong with reading a part; nothing where it is declared, or can never change."""
    group = part.partition(".")[0]
    if group not in groups:
        return "changes and belongs to no group" if group in moving else ""
    return "" if part in declared or group in declared else "its `reads` does not name"


def _ask(
    rulebook: Rulebook, rules: Any, scope: Any, seed: int, read: Mapping[str, Reads], moving: Reads
) -> None:
    """Write down what each claim reads of some states of a scope, and what changes in these."""
    steps: list[tuple[Any, Any, Any]] = []

    def collects(before: Any, action: Any, after: Any, rules: Any) -> bool:
        steps.append((before, action, after))
        return True

    spied = [
        evolve(claim, holds=_spied(claim.holds, read[claim.id]), reads=())
        for claim in rulebook.invariants
        if claim.reads
    ]
    collector = evolve(
        rulebook.invariants[0], id="steps", kind=Kind.TRANSITION, holds=collects, reads=(), after=()
    )
    # The collector comes first: where a claim breaks, the rest of the step is not asked about.
    watched = evolve(rulebook, invariants=(collector, *spied), witnesses=())
    Walker(watched, rules, scope, seed, RUN_LENGTH).shard(0, STEPS, True)
    moving.update(name for before, _, after in steps for name in _changed(before, after))
    _ask_about_mixtures(spied, steps, rules, Random(seed))


def _changed(before: Any, after: Any) -> Iterator[str]:
    for field in attrs.fields(type(before)):
        if getattr(before, field.name) is not getattr(after, field.name):
            yield field.name


def _ask_about_mixtures(
    claims: Sequence[Invariant], steps: Sequence[tuple[Any, Any, Any]], rules: Any, random: Random
) -> None:
    """Ask about states that no run reaches, to see what is read where a claim does not hold."""
    if not steps:
        return
    first = steps[0][0]
    states = [first, *(after for _, _, after in steps)]
    mixed = [first, *(_mixture(random, states) for _ in range(MIXED))]
    crossed = [
        (before, action, random.choice([*states, *mixed]))
        for before, action, _ in (random.choice(steps) for _ in range(MIXED))
    ]
    for claim in claims:
        asked: Iterable[tuple[Any, ...]] = ((state,) for state in mixed)
        if claim.kind is Kind.TRANSITION:
            asked = (step for step in crossed if not claim.after or type(step[1]) in claim.after)
        for arguments in asked:
            try:
                claim.holds(*arguments, rules)
            except BaseException as error:
                let_through(error)  # a state that cannot be may be one that a claim cannot read


def _mixture(random: Random, states: Sequence[Any]) -> Any:
    """A state whose parts come from the first state and two others."""
    pool = (states[0], random.choice(states), random.choice(states))
    names = [field.name for field in attrs.fields(type(states[0])) if field.init]
    return evolve(states[0], **{name: getattr(random.choice(pool), name) for name in names})


# States that write down what is read of them --------------------------------------------------


def _spied(holds: Callable[..., bool], read: Reads) -> Callable[..., bool]:
    """The same claim; what it reads of states is written down."""

    def asked(*arguments: Any) -> bool:
        *states, rules = arguments
        if len(states) == 3:
            before, action, after = states
            return holds(_watched(before, "", read), action, _watched(after, "", read), rules)
        return holds(_watched(states[0], "", read), rules)

    return asked


def _watched(record: Any, name: str, read: Reads) -> Any:
    """The same record; its parts' names, behind its own, are written down as they are read."""
    kind = type(record)
    twin: Any = object.__new__(_twin(kind))
    for field in attrs.fields(kind):
        object.__setattr__(twin, field.name, getattr(record, field.name))
    object.__setattr__(twin, "_spy_name", name)
    object.__setattr__(twin, "_spy_read", read)
    return twin


_twins: dict[type, Any] = {}


def _twin(kind: type) -> Any:
    """A kind of record that passes for the given one, and tells what is read of it."""
    if kind not in _twins:
        _twins[kind] = _made(kind)
    return _twins[kind]


def _made(kind: Any) -> Any:
    names = frozenset(field.name for field in attrs.fields(kind))
    get = object.__getattribute__

    def read_of(self: Any, name: str) -> Any:
        if name == "__class__":
            return kind
        value = get(self, name)
        if name not in names:
            return value
        mine, read = get(self, "_spy_name"), get(self, "_spy_read")
        if not mine and attrs.has(type(value)):
            return _watched(value, name, read)
        read.add(f"{mine}.{name}" if mine else name)
        return value

    return type(
        kind.__name__,
        (kind,),
        {"__slots__": ("_spy_name", "_spy_read"), "__getattribute__": read_of, DISGUISE: True},
    )


def everywhere(rulebook: Rulebook) -> Iterator[Place]:
    """Each rule set in a scope, and each scope under a rule set: where a rulebook's cases look."""
    places = dict.fromkeys((case.rule_set, case.scope) for case in rulebook.cases)
    rule_sets, scopes = set[str](), set[str]()
    for rule_set, scope in places:
        if rule_set not in rule_sets or scope not in scopes:
            rule_sets.add(rule_set)
            scopes.add(scope)
            yield rule_set, scope
