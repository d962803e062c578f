"""Moved knobs: each number in the rules, across the boundaries that it is compared with.

A knob goes to 0 and 1, by one down and up, to half and double, and to both sides of every boundary
that a theorem of the rulebook states for it (`safe_when`). A moved knob is other rules, and not
always a mistake: those under which every claim still holds have to be explained as sound.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

from impl.lab.mutants.source import Mutant
from impl.lab.rules.knobs import Knob, knobs, replace, show
from invariants.kernel.claims import Rulebook
from invariants.kernel.theorems import Theorem

MOVES: Mapping[str, Callable[[int], int]] = {
    "to-zero": lambda value: 0,
    "to-one": lambda value: 1,
    "one-less": lambda value: value - 1,
    "one-more": lambda value: value + 1,
    "half": lambda value: value // 2,
    "double": lambda value: 2 * value,
}
PACE = "reaction"
"""How long honest answers take is a fact of the world around the rules: no value is a mistake."""
FARTHEST = 16
"""A boundary is looked for up to so many times a knob's value."""


def knob_mutants(rulebook: Rulebook) -> tuple[Mutant, ...]:
    """The rules with one number moved, in all rule sets that have another value there.

    Moves that come to the same in every rule set are one mutant; values that the rules refuse are
    none.
    """
    rules = rulebook.rules_named(rulebook.default_rules).rules
    module = type(rules).__module__
    found: list[Mutant] = []
    for knob in knobs(rules):
        if type(value_at(rules, knob.path)) is not int or knob.path[-1] == PACE:
            continue
        known: list[Mapping[str, int]] = []
        for move, to in _moves(rulebook, knob):
            values = _moved(rulebook, knob, to)
            if values and values not in known:
                known.append(values)
                found.append(_mutant(rulebook, module, knob, move, values))
    return tuple(found)


def value_at(record: Any, path: tuple[str, ...]) -> Any:
    """The field at a path."""
    for name in path:
        record = getattr(record, name)
    return record


def _moves(rulebook: Rulebook, knob: Knob) -> Iterator[tuple[str, Callable[[Any], int | None]]]:
    for name, to in MOVES.items():
        yield name, lambda rules, to=to: to(value_at(rules, knob.path))  # type: ignore[misc]
    for theorem in rulebook.theorems:
        text = theorem.safe_when
        if text and knob.path[-1] in {
            n.id for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)
        }:
            for name, safe in (("beyond", False), ("up-to", True)):
                yield (
                    f"{name}-{theorem.id}",
                    lambda rules, text=text, safe=safe: _edge(rules, knob, text, safe),  # type: ignore[misc]
                )


def _edge(rules: Any, knob: Knob, condition: str, safe: bool) -> int | None:
    """The knob's value next to where a condition changes, on the side where it holds or not."""
    present = value_at(rules, knob.path)

    def holds(value: int) -> bool:
        return _holds(replace(rules, {knob.path: value}), condition)

    for far in (0, FARTHEST * present):
        here, there = present, far
        try:
            if holds(here) == holds(there):
                continue
            while abs(there - here) > 1:
                middle = (here + there) // 2
                here, there = (middle, there) if holds(middle) == holds(present) else (here, middle)
        except (ValueError, NameError):
            continue
        return here if holds(here) == safe else there
    return None


def _holds(rules: Any, condition: str) -> bool:
    names = {
        n.id: getattr(rules, n.id)
        for n in ast.walk(ast.parse(condition))
        if isinstance(n, ast.Name)
    }
    return bool(eval(condition, {"__builtins__": {}}, vars(SimpleNamespace(**names))))


def _moved(rulebook: Rulebook, knob: Knob, to: Callable[[Any], int | None]) -> dict[str, int]:
    """The new value in each rule set that it changes, and that takes it."""
    values = {}
    for each in rulebook.rule_sets:
        new = to(each.rules)
        if new is None or new == value_at(each.rules, knob.path):
            continue
        try:
            replace(each.rules, {knob.path: new})
        except ValueError:
            continue
        values[each.name] = new
    return values


def crossed(moved: Rulebook, theorems: Iterable[Theorem], before: Any) -> Iterator[tuple[str, str]]:
    """The theorems whose condition held of the default rules (`before`), and does not where a knob
    was moved; each with that condition."""
    after = moved.rules_named(moved.default_rules).rules
    for theorem in theorems:
        text = theorem.safe_when
        with suppress(ValueError, NameError, AttributeError):
            if text and _holds(before, text) and not _holds(after, text):
                yield theorem.id, f"not safe: {text} no longer holds"


def _mutant(
    rulebook: Rulebook, module: str, knob: Knob, move: str, values: Mapping[str, int]
) -> Mutant:
    name = rulebook.default_rules if rulebook.default_rules in values else next(iter(values))
    old = value_at(rulebook.rules_named(name).rules, knob.path)
    return Mutant(
        module,
        ".".join(knob.path),
        f"knob-{move}",
        f"{knob.name} {show(knob, old)}",
        f"{knob.name} {show(knob, values[name])}",
        knob=(knob.path, values),
    )
