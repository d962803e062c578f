"""Who can show what, and what a member is owed: everything read off the messages.

Honest members decide by these functions, so each of them reads only what the member was sent or
signed itself, and what is public on the main chain.
"""

from attrs import evolve

from spec.channels.multiparty.evidence import (
    NOWHERE,
    Entries,
    Entry,
    Payment,
    concerns,
    effect,
    expense,
    income,
)
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import (
    Checkpoint,
    Contract,
    State,
    Trade,
    is_honest,
    members,
    present_stamp,
)
from spec.kernel.basics import NOBODY, Party, Wei

# What a member is owed --------------------------------------------------------------------------


def due(state: State, party: Party) -> Wei:
    """What a member is owed in this epoch, in wei: its last balance, income that it holds receipts
    for, less all that it signed away."""
    return state.contract.balances.get(party, 0) + sum(
        _counted(trade, party) for trade in state.network.trades
    )


def _counted(trade: Trade, party: Party) -> Wei:
    if trade.replayed:
        return 0
    received = income(trade.payment, party) if trade.payee_has else 0
    return received - expense(trade.payment, party)


def floor(state: State, party: Party) -> Wei:
    """What a member keeps even if it is offline, in wei: its last balance less all that it signed
    away. Receipted income needs somebody to show the receipt."""
    return state.contract.balances.get(party, 0) - signed_away(state, party)


def signed_away(state: State, party: Party) -> Wei:
    """What the member has signed to pay in this epoch, in wei."""
    return sum(
        expense(trade.payment, party) for trade in state.network.trades if not trade.replayed
    )


def taken(state: State, party: Party) -> Wei:
    """What the member has countersigned to receive in this epoch, in wei."""
    return sum(
        income(trade.payment, party) for trade in state.network.trades if trade.countersigned
    )


def received(state: State, party: Party) -> Wei:
    """The income of this epoch that the member holds receipts for, in wei."""
    return sum(income(trade.payment, party) for trade in state.network.trades if trade.payee_has)


def share(contract: Contract, rules: Rules) -> Wei:
    """What the bond of a leader guarantees each other member, in wei."""
    return rules.bond // max(1, len(contract.balances) - 1)


# What a member can submit -----------------------------------------------------------------------


def as_entry(state: State, trade: Trade, receipted: bool, rules: Rules) -> Entry:
    """A payment of this epoch as evidence, with its receipt where it is to be shown."""
    contract = state.contract
    dishonest = not is_honest(state, trade.payment.payee)
    return Entry(
        trade.payment,
        by_payer=True,
        by_payee=trade.countersigned or dishonest,
        receipt_by=contract.leader if receipted else NOBODY,
        receipt=rules.receipt_stamp(present_stamp(contract)) if receipted else NOWHERE,
    )


def holds_receipt(trade: Trade, party: Party) -> bool:
    """Was the party sent the receipt?"""
    return (trade.payer_has and trade.payment.payer == party) or (
        trade.payee_has and trade.payment.payee == party
    )


def receipts_of(state: State, party: Party, rules: Rules) -> Entries:
    """The payments of this epoch for which a member holds the receipt."""
    return tuple(
        as_entry(state, trade, True, rules)
        for trade in state.network.trades
        if holds_receipt(trade, party) and not trade.replayed
    )


def payments_of(state: State, party: Party, rules: Rules) -> Entries:
    """All payments of this epoch that involve a member and that it has with both signatures."""
    return tuple(
        as_entry(state, trade, holds_receipt(trade, party), rules)
        for trade in state.network.trades
        if trade.countersigned and concerns(trade.payment, party) and not trade.replayed
    )


def book(state: State, party: Party, rules: Rules) -> Entries:
    """The payments that the leader gave receipts for and that involve a member, in their order."""
    return tuple(
        as_entry(state, trade, True, rules)
        for trade in state.network.trades
        if trade.receipted and concerns(trade.payment, party)
    )


