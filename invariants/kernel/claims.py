"""Claims about the states and steps of a protocol.

A claim has a stable id, one English sentence, and a predicate that answers fast. What a person
wants to know when it fails, the cause and the numbers behind it, is a second function which is
only asked then.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from attrs import Factory, field, frozen

from invariants.kernel.lifecycles import Lifecycle, of_stages
from invariants.kernel.numerals import numeral
from spec.kernel.basics import Party
from spec.kernel.declared import settled
from spec.kernel.sampling import arguments, decisions_of


class Kind(Enum):
    """When a claim is looked at."""

    ALWAYS = "always"
    """In every state."""
    TRANSITION = "transition"
    """Across every accepted action."""
    SETTLED = "settled"
    """In states in which every deadline has passed and nobody has anything left to do."""


@frozen
class Raised:
    """Where a rule or a claim failed, and what it said: for its author, who has to mend it."""

    message: str
    """The exception's, on one line; may be empty."""
    file: str
    """As short as it can be told; empty where there is no text of an author's to be seen."""
    line: int
    source: str
    """The line itself; empty where it cannot be had."""


@frozen
class Finding:
    """Why a claim failed: a cause that tells it from other failures, and the numbers compared.

    The cause is a short stable phrase without numbers or names ("paid twice through its input"):
    two runs with the same invariant and the same cause show the same weakness.
    """

    cause: str
    """A short phrase without numbers or names."""
    numbers: Mapping[str, int]
    """What was compared, by name."""
    raised: Raised | None = field(default=None, eq=False)
    """What was raised, where the rule or the claim itself failed. It is told wherever the run is
    played; no file keeps it, and it tells no weaknesses apart."""

    @property
    def said(self) -> str:
        """The cause with what stands behind it, in one line."""
        return f"{self.cause} ({self.details})" if self.details else self.cause

    @property
    def details(self) -> str:
        """What stands behind the cause: the numbers compared, or what was raised and where; empty
        where there is nothing."""
        if self.raised is None:
            return ", ".join(f"{name} {numeral(value)}" for name, value in self.numbers.items())
        place = f"{self.raised.file} line {self.raised.line}" if self.raised.file else ""
        source = f": {self.raised.source}" if self.raised.source else ""
        return "; ".join(part for part in (self.raised.message, f"{place}{source}") if part)


@frozen
class Invariant:
    """A claim that no run may break."""

    id: str
    """Stable, of letters, digits and hyphens: what commands, traces and CIs name it by."""
    claim: str
    """One English sentence."""
    kind: Kind
    """When it is looked at."""
    holds: Callable[..., bool]
    """ALWAYS, SETTLED: holds(state, rules). TRANSITION: holds(before, action, after, rules)."""
    explain: Callable[..., Finding]
    """The finding behind a failure; same arguments as `holds`."""
    reads: tuple[str, ...] = ()
    """The state's groups that an ALWAYS claim reads (empty: all of them). A step that leaves each
    of them the identical object can't change the answer. A TRANSITION claim with `reads` cannot be
    broken by such a step. A part of a group has a dotted name: "main.accounts"."""
    after: tuple[type, ...] = ()
    """The action types that a TRANSITION claim speaks of (empty: all of them)."""


@frozen
class Witness:
    """Something that must be seen to happen; without it a pass means nothing."""

    id: str
    """Stable, like a claim's."""
    claim: str
    """What has to be seen, in a sentence."""
    seen: Callable[[Any, Any, Any, Any], bool]
    """seen(before, action, after, rules)."""
    after: tuple[type, ...] = ()
    """The action types that can show it (empty: all of them)."""


class Method(Enum):
    """How a claim is examined."""

    PROVE = "prove"
    """For all values, by z3."""
    EXPLORE = "explore"
    """In every state of a scope."""
    FUZZ = "fuzz"
    """In random runs."""
    KEY = "key"
    """The reduced key is held against all that the rules ask of time."""


@frozen
class RuleSet:
    """A complete set of rules as a value, with where it comes from."""

    name: str
    """As it is typed on the command line."""
    rules: Any
    """The record of knobs and decisions."""
    summary: str
    """What is special about it, in a clause."""
    source: str
    """Where the rules come from: a paper and its section, a repository."""


