"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.channels.multiparty import actions as a
from spec.channels.multiparty.evidence import Entries, Entry, Payment
from spec.channels.multiparty.state import Checkpoint, State
from spec.kernel.basics import NOBODY, Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message

NAMES = {NOBODY: "nobody", CLOCK: "time", Party(1): "alice", Party(2): "bob", Party(3): "carol"}
NAMES |= {Party(4): "dave", Party(5): "erin"}


def party_name(party: Party) -> str:
    """What people call the party."""
    return NAMES.get(party, f"member{party}")


def describe(action: Any) -> str:
    """The action as a clause that follows the party's name."""
    match action:
        case Wait(seconds=seconds):
            return f"{seconds} seconds pass"
        case a.RequestPayment(payment=payment):
            return f"signs payment {told(payment)}"
        case a.Countersign(trade=trade):
            return f"countersigns payment {trade + 1} of the epoch"
        case a.SendToLeader(trade=trade):
            return f"sends payment {trade + 1} of the epoch to the leader"
        case a.ReplayToLeader(entry=entry):
            return f"sends the leader an old payment again: {told(entry.payment)}"
        case a.GiveReceipt(trade=trade, to_payer=payer, to_payee=payee):
            whom = "both" if payer and payee else "the payer" if payer else "the payee"
            return f"gives a receipt for payment {trade + 1} of the epoch to {whom}"
        case a.AskToLeave():
            return "asks the leader to let it leave"
        case a.Propose(checkpoint=checkpoint, to=to):
            return f"proposes {spelled(checkpoint)} to {_names(to)}"
        case a.Vote():
            return "votes for the proposal"
        case a.Confirm():
            return "broadcasts the checkpoint with all votes"
        case a.Commit(checkpoint=checkpoint):
            return f"commits {spelled(checkpoint)}"
        case a.CallContract(checkpoint=checkpoint, voters=voters):
            return f"calls the contract with {spelled(checkpoint)}, votes of {_names(voters)}"
        case a.Challenge(entries=entries):
            return f"challenges with {listed(entries)}"
        case a.AnswerDispute(participant=participant, entries=entries):
            return f"submits as {party_name(participant)}'s payments {listed(entries)}"
        case a.Conclude():
            return "calls for the verdict"
        case a.ReportSilence():
            return "reports that the leader is silent"
        case a.ShowReceipts(entries=entries):
            return f"shows receipts: {listed(entries)}"
        case a.Settle():
            return "calls for the settlement"
        case a.RequestReceipt(entry=entry):
            return f"asks the contract for a receipt of {told(entry.payment)}"
        case a.AnswerRequest(refuses=refuses, entries=entries):
            if refuses:
                return f"refuses a receipt, showing {listed(entries)}"
            return "gives the receipt through the contract"
        case a.Deposit(amount=amount):
            return f"deposits {amount}"
        case a.Join(amount=amount):
            return f"joins with {amount}"
        case a.ForceExit():
            return "calls for its exit"
        case _:
            return repr(action)


def message(state: State, action: Any) -> Message | None:
    """The action as an arrow in the lanes of a run, with the seed's name for the step."""
    by, leader = action.by, state.contract.leader
    match action:
        case a.RequestPayment(payment=payment):
            return Message("A1", by, (payment.payee,), short(payment))
        case a.Countersign() | a.SendToLeader() | a.GiveReceipt():
            return _about_trade(state, action)
        case a.ReplayToLeader(entry=entry):
            return Message("A3", by, (leader,), f"{short(entry.payment)} once more")
        case a.Propose(checkpoint=checkpoint, to=to):
            return Message("B1", by, to, spelled(checkpoint))
        case a.Vote():
            return Message("B2", by, (leader,), "vote")
        case a.Confirm():
            others = tuple(p for p in state.contract.balances if p != by)
            return Message("B3", by, others, "has all votes")
        case a.Commit():
            return Message("B3", by, (CONTRACT,), describe(action))
        case a.CallContract(checkpoint=checkpoint, voters=voters):
            said = f"calls with {spelled(checkpoint)}; votes: {_names(voters)}"
            return Message("B3", by, (CONTRACT,), said)
        case a.Challenge(entries=entries):
            return Message("B4", by, (CONTRACT,), f"own payments: {listed(entries)}")
        case a.AnswerDispute(participant=participant, entries=entries):
            whose = f"{party_name(participant)}'s payments"
            return Message("B4", by, (CONTRACT,), f"{whose}: {listed(entries)}")
        case a.AskToLeave():
            return Message("", by, (leader,), "wants to leave")
        case Wait():
            return None
        case _:
            return Message("", by, (CONTRACT,), describe(action))


def _about_trade(state: State, action: Any) -> Message | None:
    trades = state.network.trades
    if not 0 <= action.trade < len(trades):
        return None
    payment = trades[action.trade].payment
    match action:
        case a.Countersign(by=by):
            return Message("A2", by, (payment.payer,), f"#{payment.number} signed too")
        case a.SendToLeader(by=by):
            leader = state.contract.leader
            return Message("A3", by, (leader,), f"#{payment.number} signed by both")
        case a.GiveReceipt(by=by, to_payer=to_payer, to_payee=to_payee):
            to = ((payment.payer, to_payer), (payment.payee, to_payee))
            whom = tuple(party for party, sent in to if sent)
            return Message("A4", by, whom, f"receipt for #{payment.number}")
        case _:
            return None


def short(payment: Payment) -> str:
    """A payment where the lanes show who pays whom."""
    return f"#{payment.number} of {payment.amount}"


def told(payment: Payment) -> str:
    """A payment in a few words."""
    who = f"{party_name(payment.payer)} to {party_name(payment.payee)}"
    return f"#{payment.number} of {payment.amount}, {who}"


def listed(entries: Entries) -> str:
    """A list of payments in a few words."""
    return "; ".join(_entry(entry) for entry in entries) or "an empty list"


def _entry(entry: Entry) -> str:
    missing = [] if entry.by_payer else ["payer"]
    missing += [] if entry.by_payee else ["payee"]
    without = f" (unsigned by its {' and '.join(missing)})" if missing else ""
    return f"[{told(entry.payment)}]{without}"


def spelled(checkpoint: Checkpoint) -> str:
    """A checkpoint in a few words: the balances in the order of members."""
    balances = "/".join(str(balance) for balance in checkpoint.balances)
    leaves = f", {_names(checkpoint.exits)} out" if checkpoint.exits else ""
    return f"balances {balances}, next {party_name(checkpoint.next_leader)}{leaves}"


def _names(parties: tuple[Party, ...]) -> str:
    return ", ".join(party_name(party) for party in parties) or "nobody"
