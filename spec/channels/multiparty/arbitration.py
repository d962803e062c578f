"""Arbitration: who is right, the leader or the participant. One pure function per rule set.

`five_steps` follows the seed's rules 1 to 4 in their order (rule 5, what a verdict leads to, is
`Rules.convicted` and the settlement). `by_receipts` is the repaired decision F2 and F3. What each
of them checks about an entry is a decision of its own, so that it can be left out or exchanged.

Source: the seed 004, "on-chain channel contract"; reference sections 1 and 4.
"""

from typing import Protocol

from spec.channels.multiparty.evidence import (
    Dispute,
    Entries,
    Entry,
    Payment,
    Stamp,
    Verdict,
    concerns,
    fold,
)
from spec.kernel.basics import NOBODY, Party


class Checks(Protocol):
    """The decisions about evidence that an arbitration uses: part of the rules."""

    def signed(self, entry: Entry) -> bool:
        """Are its signatures good?"""

    def in_epoch(self, stamp: Stamp, present: Stamp) -> bool:
        """Does the body belong to the present channel and epoch?"""

    def unique(self, entries: Entries) -> bool:
        """Is no payment in it twice?"""

    def folds(self, dispute: Dispute) -> bool:
        """Does the leader's list lead to the proposed balance?"""

    def receipted(self, entry: Entry, leader: Party, present: Stamp) -> bool:
        """Does it carry a receipt that binds the leader in this epoch?"""

    def rebuts(self, receipted: bool, missing: bool) -> bool:
        """Does an entry that the participant shows convict the leader?"""


# As the seed has it -----------------------------------------------------------------------------


def five_steps(dispute: Dispute, rules: Checks) -> Verdict:
    """The seed's arbitration, step by step. A leader that submits nothing is wrong."""
    challenger, leader = dispute.shown, dispute.listed
    if not dispute.answered:
        return Verdict.CHALLENGER
    # 1. Equal roots: the leader is right.
    if same_root(challenger, leader):
        return Verdict.LEADER
    # 2. Compare the common part; where it is the same, the counts.
    first = first_difference(challenger, leader)
    if first == common_length(challenger, leader) and len(challenger) == len(leader):
        return Verdict.LEADER
    # 3. Signatures of the part that differs and of all behind it: the challenger's first.
    if not signed_from(first, challenger, rules):
        return Verdict.LEADER
    if not signed_from(first, leader, rules):
        return Verdict.CHALLENGER
    # 4. All good: whoever challenges is right only with more payments.
    return Verdict.CHALLENGER if len(challenger) > len(leader) else Verdict.LEADER


def same_root(challenger: Entries, leader: Entries) -> bool:
    """Do both Merkle trees have the same leaves? See `merkle`: no collisions, no other shape."""
    return len(challenger) == len(leader) and all(
        same_leaf(mine, theirs) for mine, theirs in zip(challenger, leader, strict=False)
    )


def same_leaf(first: Entry, second: Entry) -> bool:
    """A leaf is the payment with its two parties' signatures; the receipt is no part of it."""
    return (
        first.payment == second.payment
        and first.by_payer == second.by_payer
        and first.by_payee == second.by_payee
    )


def first_difference(challenger: Entries, leader: Entries) -> int:
    """The first position at which the lists differ; the length of the common part if none."""
    for place, (mine, theirs) in enumerate(zip(challenger, leader, strict=False)):
        if not same_leaf(mine, theirs):
            return place
    return common_length(challenger, leader)


def common_length(challenger: Entries, leader: Entries) -> int:
    """How many positions both lists have."""
    return min(len(challenger), len(leader))


def signed_from(first: int, entries: Entries, rules: Checks) -> bool:
    """Are the signatures good from a position on?"""
    return all(_before_or_signed(place, first, entry, rules) for place, entry in enumerate(entries))


def _before_or_signed(place: int, first: int, entry: Entry, rules: Checks) -> bool:
    return place < first or rules.signed(entry)


# Other readings of the seed -----------------------------------------------------------------------


def five_steps_all_signatures(dispute: Dispute, rules: Checks) -> Verdict:
    """The seed's steps, but the signatures of the common part are looked at too."""
    challenger, leader = dispute.shown, dispute.listed
    if not dispute.answered:
        return Verdict.CHALLENGER
    if same_root(challenger, leader):
        return Verdict.LEADER
    if not signed_from(0, challenger, rules):
        return Verdict.LEADER
    if not signed_from(0, leader, rules):
        return Verdict.CHALLENGER
    return Verdict.CHALLENGER if len(challenger) > len(leader) else Verdict.LEADER


