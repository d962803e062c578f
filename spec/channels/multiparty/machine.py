"""The multi-party channel: each action, and the rules that it goes through.

A channel of several members trades off chain, epoch by epoch. In each epoch one member leads: it
gives receipts for payments (A1 to A4), proposes the new balances, collects votes and commits them
(B1 to B3); without all votes a contract arbitrates (B4). It promises every member, whatever the
others and the leader do: what it holds receipts for is settled, and it can leave.

Chapters, in the order in which to read them: `evidence` (what can be shown), `arbitration` (the
verdict), `state` and `actions`, `rules`, `strategy` and `rule_sets` (the decisions), `trading`,
`consensus`, `disputes`, `settlement`, `membership` (the transitions), `knowledge` and `member` (the
honest participant).
"""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve

from spec.channels.multiparty import actions as a
from spec.channels.multiparty import consensus, disputes, member, membership, settlement, trading
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, is_honest, stamped
from spec.kernel.clock import Wait


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    return evolve(state, main=evolve(state.main, now=state.main.now + action.seconds))


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    a.RequestPayment: trading.request_payment,
    a.Countersign: trading.countersign,
    a.SendToLeader: trading.send_to_leader,
    a.ReplayToLeader: trading.replay_to_leader,
    a.GiveReceipt: trading.give_receipt,
    a.AskToLeave: trading.ask_to_leave,
    a.Propose: consensus.propose,
    a.Vote: consensus.vote,
    a.Confirm: consensus.confirm,
    a.Commit: consensus.commit,
    a.CallContract: consensus.call_contract,
    a.Challenge: disputes.challenge,
    a.AnswerDispute: disputes.answer_dispute,
    a.Conclude: disputes.conclude,
    a.ReportSilence: disputes.report_silence,
    a.RequestReceipt: disputes.request_receipt,
    a.AnswerRequest: disputes.answer_request,
    a.ShowReceipts: settlement.show_receipts,
    a.Settle: settlement.settle,
    a.Deposit: membership.deposit,
    a.Join: membership.join,
    a.ForceExit: membership.force_exit,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if is_honest(state, action.by):
        member.refuse_folly(state, action, rules)
    return stamped(state, TRANSITIONS[type(action)](state, action, rules))


def settled(state: State, rules: Rules) -> bool:
    """Is the channel closed, so that everybody has what it gets?"""
    return state.contract.phase == Phase.CLOSED
