"""Why an honest side loses under the seed's five steps: every cause there is, by elimination.

For each entry that is submitted, a case also tells how it came about. A cause says of a case that
it is at work there; the statements exclude all causes but one, or all of them.
"""

from collections.abc import Callable
from enum import Enum

from attrs import frozen

from invariants.channels.multiparty.verdicts import (
    Signed,
    Table,
    all_different,
    as_shown,
    belongs,
    carries_signature,
    dispute_at,
    due,
    is_one_of,
    with_receipt,
    without_receipt,
)
from invariants.kernel.theorems import assume
from spec.channels.multiparty.arbitration import same_root
from spec.channels.multiparty.evidence import (
    Dispute,
    Entry,
    Payment,
    Stamp,
    Verdict,
    concerns,
    fold,
)
from spec.channels.multiparty.rules import Rules
from spec.kernel.basics import NOBODY, Party, Wei

# An honest leader -------------------------------------------------------------------------------


class Fate(Enum):
    """What became of a payment with both signatures on its way to the leader."""

    RECEIPTED = 0
    NEVER_SENT = 1
    LATE = 2
    """It arrived after the cut-off."""
    REFUSED = 3
    """Its payer could not pay."""


@frozen
class Story:
    """An entry that the challenger shows, and what really happened."""

    entry: Entry
    signed_in: Stamp
    fate: Fate


@frozen
class LeaderCase:
    """An honest leader is challenged, by a coalition: the participant and its accomplices.

    Whoever challenges an honest leader is dishonest: an honest member is content with a checkpoint
    that honours its receipts.
    """

    table: Table
    accomplices: tuple[Party, ...]
    book: tuple[Payment, ...]
    """The participant's payments of this epoch that have receipts, as the leader lists them."""
    shown: tuple[Story, ...]


LeaderCause = Callable[[LeaderCase], bool]


def honest_leader_wins(case: LeaderCase, excluded: tuple[LeaderCause, ...], rules: Rules) -> bool:
    """The leader is right whatever is shown, if none of these causes is at work."""
    table = case.table
    assume(table.participant != table.leader and not dishonest(table.leader, case))
    assume(all(belongs(payment, table, rules) for payment in case.book))
    assume(all(can_be_shown(story, case, rules) for story in case.shown))
    assume(not any(cause(case) for cause in excluded))
    listed = tuple(with_receipt(payment, table, rules) for payment in case.book)
    assume(rules.unique(listed))
    proposed = fold(table.before, listed, table.participant)
    shown = tuple(story.entry for story in case.shown)
    return rules.arbitrate(dispute_at(table, proposed, shown, listed), rules) == Verdict.LEADER


def dishonest(party: Party, case: LeaderCase) -> bool:
    """Is it one of the coalition?"""
    return party == case.table.participant or any(party == other for other in case.accomplices)


def can_be_shown(story: Story, case: LeaderCase, rules: Rules) -> bool:
    """Is this a story that can have happened?

    One of the coalition has to be a party to the payment: two honest ones give it to nobody but the
    leader. An honest payer never overdraws, and the book has all receipted payments of the epoch.
    """
    payment = story.entry.payment
    return (
        payment.stamp == rules.body_stamp(story.signed_in)
        and (dishonest(payment.payer, case) or dishonest(payment.payee, case))
        and (story.fate != Fate.REFUSED or dishonest(payment.payer, case))
        and (not booked(story, case) or is_one_of(payment, case.book))
        and true_receipt(story, case, rules)
    )


def booked(story: Story, case: LeaderCase) -> bool:
    """Has the leader given a receipt in this epoch, for a payment of the participant's?"""
    return (
        story.fate == Fate.RECEIPTED
        and story.signed_in == case.table.present
        and concerns(story.entry.payment, case.table.participant)
    )


def true_receipt(story: Story, case: LeaderCase, rules: Rules) -> bool:
    """Honest members sign receipts only while they lead, and for what they were sent; dishonest
    ones that have ever led sign any."""
    entry = story.entry
    by_leader = entry.receipt_by == case.table.leader or story.signed_in != case.table.present
    honestly = story.fate == Fate.RECEIPTED and by_leader
    in_time = entry.receipt == rules.receipt_stamp(story.signed_in)
    return entry.receipt_by == NOBODY or dishonest(entry.receipt_by, case) or (honestly and in_time)


