"""The honest participant, also as leader: what it will not do, and what it must do in time.

Off chain it may do nothing at all: messages are lost, so no step of A1 to B2 is ever owed. On the
main chain it answers in time: as leader it commits or calls, submits its lists, answers requests;
as participant it challenges a proposal that gives it less than it is due, shows its receipts, and
calls for what anybody may call for. Offline members owe nothing.

Source: the seed 004; the strategy's choices are in `strategy`.
"""

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from spec.channels.multiparty.arbitration import among, same_number
from spec.channels.multiparty.consensus import (
    CallContract,
    Commit,
    Propose,
    Vote,
    all_votes,
    has_voted,
)
from spec.channels.multiparty.disputes import (
    AnswerDispute,
    AnswerRequest,
    Challenge,
    Conclude,
    ReportSilence,
    RequestReceipt,
    windows_end,
)
from spec.channels.multiparty.evidence import Entries, expense, income
from spec.channels.multiparty.knowledge import (
    as_entry,
    book,
    due,
    payments_of,
    receipts_of,
    received,
    right_checkpoint,
    share,
    signed_away,
    taken,
    turn,
)
from spec.channels.multiparty.refusals import AgainstStrategy
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.settlement import Settle, ShowReceipts
from spec.channels.multiparty.state import (
    Checkpoint,
    Phase,
    State,
    Trade,
    balance_in,
    is_honest,
    is_online,
    members,
    present_stamp,
)
from spec.channels.multiparty.strategy import Offer
from spec.channels.multiparty.trading import (
    Countersign,
    GiveReceipt,
    RequestPayment,
    SendToLeader,
    trade_at,
    trading_ends,
    voting_ends,
)
from spec.kernel.basics import Party, Wei
from spec.kernel.protocol import Obligation

# What it will not do ----------------------------------------------------------------------------


def refuse_folly(state: State, action: Any, rules: Rules) -> None:
    """Raises AgainstStrategy for what an honest participant would never do, and NoSuchTrade.

    Of a closed channel it has no opinion: nothing is possible there.
    """
    if not is_honest(state, action.by):
        return
    if state.contract.phase == Phase.CLOSED:
        return
    match action:
        case RequestPayment() | Countersign() | SendToLeader() | RequestReceipt():
            foolish = not trades_now(state, action.by, rules) or not _sensible(state, action, rules)
        case GiveReceipt(trade=place):
            foolish = not gives_receipt(state, place, rules)
        case Propose(checkpoint=checkpoint) | CallContract(checkpoint=checkpoint):
            foolish = checkpoint != right_checkpoint(state) or len(state.contract.requests) > 0
        case Commit(checkpoint=checkpoint):
            foolish = checkpoint not in (right_checkpoint(state), state.network.confirmed)
        case Vote():
            foolish = not would_vote(state, action.by, rules)
        case AnswerRequest() if state.contract.requests:
            foolish = action != evolve(_request_answer(state, rules), by=action.by)  # type: ignore[misc]
        case _:
            foolish = False
    if foolish:
        raise AgainstStrategy(action.by)


def trades_now(state: State, party: Party, rules: Rules) -> bool:
    """Does it still make payments: while trading lasts, and before it has voted?"""
    return state.main.now < trading_ends(state.contract, rules) and party not in state.network.votes


def _sensible(state: State, action: Any, rules: Rules) -> bool:
    match action:
        case RequestPayment(by=by, payment=payment):
            before = state.contract.balances.get(by, 0)
            left = rules.spendable(before, received(state, by), signed_away(state, by))
            return payment.amount <= left
        case Countersign(by=by, trade=place):
            return takes(state, by, trade_at(state, place), rules)
        case _:
            return True


def takes(state: State, party: Party, trade: Trade, rules: Rules) -> bool:
    """Does the payee countersign: a number that this payer has not used with it, and no more than
    its strategy allows?"""
    used = any(
        same_number(other.payment, trade.payment)
        for other in state.network.trades
        if other.countersigned
    )
    total = taken(state, party) + trade.payment.amount
    return not used and rules.member.takes(total, share(state.contract, rules))


def gives_receipt(state: State, place: int, rules: Rules) -> bool:
    """Does an honest leader sign a receipt: for what is of this epoch, and its payer can cover?"""
    contract, trade = state.contract, trade_at(state, place)
    return (
        trade.sent
        and not trade.receipted
        and rules.in_epoch(trade.payment.stamp, present_stamp(contract))
        and can_cover(state, trade, rules)
        and rules.unique(
            (*book(state, trade.payment.payer, rules), as_entry(state, trade, False, rules))
        )
    )


def can_cover(state: State, trade: Trade, rules: Rules) -> bool:
    """Can the payer pay, by the leader's book?"""
    payer = trade.payment.payer
    booked = [each.payment for each in state.network.trades if each.receipted]
    got: Wei = sum(income(payment, payer) for payment in booked)
    paid: Wei = sum(expense(payment, payer) for payment in booked)
    before = state.contract.balances[payer]
    return trade.payment.amount <= rules.spendable(before, got, paid)


