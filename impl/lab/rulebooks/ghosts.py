"""Does a step or a duty look at what a run is only measured by?

What is marked as `GHOST` is put from one state into another: what is accepted there, what is
refused and why, what comes of it but for the ghost, and what is owed have to stay the same.
"""

from collections.abc import Callable
from typing import Any

import attrs
from attrs import evolve

from impl.ground.watchdog import let_through
from invariants.kernel.claims import Rulebook
from spec.kernel.refusal import Refusal


def ghosts_in(state: type) -> tuple[str, ...]:
    """The fields of a state that are marked as its ghost."""
    return tuple([each.name for each in attrs.fields(state) if each.metadata.get("ghost")])


def haunted(state: Any, other: Any) -> Any:
    """A state with the ghost of another one."""
    names = ghosts_in(type(state))
    return evolve(state, **{name: getattr(other, name) for name in names})


def looked_at(book: Rulebook, rules: Any, state: Any, other: Any, action: Any) -> str:
    """What comes out differently with the ghost of another state: "Claim", "what is owed"; empty
    where nothing does."""
    protocol, wrong = book.protocol, haunted(state, other)
    due, wrongly = (_outcome(protocol.obligations, each, rules) for each in (state, wrong))
    if due != wrongly:
        return "what is owed"
    after, otherwise = (_outcome(protocol.step, each, action, rules) for each in (state, wrong))
    if type(after) is type(state) and type(otherwise) is type(state):
        otherwise = haunted(otherwise, after)
    return "" if after == otherwise else type(action).__name__


def _outcome(ask: Callable[..., Any], *about: Any) -> Any:
    try:
        return ask(*about)
    except Refusal as refusal:
        return refusal
    except BaseException as error:
        let_through(error)
        return type(error)
