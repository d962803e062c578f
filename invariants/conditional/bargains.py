"""What honest parties agree to off chain: fair prices for what is dropped, vouchers, vetoes.

A party that agrees to less than it could get is due less from then on; so it is looked at when it
signs.
"""

from typing import Any

from invariants.conditional.dues import last_signed, registered, value
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.people import is_honest
from spec.channels.sides import other_side
from spec.conditional.actions import Countersign, Offer, VetoWithdraw, Vouch
from spec.conditional.pays import Pay, final_from
from spec.conditional.rules import Rules
from spec.conditional.state import Simplex, State
from spec.conditional.timeline import last_word
from spec.kernel.basics import Wei


def _now_worth(state: State, pay: Pay, known: bool, rules: Rules) -> Wei | None:
    """What a payment is worth to who knows the preimage or not, in wei; None: nobody can tell."""
    now = state.main.now
    if now > last_word(state, pay, rules):
        return registered(state, pay)
    if known and now >= final_from(pay):
        return max(value(pay, rules), registered(state, pay))
    return None


def _dropped(state: State, simplex: Simplex) -> list[Pay]:
    return [pay for pay in last_signed(state, simplex.payer).pays if pay not in simplex.pays]


def price(state: State, simplex: Simplex, rules: Rules) -> Wei:
    """What the payee could still get for what this state drops, in wei; the maximum where nobody
    can tell."""
    worths = [
        (pay, _now_worth(state, pay, pay.number in state.network.learned, rules))
        for pay in _dropped(state, simplex)
    ]
    return sum([pay.most if worth is None else worth for pay, worth in worths])


def debt(state: State, simplex: Simplex, rules: Rules) -> Wei:
    """What the payer has to pay for what this state drops, in wei, as far as it knows."""
    worths = [
        _now_worth(state, pay, pay.number in state.network.revealed, rules)
        for pay in _dropped(state, simplex)
    ]
    return sum([worth or 0 for worth in worths])


def _paid(state: State, simplex: Simplex) -> Wei:
    return simplex.transferred - last_signed(state, simplex.payer).transferred


def fair_to_payee(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest payee lets a payment be dropped for what it could get, and not for less."""
    return not is_honest(before.people, action.by) or (
        _paid(before, action.simplex) >= price(before, action.simplex, rules)
    )


def _sold(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "paid": _paid(before, action.simplex),
        "price": price(before, action.simplex, rules),
    }
    return Finding("a payment was dropped for less than it could give", numbers)


def fair_to_payer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest payer that drops a payment pays what it owes for it, and vouches for no more."""
    if not is_honest(before.people, action.by):
        return True
    if isinstance(action, Vouch):
        known = action.pay.number in before.network.revealed
        return action.amount <= (_now_worth(before, action.pay, known, rules) or 0)
    owed = debt(before, action.simplex, rules)
    return not _dropped(before, action.simplex) or _paid(before, action.simplex) <= owed


def _overpaid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"now": before.main.now}
    return Finding("an honest payer pays more than it owes", numbers)


def veto_with_reason(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party vetoes only a withdrawal of what the other side has paid or may have to."""
    intent = before.contract.intent
    if intent is None or not is_honest(before.people, action.by):
        return True
    return intent.amount > left_free(before)


def left_free(state: State) -> Wei:
    """What the side that withdraws has that is not spoken for, in wei; alice where none does."""
    intent, contract, network = state.contract.intent, state.contract, state.network
    side = 0 if intent is None else intent.side
    paying = [last_signed(state, side), network.offers[side] or last_signed(state, side)]
    return (
        contract.deposits[side]
        - contract.withdrawn[side]
        + last_signed(state, other_side(side)).transferred
        - max([each.transferred + each.pending for each in paying])
    )


def _groundless(before: State, action: Any, after: State, rules: Rules) -> Finding:
    intent = before.contract.intent
    numbers = {"amount": intent.amount if intent else 0, "free": left_free(before)}
    return Finding("a withdrawal of what is free was vetoed", numbers)


BARGAINS: tuple[Invariant, ...] = (
    Invariant(
        "CP-PRICE",
        "An honest payee signs no state that drops a payment for less than it could get.",
        Kind.TRANSITION,
        fair_to_payee,
        _sold,
        after=(Countersign,),
    ),
    Invariant(
        "CP-DEBT",
        "An honest payer pays and vouches for no more than it owes.",
        Kind.TRANSITION,
        fair_to_payer,
        _overpaid,
        after=(Offer, Vouch),
    ),
    Invariant(
        "CP-VETO",
        "An honest party vetoes only withdrawals of what is not free.",
        Kind.TRANSITION,
        veto_with_reason,
        _groundless,
        after=(VetoWithdraw,),
    ),
)
