"""What honest members can show: all that they have, by books of the claims' own."""

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from invariants.channels.multiparty.money import ENDS
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes, settlement, trading
from spec.channels.multiparty.evidence import Entries, Entry
from spec.channels.multiparty.machine import step
from spec.channels.multiparty.refusals import ForgedSignature
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, Trade, is_honest, present_stamp
from spec.kernel.basics import NOBODY, Party
from spec.kernel.refusal import Refusal

# What is shown ----------------------------------------------------------------------------------


def _mute(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a member can't show what it has", {"party": _called_forger(after, rules)[0]})


@whenever(
    "MP-SHOWABLE",
    _mute,
    after=(
        trading.Countersign,
        trading.GiveReceipt,
        disputes.RequestReceipt,
        consensus.CallContract,
        disputes.Challenge,
        disputes.AnswerDispute,
        settlement.ShowReceipts,
        *ENDS,
    ),
)
def heard_as_a_witness(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest member can show every payment and receipt that it has, that lies before the
    contract, or that was settled before."""
    return not _called_forger(after, rules)


def _called_forger(state: State, rules: Rules) -> list[Party]:
    return [
        party
        for party in state.contract.balances
        if is_honest(state, party)
        for entry in _in_its_hands(state, party, rules)
        if _is_forgery(state, party, entry, rules)
    ]


def _showing(state: State, party: Party, entry: Entry) -> Any:
    """A step by which the member shows this in the present phase."""
    contract = state.contract
    if contract.phase == Phase.TRADING:
        return trading.ReplayToLeader(party, evolve(entry, by_payer=True, by_payee=True))
    if contract.phase == Phase.SETTLING:
        return settlement.ShowReceipts(party, (entry,))
    asked = next((p for p, each in contract.disputes.items() if not each.answered), NOBODY)
    if party == contract.leader:
        return disputes.AnswerDispute(party, asked, (entry,))
    return disputes.Challenge(party, (entry,))


def _is_forgery(state: State, party: Party, entry: Entry, rules: Rules) -> bool:
    try:
        step(state, _showing(state, party, entry), rules)
    except Refusal as said:
        return said == ForgedSignature(party, entry.payment.number)
    return False


def _in_its_hands(state: State, party: Party, rules: Rules) -> Iterator[Entry]:
    contract = state.contract
    yield from state.network.past
    yield from contract.shown
    for dispute in contract.disputes.values():
        yield from (*dispute.shown, *dispute.listed)
    yield from (request.entry for request in contract.requests)
    yield from evidence(state, party, rules)


def evidence(state: State, party: Party, rules: Rules) -> Entries:
    """A member's payments with both signatures, in their order, with the receipts that it has."""
    return tuple(
        as_evidence(state, trade, was_sent(trade, party), rules)
        for trade in own_trades(state, party)
        if trade.countersigned and not trade.replayed
    )


def own_trades(state: State, party: Party) -> list[Trade]:
    """The payments of this epoch that involve a member."""
    return [
        trade
        for trade in state.network.trades
        if party in (trade.payment.payer, trade.payment.payee)
    ]


def was_sent(trade: Trade, party: Party) -> bool:
    """Does the party hold the receipt?"""
    sides = (trade.payment.payer, trade.payer_has), (trade.payment.payee, trade.payee_has)
    return (party, True) in sides


def as_evidence(state: State, trade: Trade, with_receipt: bool, rules: Rules) -> Entry:
    """A payment with both signatures as it is shown, with or without its receipt."""
    if not with_receipt:
        return Entry(trade.payment, by_payer=True, by_payee=True)
    stamp = rules.receipt_stamp(present_stamp(state.contract))
    return Entry(trade.payment, True, True, state.contract.leader, stamp)


SHOWING = (heard_as_a_witness,)
