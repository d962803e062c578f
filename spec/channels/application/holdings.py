"""What the contract holds for the channel: deposits come in, the final outcome goes out.

Source: reference section 5, "outcomes are ordered allocations; deposits check the expected held
amount".
"""

from attrs import evolve

from spec.channels.application.refusals import (
    AlreadyPaid,
    DoesNotFit,
    HeldOtherwise,
    OutcomeIsFinal,
    OutcomeNotFinal,
)
from spec.channels.application.rules import Rules
from spec.channels.application.state import State, is_final, total
from spec.channels.sides import raised, side_of
from spec.kernel.action import Call
from spec.kernel.basics import ETHER, Wei
from spec.kernel.mainchain import lock, release


class Deposit(Call, says="deposits {amount}, expecting {expected} to be held"):
    """A transaction with a deposit lands, which was to land where so much was held. It is on its
    way from the beginning; when it lands is up to whoever orders transactions."""

    expected: Wei
    amount: Wei

    def step(self, state: State, rules: Rules) -> State:
        """Raises OutcomeIsFinal, HeldOtherwise, DoesNotFit, CannotAfford."""
        contract, now = state.contract, state.main.now
        if not rules.takes_deposit(is_final(contract, now)):
            raise OutcomeIsFinal(now, contract.ends)
        if not rules.admits_deposit(contract.held, self.expected):
            raise HeldOtherwise(contract.held, self.expected)
        missing = total(state.channel) - contract.held
        if not 0 < self.amount <= missing:
            raise DoesNotFit(self.amount, missing)
        return evolve(
            state,
            main=lock(state.main, self.by, ETHER, self.amount),
            contract=evolve(
                contract,
                held=contract.held + self.amount,
                deposited=raised(contract.deposited, side_of(self.by), self.amount),
            ),
            network=evolve(state.network, since=now),
        )


class PayOut(Call, says="has the outcome paid"):
    """Have every allocation of the final outcome paid by its priority, once."""

    def step(self, state: State, rules: Rules) -> State:
        """Raises OutcomeNotFinal, AlreadyPaid, EscrowShort."""
        contract, now = state.contract, state.main.now
        if not is_final(contract, now):
            raise OutcomeNotFinal(now, contract.ends)
        if contract.paid:
            raise AlreadyPaid(self.by)
        main, outcome = state.main, contract.claimed.outcome
        payments = rules.pays(outcome, contract.held)
        for allocation, amount in zip(outcome, payments, strict=True):
            main = release(main, allocation.to, ETHER, amount)
        left = contract.held - sum(payments)
        return evolve(state, main=main, contract=evolve(contract, held=left, paid=True))
