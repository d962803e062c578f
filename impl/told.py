"""What people call parties and actions, also where a protocol has no name for them.

A file may hold an action of a party that there is not, or with values that no step would take; the
rules refuse it, and that is worth telling.
"""

from typing import Any

from impl.words import line
from spec.kernel.basics import Party
from spec.kernel.protocol import Message, Protocol

AnyProtocol = Protocol[Any, Any, Any]


def party_said(protocol: AnyProtocol, party: Party) -> str:
    """Who it is."""
    try:
        return line(protocol.party_name(party))
    except Exception:
        return f"party {line(party, 40)}"


def action_said(protocol: AnyProtocol, action: Any) -> str:
    """The action as a clause."""
    try:
        return line(protocol.describe(action))
    except Exception:
        return line(action)


def message_said(protocol: AnyProtocol, state: Any, action: Any) -> Message | None:
    """The action as a message, in the state before it; None where it is none there."""
    try:
        return None if protocol.message is None else protocol.message(state, action)
    except Exception:
        return None
