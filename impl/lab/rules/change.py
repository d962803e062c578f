"""A rule change as a value: which rule set it starts from, what was typed, what came out.

The changed rules are an ordinary record, so that they subtract: the difference from the rule set
is what a report prints, and what a trace keeps.
"""

import inspect
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs
from attrs import field, frozen

from impl.lab.rules.changefile import MODULE, changed_rules, full_name
from impl.lab.rules.chosen import Chosen
from impl.lab.rules.knobs import change, decisions, hyphens, knobs, show
from invariants.kernel.claims import Rulebook, RuleSet

CHANGE = "change"
"""The entry of a trace's changes that names a change file."""


@frozen
class Difference:
    """One field of the rules before and after a change, as it would be typed."""

    field: str
    before: str
    after: str


@frozen
class RuleChange:
    """The rules of a run and where they come from."""

    rulebook: Rulebook
    rule_set: RuleSet
    rules: Any
    changes: Mapping[str, str] = field(factory=dict)
    """What was typed: knob -> value, and CHANGE -> FILE.py:NAME."""
    digest: str = ""
    """Of the change file's text."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What the change does to the rule set that it starts from."""
        return difference(self.rule_set.rules, self.rules)


def rule_change(
    chosen: Chosen, settings: Sequence[tuple[str, str]] = (), written: str | None = None
) -> RuleChange:
    """Apply what was typed to a rule set: the change file first, then the knobs.

    Raises BadInput.
    """
    base = chosen.rule_set.rules
    changes: dict[str, str] = {}
    rules, digest = base, ""
    if written is not None:
        written = full_name(written)
        rules, digest = changed_rules(chosen.rulebook, base, written)
        changes[CHANGE] = written
    rules = change(rules, settings, "rules")
    changes.update({name.replace("_", "-"): text.strip() for name, text in settings})
    return RuleChange(chosen.rulebook, chosen.rule_set, rules, changes, digest)


def difference(before: Any, after: Any) -> tuple[Difference, ...]:
    """Every knob and every decision in which two records of rules differ."""
    names: dict[str, tuple[str, str]] = {}
    for knob in knobs(before):
        old, new = _value(before, knob.path), _value(after, knob.path)
        if old != new:
            names[knob.name] = (show(knob, old), show(knob, new))
    originals = decisions(before)
    for name, function in decisions(after).items():
        original = originals.get(name)
        if function is not original and function != original:
            names[name] = (function_name(original), function_name(function))
    order = [hyphens((f.name,)) for f in attrs.fields(type(before))]
    first = {name: order.index(name.partition(".")[0]) for name in names}
    return tuple(
        Difference(name, *names[name]) for name in sorted(names, key=lambda name: first[name])
    )


def function_name(function: Any) -> str:
    """What a person calls a function: its name; with the file where it is a change's."""
    inner = function.func if isinstance(function, partial) else inspect.unwrap(function)
    name = str(getattr(inner, "__name__", type(inner).__name__))
    module = str(getattr(inner, "__module__", ""))
    if module.startswith(MODULE):
        return f"{name} ({Path(str(sys.modules[module].__file__)).name})"
    return name


def _value(record: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        record = getattr(record, name)
    return record
