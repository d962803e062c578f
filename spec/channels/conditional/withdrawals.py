"""Deposits at any time, and withdrawals by intent, veto and confirmation.

Source: reference section 4; Celer's `LedgerOperation`.
"""

from attrs import evolve

from spec.channels.conditional.actions import ConfirmWithdraw, Deposit, IntendWithdraw, VetoWithdraw
from spec.channels.conditional.refusals import (
    AlreadyIntended,
    BeyondLimit,
    NothingIntended,
    TooEarly,
    VetoNotHeard,
    WrongPhase,
)
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.state import Contract, Intent, Phase, State
from spec.channels.sides import PARTIES, Side, other_side, raised, side_of
from spec.channels.windows import is_open, is_over
from spec.kernel.basics import ETHER, Party, Wei
from spec.kernel.mainchain import lock, release


def expect(contract: Contract, needed: Phase) -> None:
    """Raises WrongPhase."""
    if contract.phase != needed:
        raise WrongPhase(contract.phase, needed)


def deposit(state: State, action: Deposit, rules: Rules) -> State:
    """The amount is locked and counts at once. Raises WrongPhase, CannotAfford."""
    contract = state.contract
    expect(contract, Phase.OPERABLE)
    return evolve(
        state,
        main=lock(state.main, action.by, ETHER, action.amount),
        contract=evolve(
            contract, deposits=raised(contract.deposits, side_of(action.by), action.amount)
        ),
    )


def intend_withdraw(state: State, action: IntendWithdraw, rules: Rules) -> State:
    """The withdrawal waits for a veto. Raises WrongPhase, AlreadyIntended."""
    contract = state.contract
    expect(contract, Phase.OPERABLE)
    if contract.intent is not None:
        raise AlreadyIntended(contract.intent.amount)
    intent = Intent(side_of(action.by), action.amount, state.main.now + rules.window)
    return evolve(state, contract=evolve(contract, intent=intent))


def veto_withdraw(state: State, action: VetoWithdraw, rules: Rules) -> State:
    """Nothing is withdrawn. Raises NothingIntended, VetoNotHeard."""
    intent = expect_intent(state.contract, action.by)
    if not rules.hears_veto(is_open(state.main.now, intent.until)):
        raise VetoNotHeard(action.by)
    return evolve(state, contract=evolve(state.contract, intent=None))


def confirm_withdraw(state: State, action: ConfirmWithdraw, rules: Rules) -> State:
    """The amount is paid out, if the states on chain leave so much.

    Raises NothingIntended, TooEarly, BeyondLimit.
    """
    contract, now = state.contract, state.main.now
    intent = expect_intent(contract, action.by)
    if not is_over(now, intent.until):
        raise TooEarly(now, intent.until + 1)
    limit = withdrawable(contract, intent.side, rules)
    if intent.amount > limit:
        raise BeyondLimit(intent.amount, limit)
    side = intent.side
    return evolve(
        state,
        main=release(state.main, PARTIES[side], ETHER, intent.amount),
        contract=evolve(
            contract,
            withdrawn=raised(contract.withdrawn, side, intent.amount),
            intent=None,
        ),
    )


def withdrawable(contract: Contract, side: Side, rules: Rules) -> Wei:
    """What a side can withdraw by the states on chain, in wei; it may be below zero."""
    own = contract.states[side]
    return rules.limit(
        contract.deposits[side],
        contract.states[other_side(side)].transferred,
        contract.withdrawn[side],
        own.transferred,
        own.pending,
    )


def expect_intent(contract: Contract, by: Party) -> Intent:
    """The withdrawal that waits. Raises NothingIntended."""
    if contract.intent is None:
        raise NothingIntended(by)
    return contract.intent
