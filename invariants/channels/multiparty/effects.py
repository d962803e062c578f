"""What each step brings about within an epoch: all that it should, and nothing else.

Claims about money and fairness say that nobody honest loses. These say what is said, and what lies
before the contract, after a message or a call; `endings` says the same of the end of an epoch.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from invariants.channels.multiparty.money import ENDS
from invariants.kernel.claims import Finding
from invariants.kernel.stock import whenever
from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.evidence import Dispute
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import (
    Checkpoint,
    Contract,
    Network,
    Phase,
    Request,
    State,
    Trade,
    present_stamp,
)
from spec.kernel.basics import Party, Wei
from spec.kernel.clock import Wait

OFF_CHAIN = (
    trading.RequestPayment, trading.Countersign, trading.SendToLeader, trading.ReplayToLeader,
    trading.GiveReceipt, trading.AskToLeave,
    consensus.Propose, consensus.Vote, consensus.Confirm,
)  # fmt: skip
ON_CHAIN = (
    consensus.CallContract, disputes.Challenge, disputes.AnswerDispute, disputes.RequestReceipt,
    disputes.AnswerRequest, settlement.ShowReceipts,
    membership.Deposit, membership.Join, membership.ForceExit,
)  # fmt: skip
"""What calls the contract and ends no epoch."""

# Off chain --------------------------------------------------------------------------------------


@whenever(
    "MP-SAID",
    "something else was said than what was sent",
    lambda after: {"payments": len(after.network.trades)},
    after=OFF_CHAIN,
)
def said(before: State, action: Any, after: State, rules: Rules) -> bool:
    """After a message there is what was said before it, and what it says."""
    return after.network == _with_message(before.network, action)


def _with_message(was: Network, action: Any) -> Network:
    match action:
        case trading.RequestPayment(payment=payment):
            new = Trade(payment, False, False, False, False, False)
            return evolve(was, trades=(*was.trades, new), made=was.made + 1)
        case trading.ReplayToLeader(entry=entry):
            new = Trade(entry.payment, True, True, False, False, False, replayed=True)
            return evolve(was, trades=(*was.trades, new), made=was.made + 1)
        case trading.Countersign(trade=place):
            return _with_trade(was, place, countersigned=True)
        case trading.SendToLeader(trade=place):
            return _with_trade(was, place, sent=True)
        case trading.GiveReceipt(trade=place):
            payer = was.trades[place].payer_has or action.to_payer
            payee = was.trades[place].payee_has or action.to_payee
            return _with_trade(was, place, receipted=True, payer_has=payer, payee_has=payee)
        case trading.AskToLeave(by=by):
            return evolve(was, wishes=tuple(sorted({*was.wishes, by})))
        case consensus.Propose(to=to, checkpoint=checkpoint):
            return evolve(was, offers={**was.offers, **dict.fromkeys(to, checkpoint)})
        case consensus.Vote(by=by):
            return evolve(was, votes={**was.votes, by: was.offers[by]})
        case _:
            return evolve(was, confirmed=action.checkpoint)


def _with_trade(was: Network, place: int, **changes: Any) -> Network:
    trades = list(was.trades)
    trades[place] = evolve(trades[place], **changes)
    return evolve(was, trades=tuple(trades))


# Before the contract ----------------------------------------------------------------------------


def _table_differs(before: State, action: Any, after: State, rules: Rules) -> Finding:
    disputes, requests = len(after.contract.disputes), len(after.contract.requests)
    numbers = {"disputes": disputes, "requests": requests, "shown": len(after.contract.shown)}
    return Finding("something else lies before the contract than what was brought there", numbers)


@whenever("MP-TABLE", _table_differs, after=ON_CHAIN)
def on_the_table(before: State, action: Any, after: State, rules: Rules) -> bool:
    """After a call there lies before the contract what lay there, and what the call brings."""
    was, now = before.contract, after.contract
    if isinstance(action, settlement.ShowReceipts):
        shown = [entry for entry in now.shown if entry not in was.shown]
        kept = all(entry in now.shown for entry in was.shown)
        return kept and all(e in action.entries for e in shown) and now == evolve(
            was, shown=now.shown
        )  # fmt: skip
    return now == _with_call(was, action, before.main.now, rules)


def _with_call(was: Contract, action: Any, now: int, rules: Rules) -> Contract:
    match action:
        case consensus.CallContract(checkpoint=checkpoint, voters=voters):
            open_ones = {
                party: _question(was, checkpoint, party)
                for party in was.balances
                if party != was.leader and rules.must_prove(party in voters)
            }
            return evolve(
                was, phase=Phase.CALLED, since=now, proposal=checkpoint, disputes=open_ones
            )
        case disputes.Challenge(by=by, entries=entries) if was.proposal is not None:
            asked = was.disputes.get(by) or _question(was, was.proposal, by)
            raised = evolve(asked, challenged=True, shown=entries)
            return evolve(was, disputes={**was.disputes, by: raised})
        case disputes.AnswerDispute(participant=party, entries=entries):
            answered = evolve(was.disputes[party], answered=True, listed=entries)
            return evolve(was, disputes={**was.disputes, party: answered})
        case disputes.RequestReceipt(by=by, entry=entry):
            return evolve(was, requests=(*was.requests, Request(by, entry)))
        case disputes.AnswerRequest():
            return evolve(was, requests=was.requests[1:])
        case membership.ForceExit(by=by):
            return evolve(was, leaving=tuple(sorted({*was.leaving, by})))
        case membership.Deposit(by=by, amount=amount):
            return evolve(was, deposits=_grown(was.deposits, by, amount), bonds=_same(was, by))
        case membership.Join(by=by, amount=amount):
            bonds = _grown(was.bonds, by, rules.bond)
            return evolve(was, deposits=_grown(was.deposits, by, amount), bonds=bonds)
        case _:
            return was


def _question(contract: Contract, checkpoint: Checkpoint, party: Party) -> Dispute:
    """What is asked of a member's balance, with no evidence yet."""
    at = list(contract.balances).index(party)
    return Dispute(
        participant=party,
        leader=contract.leader,
        stamp=present_stamp(contract),
        before=contract.balances[party],
        proposed=checkpoint.balances[at],
        shown=(),
        listed=(),
        challenged=False,
        answered=False,
    )


