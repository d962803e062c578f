"""A rulebook and one of its rule sets: what a run starts from."""

from attrs import frozen

from impl.faults import BadInput
from impl.words import unknown
from invariants.kernel.claims import Rulebook, RuleSet


@frozen
class Chosen:
    """A rulebook and the rule set of it that a run starts from."""

    rulebook: Rulebook
    rule_set: RuleSet


def rule_set_of(book: Rulebook, name: str | None) -> RuleSet:
    """A rule set of a rulebook by name; its default where there is no name. Raises BadInput."""
    wanted = book.default_rules if name is None else name
    for rule_set in book.rule_sets:
        if rule_set.name == wanted:
            return rule_set
    names = [rule_set.name for rule_set in book.rule_sets]
    raise BadInput(unknown(f"rule set of {book.protocol.name}", wanted, names))
