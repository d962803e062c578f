"""How a run is told: names for parties, a clause for each action, and the lane it is drawn in."""

from typing import Any

from spec.kernel.basics import NOBODY, Party
from spec.kernel.clock import CLOCK, Wait
from spec.multiparty import actions as a
from spec.multiparty.evidence import Entries, Entry, Payment
from spec.multiparty.state import Checkpoint

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
