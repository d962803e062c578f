"""Plasma MVP: each action, and the rules that it goes through.

Plasma MVP promises depositors that they can always take home what is theirs, whatever the operator
does, if they watch the blocks and leave in time. Chapters, in the order in which to read them:
`state` (what there is), `rules` and `strategy` (the decisions), `blocks` and `ledger` (how money
gets in and moves), `exits` and `payments` (how it leaves), `memory`, `answers`, `wallet` and
`resync` (the honest party), `rule_sets` (what has been published, shipped and repaired).
"""

from typing import Any

from spec.kernel.steps import Steps
from spec.plasma.mvp import blocks, exits, payments, resync, wallet
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import State, Status, is_honest


def sensible(state: State, action: Any, rules: Rules) -> None:
    """Honest parties follow their strategy. Raises AgainstStrategy."""
    if is_honest(state, action.by):
        wallet.refuse_folly(state, action, rules)


step = Steps(
    (
        blocks.Deposit,
        blocks.Send,
        blocks.SubmitBlock,
        blocks.Confirm,
        exits.StartDepositExit,
        exits.StartExit,
        exits.StartFeeExit,
        exits.ChallengeExit,
        payments.FinalizeExits,
        payments.RefusePayments,
        resync.Resync,
    ),
    before=sensible,
)


def settled(state: State, rules: Rules) -> bool:
    """Has everybody honest done all there was to do, and is no exit waiting?"""
    for exit in state.contract.exits.values():
        if exit.status == Status.PENDING:
            return False
    return not wallet.obligations(state, rules)