@frozen
class Case:
    """One line of the evidence table that is found by search: what is expected where.

    With `breaks` empty the rule set must keep every invariant in the scope. Otherwise the search
    must find a run that breaks one of the named (invariant id, cause) pairs; not finding it is a
    failure of ours.
    """

    id: str
    """Stable, like a claim's."""
    title: str
    """What is tried, in a few words."""
    method: Method
    """How it is searched."""
    rule_set: str
    """The name of the rules."""
    scope: str
    """The name of the scope."""
    breaks: tuple[tuple[str, str], ...] = ()
    """(id of a claim, cause) of what must be found; empty: nothing may be."""
    explanation: str = ""
    """For an expected counterexample: why it happens, in one line."""
    depth: int | None = None
    """explore: stop after this many actions. None: until nothing new is reachable."""
    steps: int = 0
    """fuzz: how many accepted steps."""
    only: tuple[str, ...] = ()
    """Ids of the claims to watch, where another one would end every run before. Empty: all."""
    hostile: bool = False
    """Is any call by anybody tried, too (`invariants.kernel.hostile`)?"""
    contract_alone: bool = False
    """Is nobody honest there, and what is claimed of the contract alone examined? Without it such
    a case is VACUOUS."""


def honest_in(state: Any, scope: Any) -> tuple[Party, ...] | None:
    """Who is honest in a scope with this first state: its people say so, or the scope does.

    None: neither does.
    """
    for holder in (getattr(state, "people", None), scope):
        honest = getattr(holder, "honest", None)
        if isinstance(honest, tuple):
            return honest
    return None


IDEAL = "signatures, hashes, main chain"


@frozen(kw_only=True)
class Rulebook:
    """A protocol with all that is claimed of it: what the command line works on."""

    protocol: Any
    """What is claimed of: a Protocol."""
    rule_sets: tuple[RuleSet, ...]
    """Its rules, and variants of them with known mistakes."""
    scopes: Mapping[str, Any]
    """How much may happen, by name: small ones, for whole searches, first."""
    default_rules: str = Factory(lambda self: self.rule_sets[0].name, takes_self=True)
    """The rule set that is taken where none is named: the first."""
    default_scope: str = Factory(lambda self: next(iter(self.scopes)), takes_self=True)
    """The scope that is taken where none is named: the first."""
    settled: Callable[[Any, Any], bool] = Factory(
        lambda self: settled(self.protocol), takes_self=True
    )
    """settled(state, rules): has nobody anything left to do? Follows from what is owed and what is
    ahead, where nothing else is said."""
    invariants: tuple[Invariant, ...]
    """What no run may break."""
    witnesses: tuple[Witness, ...]
    """What must be seen to happen."""
    theorems: tuple[Any, ...] = ()
    """What is proved, or refuted, for all values."""
    cases: tuple[Case, ...] = ()
    """What `check` searches, and what it expects there."""
    decisions: Mapping[str, tuple[Any, ...]] = Factory(
        lambda self: _samples(self.rule_sets[0].rules), takes_self=True
    )
    """For each decision function of the rules, sample arguments: a user's function is tried on
    them before it is trusted. Follows from the types of its parameters."""
    lifecycles: tuple[Lifecycle, ...] = Factory(
        lambda self: of_stages(self.protocol.state, (self.rule_sets[0].name, [*self.scopes][-1])),
        takes_self=True,
    )
    """What goes through stages: the protocol's page has a diagram of each. Where nothing else is
    said, every member of an Enum in a group of the state, as the last scope shows it."""
    key_scopes: tuple[str, ...] = ()
    """The scopes in which `check` proves keys, as far as it goes: the first one for every rule set,
    all of them for those that have to hold. Together they show as many kinds of action as small
    scopes can."""
    coarse: Mapping[str, str] = field(factory=dict)
    """The rule sets whose reduced key does not hold all that they ask of time, and why: they are
    explored with another."""
    honest: Callable[[Any, Any], tuple[Party, ...] | None] = honest_in
    """honest(first state, scope): who follows its strategy. Every verdict names them."""
    ideal: str = IDEAL
    """What is taken for granted of the world around; every verdict says so."""

    def rules_named(self, name: str) -> RuleSet:
        """The rule set of that name. Raises KeyError."""
        return (
            next(r for r in self.rule_sets if r.name == name)
            if any(r.name == name for r in self.rule_sets)
            else _unknown(name)
        )


def _samples(rules: Any) -> Mapping[str, tuple[Any, ...]]:
    made = {name: arguments(decides, rules) for name, decides in decisions_of(rules).items()}
    return {name: samples for name, samples in made.items() if samples}


def _unknown(name: str) -> RuleSet:
    raise KeyError(name)
