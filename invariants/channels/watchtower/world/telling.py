"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB, Pair, partner
from spec.channels.watchtower import actions as a
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import NOBODY, Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message

NAMES = {NOBODY: "nobody", CLOCK: "time", ALICE: "alice", BOB: "bob"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"tower{party - 2}")


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case a.UpdateChannel(balances=balances):
            return f"signs the next version with its partner: {_pair(balances)}"
        case a.HandOver(tower=tower, appointment=appointment):
            return f"hands {party_name(tower)} an appointment: {_appointment(appointment)}"
        case a.GiveReceipt(appointment=appointment):
            return f"signs a receipt: {_appointment(appointment)}"
        case a.Leave():
            return "goes away"
        case a.Return():
            return "comes back"
        case a.Close(version=version):
            return f"closes the channel with {spelled(version)}"
        case a.CloseTogether(version=version):
            return f"closes the channel by agreement with {spelled(version)}"
        case a.Answer(version=version):
            return f"answers with {spelled(version)}"
        case a.Respond(version=version):
            return f"answers for the customer with {spelled(version)}"
        case a.Settle():
            return "calls for the settlement"
        case a.Register():
            return "locks its bond"
        case a.Announce():
            return "announces that it will withdraw its bond"
        case a.WithdrawBond():
            return "withdraws its bond"
        case a.Recourse(receipt=receipt):
            return (
                f"shows {party_name(receipt.tower)}'s receipt: {_appointment(receipt.appointment)}"
            )
        case _:
            return repr(action)


def message(state: State, action: Any) -> Message | None:
    """The action as an arrow in the lanes of a run."""
    by = action.by
    match action:
        case Wait():
            return None
        case a.UpdateChannel(balances=balances):
            others = (partner(by),) if by in (ALICE, BOB) else ()
            return Message("", by, others, f"next version: {_pair(balances)}")
        case a.HandOver(tower=tower, appointment=appointment):
            return Message("", by, (tower,), f"appointment {_locator(appointment)}")
        case a.GiveReceipt(appointment=appointment):
            return Message("", by, (CUSTOMER,), f"receipt {_locator(appointment)}")
        case a.Leave() | a.Return():
            return Message("", by, (), describe(action))
        case a.Recourse(receipt=receipt):
            said = f"receipt of {party_name(receipt.tower)}, {_locator(receipt.appointment)}"
            return Message("", by, (CONTRACT,), said)
        case _:
            return Message("", by, (CONTRACT,), describe(action))


def spelled(version: Version) -> str:
    """A version in a few words."""
    if version == START:
        return "version 0"
    return f"version {version.number}, {_pair(version.balances)}"


def _pair(balances: Pair) -> str:
    return f"{balances[0]}/{balances[1]}"


def _locator(appointment: Appointment) -> str:
    elsewhere = "" if appointment.channel == CHANNEL else " of another channel"
    return f"for version {appointment.locator}{elsewhere}"


def _appointment(appointment: Appointment) -> str:
    return f"{_locator(appointment)}, sealed {spelled(appointment.content)}"
