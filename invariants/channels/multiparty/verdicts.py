"""What an arbitration owes to an honest leader and to an honest participant, for all values.

S1: an honest leader never loses. S2: a participant whose leader wins keeps what it is due. Whoever
is not honest may submit ANY list; a premise says only what nobody can forge. The statements stand
here, the rule sets that they are asked about in `theorems.py`. The same statements about sets of
payments, for many of them, are at the end, with the function that ties sets to lists.

Source: reference section 4, S1 and S2.
"""

from attrs import frozen

from invariants.kernel.theorems import assume
from spec.channels.multiparty.arbitration import among, by_receipts
from spec.channels.multiparty.evidence import (
    Dispute,
    Entries,
    Entry,
    Payment,
    Stamp,
    Verdict,
    concerns,
    effect,
    expense,
    fold,
    income,
)
from spec.channels.multiparty.rules import Rules
from spec.kernel.basics import Party, Wei

PARTIES = {"Party": 6, "receipt_by": range(-1, 6), "before": "signed"}
"""Six parties, or nobody for a receipt. Balances can be negative: nothing hangs on that."""


@frozen
class Table:
    """Who is in dispute, when, and from which balance on (in wei)."""

    participant: Party
    leader: Party
    present: Stamp
    before: Wei


def dispute_at(table: Table, proposed: Wei, shown: Entries, listed: Entries) -> Dispute:
    """The dispute in which both sides have submitted these."""
    return Dispute(
        participant=table.participant,
        leader=table.leader,
        stamp=table.present,
        before=table.before,
        proposed=proposed,
        shown=shown,
        listed=listed,
        challenged=True,
        answered=True,
    )


def with_receipt(payment: Payment, table: Table, rules: Rules) -> Entry:
    """The payment with both signatures and the leader's receipt of the present epoch."""
    return Entry(payment, True, True, table.leader, rules.receipt_stamp(table.present))


def without_receipt(payment: Payment) -> Entry:
    """The payment with both signatures, and no receipt."""
    return Entry(payment, True, True)


# S1 ---------------------------------------------------------------------------------------------


def leader_wins(table: Table, book: tuple[Payment, ...], shown: Entries, rules: Rules) -> bool:
    """S1: whatever the participant shows, the leader that lists its whole book is right.

    The book are the payments of this epoch that involve the participant and have receipts. An
    honest leader gives none for a number that was used, and one for another epoch binds nobody.
    """
    assume(table.participant != table.leader)
    listed = tuple(with_receipt(payment, table, rules) for payment in book)
    assume(all(belongs(payment, table, rules) for payment in book))
    assume(rules.unique(listed))
    assume(all(honestly_receipted(entry, book, table, rules) for entry in shown))
    proposed = fold(table.before, listed, table.participant)
    return rules.arbitrate(dispute_at(table, proposed, shown, listed), rules) == Verdict.LEADER


def belongs(payment: Payment, table: Table, rules: Rules) -> bool:
    """Does it involve the participant, with the stamp of the present epoch?"""
    return concerns(payment, table.participant) and payment.stamp == rules.body_stamp(table.present)


def honestly_receipted(entry: Entry, book: tuple[Payment, ...], table: Table, rules: Rules) -> bool:
    """Nobody forges receipts: this leader's for this epoch is of a payment in its book, or of one
    between others. Receipts for other epochs may be of anything."""
    ours = entry.receipt_by == table.leader and entry.receipt == rules.receipt_stamp(table.present)
    return (
        not ours or not concerns(entry.payment, table.participant) or is_one_of(entry.payment, book)
    )


def is_one_of(payment: Payment, payments: tuple[Payment, ...]) -> bool:
    """Is the payment among these?"""
    return any(payment == other for other in payments)


def hears_strangers(dispute: Dispute, rules: Rules) -> Verdict:
    """`by_receipts`, but without asking whether a receipt concerns the participant. Ablation."""
    if any(convicts_anyway(entry, dispute, rules) for entry in dispute.shown):
        return Verdict.CHALLENGER
    return by_receipts(dispute, rules)


def convicts_anyway(entry: Entry, dispute: Dispute, rules: Rules) -> bool:
    """Is this the receipt of anybody's payment that is missing from the list?"""
    return rules.rebuts(
        rules.receipted(entry, dispute.leader, dispute.stamp),
        not among(entry.payment, dispute.listed),
    )


