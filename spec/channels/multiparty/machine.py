"""The multi-party channel: each action, and the rules that it goes through.

A channel of several members trades off chain, epoch by epoch. In each epoch one member leads: it
gives receipts for payments (A1 to A4), proposes the new balances, collects votes and commits them
(B1 to B3); without all votes a contract arbitrates (B4). It promises every member, whatever the
others and the leader do: what it holds receipts for is settled, and it can leave.

Chapters, in the order in which to read them: `evidence` (what can be shown), `arbitration` (the
verdict), `state`, `rules`, `strategy` and `rule_sets` (the decisions), `trading`, `consensus`,
`disputes`, `settlement`, `membership` (the actions), `knowledge` and `member` (the honest
participant).
"""

from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty.member import refuse_folly
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State, stamped
from spec.kernel.steps import Steps

step = Steps(
    (
        trading.RequestPayment,
        trading.Countersign,
        trading.SendToLeader,
        trading.ReplayToLeader,
        trading.GiveReceipt,
        trading.AskToLeave,
        consensus.Propose,
        consensus.Vote,
        consensus.Confirm,
        consensus.Commit,
        consensus.CallContract,
        disputes.Challenge,
        disputes.AnswerDispute,
        disputes.Conclude,
        disputes.ReportSilence,
        disputes.RequestReceipt,
        disputes.AnswerRequest,
        settlement.ShowReceipts,
        settlement.Settle,
        membership.Deposit,
        membership.Join,
        membership.ForceExit,
    ),
    before=refuse_folly,
    after=stamped,
)


def settled(state: State, rules: Rules) -> bool:
    """Is the channel closed, so that everybody has what it gets?"""
    return state.contract.phase == Phase.CLOSED
