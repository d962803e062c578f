"""Pairs of worlds that look alike to a contract, although different sides deserve to win.

A world is what really happened to each payment, and who is honest; the evidence is what of it the
contract sees. Whatever an arbitration does, it does the same in two worlds of one evidence: if they
have different sides to protect, it fails one of them.

Source: reference section 3, impossibility.
"""

from collections.abc import Callable

from attrs import frozen

from invariants.kernel.theorems import assume
from spec.channels.multiparty.evidence import NOWHERE, Entry, Payment, Verdict, concerns
from spec.kernel.basics import NOBODY, Party


@frozen
class Deal:
    """A payment between the challenger and somebody, and all that happened to it."""

    payment: Payment
    by_payer: bool
    by_payee: bool
    sent: bool
    """The leader was sent it with both signatures."""
    receipted: bool
    """The challenger was given the leader's receipt, off chain."""
    requested: bool
    """The challenger asked for the receipt through the contract, in time."""
    answered: bool
    """The leader gave it there before the deadline."""
    shown: bool
    listed: bool


@frozen
class World:
    """Everything that happened, and who is honest."""

    deals: tuple[Deal, ...]
    leader_honest: bool
    challenger_honest: bool


@frozen
class Seen:
    """What the contract sees of a payment; blank where neither side submits it."""

    entry: Entry
    shown: bool
    listed: bool
    requested: bool
    answered: bool


LEADER, CHALLENGER = Party(0), Party(1)

NOTHING = Seen(Entry(Payment(0, NOBODY, NOBODY, 0, NOWHERE), False, False), *4 * (False,))
"""What the contract sees of a payment that neither side submits."""


def same_evidence_same_verdict(
    one: World,
    other: World,
    sees: Callable[[Deal], Seen],
    owed: Callable[[Deal], bool],
    requests: bool,
) -> bool:
    """Two worlds that look alike have the same side to protect.

    Where this is refuted, the pair of worlds shows that NO arbitration serves both honest sides: it
    is a function of what is seen, so it gives one verdict in both worlds, and in one of them that
    verdict robs somebody honest. Where it is proved, "whoever deserves it" is itself a function of
    what is seen. Payments stand in the same places in both worlds: those that neither side submits
    can be moved and added at will.
    """
    assume(possible(one, requests) and possible(other, requests))
    assume(at_stake(one, owed) and at_stake(other, owed))
    assume(evidence(one, sees) == evidence(other, sees))
    return deserving(one, owed) == deserving(other, owed)


def possible(world: World, requests: bool) -> bool:
    """Can this have happened? `requests`: does the contract know inclusion requests?"""
    return all(can_happen(deal, world, requests) for deal in world.deals)


def can_happen(deal: Deal, world: World, requests: bool) -> bool:
    """Does everybody honest act as the protocol says, and nobody do what can't be done?"""
    return (
        with_a_third(deal.payment)
        and (not deal.sent or complete(deal))
        and (not deal.requested or (requests and complete(deal)))
        and (not deal.answered or deal.requested)
        and (not world.leader_honest or led_honestly(deal))
        and (not world.challenger_honest or challenged_honestly(deal, requests))
    )


def with_a_third(payment: Payment) -> bool:
    """Is something paid between the challenger and somebody who is not the leader?"""
    return (
        concerns(payment, CHALLENGER)
        and not concerns(payment, LEADER)
        and payment.payer != payment.payee
        and payment.amount > 0
    )


def complete(deal: Deal) -> bool:
    """Have both parties signed?"""
    return deal.by_payer and deal.by_payee


def led_honestly(deal: Deal) -> bool:
    """Every payment sent has a receipt, every request an answer, and these alone are listed."""
    return (
        deal.receipted == deal.sent
        and deal.answered == deal.requested
        and deal.listed == (deal.receipted or deal.answered)
    )


def challenged_honestly(deal: Deal, requests: bool) -> bool:
    """Every payment with both signatures is sent, and shown, as is every receipt; where it does not
    come, it is requested, if that is possible."""
    return (
        deal.sent == complete(deal)
        and deal.shown == (complete(deal) or deal.receipted)
        and deal.requested == (requests and complete(deal) and not deal.receipted)
    )


def merely_sent(deal: Deal) -> bool:
    """Is the challenger owed whatever was sent to the leader?"""
    return deal.sent


def receipted(deal: Deal) -> bool:
    """Is the challenger owed only what it holds a receipt for?"""
    return deal.receipted or deal.answered


def wronged(world: World, owed: Callable[[Deal], bool]) -> bool:
    """Is something that the challenger is owed left out of the leader's list?"""
    return any(owed(deal) and not deal.listed for deal in world.deals)


def deserving(world: World, owed: Callable[[Deal], bool]) -> Verdict:
    """Which side must win?"""
    if world.challenger_honest and wronged(world, owed):
        return Verdict.CHALLENGER
    return Verdict.LEADER


def at_stake(world: World, owed: Callable[[Deal], bool]) -> bool:
    """Would a wrong verdict hurt somebody honest?"""
    return world.leader_honest or (world.challenger_honest and wronged(world, owed))


def evidence(world: World, sees: Callable[[Deal], Seen]) -> tuple[Seen, ...]:
    """What the contract sees of the world."""
    return tuple(sees(deal) for deal in world.deals)


def party_signatures(deal: Deal) -> Seen:
    """The contract is shown payments with the signatures of payer and payee."""
    if not (deal.shown or deal.listed):
        return NOTHING
    entry = Entry(deal.payment, deal.by_payer, deal.by_payee)
    return Seen(entry, deal.shown, deal.listed, False, False)


def and_receipts(deal: Deal) -> Seen:
    """It is shown receipts too."""
    if not (deal.shown or deal.listed):
        return NOTHING
    by = LEADER if deal.shown and deal.receipted else NOBODY
    entry = Entry(deal.payment, deal.by_payer, deal.by_payee, by)
    return Seen(entry, deal.shown, deal.listed, False, False)


def and_requests(deal: Deal) -> Seen:
    """It also knows what was requested through it in time, and what was answered."""
    if not (deal.shown or deal.listed or deal.requested):
        return NOTHING
    by = LEADER if (deal.shown and deal.receipted) or deal.answered else NOBODY
    entry = Entry(deal.payment, deal.by_payer, deal.by_payee, by)
    return Seen(entry, deal.shown, deal.listed, deal.requested, deal.answered)
