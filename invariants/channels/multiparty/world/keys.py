"""When two states of a channel are the same for all that can still happen.

Every deadline is fixed when its phase begins (`timeline`), so of the clock a state keeps on which
side of each deadline it is; and how far the contract's times are from the ghost's, which is nothing
under sound rules. Accounts can't matter: nobody spends more than the endowment.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from spec.channels.multiparty.evidence import Dispute, Entries, Entry, Payment
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Checkpoint, Phase, State, Trade
from spec.channels.multiparty.timeline import moved, places, promised_end
from spec.channels.multiparty.trading import voting_ends
from spec.kernel.basics import ETHER, Seconds


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    contract, network = state.contract, state.network
    lasting = (
        contract.epoch,
        contract.leader + 1,
        tuple(contract.balances.items()),
        tuple(contract.bonds.items()),
        tuple(contract.deposits.items()),
        contract.leaving,
        contract.phase.value,
        _checkpoint(contract.proposal),
        tuple([_dispute(dispute) for _, dispute in sorted(contract.disputes.items())]),
        tuple([(request.by, _entry(request.entry)) for request in contract.requests]),
        _entries(contract.shown),
        tuple([_trade(trade) for trade in network.trades]),
        network.made,
        _entries(network.past),
        network.wishes,
        state.main.escrow[ETHER],
        contract.burned,
        _moved(state, rules),
    )
    until = voting_ends(contract, rules) if contract.phase == Phase.TRADING else NEVER
    points = places(contract, rules)
    if lasting[-1]:
        points = (*points, state.ghost.began, promised_end(state, rules) + 1)
    return partial(_at, lasting, _said(state), until, points)


NEVER: Seconds = -1


def _at(
    lasting: Hashable,
    said: Hashable,
    until: Seconds,
    points: tuple[Seconds, ...],
    now: Seconds,
) -> Hashable:
    """What was said about checkpoints is void once nobody can commit any more."""
    place = sum([now >= point for point in points])
    return lasting, place, () if NEVER < until < now else said


def _moved(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """How far the contract's times are from those of the ghost; nothing where they agree."""
    apart = moved(state, rules)
    return tuple([max(0, sign * each) for each in apart for sign in (1, -1)]) if any(apart) else ()


def _said(state: State) -> tuple[Any, ...]:
    """What of the messages about checkpoints can still matter: before a call everything, after it
    who has signed what the leader called with."""
    contract, network = state.contract, state.network
    if contract.phase != Phase.TRADING:
        return tuple([p for p, vote in sorted(network.votes.items()) if vote == contract.proposal])
    return (
        tuple([(p, _checkpoint(c)) for p, c in sorted(network.offers.items())]),
        tuple([(p, _checkpoint(c)) for p, c in sorted(network.votes.items())]),
        _checkpoint(network.confirmed),
    )


@lru_cache(maxsize=65_536)
def _checkpoint(checkpoint: Checkpoint | None) -> tuple[Any, ...]:
    if checkpoint is None:
        return ()
    return (checkpoint.epoch, checkpoint.next_leader, checkpoint.balances, checkpoint.exits)


def _dispute(dispute: Dispute) -> tuple[Any, ...]:
    return (
        dispute.participant,
        _entries(dispute.shown),
        _entries(dispute.listed),
        dispute.challenged,
        dispute.answered,
    )


@lru_cache(maxsize=65_536)
def _entries(entries: Entries) -> tuple[Any, ...]:
    return tuple([_entry(entry) for entry in entries])


def _entry(entry: Entry) -> tuple[Any, ...]:
    stamp = entry.receipt
    return (
        *_payment(entry.payment),
        entry.by_payer,
        entry.by_payee,
        entry.receipt_by + 1,
        stamp.channel,
        stamp.epoch,
    )


def _payment(payment: Payment) -> tuple[int, ...]:
    stamp = payment.stamp
    parties = payment.payer, payment.payee
    return (payment.number, *parties, payment.amount, stamp.channel, stamp.epoch)


@lru_cache(maxsize=65_536)
def _trade(trade: Trade) -> tuple[int, ...]:
    return (
        *_payment(trade.payment),
        trade.countersigned,
        trade.sent,
        trade.receipted,
        trade.payer_has,
        trade.payee_has,
        trade.replayed,
    )
