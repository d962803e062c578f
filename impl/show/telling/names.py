"""What people call parties and actions, also where a protocol has no name for them.

A file may hold an action of a party that there is not, or with values that no step would take; the
rules refuse it, and that is worth telling. Names are asked for when the search is over: a function
that never returns must not lose what was found.
"""

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from impl.ground.watchdog import TimeIsUp, stoppable
from impl.ground.words import line
from spec.kernel.basics import Party
from spec.kernel.protocol import Message, Protocol

AnyProtocol = Protocol[Any, Any, Any]
T = TypeVar("T")
ASKING = 1.0
"""Seconds that one answer may take."""
_SILENT: dict[tuple[int, str], tuple[Any, str]] = {}
"""Who did not answer what, and the function that did not return: it is not asked again."""


def answered(owner: Any, what: str, ask: Callable[[], T], otherwise: T) -> T:
    """What the owner of a function says, if it does so in time."""
    if (id(owner), what) in _SILENT:
        return otherwise
    end = monotonic() + ASKING
    try:
        with stoppable(end, hears=False, aside=True):
            return ask()
    except TimeIsUp as up:
        if monotonic() < end:
            raise  # the time of what is around this
        _SILENT[id(owner), what] = owner, up.where
        return otherwise


def silent_in(owner: Any, what: str) -> str:
    """The function that did not return, 'name (file line 3)'; empty where all did."""
    return _SILENT.get((id(owner), what), (None, ""))[1]


def party_said(protocol: AnyProtocol, party: Party) -> str:
    """Who it is."""
    other = f"party {line(party, 40)}"
    try:
        return answered(protocol, "party_name", lambda: line(protocol.party_name(party)), other)
    except Exception:
        return other


def action_said(protocol: AnyProtocol, action: Any) -> str:
    """The action as a clause."""
    try:
        said = answered(protocol, "describe", lambda: line(protocol.describe(action)), None)
        return line(action) if said is None else said
    except Exception:
        return line(action)


def message_said(protocol: AnyProtocol, state: Any, action: Any) -> Message | None:
    """The action as a message, in the state before it; None where it is none there."""
    ask = protocol.message
    if ask is None:
        return None
    try:
        return answered(protocol, "message", lambda: ask(state, action), None)
    except Exception:
        return None