def _grown(amounts: Mapping[Party, Wei], party: Party, by: Wei) -> Mapping[Party, Wei]:
    return {**amounts, party: amounts.get(party, 0) + by}


def _same(contract: Contract, party: Party) -> Mapping[Party, Wei]:
    """Bonds as they are; who deposits has an entry among them."""
    return {**contract.bonds, party: contract.bonds.get(party, 0)}


def _receipt_lost(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a receipt given through the contract reached nobody", {"by": action.by})


@whenever("MP-RECEIPT-GIVEN", _receipt_lost, after=(disputes.AnswerRequest,))
def receipt_reaches_both(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A receipt that is given through the contract reaches payer and payee."""
    # Each that has not voted has it then; a refusal changes nothing that was said.
    was, now = before.network, after.network
    if action.refuses:
        return now == was
    payment = before.contract.requests[0].entry.payment
    new = Trade(payment, True, True, False, False, False)
    known = [place for place, trade in enumerate(was.trades) if trade.payment == payment]
    old = was.trades[known[0]] if known else new
    given = evolve(
        old,
        countersigned=True,
        sent=True,
        receipted=True,
        payer_has=old.payer_has or payment.payer not in was.votes,
        payee_has=old.payee_has or payment.payee not in was.votes,
    )
    place = known[0] if known else len(was.trades)
    trades = (*was.trades[:place], given, *was.trades[place + 1 :])
    return now == evolve(was, trades=trades)


def _something_else(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a step changed what is not its own", {"by": action.by})


@whenever("MP-NOTHING-ELSE", _something_else, after=(*OFF_CHAIN, *ON_CHAIN, *ENDS, Wait))
def nothing_else(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A message changes nothing on the main chain, a call nothing that was said."""
    # Nothing but waiting changes the time; accounts move by deposits and by what leaves.
    waited = action.seconds if isinstance(action, Wait) else 0
    was, now = before.main, after.main
    if now.now != was.now + waited or before.people != after.people:
        return False
    ends = isinstance(action, ENDS)
    moves = ends or isinstance(action, membership.Deposit | membership.Join)
    if not moves and (was.accounts, was.escrow) != (now.accounts, now.escrow):
        return False
    if isinstance(action, (*OFF_CHAIN, Wait)) and before.contract != after.contract:
        return False
    talks = isinstance(action, (*OFF_CHAIN, disputes.AnswerRequest))
    return ends or talks or before.network == after.network


EFFECTS = (
    said,
    on_the_table,
    receipt_reaches_both,
    nothing_else,
)
