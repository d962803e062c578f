"""Joining, depositing and leaving through the contract."""

from attrs import evolve

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
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Party, Wei, put
from spec.kernel.mainchain import lock


class Deposit(Call, says="deposits {amount}"):
    """Lock more money in the channel at once. It counts from the next checkpoint on."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, ZeroAmount, CannotAfford."""
        expect_open(state)
        expect_member(state.contract, self.by)
        return _locked(state, self.by, self.amount, 0)


class Join(Call, says="joins with {amount}"):
    """Lock an amount and the bond at once, and become a member with the next checkpoint."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, AlreadyAMember, ZeroAmount, CannotAfford."""
        contract = state.contract
        expect_open(state)
        if self.by in contract.balances or self.by in contract.deposits:
            raise AlreadyAMember(self.by)
        return _locked(state, self.by, self.amount, rules.bond)


def _locked(state: State, by: Party, amount: Wei, bond: Wei) -> State:
    contract = state.contract
    if amount < 1:
        raise ZeroAmount(by)
    main = lock(state.main, by, ETHER, amount + bond)
    deposits = put(contract.deposits, by, contract.deposits.get(by, 0) + amount)
    bonds = put(contract.bonds, by, contract.bonds.get(by, 0) + bond)
    return evolve(state, main=main, contract=evolve(contract, deposits=deposits, bonds=bonds))


class ForceExit(Call, says="calls for its exit"):
    """Call for the own exit through the contract: whatever ends the epoch pays the caller."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, NotAMember, CallNotKnown, AlreadySubmitted."""
        contract = state.contract
        expect_open(state)
        expect_member(contract, self.by)
        if not rules.admits_forced_exit(contract.phase == Phase.TRADING):
            raise CallNotKnown(self.by)
        if self.by in contract.leaving:
            raise AlreadySubmitted(self.by)
        leaving = tuple(sorted((*contract.leaving, self.by)))
        return evolve(state, contract=evolve(contract, leaving=leaving))


def expect_open(state: State) -> None:
    """Raises WrongPhase once the channel is closed."""
    if state.contract.phase == Phase.CLOSED:
        raise WrongPhase(Phase.CLOSED, Phase.TRADING)
