"""A rulebook and one of its rule sets, and a scope: what a run starts from."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from impl.ground.faults import BadInput
from impl.ground.words import unknown
from impl.lab.rules.knobs import fields_shown
from invariants.kernel.claims import Rulebook, RuleSet


@frozen
class Chosen:
    """A rulebook and the rule set of it that a run starts from."""

    rulebook: Rulebook
    rule_set: RuleSet


@frozen
class ScopeChoice:
    """A scope and what it was called."""

    name: str
    record: Any
    settings: Mapping[str, str]

    @property
    def title(self) -> str:
        """The scope's name, with what was changed about it."""
        changed = ", ".join(f"{name} {text}" for name, text in self.settings.items())
        return f"{self.name} with {changed}" if changed else self.name

    @property
    def fields(self) -> str:
        """All fields of the scope in one line."""
        return ", ".join(f"{name} {text}" for name, text in fields_shown(self.record))


def rule_set_of(book: Rulebook, name: str | None) -> RuleSet:
    """A rule set of a rulebook by name; its default where there is no name. Raises BadInput."""
    wanted = book.default_rules if name is None else name
    for rule_set in book.rule_sets:
        if rule_set.name == wanted:
            return rule_set
    names = [rule_set.name for rule_set in book.rule_sets]
    raise BadInput(unknown(f"rule set of {book.protocol.name}", wanted, names))
