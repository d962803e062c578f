"""With which evidence: what is signed, voted for and proposed is what it looks like.

Signatures are ideal, so a claim can say of each that is shown whether it was given.
"""

from collections.abc import Iterable
from typing import Any

from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.evidence import Entries, Entry
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Checkpoint, Contract, State, present_stamp
from spec.kernel.basics import NOBODY, Party, Wei

WITH_ENTRIES = (
    trading.ReplayToLeader, disputes.Challenge, disputes.AnswerDispute, settlement.ShowReceipts,
    disputes.RequestReceipt, disputes.AnswerRequest,
)  # fmt: skip
"""What carries payments with signatures."""

# Signatures and votes ---------------------------------------------------------------------------


def _forged(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "an honest party's signature is accepted that it never gave",
        {"payments": len(_entries(action))},
    )


@whenever("MP-UNFORGED", _forged, after=WITH_ENTRIES)
def all_genuine(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No payment is taken as evidence with an honest party's signature or receipt that this one
    never gave."""
    return all(_was_given(before, entry, rules) for entry in _entries(action))


def _entries(action: Any) -> Entries:
    match action:
        case trading.ReplayToLeader(entry=entry) | disputes.RequestReceipt(entry=entry):
            return (entry,)
        case disputes.AnswerRequest() if not action.refuses:
            return ()
        case _:
            entries: Entries = action.entries
            return entries


def _was_given(state: State, entry: Entry, rules: Rules) -> bool:
    payment, honest, network = entry.payment, state.people.honest, state.network
    trades = [trade for trade in network.trades if trade.payment == payment]
    old = [each for each in network.past if each.payment == payment]
    if entry.by_payer and payment.payer in honest and not trades and not old:
        return False
    countersigned = any(trade.countersigned for trade in trades)
    if entry.by_payee and payment.payee in honest and not countersigned and not old:
        return False
    if entry.receipt_by == NOBODY or entry.receipt_by not in honest:
        return True
    contract = state.contract
    shown = entry.receipt_by, entry.receipt
    given = contract.leader, rules.receipt_stamp(present_stamp(contract))
    now = shown == given and any(trade.receipted for trade in trades)
    return now or any((each.receipt_by, each.receipt) == shown for each in old)


def _not_given(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a vote is counted that was not given", {"votes given": len(before.network.votes)}
    )


@whenever(
    "MP-VOTES-GIVEN",
    _not_given,
    after=(consensus.Confirm, consensus.Commit, consensus.CallContract),
)
def votes_given(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody's vote is counted for a checkpoint that it has not signed."""
    # Dishonest members lend theirs to a dishonest leader.
    leader, honest = before.contract.leader, before.people.honest
    counted = (
        action.voters if isinstance(action, consensus.CallContract) else before.contract.balances
    )
    return all(
        before.network.votes.get(party) == action.checkpoint
        for party in counted
        if party != leader and (party in honest or leader in honest)
    )


# What is put on the table ------------------------------------------------------------------------


def _ill_made(before: State, action: Any, after: State, rules: Rules) -> Finding:
    checkpoint = hasattr(action, "checkpoint")
    cause = (
        "a checkpoint is accepted that is none of this epoch and its members"
        if checkpoint
        else "a payment of nothing or for another epoch is accepted"
    )
    return Finding(cause, {"epoch": before.contract.epoch})


@whenever(
    "MP-WELL-MADE",
    _ill_made,
    after=(
        trading.RequestPayment,
        disputes.RequestReceipt,
        membership.Deposit,
        membership.Join,
        consensus.Propose,
        consensus.Commit,
        consensus.CallContract,
    ),
)
def well_made(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only checkpoints of the present epoch and its members, without debts, are proposed to
    members, called with and committed; only amounts above zero are paid and locked."""
    match action:
        case trading.RequestPayment(payment=payment):
            present = rules.body_stamp(present_stamp(before.contract))
            return payment.amount > 0 and payment.stamp == present
        case disputes.RequestReceipt(entry=entry):
            return entry.payment.amount > 0
        case membership.Deposit(amount=amount) | membership.Join(amount=amount):
            return amount > 0
        case consensus.Propose(to=to) if any(party not in before.contract.balances for party in to):
            return False
        case _:
            return _is_checkpoint(action.checkpoint, before.contract)


def _is_checkpoint(checkpoint: Checkpoint, contract: Contract) -> bool:
    named: Iterable[Party] = (checkpoint.next_leader, *checkpoint.exits)
    return (
        checkpoint.epoch == contract.epoch
        and len(checkpoint.balances) == len(contract.balances)
        and min(checkpoint.balances) >= 0
        and all(party in contract.balances for party in named)
    )


def _overspent(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an honest party signs away more than it has", {"left": _left(after, action.by)})


@whenever("MP-MEANS", _overspent, after=(trading.RequestPayment,))
def within_its_means(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest participant never signs away more than its last balance and receipted income."""
    return action.by not in after.people.honest or _left(after, action.by) >= 0


def _left(state: State, party: Party) -> Wei:
    mine = [each for each in state.network.trades if each.payment.payer == party]
    got = [each for each in state.network.trades if each.payment.payee == party and each.payee_has]
    paid = sum(each.payment.amount for each in mine if not each.replayed)
    return state.contract.balances[party] + sum(each.payment.amount for each in got) - paid


VALIDITY = (
    all_genuine,
    votes_given,
    well_made,
    within_its_means,
)
