"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.channels.payment import actions as a
from spec.channels.payment.state import State
from spec.channels.payment.versions import Version
from spec.channels.sides import ALICE, BOB, partner
from spec.kernel.basics import Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message

NAMES = {CLOCK: "time", ALICE: "alice", BOB: "bob"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"party{party}")


def told(version: Version) -> str:
    """A version in a few words: number and balances, and what is unusual about it."""
    first, second = version.balances
    words = f"version {version.number} ({first}, {second})"
    if version.withdrawn != (0, 0):
        words += f" with withdrawals {version.withdrawn[0]} and {version.withdrawn[1]}"
    return f"final {words}" if version.final else words


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case a.Propose(pays=pays, withdraws=withdraws, final=final):
            wanted = [f"to pay {pays}"] if pays else []
            wanted += [f"to withdraw {withdraws}"] if withdraws else []
            wanted += ["to end the channel"] if final else []
            return f"proposes {' and '.join(wanted) or 'a version without a payment'}"
        case a.Countersign(version=version):
            return f"countersigns {told(version)}"
        case a.Receive(version=version):
            return f"receives the other's signature on {told(version)}"
        case a.Reveal():
            return "revokes its older versions"
        case a.Hear(below=below):
            return f"receives the secret of the other's versions below {below}"
        case a.Deposit(amount=amount):
            return f"deposits {amount}"
        case a.Cancel():
            return "takes the deposits back"
        case a.Withdraw(version=version):
            return f"withdraws by {told(version)}"
        case a.CooperativeClose(version=version):
            return f"closes together by {told(version)}"
        case a.UnilateralClose(version=version):
            return f"closes alone with {told(version)}"
        case a.Challenge(version=version):
            return f"challenges with {told(version)}"
        case a.Punish(below=below):
            return f"shows the secret of the closer's versions below {below}"
        case a.Settle():
            return "calls for the payment"
        case a.GoOffline(until=until):
            return f"goes offline until {until}"
        case a.Crash(until=until):
            return f"crashes, and is away until {until}"
        case a.Return():
            return "is there again"
        case _:
            return repr(action)


def message(state: State, action: Any) -> Message | None:
    """The action as an arrow in the lanes of a run. Who receives a message draws its arrow: it may
    come late, or twice, or never."""
    by = action.by
    match action:
        case a.Countersign(version=version):
            return Message("", partner(by), (by,), short(version))
        case a.Receive(version=version):
            return Message("", partner(by), (by,), f"{short(version)}, signed too")
        case a.Hear(below=below):
            return Message("", partner(by), (by,), f"secret below #{below}")
        case a.Propose() | a.Reveal():
            return Message("", by, (), describe(action))
        case a.Withdraw(version=version):
            return Message("", by, (CONTRACT,), f"withdraw by {short(version)}")
        case a.CooperativeClose(version=version):
            return Message("", by, (CONTRACT,), f"close by {short(version)}")
        case a.UnilateralClose(version=version):
            return Message("", by, (CONTRACT,), f"close with {short(version)}")
        case a.Challenge(version=version):
            return Message("", by, (CONTRACT,), f"challenge with {short(version)}")
        case a.Punish(below=below):
            return Message("", by, (CONTRACT,), f"punish, below #{below}")
        case a.Deposit(amount=amount):
            return Message("", by, (CONTRACT,), f"deposit {amount}")
        case a.Cancel() | a.Settle():
            return Message("", by, (CONTRACT,), type(action).__name__.lower())
        case a.GoOffline() | a.Crash() | a.Return():
            return Message("", by, (), describe(action))
        case _:
            return None


def short(version: Version) -> str:
    """A version for an arrow: "#2 (0, 2)"."""
    first, second = version.balances
    return f"#{version.number} ({first}, {second}){' final' if version.final else ''}"