# S2 ---------------------------------------------------------------------------------------------


@frozen
class Signed:
    """A payment that the participant signed in this epoch: as payer, or countersigned as payee."""

    payment: Payment
    receipted: bool
    """Does it hold the leader's receipt?"""


def participant_keeps_due(
    table: Table, proposed: Wei, signed: tuple[Signed, ...], listed: Entries, rules: Rules
) -> bool:
    """S2: if the leader is right, the participant gets what it is due at least.

    It signs no payment twice, and shows every receipt that it holds. Payments to itself are let in:
    with a receipt they change nothing, without one they count as paid away.
    """
    shown = tuple(as_shown(each, table, rules) for each in signed)
    assume(leader_is_right(table, proposed, signed, shown, listed, rules))
    return proposed >= table.before + sum(due(each, table.participant) for each in signed)


def absent_keeps_floor(
    table: Table, proposed: Wei, signed: tuple[Signed, ...], listed: Entries, rules: Rules
) -> bool:
    """A participant that shows nothing keeps its last balance, less all that it signed away."""
    assume(leader_is_right(table, proposed, signed, (), listed, rules))
    return proposed >= table.before - sum(
        expense(each.payment, table.participant) for each in signed
    )


def absent_keeps_due(
    table: Table, proposed: Wei, signed: tuple[Signed, ...], listed: Entries, rules: Rules
) -> bool:
    """A participant that shows nothing gets what it is due all the same."""
    assume(leader_is_right(table, proposed, signed, (), listed, rules))
    return proposed >= table.before + sum(due(each, table.participant) for each in signed)


def leader_is_right(
    table: Table,
    proposed: Wei,
    signed: tuple[Signed, ...],
    shown: Entries,
    listed: Entries,
    rules: Rules,
) -> bool:
    """Can this have happened to an honest participant, and is the verdict against it?"""
    return (
        table.participant != table.leader
        and all(belongs(each.payment, table, rules) for each in signed)
        and all_different(signed)
        and all(unforged(entry, signed, table) for entry in listed)
        and rules.arbitrate(dispute_at(table, proposed, shown, listed), rules) == Verdict.LEADER
    )


def all_different(signed: tuple[Signed, ...]) -> bool:
    """Are no two of the payments the same?"""
    return not any(
        each.payment == other.payment
        for place, each in enumerate(signed)
        for other in signed[:place]
    )


def due(signed: Signed, participant: Party) -> Wei:
    """What a payment adds to what the participant is due, in wei: income with a receipt, and all
    that it signed away, receipt or not."""
    return receipted_income(signed, participant) - expense(signed.payment, participant)


def receipted_income(signed: Signed, participant: Party) -> Wei:
    """What the participant receives by the payment, if it holds the receipt."""
    return income(signed.payment, participant) if signed.receipted else 0


def as_shown(signed: Signed, table: Table, rules: Rules) -> Entry:
    """The payment as the participant shows it: with the receipt, where it holds one. Whoever has
    the receipt has both signatures too, because the leader sends them with it."""
    if signed.receipted:
        return with_receipt(signed.payment, table, rules)
    return without_receipt(signed.payment)


def unforged(entry: Entry, signed: tuple[Signed, ...], table: Table) -> bool:
    """Nobody forges the participant's signature: what carries it was signed in this epoch, or
    speaks of another."""
    return (
        not carries_signature(entry, table.participant)
        or entry.payment.stamp != table.present
        or any(entry.payment == each.payment for each in signed)
    )


def carries_signature(entry: Entry, party: Party) -> bool:
    """Is the party's signature on the payment?"""
    return (entry.by_payer and entry.payment.payer == party) or (
        entry.by_payee and entry.payment.payee == party
    )


# The same about sets ----------------------------------------------------------------------------


@frozen
class Item:
    """A payment that somebody could submit, and who does."""

    entry: Entry
    listed: bool
    """Is it in the leader's list?"""
    shown: bool
    """Does the participant show it, with the receipt that stands in the entry?"""


