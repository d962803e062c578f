"""Plasma MVP as one record: what a checker runs.

Plasma MVP promises depositors that they can always take home what is theirs, whatever the operator
does, if they watch the blocks and leave in time. Chapters, in the order in which to read them:
`state` and `actions` (what there is and what can be done), `rules` and `strategy` (the decisions),
`blocks`, `ledger`, `exits` (the transitions), `wallet` (the honest party), `rule_sets` (what has
been published, shipped and repaired).
"""

from collections.abc import Callable, Mapping
from typing import Any

from spec.kernel.basics import NOBODY, Asset
from spec.kernel.clock import Wait
from spec.kernel.mainchain import MainChain
from spec.kernel.protocol import Protocol
from spec.plasma import blocks, exits, keys, timeline, wallet
from spec.plasma.actions import (
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
from spec.plasma.moves import FAMILIES, Scope
from spec.plasma.periods import room
from spec.plasma.rules import Rules
from spec.plasma.state import (
    COALITION,
    OPERATOR,
    Contract,
    Ghost,
    Ledger,
    SideChain,
    State,
    Status,
    View,
    is_honest,
)
from spec.plasma.telling import describe, party_name

ENDOWMENT = 10**6
"""What every account starts with, of every asset: more than any scope spends."""


def initial(scope: Scope, rules: Rules) -> State:
    """An empty chain: everybody has money on the main chain and none on the side chain."""
    assets = [Asset(a) for a in range(scope.assets)]
    people = (NOBODY, OPERATOR, *scope.users)
    view = View(head=0, alarm=None, confirmations=frozenset(), holdings=frozenset())
    return State(
        main=MainChain(
            now=0,
            accounts={(p, a): ENDOWMENT for p in people for a in assets},
            escrow=dict.fromkeys(assets, 0),
        ),
        contract=Contract(
            next_block=rules.child_block_interval,
            next_deposit=1,
            next_fee_exit=1,
            blocks={},
            exits={},
            bonds=0,
            reverting=frozenset(),
            window=0,
            used=0,
        ),
        side=SideChain(contents=(), signed=(), ledger=Ledger({}, {}, {}, {})),
        knowledge=dict.fromkeys((COALITION, *scope.honest), view),
        ghost=Ghost(
            owed={},
            wealth={(p, a): ENDOWMENT for p in scope.honest for a in assets},
            paid=(),
            deposited={},
            withdrawn={},
            bad_blocks=0,
        ),
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


def groups(state: State) -> Mapping[str, Any]:
    """The groups of the state by name."""
    return {
        "main": state.main,
        "contract": state.contract,
        "side": state.side,
        "knowledge": state.knowledge,
        "ghost": state.ghost,
    }


PLASMA: Protocol[State, Rules, Scope] = Protocol(
    name="plasma-mvp",
    state=State,
    initial=initial,
    step=step,
    families=FAMILIES,
    obligations=wallet.obligations,
    instants=timeline.instants,
    room=lambda state, rules, start, end: room(state.contract, rules, start, end),
    key=keys.key,
    actions=tuple(TRANSITIONS),
    party_name=party_name,
    describe=describe,
    groups=groups,
)