def right_checkpoint(state: State) -> Checkpoint:
    """What an honest leader proposes: the last checkpoint and all payments with receipts."""
    return checkpoint_after(
        state, tuple(trade.payment for trade in state.network.trades if trade.receipted)
    )


def checkpoint_after(state: State, payments: tuple[Payment, ...]) -> Checkpoint:
    """The checkpoint that settles some payments, with the next leader in turn and all who asked the
    leader or the contract to let them leave."""
    contract = state.contract
    balances = tuple(
        balance + sum(effect(payment, party) for payment in payments)
        for party, balance in contract.balances.items()
    )
    leaving = sorted({*state.network.wishes, *contract.leaving})
    return Checkpoint(contract.epoch, turn(contract), balances, tuple(leaving))


def turn(contract: Contract) -> Party:
    """Whose turn it is to lead next: the next member in order."""
    ordered = members(contract)
    return ordered[(ordered.index(contract.leader) + 1) % len(ordered)]


# Who can show a signature -----------------------------------------------------------------------


def can_show(state: State, by: Party, entry: Entry, rules: Rules) -> bool:
    """Can the party put this entry into an action? Dishonest members sign for each other whenever
    they like; an honest signature has to have been given, and to have reached the party."""
    payment = entry.payment
    needs_payer = entry.by_payer and is_honest(state, payment.payer)
    needs_payee = entry.by_payee and is_honest(state, payment.payee)
    needs_receipt = entry.receipt_by != NOBODY and is_honest(state, entry.receipt_by)
    if not (needs_payer or needs_payee or needs_receipt):
        return True
    if _published(state, entry):
        return True
    return any(_is_old(old, entry, needs_receipt) for old in state.network.past) or any(
        trade.payment == payment
        and knows(state, by, trade)
        and (trade.countersigned or not needs_payee)
        and (not needs_receipt or _is_receipt(state, by, entry, trade, rules))
        for trade in state.network.trades
    )


def _is_receipt(state: State, by: Party, entry: Entry, trade: Trade, rules: Rules) -> bool:
    """Is this the receipt that the leader of this epoch gave, and has the party seen it?"""
    given = state.contract.leader, rules.receipt_stamp(present_stamp(state.contract))
    return (entry.receipt_by, entry.receipt) == given and knows_receipt(state, by, trade)


def _is_old(old: Entry, entry: Entry, needs_receipt: bool) -> bool:
    """Is this a payment of an earlier epoch, with the receipt it then got, if any?"""
    return old.payment == entry.payment and (
        not needs_receipt or (old.receipt_by == entry.receipt_by and old.receipt == entry.receipt)
    )


def _published(state: State, entry: Entry) -> bool:
    contract = state.contract
    return (
        any(entry in dispute.shown + dispute.listed for dispute in contract.disputes.values())
        or any(entry == request.entry for request in contract.requests)
        or entry in contract.shown
    )


def knows(state: State, by: Party, trade: Trade) -> bool:
    """Has the party, or with a dishonest one its coalition, seen the payment's signatures?"""
    payment, leader = trade.payment, state.contract.leader
    if is_honest(state, by):
        return concerns(payment, by) or (trade.sent and by == leader)
    return (
        not is_honest(state, payment.payer)
        or not is_honest(state, payment.payee)
        or (trade.sent and not is_honest(state, leader))
    )


def knows_receipt(state: State, by: Party, trade: Trade) -> bool:
    """Has the party, or with a dishonest one its coalition, been sent the receipt?"""
    payment = trade.payment
    if is_honest(state, by):
        return holds_receipt(trade, by) or (trade.receipted and by == state.contract.leader)
    return (trade.payer_has and not is_honest(state, payment.payer)) or (
        trade.payee_has and not is_honest(state, payment.payee)
    )


def with_trade(state: State, place: int, trade: Trade) -> State:
    """The state with one payment of this epoch exchanged."""
    trades = state.network.trades
    return evolve(
        state,
        network=evolve(state.network, trades=(*trades[:place], trade, *trades[place + 1 :])),
    )