def five_steps_as_sets(dispute: Dispute, rules: Checks) -> Verdict:
    """The seed's steps, but the common part is what both lists hold, wherever it stands."""
    challenger, leader = dispute.shown, dispute.listed
    if not dispute.answered:
        return Verdict.CHALLENGER
    if same_root(challenger, leader):
        return Verdict.LEADER
    if not signed_beyond(challenger, leader, rules):
        return Verdict.LEADER
    if not signed_beyond(leader, challenger, rules):
        return Verdict.CHALLENGER
    return Verdict.CHALLENGER if len(challenger) > len(leader) else Verdict.LEADER


def signed_beyond(entries: Entries, others: Entries, rules: Checks) -> bool:
    """Are the signatures good on what only the first list holds?"""
    return all(_in_both_or_signed(entry, others, rules) for entry in entries)


def _in_both_or_signed(entry: Entry, others: Entries, rules: Checks) -> bool:
    return any(same_leaf(entry, other) for other in others) or rules.signed(entry)


# Repaired ---------------------------------------------------------------------------------------


def by_receipts(dispute: Dispute, rules: Checks) -> Verdict:
    """The leader is right if it gave a good list that leads to the proposed balance, and no receipt
    is shown whose payment is missing from it."""
    if not dispute.answered:
        return Verdict.CHALLENGER
    if not all(genuine(entry, dispute, rules) for entry in dispute.listed):
        return Verdict.CHALLENGER
    if not rules.unique(dispute.listed):
        return Verdict.CHALLENGER
    if not rules.folds(dispute):
        return Verdict.CHALLENGER
    if any(convicts(entry, dispute, rules) for entry in dispute.shown):
        return Verdict.CHALLENGER
    return Verdict.LEADER


def genuine(entry: Entry, dispute: Dispute, rules: Checks) -> bool:
    """Does the entry belong into a list: signed by both, and of this epoch?"""
    return rules.signed(entry) and rules.in_epoch(entry.payment.stamp, dispute.stamp)


def convicts(entry: Entry, dispute: Dispute, rules: Checks) -> bool:
    """Is this the receipt of a payment of the participant that is missing from the list?"""
    return concerns(entry.payment, dispute.participant) and rules.rebuts(
        rules.receipted(entry, dispute.leader, dispute.stamp),
        not among(entry.payment, dispute.listed),
    )


def among(payment: Payment, entries: Entries) -> bool:
    """Is the payment in the list?"""
    return any(entry.payment == payment for entry in entries)


# The checks -------------------------------------------------------------------------------------


def both_parties(entry: Entry) -> bool:
    """Payer and payee have signed; the receipt is not asked for. The seed's reading taken here."""
    return entry.by_payer and entry.by_payee


def both_parties_and_receipt(entry: Entry) -> bool:
    """A payment's signatures include the leader's receipt, whatever epoch it speaks of."""
    return entry.by_payer and entry.by_payee and entry.receipt_by != NOBODY


def anybody(entry: Entry) -> bool:
    """Signatures are not looked at. Ablation."""
    return True


def any_epoch(stamp: Stamp, present: Stamp) -> bool:
    """Bodies of other epochs and channels count: the seed's name none."""
    return True


def this_epoch(stamp: Stamp, present: Stamp) -> bool:
    """Only bodies of this channel and epoch count. Repair F2."""
    return stamp == present


def repeats_allowed(entries: Entries) -> bool:
    """A payment may stand in a list twice: the seed does not say otherwise."""
    return True


def no_number_twice(entries: Entries) -> bool:
    """No payer's number stands in a list twice. Repair F2."""
    return not any(
        same_number(entry.payment, other.payment)
        for place, entry in enumerate(entries)
        for other in entries[:place]
    )


def same_number(first: Payment, second: Payment) -> bool:
    """Do two bodies use one number of one payer?"""
    return first.number == second.number and first.payer == second.payer


def any_balance(dispute: Dispute) -> bool:
    """The list is not bound to the proposed balance: the seed's roots say nothing of it."""
    return True


def leads_to_proposed(dispute: Dispute) -> bool:
    """The last checkpoint and the list give the proposed balance. Repair F2."""
    return fold(dispute.before, dispute.listed, dispute.participant) == dispute.proposed


def any_receipt(entry: Entry, leader: Party, present: Stamp) -> bool:
    """A receipt of the leader's, of whatever epoch: the seed's receipts name none."""
    return entry.receipt_by == leader


def receipt_of_this_epoch(entry: Entry, leader: Party, present: Stamp) -> bool:
    """A receipt of the leader's for this channel and epoch. Repair F1."""
    return entry.receipt_by == leader and entry.receipt == present


def missing_receipt(receipted: bool, missing: bool) -> bool:
    """A receipt convicts if its payment is missing. Repair F3."""
    return receipted and missing


def nothing_rebuts(receipted: bool, missing: bool) -> bool:
    """The participant is not heard. Ablation."""
    return False
