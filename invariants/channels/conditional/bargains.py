"""What honest parties agree to off chain: fair prices for what is dropped, vouchers, vetoes.

A party that agrees to less than it could get is due less from then on; so it is looked at when it
signs.
"""

from collections.abc import Iterator
from typing import Any

from invariants.channels.conditional.dues import last_signed, own, registered, value
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.conditional.offchain import CosignVoucher, Countersign, Offer, Vouch
from spec.channels.conditional.pays import Pay, final_from
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Phase, Simplex, State
from spec.channels.conditional.timeline import last_word
from spec.channels.conditional.withdrawals import VetoWithdraw
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, Side, other_side
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


def _sold(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {
        "paid": _paid(before, action.simplex),
        "price": price(before, action.simplex, rules),
    }
    return Finding("a payment was dropped for less than it could give", numbers)


@whenever("CP-PRICE", _sold, after=(Countersign,))
def fair_to_payee(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest payee signs no state that drops a payment for less than it could get."""
    return not is_honest(before.people, action.by) or (
        _paid(before, action.simplex) >= price(before, action.simplex, rules)
    )


def _overpaid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"now": before.main.now}
    return Finding("an honest payer pays more than it owes", numbers)


@whenever("CP-DEBT", _overpaid, after=(Offer, Vouch))
def fair_to_payer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest payer pays and vouches for no more than it owes."""
    if not is_honest(before.people, action.by):
        return True
    if isinstance(action, Vouch):
        known = action.pay.number in before.network.revealed
        return action.amount <= (_now_worth(before, action.pay, known, rules) or 0)
    owed = debt(before, action.simplex, rules)
    return not _dropped(before, action.simplex) or _paid(before, action.simplex) <= owed


def _groundless(before: State, action: Any, after: State, rules: Rules) -> Finding:
    intent = before.contract.intent
    numbers = {"amount": intent.amount if intent else 0, "free": left_free(before)}
    return Finding("a withdrawal of what is free was vetoed", numbers)


@whenever("CP-VETO", _groundless, after=(VetoWithdraw,))
def veto_with_reason(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party vetoes only withdrawals of what is not free."""
    intent = before.contract.intent
    if intent is None or not is_honest(before.people, action.by):
        return True
    return intent.amount > left_free(before)


def left_free(state: State) -> Wei:
    """What the side that withdraws has that is not spoken for, in wei; alice where none does.
    Pending is what its payments may take, whatever number a state gives."""
    intent, contract, network = state.contract.intent, state.contract, state.network
    side = 0 if intent is None else intent.side
    paying = [last_signed(state, side), network.offers[side] or last_signed(state, side)]
    return (
        contract.deposits[side]
        - contract.withdrawn[side]
        + last_signed(state, other_side(side)).transferred
        - max([each.transferred + sum([pay.most for pay in each.pays]) for each in paying])
    )


# What is fair: asked of the rules in `possible` --------------------------------------------------


def agreed(state: State, rules: Rules) -> Iterator[tuple[Any, bool]]:
    """What honest parties might sign now, and whether it is fair."""
    for payer in (0, 1):
        if is_honest(state.people, PARTIES[payer]):
            yield from _to_pay(state, payer, rules)
        if is_honest(state.people, PARTIES[other_side(payer)]):
            yield from _to_take(state, payer, rules)


def _to_pay(state: State, payer: Side, rules: Rules) -> Iterator[tuple[Any, bool]]:
    """All that is free can be paid at once, where no offer is on its way, and no more; and what is
    owed for a pending payment can be vouched for, and no more."""
    by, last = PARTIES[payer], last_signed(state, payer)
    if state.contract.phase == Phase.OPERABLE and state.network.offers[payer] is None:
        free = unspoken(state, last)
        for amount in (free, max(free, 0) + 1):
            if amount >= 0:
                yield Offer(by, _following(last, amount)), rules.strategy.covered(free - amount)
    for pay in last.pays:
        owed = _now_worth(state, pay, pay.number in state.network.revealed, rules)
        if owed is not None:
            yield Vouch(by, pay, owed), True
            yield Vouch(by, pay, owed + 1), False


def _to_take(state: State, payer: Side, rules: Rules) -> Iterator[tuple[Any, bool]]:
    """What is on the table; a dishonest payer offers whatever is worth a look."""
    by, now = PARTIES[other_side(payer)], state.main.now
    honest = is_honest(state.people, PARTIES[payer])
    offered = state.network.offers[payer]
    table = [offered] if offered is not None else []
    for simplex in table if honest else _worth_a_look(state, payer, rules):
        yield Countersign(by, simplex), _is_fair(state, simplex, rules)
    for pay in last_signed(state, payer).pays:
        known = pay.number in state.network.learned
        worth = _now_worth(state, pay, known, rules)
        raisable = known and final_from(pay) <= now <= last_word(state, pay, rules)
        vouched = [each.amount for each in state.network.vouchers if each.pay == pay]
        for amount in vouched if honest else range(pay.most + 1):
            enough = amount >= (pay.most if worth is None else worth)
            yield CosignVoucher(by, pay, amount), enough or raisable


def _worth_a_look(state: State, payer: Side, rules: Rules) -> Iterator[Simplex]:
    """All that is free at once, and a wei more; and each pending payment dropped for what the payee
    could get, and for a wei less."""
    last = last_signed(state, payer)
    free = max(unspoken(state, last), 0)
    for amount in (free, free + 1):
        yield _following(last, amount)
    for pay in last.pays:
        less = _without(last, pay)
        asked = price(state, less, rules)
        for amount in (asked - 1, asked):
            yield _following(less, amount)


def _following(last: Simplex, paid: Wei) -> Simplex:
    """The next state of the direction, in which so much more is paid. Made here and below by its
    fields, which is faster than `evolve`: it is asked in every state."""
    return Simplex(
        last.payer, last.seq + 1, last.transferred + paid,
        last.pays, last.last_deadline, last.pending,
    )  # fmt: skip


def _without(last: Simplex, dropped: Pay) -> Simplex:
    """The state as if this payment had never been in it."""
    pays = tuple([each for each in last.pays if each != dropped])
    deadline = max([0, *[each.deadline for each in pays]])
    most = sum([each.most for each in pays])
    return Simplex(last.payer, last.seq, last.transferred, pays, deadline, most)


def _is_fair(state: State, offered: Simplex, rules: Rules) -> bool:
    """Is it the next state, covered and in time, and pays what is dropped?"""
    last = last_signed(state, offered.payer)
    return (
        state.contract.phase == Phase.OPERABLE
        and offered.seq == last.seq + 1
        and offered.pending == sum([pay.most for pay in offered.pays])
        and offered.last_deadline == max([0, *[pay.deadline for pay in offered.pays]])
        and rules.strategy.covered(unspoken(state, offered))
        and _paid(state, offered) >= price(state, offered, rules)
        and all(
            rules.strategy.time_left(
                state.main.now, last_word(state, pay, rules), rules.strategy.reaction
            )
            for pay in offered.pays
            if pay not in last.pays
        )
    )


def unspoken(state: State, paying: Simplex) -> Wei:
    """What is left to the payer by a state of its direction, in wei, if all that is pending has to
    be paid and what it has announced is withdrawn."""
    intent, payer = state.contract.intent, paying.payer
    going = intent.amount if intent is not None and intent.side == payer else 0
    received = last_signed(state, other_side(payer)).transferred
    return own(state, payer) - going + received - paying.transferred - paying.pending


BARGAINS: tuple[Invariant, ...] = (
    fair_to_payee,
    fair_to_payer,
    veto_with_reason,
)