def to_oneself(case: LeaderCase) -> bool:
    """The challenger signed a payment to itself, as payer and as payee. Nobody else is needed."""
    return any(story.entry.payment.payer == story.entry.payment.payee for story in case.shown)


def colluding_pair(case: LeaderCase) -> bool:
    """Two of the coalition signed a payment between them, and never sent it."""
    return any(
        story.fate == Fate.NEVER_SENT and between_two(story, case, True) for story in case.shown
    )


def held_back(case: LeaderCase) -> bool:
    """An honest party signed, and the dishonest other one never sent it."""
    return any(
        story.fate == Fate.NEVER_SENT and between_two(story, case, False) for story in case.shown
    )


def between_two(story: Story, case: LeaderCase, colluding: bool) -> bool:
    """Is it between two parties, both of them in the coalition, or just one?"""
    payer, payee = story.entry.payment.payer, story.entry.payment.payee
    return payer != payee and colluding == (dishonest(payer, case) and dishonest(payee, case))


def cut_off(case: LeaderCase) -> bool:
    """The payment was sent, and arrived too late for this epoch."""
    return any(story.fate == Fate.LATE for story in case.shown)


def refused(case: LeaderCase) -> bool:
    """The payment was sent, and the leader gave no receipt: its payer could not pay."""
    return any(story.fate == Fate.REFUSED for story in case.shown)


def from_before(case: LeaderCase) -> bool:
    """The payment was made in an earlier epoch, or in another channel; bodies name none."""
    return any(story.signed_in != case.table.present for story in case.shown)


def shown_twice(case: LeaderCase) -> bool:
    """The same payment is shown twice."""
    return any_twice(tuple(story.entry.payment for story in case.shown))


def any_twice(payments: tuple[Payment, ...]) -> bool:
    """Is a payment there twice?"""
    return any(is_one_of(payment, payments[:place]) for place, payment in enumerate(payments))


def of_others(case: LeaderCase) -> bool:
    """The payment is an accomplice's, and does not involve the challenger: the leader does not list
    it."""
    return not all(concerns(story.entry.payment, case.table.participant) for story in case.shown)


def own_receipt(case: LeaderCase) -> bool:
    """The receipt is one of the coalition's, of no leader of this epoch."""
    return any(dishonest(story.entry.receipt_by, case) for story in case.shown)


def books_nothing(case: LeaderCase) -> bool:
    """A payment of no money at all: the channel takes none, so such a case can't be played."""
    return any(story.entry.payment.amount == 0 for story in case.shown) or any(
        payment.amount == 0 for payment in case.book
    )


# An honest challenger ---------------------------------------------------------------------------


@frozen
class Filed:
    """An entry that the leader lists, and when it was signed."""

    entry: Entry
    signed_in: Stamp


@frozen
class ChallengerCase:
    """An honest participant challenges; the leader is dishonest, alone if need be."""

    table: Table
    proposed: Wei
    held: tuple[Signed, ...]
    """What it signed and shows: its signatures are good."""
    unshown: tuple[Payment, ...]
    """What it signed and can't show with good signatures."""
    listed: tuple[Filed, ...]


ChallengerCause = Callable[[ChallengerCase], bool]


def honest_challenger_keeps_due(
    case: ChallengerCase, excluded: tuple[ChallengerCause, ...], rules: Rules
) -> bool:
    """The participant gets what it is due if the leader is right, and no such cause is at work."""
    assume(shows_what_it_can(case, rules))
    return any_challenger_keeps_due(case, excluded, rules)


def any_challenger_keeps_due(
    case: ChallengerCase, excluded: tuple[ChallengerCause, ...], rules: Rules
) -> bool:
    """The same, whether or not the rules call the signatures good that the participant shows."""
    assume(happened(case, rules))
    assume(not any(cause(case) for cause in excluded))
    assume(rules.arbitrate(submitted(case, rules), rules) == Verdict.LEADER)
    return case.proposed >= due_in(case)


