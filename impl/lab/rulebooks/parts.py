"""Is a rulebook of somebody's own one that the laboratory can work on? The first thing wrong with
it, in one line.

What its rules do is for the searches to find out; here is only what none of them could report: a
part that is missing or of another kind, a name that leads nowhere or stands twice.
"""

import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import attrs

from impl.ground.blame import raised
from impl.ground.words import line, unknown
from impl.lab.rulebooks.trial import tried
from impl.lab.rulebooks.wrong import Wrong, a
from impl.lab.rules.knobs import decisions
from invariants.kernel.claims import (
    Case,
    Finding,
    Invariant,
    Kind,
    Method,
    Rulebook,
    RuleSet,
    Witness,
)
from invariants.kernel.lifecycles import Lifecycle
from invariants.kernel.theorems import Expect, Theorem
from spec.kernel.clock import Wait
from spec.kernel.protocol import Family, Protocol
from spec.kernel.sampling import durations

RULE_ERROR = "RULE-ERROR"
NAME, ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*"), re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
"""What can be typed: no blanks, no dash in front; a rule set's name follows a slash."""
ARGUMENTS = {
    "initial": 2,
    "step": 3,
    "obligations": 2,
    "instants": 2,
    "room": 4,
    "key": 2,
    "shift": 2,
    "exact": 1,
    "party_name": 1,
    "describe": 1,
    "groups": 1,
    "message": 2,
}
"""The functions of a protocol, and what they are given."""
OPTIONAL = ("room", "message")


def complaint(book: Any) -> str:
    """What is wrong with a rulebook; empty if nothing is."""
    try:
        if not isinstance(book, Rulebook):
            raise Wrong(f"is a {type(book).__name__}, not a Rulebook")
        _protocol(book.protocol)
        _sets_and_scopes(book)
        _claims(book)
        _cases(book)
        _decisions(book)
        tried(book)
    except Wrong as wrong:
        return line(wrong)
    except Exception as failure:
        cause, details = raised(failure)
        return line(f"cannot be read: {Finding(cause, {}, details).said}")
    return ""


# --- its parts ---


def _protocol(protocol: Any) -> None:
    _is(protocol, Protocol, "protocol")
    _name(protocol.name, "the protocol's name")
    for name, count in ARGUMENTS.items():
        function = getattr(protocol, name)
        if function is not None or name not in OPTIONAL:
            _takes(function, count, f"protocol.{name}")
    for family in _all(protocol.families, Family, "protocol.families"):
        _text(family.name, "a family's name")
        _takes(family.propose, 4, f"family {family.name}: propose")
        if family.every is not None:
            _takes(family.every, 3, f"family {family.name}: every")
        if not isinstance(family.weight, int) or family.weight < 0:
            raise Wrong(f"family {family.name}: weight has to be a whole number, 0 or more")
    _unique((family.name for family in protocol.families), "families")
    actions = _all(protocol.actions, type, "protocol.actions")
    for action in actions:
        if action is Wait:
            continue
        if not attrs.has(action):
            raise Wrong(f"action {action.__name__} has to be an attrs record (@frozen)")
        if not _has(action, "by"):
            raise Wrong(f"action {action.__name__} has no field `by`: say who does it")
    _unique((action.__name__ for action in actions), "actions")
    if any(action.__name__ == Wait.__name__ and action is not Wait for action in actions):
        raise Wrong("an action of one's own may not be called Wait: that is the clock's")


