"""Money in the channel: conserved, covered, and everybody gets at least what it is due."""

from typing import Any

from attrs import evolve

from invariants.channels.conditional.dues import (
    due,
    floor,
    honest_sides,
    income,
    last_signed,
    own,
    paid_out,
    registered,
)
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.conditional.pays import Pay, outcomes
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ConfirmSettle
from spec.channels.conditional.state import NOTHING_PAID, Phase, State
from spec.channels.conditional.withdrawals import ConfirmWithdraw, Deposit, VetoWithdraw
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, Side, other_side
from spec.kernel.basics import ETHER, Wei
from spec.kernel.mainchain import total_supply

# Conservation -----------------------------------------------------------------------------------


def _supply(before: State, action: Any, after: State, rules: Rules) -> Finding:
    supplies = total_supply(before.main, ETHER), total_supply(after.main, ETHER)
    return Finding("the supply changed", {"before": supplies[0], "after": supplies[1]})


@whenever("CP-SUPPLY", _supply, reads="main.accounts main.escrow")
def supply_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No action creates or destroys money."""
    return total_supply(before.main, ETHER) == total_supply(after.main, ETHER)


def held(state: State) -> Wei:
    """What the channel has to hold, in wei."""
    return 0 if state.contract.phase == Phase.CLOSED else own(state, 0) + own(state, 1)


def _uncovered(state: State, rules: Rules) -> Finding:
    numbers = {"escrow": state.main.escrow[ETHER], "held": held(state)}
    return Finding("the escrow is not what both have in the channel", numbers)


@always("CP-COVERED", _uncovered, reads="main.escrow contract")
def covered(state: State, rules: Rules) -> bool:
    """The escrow holds exactly what both have put in and not taken out."""
    return state.main.escrow[ETHER] == held(state)


def amounts(state: State) -> tuple[Wei, ...]:
    """All amounts of which none may be negative."""
    contract = state.contract
    signed = [each for side in state.network.signed for each in side]
    return (
        state.main.escrow[ETHER],
        *contract.deposits,
        *contract.withdrawn,
        *state.main.accounts.values(),
        *[result.amount for result in contract.registry],
        *[each.transferred for each in (*contract.states, *signed)],
        *[amount or 0 for amount in contract.cleared],
    )


def _negative(state: State, rules: Rules) -> Finding:
    return Finding("an amount is negative", {"lowest": min(amounts(state))})


@always("CP-NOT-NEGATIVE", _negative, reads="main.accounts main.escrow contract network")
def never_negative(state: State, rules: Rules) -> bool:
    """No account, escrow, deposit, result or transferred total is negative."""
    return min(amounts(state)) >= 0


def _account_off(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = _moved(before, after)[0]
    numbers = {"account": paid_out(before, after, side), "channel": own(after, side)}
    return Finding("money went to the wrong side", numbers)


@whenever("CP-ACCOUNTS", _account_off, reads="main.accounts contract")
def accounts_as_told(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Until the channel closes, an account and what its owner has put in are together the same."""
    return after.contract.phase == Phase.CLOSED or not _moved(before, after)


def _moved(before: State, after: State) -> list[Side]:
    return [
        side
        for side in (0, 1)
        if paid_out(before, after, side) != own(before, side) - own(after, side)
    ]


def _ignored(before: State, action: Any, after: State, rules: Rules) -> Finding:
    cause = "a veto" if isinstance(action, VetoWithdraw) else "a deposit"
    numbers = {"deposits": sum(after.contract.deposits), "before": sum(before.contract.deposits)}
    return Finding(f"{cause} was accepted and does not count", numbers)


