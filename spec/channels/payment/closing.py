"""Calls of the channel contract: who may show what.

Signatures and secrets are ideal: under a version stands an honest party's signature only if it has
signed, and nobody shows a secret that an honest party has not revealed. An honest party shows the
newest version that it holds, and no other.
"""

from spec.channels.payment import contract as calls
from spec.channels.payment.actions import (
    Cancel,
    Challenge,
    CooperativeClose,
    Deposit,
    Punish,
    Settle,
    UnilateralClose,
    Withdraw,
)
from spec.channels.payment.contract import OnChain
from spec.channels.payment.refusals import NotHeld, UnknownSecret
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State, on_chain, signatures
from spec.channels.payment.versions import Version
from spec.channels.sides import other_side, partner, side_of
from spec.kernel.basics import Party


def deposit(state: State, action: Deposit, rules: Rules) -> State:
    """`contract.deposit`."""
    return called(state, calls.deposit(state.main, state.contract, action.by, action.amount))


def cancel(state: State, action: Cancel, rules: Rules) -> State:
    """`contract.cancel`."""
    return called(state, calls.cancel(state.main, state.contract))


def withdraw(state: State, action: Withdraw, rules: Rules) -> State:
    """`contract.withdraw`, with a version that the caller may show. Raises NotHeld too."""
    version = action.version
    expect_held(state, action.by, version)
    signed = signatures(state, version)
    return called(state, calls.withdraw(state.main, state.contract, version, signed, rules))


def cooperative_close(state: State, action: CooperativeClose, rules: Rules) -> State:
    """`contract.cooperative_close`, with a version that the caller may show. Raises NotHeld too."""
    version = action.version
    expect_held(state, action.by, version)
    signed = signatures(state, version)
    return called(
        state, calls.cooperative_close(state.main, state.contract, version, signed, rules)
    )


def unilateral_close(state: State, action: UnilateralClose, rules: Rules) -> State:
    """`contract.unilateral_close`, with a version that the caller may show. Raises NotHeld too."""
    by, version = action.by, action.version
    expect_held(state, by, version)
    signed = signatures(state, version)
    return called(
        state, calls.unilateral_close(state.main, state.contract, by, version, signed, rules)
    )


def challenge(state: State, action: Challenge, rules: Rules) -> State:
    """`contract.challenge`, with a version that the caller may show. Raises NotHeld too."""
    version = action.version
    expect_held(state, action.by, version)
    signed = signatures(state, version)
    return called(state, calls.challenge(state.main, state.contract, version, signed, rules))


def punish(state: State, action: Punish, rules: Rules) -> State:
    """`contract.punish`, with a secret that the caller was given. Raises UnknownSecret too."""
    known = secrets_known(state, action.by)
    if known is not None and action.below > known:
        raise UnknownSecret(action.below, known)
    return called(state, calls.punish(state.main, state.contract, action.below, rules))


def settle(state: State, action: Settle, rules: Rules) -> State:
    """`contract.settle`."""
    return called(state, calls.settle(state.main, state.contract, rules))


def expect_held(state: State, by: Party, version: Version) -> None:
    """Raises NotHeld where an honest party would show another version than its newest."""
    held = state.memory[side_of(by)].held
    if by in state.people.honest and version != held:
        raise NotHeld(version.number, held.number)


def secrets_known(state: State, by: Party) -> int | None:
    """How far the secrets reach that a party has of the other side; None: as far as it likes,
    because the other side belongs to the same coalition."""
    if by in state.people.honest:
        return state.memory[side_of(by)].heard
    if partner(by) in state.people.honest:
        return state.network.revealed[other_side(side_of(by))]
    return None


def called(state: State, outcome: OnChain) -> State:
    """The state after an accepted call."""
    return on_chain(state, *outcome)