def would_vote(state: State, party: Party, rules: Rules) -> bool:
    """Does the member sign the checkpoint that it was sent? Not while it waits for a receipt."""
    contract = state.contract
    checkpoint = state.network.offers.get(party)
    if checkpoint is None or any(request.by == party for request in contract.requests):
        return False
    return rules.member.votes_for(what_it_sees(state, party, checkpoint))


def what_it_sees(state: State, party: Party, checkpoint: Checkpoint) -> Offer:
    """A proposed checkpoint, as the member compares it with what it knows.

    It can tell only for itself who asked to leave.
    """
    contract = state.contract
    wish = party in state.network.wishes or party in contract.leaving
    return Offer(
        own=balance_in(checkpoint, contract, party),
        due=due(state, party),
        total=sum(checkpoint.balances),
        funds=sum(contract.balances.values()),
        leads_next=checkpoint.next_leader == turn(contract),
        exits_agreed=(party in checkpoint.exits) == wish,
    )


# What it must do --------------------------------------------------------------------------------


def obligations(state: State, rules: Rules) -> tuple[Obligation, ...]:
    """What online honest participants must still do on the main chain, and until when."""
    duties: list[Obligation] = []
    for party in state.people.honest:
        if is_online(state, party) and party in state.contract.balances:
            duties += _OWED[state.contract.phase](state, party, rules)
    return tuple(duties)


def _while_trading(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    contract = state.contract
    until = voting_ends(contract, rules)
    if party != contract.leader:
        if rules.silence_convicts(True):
            later = until + rules.member.patience
            yield Obligation(later, party, ReportSilence(party), opens=until + 1)
        return
    if contract.requests:
        yield Obligation(until, party, _request_answer(state, rules))
        return
    checkpoint = right_checkpoint(state)
    action = (
        Commit(party, checkpoint)
        if all_votes(state, checkpoint)
        else CallContract(party, checkpoint, voters(state, checkpoint))
    )
    yield Obligation(until, party, action, opens=trading_ends(contract, rules))


def voters(state: State, checkpoint: Checkpoint) -> tuple[Party, ...]:
    """Whose votes the leader can show."""
    return tuple(p for p in members(state.contract) if has_voted(state, p, checkpoint))


def _request_answer(state: State, rules: Rules) -> AnswerRequest:
    """A receipt where the payer can pay and the number is new; else the payments that say no."""
    contract = state.contract
    entry = contract.requests[0].entry
    payer = entry.payment.payer
    booked = tuple(e for e in book(state, payer, rules) if e.payment != entry.payment)
    again = any(same_number(other.payment, entry.payment) for other in booked)
    paid: Wei = sum(expense(other.payment, payer) for other in booked)
    got: Wei = sum(income(other.payment, payer) for other in booked)
    left = rules.spendable(contract.balances[payer], got, paid)
    known = among(entry.payment, book(state, payer, rules))
    if not known and (again or entry.payment.amount > left):
        shown = tuple(e for e in booked if e.payment.payer == payer)
        return AnswerRequest(contract.leader, refuses=True, entries=shown)
    return AnswerRequest(contract.leader, refuses=False, entries=())


def _while_called(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    contract = state.contract
    if party == contract.leader:
        until = rules.answers_until(contract.since, rules)
        for participant, dispute in contract.disputes.items():
            if not dispute.answered:
                entries = book(state, participant, rules)
                yield Obligation(until, party, AnswerDispute(party, participant, entries))
    else:
        shown = complaint(state, party, rules)
        if shown is not None:
            until = rules.challenges_until(contract.since, rules)
            yield Obligation(until, party, Challenge(party, shown))
    ended = windows_end(contract, rules)
    later = ended + rules.member.patience
    yield Obligation(later, party, Conclude(party), opens=ended + 1)


def complaint(state: State, party: Party, rules: Rules) -> Entries | None:
    """What a member puts before the contract against the proposal; None where it is content.

    Where the leader has submitted its list, the receipts that are missing from it; else, if the
    proposal gives it less than it is due, all its payments.
    """
    contract = state.contract
    dispute = contract.disputes.get(party)
    if dispute is None:
        wronged = _proposed(state, party) < due(state, party)
        return payments_of(state, party, rules) if wronged else None
    if dispute.challenged or not dispute.answered:
        return None
    held = receipts_of(state, party, rules)
    missing = tuple(entry for entry in held if not among(entry.payment, dispute.listed))
    return missing or None


def _proposed(state: State, party: Party) -> Wei:
    contract = state.contract
    return balance_in(contract.proposal, contract, party) if contract.proposal else 0


def _while_settling(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    contract = state.contract
    until = contract.since + rules.settling_period
    entries = tuple(
        entry
        for entry in receipts_of(state, party, rules)
        if not among(entry.payment, contract.shown)
    )
    if entries:
        yield Obligation(until, party, ShowReceipts(party, entries))
    yield Obligation(until + rules.member.patience, party, Settle(party), opens=until + 1)


def _nothing(state: State, party: Party, rules: Rules) -> Iterator[Obligation]:
    return iter(())


_OWED = {
    Phase.TRADING: _while_trading,
    Phase.CALLED: _while_called,
    Phase.SETTLING: _while_settling,
    Phase.STALLED: _nothing,
    Phase.CLOSED: _nothing,
}
