"""Joining, depositing and leaving through the contract."""

from attrs import evolve

from spec.channels.multiparty.actions import Deposit, ForceExit, Join
from spec.channels.multiparty.refusals import (
    AlreadyAMember,
    AlreadySubmitted,
    CallNotKnown,
    WrongPhase,
    ZeroAmount,
)
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import Phase, State
from spec.channels.multiparty.trading import expect_member
from spec.kernel.basics import ETHER, Party, Wei, put
from spec.kernel.mainchain import lock


def deposit(state: State, action: Deposit, rules: Rules) -> State:
    """The amount is locked at once and counts from the next checkpoint on.

    Raises WrongPhase, NotAMember, ZeroAmount, CannotAfford.
    """
    expect_open(state)
    expect_member(state.contract, action.by)
    return _locked(state, action.by, action.amount, 0)


def join(state: State, action: Join, rules: Rules) -> State:
    """Amount and bond are locked at once; membership begins with the next checkpoint.

    Raises WrongPhase, AlreadyAMember, ZeroAmount, CannotAfford.
    """
    contract = state.contract
    expect_open(state)
    if action.by in contract.balances or action.by in contract.deposits:
        raise AlreadyAMember(action.by)
    return _locked(state, action.by, action.amount, rules.bond)


def _locked(state: State, by: Party, amount: Wei, bond: Wei) -> State:
    contract = state.contract
    if amount < 1:
        raise ZeroAmount(by)
    main = lock(state.main, by, ETHER, amount + bond)
    deposits = put(contract.deposits, by, contract.deposits.get(by, 0) + amount)
    bonds = put(contract.bonds, by, contract.bonds.get(by, 0) + bond)
    return evolve(state, main=main, contract=evolve(contract, deposits=deposits, bonds=bonds))


def force_exit(state: State, action: ForceExit, rules: Rules) -> State:
    """Whatever ends the present epoch pays the caller.

    Raises WrongPhase, NotAMember, CallNotKnown, AlreadySubmitted.
    """
    contract = state.contract
    expect_open(state)
    expect_member(contract, action.by)
    if not rules.admits_forced_exit(contract.phase == Phase.TRADING):
        raise CallNotKnown(action.by)
    if action.by in contract.leaving:
        raise AlreadySubmitted(action.by)
    leaving = tuple(sorted((*contract.leaving, action.by)))
    return evolve(state, contract=evolve(contract, leaving=leaving))


def expect_open(state: State) -> None:
    """Raises WrongPhase once the channel is closed."""
    if state.contract.phase == Phase.CLOSED:
        raise WrongPhase(Phase.CLOSED, Phase.TRADING)