def _sets_and_scopes(book: Rulebook) -> None:
    sets = _all(book.rule_sets, RuleSet, "rule_sets")
    for each in sets:
        _name(each.name, "the name of a rule set")
        if not attrs.has(type(each.rules)) or isinstance(each.rules, type):
            raise Wrong(f"rule set {each.name}: rules has to be an attrs record (@frozen)")
        if any(type(duration) is not int for duration in durations(each.rules)):
            raise Wrong(f"rule set {each.name}: each duration has to be whole seconds")
        _text(each.summary, f"rule set {each.name}: summary")
        _text(each.source, f"rule set {each.name}: source")
    names = _unique((each.name for each in sets), "rule sets")
    if not names:
        raise Wrong("there has to be a rule set")
    scopes = _mapping(book.scopes, "scopes")
    for name, scope in scopes.items():
        _name(name, "the name of a scope")
        if not attrs.has(type(scope)) or isinstance(scope, type):
            raise Wrong(f"scope {name} has to be an attrs record (@frozen)")
    _known(book.default_rules, names, "default_rules")
    _known(book.default_scope, scopes, "default_scope")
    _takes(book.settled, 2, "settled")


def _claims(book: Rulebook) -> None:
    actions = {*book.protocol.actions, Wait}
    for claim in _all(book.invariants, Invariant, "invariants"):
        _id(claim.id, "an invariant's id")
        _text(claim.claim, f"{claim.id}: claim")
        _is(claim.kind, Kind, f"{claim.id}: kind")
        count = 4 if claim.kind is Kind.TRANSITION else 2
        _takes(claim.holds, count, f"{claim.id}: holds")
        _takes(claim.explain, count, f"{claim.id}: explain")
        _all(claim.reads, str, f"{claim.id}: reads")
        _after(claim.after, actions, claim.id)
    for witness in _all(book.witnesses, Witness, "witnesses"):
        _id(witness.id, "a witness's id")
        _text(witness.claim, f"{witness.id}: claim")
        _takes(witness.seen, 4, f"{witness.id}: seen")
        _after(witness.after, actions, witness.id)
    for theorem in _all(book.theorems, Theorem, "theorems"):
        _id(theorem.id, "a theorem's id")
        _text(theorem.claim, f"{theorem.id}: claim")
        _is(theorem.expect, Expect, f"{theorem.id}: expect")
        for name in ("sizes", "values", "shapes"):
            _mapping(getattr(theorem, name), f"{theorem.id}: {name}")
        _all(theorem.symbolic_knobs, str, f"{theorem.id}: symbolic_knobs")
        _text(theorem.safe_when, f"{theorem.id}: safe_when")
    for what in ("invariants", "witnesses", "theorems"):
        _unique((each.id for each in getattr(book, what)), what)


def _after(after: Any, actions: Collection[type], id: str) -> None:
    for kind in _all(after, type, f"{id}: after"):
        if kind not in actions:
            names = ", ".join(sorted(action.__name__ for action in actions))
            raise Wrong(f"{id}: after names {kind.__name__}, which is no action; there are {names}")


def _cases(book: Rulebook) -> None:
    names = [each.name for each in book.rule_sets]
    ids = [each.id for each in book.invariants]
    for case in _all(book.cases, Case, "cases"):
        _id(case.id, "a case's id")
        _text(case.title, f"{case.id}: title")
        _text(case.explanation, f"{case.id}: explanation")
        _is(case.method, Method, f"{case.id}: method")
        _known(case.rule_set, names, f"{case.id}: rule_set")
        _known(case.scope, book.scopes, f"{case.id}: scope")
        for pair in _all(case.breaks, tuple, f"{case.id}: breaks"):
            if len(pair) != 2 or not all(isinstance(each, str) for each in pair):
                raise Wrong(f"{case.id}: breaks has to hold pairs of an invariant's id and a cause")
            _known(pair[0], [*ids, RULE_ERROR], f"{case.id}: breaks")
        for id in _all(case.only, str, f"{case.id}: only"):
            _known(id, ids, f"{case.id}: only")
        if not isinstance(case.steps, int) or case.steps < 0:
            raise Wrong(f"{case.id}: steps has to be a whole number, 0 or more")
        if case.depth is not None and (not isinstance(case.depth, int) or case.depth < 1):
            raise Wrong(f"{case.id}: depth has to be a whole number from 1, or None")
    _unique((case.id for case in book.cases), "cases")
    for each in _all(book.lifecycles, Lifecycle, "lifecycles"):
        _text(each.name, "a lifecycle's name")
        _takes(each.stages, 1, f"lifecycle {each.name}: stages")
        for where in _all(each.where, tuple, f"lifecycle {each.name}: where"):
            if len(where) != 2:
                raise Wrong(f"lifecycle {each.name}: where has to hold pairs (rule set, scope)")
            _known(where[0], names, f"lifecycle {each.name}: where")
            _known(where[1], book.scopes, f"lifecycle {each.name}: where")