@whenever("CP-COUNTS", _ignored, after=(Deposit, VetoWithdraw))
def counts(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A deposit counts in full for whoever made it, and a veto ends the withdrawal that waits."""
    if isinstance(action, VetoWithdraw):
        return after.contract == evolve(before.contract, intent=None)
    alice, bob = before.contract.deposits
    mine = action.by == PARTIES[0]
    deposits = (alice + action.amount * mine, bob + action.amount * (not mine))
    return after.contract == evolve(before.contract, deposits=deposits)


# What a settlement pays -------------------------------------------------------------------------


def _closed(before: State, after: State) -> bool:
    return before.contract.phase != Phase.CLOSED and after.contract.phase == Phase.CLOSED


def _short(before: State, after: State, rules: Rules) -> list[Side]:
    if not _closed(before, after):
        return []
    return [
        side
        for side in honest_sides(before, there=True)
        if paid_out(before, after, side) < due(before, side, rules)
    ]


def _underpaid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = _short(before, after, rules)[0]
    numbers = {
        "due": due(before, side, rules),
        "paid": paid_out(before, after, side),
        "party": PARTIES[side],
    }
    return Finding(_why_short(before, side, rules), numbers)


@whenever("CP-DUE", _underpaid, after=(ConfirmSettle,))
def dues_paid(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party that is there is paid at least what the newest states of both directions and
    the payments that it could resolve give it."""
    return not _short(before, after, rules)


def _why_short(state: State, side: Side, rules: Rules) -> str:
    contract, other = state.contract, other_side(side)
    if any(contract.states[payer] != last_signed(state, payer) for payer in (0, 1)):
        return "a stale state was settled"
    shown = contract.states[other]
    if shown.pays and contract.cleared[other] is None:
        if state.main.now <= shown.last_deadline:
            return "settled while a payment could still be resolved"
        return "settled before pending payments could be added up"
    for pay in shown.pays:
        if registered(state, pay) < income(state, pay, rules):
            return _why_unresolved(state, pay, rules)
    if due(state, side, rules) > held(state):
        if contract.withdrawn[other] > 0:
            return "what was paid off chain had been withdrawn"
        return "the other side had not what it paid"
    return "money was split wrongly"


def _why_unresolved(state: State, pay: Pay, rules: Rules) -> str:
    if rules.transfers(pay.logic, outcomes(pay), pay.most) > pay.most:
        return "a result above the maximum could not be written"
    if any(result.pay == pay for result in state.contract.registry):
        return "a smaller result was final before it could be raised"
    return "a payment could not be resolved any more"


def _below_floor(before: State, after: State) -> list[Side]:
    if not _closed(before, after):
        return []
    return [
        side
        for side in honest_sides(before, there=False)
        if paid_out(before, after, side) < floor(before, side)
    ]


def _under_floor(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = _below_floor(before, after)[0]
    numbers = {"floor": floor(before, side), "paid": paid_out(before, after, side)}
    other = other_side(side)
    if before.contract.states[other].seq < before.ghost.on_chain[other].seq:
        return Finding("the contract had forgotten a state that it was shown", numbers)
    return Finding("what the contract had been shown did not count", numbers)


@whenever("CP-FLOOR", _under_floor, after=(ConfirmSettle,))
def floors_kept(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party that is away is paid at least what the states that the contract was ever
    shown give it, less all it signed away."""
    return not _below_floor(before, after)


def best_by_newest(state: State, side: Side) -> Wei:
    """What a side has by the newest signed states and the registry, in wei."""
    paid = [
        last_signed(state, payer).transferred
        + sum([registered(state, pay) for pay in last_signed(state, payer).pays])
        for payer in (0, 1)
    ]
    return own(state, side) + paid[other_side(side)] - paid[side]


def _profiteers(before: State, after: State) -> list[Side]:
    if not _closed(before, after) or all(
        before.contract.states[payer] == last_signed(before, payer) for payer in (0, 1)
    ):
        return []
    return [
        side
        for side in (0, 1)
        if not is_honest(before.people, PARTIES[side])
        and paid_out(before, after, side) > max(best_by_newest(before, side), 0)
    ]


def _stale_paid(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = _profiteers(before, after)[0]
    numbers = {"paid": paid_out(before, after, side), "by newest": best_by_newest(before, side)}
    return Finding("nobody showed the newer state", numbers)


@whenever("CP-STALE", _stale_paid, after=(ConfirmSettle,))
def stale_never_pays(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A channel settled by stale states pays nobody dishonest more than the newest would."""
    return not _profiteers(before, after)


def _failed(before: State, action: Any, after: State, rules: Rules) -> Finding:
    contract = before.contract
    numbers = {
        "deposits": sum(contract.deposits),
        "withdrawn": sum(contract.withdrawn),
        "paid by alice": contract.states[0].transferred + (contract.cleared[0] or 0),
        "paid by bob": contract.states[1].transferred + (contract.cleared[1] or 0),
    }
    return Finding("the states shown leave a side less than nothing", numbers)


@whenever("CP-SETTLES", _failed, after=(ConfirmSettle,))
def settle_succeeds(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A settlement that is confirmed pays, whatever states were shown."""
    return after.contract.phase == Phase.CLOSED


def _stands_still(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a settlement failed and the channel does not go on", {"phase": after.contract.phase.value}
    )


@whenever("CP-GOES-ON", _stands_still, after=(ConfirmSettle,))
def goes_on(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A settlement that can't be paid leaves the channel operable, with what both have put in."""
    was, now = before.contract, after.contract
    return now.phase == Phase.CLOSED or (
        now.phase == Phase.OPERABLE
        and now.cleared == (None, None)
        and all(
            each in (shown, NOTHING_PAID[side])
            for side, (shown, each) in enumerate(zip(was.states, now.states, strict=True))
        )
        and (now.deposits, now.withdrawn, now.registry)
        == (was.deposits, was.withdrawn, was.registry)
    )


# Withdrawals ------------------------------------------------------------------------------------


def spare(state: State, side: Side) -> Wei:
    """What a side has by the states on chain if it has to pay all that is pending, in wei."""
    paid, received = state.contract.states[side], state.contract.states[other_side(side)]
    return own(state, side) + received.transferred - paid.transferred - paid.pending


def _overdrawn(before: State, after: State) -> list[Side]:
    taken = [side for side in (0, 1) if own(after, side) < own(before, side)]
    return [side for side in taken if spare(after, side) < 0]


def _overdraft(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = _overdrawn(before, after)[0]
    pending = after.contract.states[side].pending
    cause = "what is pending was withdrawn" if pending else "more was withdrawn than there was"
    return Finding(cause, {"left": spare(after, side), "pending": pending})


@whenever("CP-LIMIT", _overdraft, after=(ConfirmWithdraw,))
def within_limits(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A withdrawal leaves enough for all that may have to be paid by the states on chain."""
    return not _overdrawn(before, after)


MONEY: tuple[Invariant, ...] = (
    supply_kept,
    covered,
    never_negative,
    accounts_as_told,
    counts,
    goes_on,
    dues_paid,
    floors_kept,
    stale_never_pays,
    settle_succeeds,
    within_limits,
)
