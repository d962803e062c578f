"""What goes through stages where towers watch: an appointment, a claim, a bond."""

from collections.abc import Hashable, Mapping

from invariants.kernel.lifecycles import Lifecycle
from spec.channels.sides import PARTIES
from spec.channels.watchtower.appointments import Appointment, Receipt
from spec.channels.watchtower.state import CUSTOMER, State
from spec.kernel.basics import Party


def appointments(state: State) -> Mapping[Hashable, str]:
    """What has become of each appointment at each tower."""
    return {
        (tower, each): _of_appointment(state, tower, each)
        for tower, kept in state.talk.stores.items()
        for each in kept
    }


def _of_appointment(state: State, tower: Party, each: Appointment) -> str:
    promised = Receipt(tower, each) in state.talk.receipts
    outcome = state.service.outcome
    if outcome is not None:
        return "over"
    claim = state.channel.claim
    if claim is not None and claim.by != CUSTOMER and claim.version.number < each.locator:
        return "opened by a breach" if promised else "opened, without a promise"
    return "promised: receipted" if promised else "handed over"


def claims(state: State) -> Mapping[Hashable, str]:
    """What the channel's end depends on."""
    claim, outcome = state.channel.claim, state.service.outcome
    if outcome is not None:
        stale = outcome.number < state.talk.versions[-1].number
        return {"channel": "paid out: stale" if stale else "paid out: newest"}
    if claim is None:
        return {"channel": "open"}
    if claim.version.number < state.talk.versions[-1].number:
        return {"channel": "claimed: stale"}
    answered = state.service.answered_by is not None
    return {"channel": "claimed: newest, by a tower" if answered else "claimed: newest"}


def bonds(state: State) -> Mapping[Hashable, str]:
    """Where each tower's bond is."""
    return {tower: _of_bond(state, tower) for tower in state.ghost.wealth if tower not in PARTIES}


def _of_bond(state: State, tower: Party) -> str:
    service = state.service
    if tower in service.announced:
        return "locked: leaving announced"
    if tower in service.bonds:
        return "locked"
    return "forfeited" if service.compensated + service.burned > 0 else "at home"


LIFECYCLES = (
    Lifecycle("an appointment", appointments, (("accountable", "tiny"),)),
    Lifecycle("a claim", claims, (("accountable", "tiny"), ("accountable", "two-towers"))),
    Lifecycle("a bond", bonds, (("accountable", "registering"),)),
)
