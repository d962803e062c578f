"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.channels.conditional import actions as a
from spec.channels.conditional.pays import Pay
from spec.channels.conditional.state import Simplex, State
from spec.channels.sides import ALICE, BOB, PARTIES, Side, partner
from spec.kernel.basics import Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message

NAMES = {CLOCK: "time", ALICE: "alice", BOB: "bob"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"party{party}")


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case a.Deposit(amount=amount):
            return f"deposits {amount}"
        case a.Offer(simplex=simplex):
            return f"offers {told(simplex)}"
        case a.Countersign(simplex=simplex):
            return f"countersigns {told(simplex)}"
        case a.Learn(lock=lock):
            return f"gets to know the preimage of payment #{lock}"
        case a.Reveal(lock=lock):
            return f"reveals the preimage of payment #{lock}"
        case a.Vouch(pay=pay, amount=amount):
            return f"vouches for {amount} of payment #{pay.number}"
        case a.CosignVoucher(pay=pay, amount=amount):
            return f"signs the voucher for {amount} of payment #{pay.number}, too"
        case a.Resolve(pay=pay):
            return f"resolves payment #{pay.number} by its conditions"
        case a.ResolveVouched(pay=pay, amount=amount):
            return f"resolves payment #{pay.number} by the voucher for {amount}"
        case a.Snapshot(simplex=simplex):
            return f"puts on chain {told(simplex)}"
        case a.IntendWithdraw(amount=amount):
            return f"intends to withdraw {amount}"
        case a.VetoWithdraw():
            return "vetoes the withdrawal"
        case a.ConfirmWithdraw():
            return "confirms the withdrawal"
        case a.IntendSettle(states=states):
            shown = "; ".join([told(simplex) for simplex in states])
            return f"intends to settle with {shown or 'what is on chain'}"
        case a.ClearPays(payer=payer):
            return f"clears what {_payer(payer)} has pending"
        case a.ConfirmSettle():
            return "confirms the settlement"
        case _:
            return repr(action)


def message(state: State, action: Any) -> Message | None:
    """The action as an arrow in the lanes of a run."""
    by = action.by
    match action:
        case Wait():
            return None
        case a.Offer(simplex=simplex) | a.Countersign(simplex=simplex):
            return Message("", by, (partner(by),), _signed(action, simplex))
        case a.Learn():
            return Message("", by, (), describe(action))
        case a.Reveal() | a.Vouch() | a.CosignVoucher():
            return Message("", by, (partner(by),), describe(action))
        case _:
            return Message("", by, (CONTRACT,), describe(action))


def _signed(action: Any, simplex: Simplex) -> str:
    too = ", countersigned" if isinstance(action, a.Countersign) else ""
    return f"{told(simplex)}{too}"


def told(simplex: Simplex) -> str:
    """A state in a few words."""
    pending = ", ".join([short(pay) for pay in simplex.pays])
    waits = f", pending {pending}" if pending else ""
    return f"{_payer(simplex.payer)}'s state {simplex.seq}: paid {simplex.transferred}{waits}"


def short(pay: Pay) -> str:
    """A payment in a few words."""
    outcomes = ", ".join([str(condition.outcome) for condition in pay.conditions])
    given = f" {pay.logic.name} of {outcomes}" if outcomes else ""
    return f"#{pay.number} up to {pay.most}{given}"


def _payer(side: Side) -> str:
    return party_name(PARTIES[side])