def _decisions(book: Rulebook) -> None:
    """The samples belong to decisions that there are, and can be given to them."""
    of_all: dict[str, Callable[..., Any]] = {}
    for each in book.rule_sets:
        of_all |= {name.replace("-", "_"): f for name, f in decisions(each.rules).items()}
    names = {*of_all, *(name.rpartition(".")[2] for name in of_all)}
    for name, samples in _mapping(book.decisions, "decisions").items():
        _known(name, sorted(names), "decisions")
        _all(samples, object, f"decisions: {name}")
        count = _count(next(f for known, f in of_all.items() if known.endswith(name)))
        if count is None or all(isinstance(s, tuple) and len(s) == count for s in samples):
            continue
        if len(samples) != count:
            raise Wrong(f"decisions: {name} takes {count} arguments; its samples are tuples of so")


# --- what all of them share ---


def _is(value: Any, kind: type, where: str) -> None:
    if not isinstance(value, kind):
        raise Wrong(f"{where} is {a(value)}; it has to be a {kind.__name__}")


def _all(values: Any, kind: type, where: str) -> tuple[Any, ...]:
    if not isinstance(values, tuple):
        raise Wrong(f"{where} is {a(values)}; it has to be a tuple")
    for n, value in enumerate(values, 1):
        if not isinstance(value, kind):
            raise Wrong(f"{where}, entry {n}, is {a(value)}; it has to be a {kind.__name__}")
    return values


def _mapping(values: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(values, Mapping):
        raise Wrong(f"{where} is {a(values)}; it has to be a mapping from names")
    return values


def _name(value: Any, where: str) -> None:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        shown = repr(value) if isinstance(value, str) else a(value)
        raise Wrong(f"{where} is {shown}; it has to be letters, digits and hyphens")


def _id(value: Any, where: str) -> None:
    if not isinstance(value, str) or not ID.fullmatch(value):
        shown = repr(value) if isinstance(value, str) else a(value)
        raise Wrong(f"{where} is {shown}; it has to be letters, digits, hyphens and slashes")


def _text(value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise Wrong(f"{where} is {a(value)}; it has to be text")


def _unique(names: Iterator[str], what: str) -> list[str]:
    found: list[str] = []
    for name in names:
        if name in found:
            raise Wrong(f"two {what} are called {name}: each needs a name of its own")
        found.append(name)
    return found


def _known(name: Any, valid: Collection[str], where: str) -> None:
    if not isinstance(name, str):
        raise Wrong(f"{where} is {a(name)}; it has to be a name")
    if name not in valid:
        raise Wrong(f"{where}: {unknown('such thing', name, valid)}")


def _takes(function: Any, count: int, where: str) -> None:
    """Can it be called with so many arguments?"""
    if not callable(function):
        raise Wrong(f"{where} is {a(function)}; it has to be a function")
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return  # written in C, and says nothing of itself
    try:
        signature.bind(*range(count))
    except TypeError:
        raise Wrong(
            f"{where} has to take {count} arguments, and is declared as {signature}"
        ) from None


def _count(function: Callable[..., Any]) -> int | None:
    try:
        return len(inspect.signature(function).parameters)
    except (ValueError, TypeError):
        return None


def _has(kind: type, name: str) -> bool:
    return hasattr(kind, name) or any(field.name == name for field in attrs.fields(kind))
