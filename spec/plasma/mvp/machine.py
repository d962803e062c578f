"""Plasma MVP: each action, and the rules that it goes through.

Plasma MVP promises depositors that they can always take home what is theirs, whatever the operator
does, if they watch the blocks and leave in time. Chapters, in the order in which to read them:
`state` and `actions` (what there is and what can be done), `rules` and `strategy` (the decisions),
`blocks`, `ledger`, `exits` (the transitions), `wallet` (the honest party), `rule_sets` (what has
been published, shipped and repaired).
"""

from collections.abc import Callable, Mapping
from typing import Any

from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.plasma.mvp import blocks, exits, wallet
from spec.plasma.mvp.actions import (
    ChallengeExit,
    Confirm,
    Deposit,
    FinalizeExits,
    RefusePayments,
    Send,
    StartDepositExit,
    StartExit,
    StartFeeExit,
    SubmitBlock,
)
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    State,
    Status,
    is_honest,
)


def wait(state: State, action: Wait, rules: Rules) -> State:
    """Time passes and nothing else happens."""
    main = state.main
    later = MainChain(main.now + action.seconds, main.accounts, main.escrow)
    return State(later, state.contract, state.side, state.knowledge, state.ghost)


TRANSITIONS: Mapping[type, Callable[[State, Any, Rules], State]] = {
    Deposit: blocks.deposit,
    Send: blocks.send,
    SubmitBlock: blocks.submit_block,
    Confirm: blocks.confirm,
    StartDepositExit: exits.start_deposit_exit,
    StartExit: exits.start_exit,
    StartFeeExit: exits.start_fee_exit,
    ChallengeExit: exits.challenge_exit,
    FinalizeExits: exits.finalize_exits,
    RefusePayments: exits.refuse_payments,
    Wait: wait,
}


def step(state: State, action: Any, rules: Rules) -> State:
    """The state after an action. Raises a Refusal that names the guard; then nothing happened."""
    if is_honest(state, action.by):
        wallet.refuse_folly(state, action, rules)
    return TRANSITIONS[type(action)](state, action, rules)


def settled(state: State, rules: Rules) -> bool:
    """Has everybody honest done all there was to do, and is no exit waiting?"""
    for exit in state.contract.exits.values():
        if exit.status == Status.PENDING:
            return False
    return not wallet.obligations(state, rules)
