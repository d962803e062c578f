"""Deposits at any time, and withdrawals by intent, veto and confirmation.

Source: reference section 4; Celer's `LedgerOperation`.
"""

from attrs import evolve

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
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Party, Wei
from spec.kernel.mainchain import lock, release


def expect(contract: Contract, needed: Phase) -> None:
    """Raises WrongPhase."""
    if contract.phase != needed:
        raise WrongPhase(contract.phase, needed)


class Deposit(Call, says="deposits {amount}"):
    """Lock more money in the channel: it counts at once."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, CannotAfford."""
        contract = state.contract
        expect(contract, Phase.OPERABLE)
        return evolve(
            state,
            main=lock(state.main, self.by, ETHER, self.amount),
            contract=evolve(
                contract, deposits=raised(contract.deposits, side_of(self.by), self.amount)
            ),
        )


class IntendWithdraw(Call, says="intends to withdraw {amount}"):
    """Announce a withdrawal, which waits for a veto."""

    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises WrongPhase, AlreadyIntended."""
        contract = state.contract
        expect(contract, Phase.OPERABLE)
        if contract.intent is not None:
            raise AlreadyIntended(contract.intent.amount)
        intent = Intent(side_of(self.by), self.amount, state.main.now + rules.window)
        return evolve(state, contract=evolve(contract, intent=intent))


class VetoWithdraw(Call, says="vetoes the withdrawal"):
    """Stop the announced withdrawal."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NothingIntended, VetoNotHeard."""
        intent = expect_intent(state.contract, self.by)
        if not rules.hears_veto(is_open(state.main.now, intent.until)):
            raise VetoNotHeard(self.by)
        return evolve(state, contract=evolve(state.contract, intent=None))


class ConfirmWithdraw(Call, says="confirms the withdrawal"):
    """Carry out the announced withdrawal, if the states on chain leave so much."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises NothingIntended, TooEarly, BeyondLimit."""
        contract, now = state.contract, state.main.now
        intent = expect_intent(contract, self.by)
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
