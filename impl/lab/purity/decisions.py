"""A record of rules whose decisions are asked twice whenever they are asked."""

import inspect
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from attrs import field, frozen, has

from impl.ground.watchdog import RuleHangs, let_through
from impl.lab.claims.monitor import RULE_IMPURE, Broken
from impl.lab.purity.values import copied, same, written
from impl.lab.rules.knobs import decisions, replace
from invariants.kernel.claims import Finding

Note = Callable[[Broken], None]
TWO_WAYS = "answers the same arguments in two ways"
OTHER_OBJECTS = "answers equal arguments in two ways"
CHANGES = "changes its arguments"


def asked_twice(rules: Any, note: Note) -> Any:
    """The rules, but each decision tells `note` where it answers the same arguments in two ways, or
    changes them. It answers what it answered first."""
    twice = {
        tuple(name.replace("-", "_").split(".")): _twice(
            name.replace("-", "_"), decision, rules, note
        )
        for name, decision in decisions(rules).items()
    }
    return replace(rules, twice)


def overheard(rules: Any, hear: Callable[[str, str, str], None]) -> Any:
    """The rules, but `hear` is told of each question to a decision: name, arguments, answer."""

    def listening(name: str, decision: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(decision)
        def ask(*args: Any, **kwargs: Any) -> Any:
            asked = written((args, tuple(kwargs.items())))
            said = answer(decision, args, kwargs)
            hear(name, asked, written(said))
            if isinstance(said, Raised):
                raise said.error
            return said

        return ask

    return replace(rules, {path: listening(".".join(path), d) for path, d in _paths(rules)})


def _paths(rules: Any) -> list[tuple[tuple[str, ...], Callable[..., Any]]]:
    found = decisions(rules).items()
    return [(tuple(typed.replace("-", "_").split(".")), decision) for typed, decision in found]


def place_of(function: Any) -> str:
    """Where a function is written: 'my.py line 3'; empty where nobody can say."""
    function = inspect.unwrap(function) if callable(function) else function
    code = getattr(function, "__code__", None)
    if code is None:
        return ""
    return f"{Path(code.co_filename).name} line {code.co_firstlineno}"


def named(name: str, function: Any) -> str:
    """A function as its author finds it: 'deadline_after (my.py line 3)'."""
    place = place_of(function)
    return f"{name} ({place})" if place else name


def impure(who: str, does: str, once: Any = None, then: Any = None) -> Broken:
    """The finding that names a cause, with both answers where they are numbers."""
    numbers = {**_numbers("once", once), **_numbers("then", then)}
    return Broken(RULE_IMPURE, Finding(f"{who} {does}", numbers))


def _numbers(name: str, value: Any) -> dict[str, int]:
    if isinstance(value, int):
        return {name: int(value)}
    if isinstance(value, tuple) and all(isinstance(each, int) for each in value):
        return {f"{name} {n}": int(each) for n, each in enumerate(value, start=1)}
    return {}


@frozen
class Raised:
    """What a decision raised, as an answer."""

    error: BaseException = field(eq=False)
    told: str


def raised(error: BaseException) -> str:
    """An exception by its type and what it says."""
    return written(error) if has(type(error)) else f"{type(error).__name__}: {error}"


def answer(decision: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """What a function answers, or what it raises."""
    try:
        return decision(*args, **kwargs)
    except RuleHangs:
        raise
    except BaseException as error:
        let_through(error)
        return Raised(error, raised(error))


def _twice(name: str, decision: Callable[..., Any], rules: Any, note: Note) -> Callable[..., Any]:
    who, kept = named(name, decision), type(rules)

    @wraps(decision)
    def ask(*args: Any, **kwargs: Any) -> Any:
        twin = copied((args, tuple(kwargs.items())), kept)
        once = answer(decision, args, kwargs)
        if not same(twin, (args, tuple(kwargs.items()))):
            note(impure(who, CHANGES))
        elif not same(once, again := answer(decision, args, kwargs)):
            note(impure(who, TWO_WAYS, once, again))
        elif not same(once, again := answer(decision, twin[0], dict(twin[1]))):
            note(impure(who, OTHER_OBJECTS, once, again))
        if isinstance(once, Raised):
            raise once.error
        return once

    return ask


NOT_AGAIN = impure("a rule", "lets a run happen once, and not when it is played again")
CHANGED = impure("a rule", "changes a state that it is given")
"""Findings whose cause nobody knows yet."""