def shows_what_it_can(case: ChallengerCase, rules: Rules) -> bool:
    """Everything shown has good signatures, and what is not shown has not: as payee it holds both
    parties' itself."""
    return all(rules.signed(as_shown(each, case.table, rules)) for each in case.held) and all(
        not_to_be_shown(payment, case.table, rules) for payment in case.unshown
    )


def not_to_be_shown(payment: Payment, table: Table, rules: Rules) -> bool:
    """Was it not returned by the payee, or are both signatures not enough?"""
    return payment.payee != table.participant or not rules.signed(without_receipt(payment))


def happened(case: ChallengerCase, rules: Rules) -> bool:
    """Can this case have come about? Without the participant nobody has its signature."""
    table = case.table
    signed = (*case.held, *(Signed(payment, False) for payment in case.unshown))
    return (
        table.participant != table.leader
        and all(belongs(each.payment, table, rules) for each in signed)
        and all_different(signed)
        and all(can_be_listed(filed, signed, table, rules) for filed in case.listed)
    )


def can_be_listed(filed: Filed, signed: tuple[Signed, ...], table: Table, rules: Rules) -> bool:
    """What carries the participant's signature, it has signed: now or earlier."""
    entry = filed.entry
    return entry.payment.stamp == rules.body_stamp(filed.signed_in) and (
        not carries_signature(entry, table.participant)
        or filed.signed_in != table.present
        or any(entry.payment == each.payment for each in signed)
    )


def submitted(case: ChallengerCase, rules: Rules) -> Dispute:
    """The dispute, as the contract has it."""
    shown = tuple(as_shown(each, case.table, rules) for each in case.held)
    listed = tuple(filed.entry for filed in case.listed)
    return dispute_at(case.table, case.proposed, shown, listed)


def due_in(case: ChallengerCase) -> Wei:
    """What the participant is due, in wei."""
    participant = case.table.participant
    return (
        case.table.before
        + sum(due(each, participant) for each in case.held)
        + sum(due(Signed(payment, False), participant) for payment in case.unshown)
    )


def false_balance(case: ChallengerCase) -> bool:
    """The proposed balance does not follow from the leader's own list."""
    listed = tuple(filed.entry for filed in case.listed)
    return case.proposed != fold(case.table.before, listed, case.table.participant)


def lists_others(case: ChallengerCase) -> bool:
    """A payment of others, or of the leader to itself, stands for a missing one."""
    return not all(concerns(filed.entry.payment, case.table.participant) for filed in case.listed)


def lists_earlier(case: ChallengerCase) -> bool:
    """A payment of an earlier epoch, or of another channel, is counted again, or stands for a
    missing one."""
    return any(filed.signed_in != case.table.present for filed in case.listed)


def lists_twice(case: ChallengerCase) -> bool:
    """A payment is counted twice, or stands for a missing one."""
    return any_twice(tuple(filed.entry.payment for filed in case.listed))


def lists_unshown(case: ChallengerCase) -> bool:
    """A payment that the participant signed and can't show stands for a missing one."""
    return any(is_one_of(filed.entry.payment, case.unshown) for filed in case.listed)


def lists_nothing(case: ChallengerCase) -> bool:
    """A payment of no money at all: the channel takes none, so such a case can't be played."""
    return (
        any(filed.entry.payment.amount == 0 for filed in case.listed)
        or any(each.payment.amount == 0 for each in case.held)
        or any(payment.amount == 0 for payment in case.unshown)
    )


def different_roots(case: ChallengerCase) -> bool:
    """The lists are not the same."""
    return not same_root(
        tuple(without_receipt(each.payment) for each in case.held),
        tuple(filed.entry for filed in case.listed),
    )


def different_counts(case: ChallengerCase) -> bool:
    """The lists are not of one length."""
    return len(case.held) != len(case.listed)


def no_more_listed(case: ChallengerCase) -> bool:
    """The leader's list is not the longer one."""
    return len(case.listed) <= len(case.held)


def fewer_lose(case: ChallengerCase, rules: Rules) -> bool:
    """A leader that lists fewer payments than the participant shows is wrong."""
    assume(happened(case, rules) and shows_what_it_can(case, rules))
    assume(len(case.listed) < len(case.held))
    return rules.arbitrate(submitted(case, rules), rules) == Verdict.CHALLENGER
