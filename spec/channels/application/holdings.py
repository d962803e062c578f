"""What the contract holds for the channel: deposits come in, the final outcome goes out.

Source: reference section 5, "outcomes are ordered allocations; deposits check the expected held
amount".
"""

from attrs import evolve

from spec.channels.application.actions import Deposit, PayOut
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
from spec.kernel.basics import ETHER
from spec.kernel.mainchain import lock, release


def deposit(state: State, action: Deposit, rules: Rules) -> State:
    """An amount moves from the depositor's account into the channel.

    Raises OutcomeIsFinal, HeldOtherwise, DoesNotFit, CannotAfford.
    """
    contract, now = state.contract, state.main.now
    if not rules.takes_deposit(is_final(contract, now)):
        raise OutcomeIsFinal(now, contract.ends)
    if not rules.admits_deposit(contract.held, action.expected):
        raise HeldOtherwise(contract.held, action.expected)
    missing = total(state.channel) - contract.held
    if not 0 < action.amount <= missing:
        raise DoesNotFit(action.amount, missing)
    return evolve(
        state,
        main=lock(state.main, action.by, ETHER, action.amount),
        contract=evolve(
            contract,
            held=contract.held + action.amount,
            deposited=raised(contract.deposited, side_of(action.by), action.amount),
        ),
        network=evolve(state.network, since=now),
    )


def pay_out(state: State, action: PayOut, rules: Rules) -> State:
    """Every allocation of the final outcome is paid by its priority, once.

    Raises OutcomeNotFinal, AlreadyPaid, EscrowShort.
    """
    contract, now = state.contract, state.main.now
    if not is_final(contract, now):
        raise OutcomeNotFinal(now, contract.ends)
    if contract.paid:
        raise AlreadyPaid(action.by)
    main, outcome = state.main, contract.claimed.outcome
    payments = rules.pays(outcome, contract.held)
    for allocation, amount in zip(outcome, payments, strict=True):
        main = release(main, allocation.to, ETHER, amount)
    left = contract.held - sum(payments)
    return evolve(state, main=main, contract=evolve(contract, held=left, paid=True))
