"""Is a mutant a mistake at all? z3 compares the changed function with the one that it was.

Where both return the same, or refuse for the same reason, for all values of their parameters, and
under every rule set that runs them, nothing can ever tell them apart.
"""

import importlib
import inspect
import typing
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, get_args, get_origin

import attrs

from impl.ground.evidence import Word
from impl.lab.mutants.loading import Loaded
from impl.lab.mutants.source import Mutant
from impl.lab.prover import Unsupported, prove
from invariants.kernel.claims import Rulebook
from invariants.kernel.theorems import Theorem
from spec.kernel.refusal import Refusal

NAMES = range(-2, 5)
"""The values of what is only a name (parties, assets): nobody, the operator, and some others."""
LENGTH = 2
"""The greatest length of a tuple."""
PATIENCE = 5.0
"""Seconds for a proof."""


def proved_equal(
    mutant: Mutant,
    loaded: Loaded,
    rulebook: Rulebook,
    rule_sets: Sequence[str],
    sizes: Mapping[str, Any] | None = None,
) -> str:
    """For which values mutant and original were proved equal; empty where they were not.

    Methods, records of rules that differ in more than knobs, and code that the prover cannot follow
    are left alone.
    """
    if mutant.knob is not None or "." in mutant.function:
        return ""
    original = getattr(importlib.import_module(mutant.module), mutant.function)
    mutated = loaded.function(mutant.module, mutant.function)
    if not isinstance(original, FunctionType) or not isinstance(mutated, FunctionType):
        return ""
    records = [rulebook.rules_named(name).rules for name in rule_sets]
    try:
        hints = typing.get_type_hints(original)
        takes = [n for n in inspect.signature(original).parameters if _is_rules(n, hints, rulebook)]
        bounds = {**_sizes(hints), **(sizes or {})}
        for rules in records if takes else records[:1]:
            claim = equality(original, mutated, dict.fromkeys(takes, rules), _knobs(rules), bounds)
            if prove(claim, time_limit=PATIENCE).word is not Word.PROVED:
                return ""
    except (Exception, Unsupported):  # whatever the prover cannot follow: then it has no answer
        return ""
    return _told(hints, takes, bounds)


def equality(
    original: Callable[..., Any],
    mutated: Callable[..., Any],
    values: Mapping[str, Any],
    knobs: tuple[str, ...],
    sizes: Mapping[str, Any],
) -> Theorem:
    """The theorem that two functions are the same."""
    names = tuple(inspect.signature(original).parameters)
    hints = {n: h for n, h in typing.get_type_hints(original).items() if n in names}

    def same(**given: Any) -> bool:
        one, other = given.pop("_original"), given.pop("_mutated")
        try:
            wanted = one(**given)
        except Refusal as refusal:
            return _refuses(other, given, type(refusal))
        try:
            return bool(wanted == other(**given))
        except Refusal:
            return False

    same.__annotations__ = {**hints, "_original": Any, "_mutated": Any, "return": bool}
    same.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY)
            for name in (*names, "_original", "_mutated")
        ]
    )
    return Theorem(
        f"SAME-{getattr(original, '__name__', '')}",
        "The changed function is the same as the original.",
        same,
        sizes=sizes,
        values={**values, "_original": original, "_mutated": mutated},
        symbolic_knobs=knobs if values else (),
    )


def _refuses(function: Callable[..., Any], given: Mapping[str, Any], wanted: type) -> bool:
    try:
        function(**given)
    except Refusal as refusal:
        return type(refusal) is wanted
    return False


def _is_rules(name: str, hints: Mapping[str, Any], rulebook: Rulebook) -> bool:
    """Is this parameter the record of rules, by its type or by what it can do?"""
    kind = type(rulebook.rules_named(rulebook.default_rules).rules)
    hint = hints.get(name)
    return hint is kind or (name == "rules" and getattr(hint, "_is_protocol", False))


def _knobs(rules: Any) -> tuple[str, ...]:
    return tuple(f.name for f in attrs.fields(type(rules)) if type(getattr(rules, f.name)) is int)


def _sizes(hints: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes for all names and tuples that occur in some types."""
    found: dict[str, Any] = {}
    seen: set[Any] = set()

    def look(kind: Any, name: str) -> None:
        if isinstance(kind, typing.NewType):
            if kind.__supertype__ is int:
                found[kind.__name__] = NAMES
        elif get_origin(kind) is tuple and get_args(kind)[-1:] == (Ellipsis,):
            found[name] = LENGTH
            look(get_args(kind)[0], name)
        elif get_args(kind):
            for each in get_args(kind):
                look(each, name)
        elif isinstance(kind, type) and attrs.has(kind) and kind not in seen:
            seen.add(kind)
            for field, hint in typing.get_type_hints(kind).items():
                look(hint, field)

    for name, hint in hints.items():
        look(hint, name)
    return found


def _told(hints: Mapping[str, Any], takes: Sequence[str], sizes: Mapping[str, Any]) -> str:
    free = [name for name in hints if name != "return" and name not in takes]
    limits = [f"{name} {_shown(size)}" for name, size in sorted(sizes.items()) if name]
    within = f", with {', '.join(limits)}" if limits else ""
    knobs = " and of the rules' numbers" if takes else ""
    return f"for all values of {', '.join(free) or 'nothing'}{knobs}{within}"


def _shown(size: Any) -> str:
    if isinstance(size, range):
        return f"{size.start}..{size.stop - 1}"
    return f"at most {size} long" if isinstance(size, int) else str(size)