def leader_wins_set(table: Table, items: tuple[Item, ...], rules: Rules) -> bool:
    """S1 for a set: the leader lists what it gave receipts for in this epoch."""
    assume(all(honestly_listed(item, table, rules) for item in items))
    proposed = folded(table, items)
    return verdict_on_set(table, proposed, items, rules) == Verdict.LEADER


def honestly_listed(item: Item, table: Table, rules: Rules) -> bool:
    """Does an honest leader list it: exactly if it is a good payment of the participant's, with a
    receipt of this epoch? Without signatures, or for other epochs, it gives none."""
    entry = item.entry
    ours = entry.receipt_by == table.leader and entry.receipt == rules.receipt_stamp(table.present)
    good = entry.by_payer and entry.by_payee and belongs(entry.payment, table, rules)
    return item.listed == (ours and good) and (
        good or not ours or not concerns(entry.payment, table.participant)
    )


def participant_keeps_due_set(
    table: Table, proposed: Wei, items: tuple[Item, ...], rules: Rules
) -> bool:
    """S2 for a set: the proposed balance is what is due, plus a gain by each item, none negative.

    The participant shows exactly the receipts of this epoch for what it signed. Said item by item
    because a sum over twelve flags is more than the solver can look through at once.
    """
    assume(all(honestly_shown(item, table, rules) for item in items))
    assume(verdict_on_set(table, proposed, items, rules) == Verdict.LEADER)
    owed = table.before + sum(due_of_item(item, table) for item in items)
    return all(gain(item, table) >= 0 for item in items) and proposed == owed + sum(
        gain(item, table) for item in items
    )


def gain(item: Item, table: Table) -> Wei:
    """What the leader's list gives the participant beyond what it is due by the item, in wei."""
    return listed_effect(item, table) - due_of_item(item, table)


def honestly_shown(item: Item, table: Table, rules: Rules) -> bool:
    """Is it shown exactly if the participant has signed it in this epoch, and has the receipt?"""
    return item.shown == (
        signed_now(item.entry, table) and rules.receipted(item.entry, table.leader, table.present)
    )


def signed_now(entry: Entry, table: Table) -> bool:
    """Did the participant sign it in this epoch?"""
    return carries_signature(entry, table.participant) and entry.payment.stamp == table.present


def due_of_item(item: Item, table: Table) -> Wei:
    """What it adds to what the participant is due, in wei."""
    if not signed_now(item.entry, table):
        return 0
    return due(Signed(item.entry.payment, item.shown), table.participant)


def verdict_on_set(table: Table, proposed: Wei, items: tuple[Item, ...], rules: Rules) -> Verdict:
    """`by_receipts` about a set: nothing is in it twice, so uniqueness is not asked for."""
    good = all(listed_well(item, table, rules) for item in items)
    heard = any(convicts_in_set(item, table, rules) for item in items)
    if good and not heard and folded(table, items) == proposed:
        return Verdict.LEADER
    return Verdict.CHALLENGER


def listed_well(item: Item, table: Table, rules: Rules) -> bool:
    """Is it genuine, if the leader lists it?"""
    return not item.listed or (
        rules.signed(item.entry) and rules.in_epoch(item.entry.payment.stamp, table.present)
    )


def convicts_in_set(item: Item, table: Table, rules: Rules) -> bool:
    """Is it shown, and does its receipt convict the leader?"""
    return (
        item.shown
        and concerns(item.entry.payment, table.participant)
        and rules.rebuts(rules.receipted(item.entry, table.leader, table.present), not item.listed)
    )


def folded(table: Table, items: tuple[Item, ...]) -> Wei:
    """The participant's balance after what is listed, in wei."""
    return table.before + sum(listed_effect(item, table) for item in items)


def listed_effect(item: Item, table: Table) -> Wei:
    """What it does to the participant's balance, in wei, if it is listed."""
    return effect(item.entry.payment, table.participant) if item.listed else 0


def set_is_list(table: Table, proposed: Wei, items: tuple[Item, ...], rules: Rules) -> bool:
    """The verdict about a set is that about the lists of its members."""
    assume(rules.unique(tuple(item.entry for item in items)))
    shown = tuple(item.entry for item in items if item.shown)
    listed = tuple(item.entry for item in items if item.listed)
    on_lists = rules.arbitrate(dispute_at(table, proposed, shown, listed), rules)
    return verdict_on_set(table, proposed, items, rules) == on_lists
