"""The honest party: what it will not sign, and what it must do in time.

Off chain it owes nobody anything: it signs what is covered and well formed, and asks full price for
what is dropped. On the main chain it answers in time: it resolves payments to itself, vetoes
withdrawals of what is not free, shows its newest states of both directions, adds up pending
payments and confirms: each within its reaction. Offline parties owe nothing.
"""

from collections.abc import Hashable, Iterator
from typing import Any

from spec.channels.conditional.knowledge import (
    asks,
    can_resolve,
    free,
    free_to_withdraw,
    knows_preimage,
    missing_from,
    newest,
    owes,
    worth,
    written,
)
from spec.channels.conditional.offchain import CosignVoucher, Countersign, Offer, Vouch
from spec.channels.conditional.pays import Pay, final_from, last_deadline, total
from spec.channels.conditional.refusals import AgainstStrategy
from spec.channels.conditional.registry import Resolve
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ClearPays, ConfirmSettle, IntendSettle
from spec.channels.conditional.state import Phase, Simplex, State, States
from spec.channels.conditional.timeline import all_closed, cleared_by, closes, waits_until
from spec.channels.conditional.withdrawals import VetoWithdraw
from spec.channels.people import is_there
from spec.channels.sides import Side, other_side, side_of
from spec.kernel.basics import Party
from spec.kernel.protocol import Obligation

# What it will not do ----------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """Raises AgainstStrategy for what an honest party would never sign."""
    match action:
        case Offer(simplex=simplex):
            sensible = offers(state, simplex, rules)
        case Countersign(simplex=simplex):
            sensible = countersigns(state, simplex, rules)
        case Vouch(pay=pay, amount=amount):
            owed = owes(state, pay, rules)
            sensible = owed is not None and amount <= owed
        case CosignVoucher(pay=pay, amount=amount):
            side = other_side(pay.payer)
            sensible = rules.strategy.takes_voucher(
                amount, asks(state, pay, rules), can_resolve(state, side, pay)
            )
        case _:
            sensible = True
    if not sensible:
        raise AgainstStrategy(action.by)


def offers(state: State, simplex: Simplex, rules: Rules) -> bool:
    """Does the payer sign this state: the next one, as long as none is on its way?"""
    return state.network.offers[simplex.payer] is None and follows(state, simplex, rules)


def countersigns(state: State, simplex: Simplex, rules: Rules) -> bool:
    """Does the payee sign this state: the next one, with what it asks for whatever is dropped?"""
    old = newest(state, simplex.payer)
    dropped = missing_from(old.pays, simplex.pays)
    asked = sum([asks(state, pay, rules) for pay in dropped])
    return simplex.transferred >= old.transferred + asked and follows(state, simplex, rules)


def follows(state: State, simplex: Simplex, rules: Rules) -> bool:
    """Is this a next state that either side can sign: it adds up, its payer has what it pays, and
    there is time to resolve what is new?"""
    old = newest(state, simplex.payer)
    new = missing_from(simplex.pays, old.pays)
    return (
        state.contract.phase == Phase.OPERABLE
        and simplex.seq == old.seq + 1
        and simplex.pending == total(simplex.pays)
        and simplex.last_deadline == last_deadline(simplex.pays)
        and all(
            rules.strategy.time_left(
                state.main.now, closes(state.contract, pay), rules.strategy.reaction
            )
            for pay in new
        )
        and rules.strategy.covered(free(state, simplex.payer, simplex))
    )


# What it must do --------------------------------------------------------------------------------

STALE = "a state that is not the newest"
"""The need that newer states answer, whichever they are by now."""
WITHDRAWAL = "a withdrawal of what is not free"
"""The need that a veto answers."""
SETTLEMENT = "a settlement that is over"
"""The need that a confirmation answers."""


def payment(pay: Pay) -> Hashable:
    """The need that resolving a payment answers."""
    return "payment", pay.number


def pending(payer: Side) -> Hashable:
    """The need that adding up the pending payments of a direction answers."""
    return "pending", payer


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """What honest parties that are there must still do on the main chain, and until when."""
    if state.contract.phase == Phase.CLOSED:
        return ()
    duties: list[Obligation] = []
    for party in state.people.honest:
        if is_there(state.people, party):
            duties += _resolves(state, party, rules)
            if state.contract.phase == Phase.SETTLING:
                duties += _settles(state, party, rules)
            else:
                duties += _vetoes(state, party, rules)
    return tuple(duties)


def _resolves(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    side = side_of(party)
    for pay in newest(state, other_side(side)).pays:
        until, opens = closes(state.contract, pay), final_from(pay)
        if knows_preimage(state, side, pay) and worth(pay, rules) > written(state, pay):
            yield Obligation(until, party, Resolve(party, pay), opens, payment(pay))


def _vetoes(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    intent = state.contract.intent
    other = other_side(side_of(party))
    if (
        intent is not None
        and intent.side == other
        and rules.strategy.vetoes(intent.amount, free_to_withdraw(state, other))
    ):
        yield Obligation(intent.until, party, VetoWithdraw(party), need=WITHDRAWAL)


def _settles(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    contract = state.contract
    newer, ends = newer_states(state), contract.window_ends
    if newer:
        yield Obligation(ends, party, IntendSettle(party, newer), need=STALE)
    for payer in (0, 1):
        shown = contract.states[payer]
        if shown.pays and contract.cleared[payer] is None:
            until = max(ends, cleared_by(shown, ends, rules))
            final, clear = all_closed(contract, shown.pays), ClearPays(party, payer)
            yield Obligation(until, party, clear, final + 1, pending(payer), since=final)
    over, confirm = waits_until(contract, rules), ConfirmSettle(party)
    until = over + rules.strategy.reaction
    yield Obligation(until, party, confirm, over + 1, SETTLEMENT, since=over)


def newer_states(state: State) -> States:
    """The newest signed state of each direction, where the contract does not have it."""
    return tuple(
        [
            newest(state, payer)
            for payer in (0, 1)
            if newest(state, payer).seq > state.contract.states[payer].seq
        ]
    )
