"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.channels.application.actions import (
    Agree,
    Challenge,
    Checkpoint,
    Conclude,
    Deposit,
    Move,
    PayOut,
)
from spec.channels.application.evidence import AppState, Signed, Support
from spec.channels.application.state import State
from spec.channels.sides import ALICE, BOB, PARTIES, partner
from spec.kernel.basics import NOBODY, Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message

NAMES = {NOBODY: "nobody", CLOCK: "time", ALICE: "alice", BOB: "bob"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"party{party}")


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case Deposit(expected=expected, amount=amount):
            return f"deposits {amount}, expecting {expected} to be held"
        case Move(body=body):
            return f"moves: {spelled(body)}"
        case Agree():
            return "signs the final state too"
        case Challenge(support=support):
            return f"challenges with {shown(support)}"
        case Checkpoint(support=support):
            return f"records {shown(support)}"
        case Conclude(signed=signed):
            return f"concludes with {spelled(signed.body)}, signed by {_names(signed)}"
        case PayOut():
            return "has the outcome paid"
        case _:
            return repr(action)


def message(state: State, action: Any) -> Message | None:
    """The action as an arrow in the lanes of a run."""
    match action:
        case Move(by=by, body=body) if by in PARTIES:
            return Message("", by, (partner(by),), spelled(body))
        case Agree(by=by) if by in PARTIES:
            return Message("", by, (partner(by),), "signs the end too")
        case Deposit() | Challenge() | Checkpoint() | Conclude() | PayOut():
            return Message("", action.by, (CONTRACT,), describe(action))
        case _:
            return None


def spelled(body: AppState) -> str:
    """A state in a few words: turn, data, outcome."""
    data = "".join(str(number) for number in body.data)
    outcome = "/".join(str(allocation.amount) for allocation in body.outcome)
    final = ", final" if body.final else ""
    return f"turn {body.turn} [{data}] pays {outcome}{final}"


def shown(support: Support) -> str:
    """A support in a few words: the claimed state and who signed what."""
    signers = [_names(support.claimed)]
    if support.before is not None:
        signers.insert(0, _names(support.before))
    return f"{spelled(support.claimed.body)}, signed by {' then '.join(signers)}"


def _names(signed: Signed) -> str:
    return " and ".join(party_name(party) for party in signed.by) or "nobody"
