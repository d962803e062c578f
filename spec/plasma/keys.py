"""When two states of a Plasma chain are the same for all that can still happen.

The reduced key keeps ages instead of times, clamped where they stop to matter, and drops what is
determined by the rest (the ledger, running totals) or can't matter any more (accounts, times of
exits that are over). A laboratory that uses it tests it first: see `impl.keycheck`.
"""

from collections.abc import Hashable
from typing import Any

from attrs import evolve, fields, has

from spec.kernel.basics import Seconds
from spec.plasma.rules import Rules
from spec.plasma.state import Commitment, Exit, State, Status, Transaction, View


def key(state: State, rules: Rules) -> Hashable:
    """The state reduced to what can matter: nested tuples of non-negative ints."""
    contract, now = state.contract, state.main.now
    pending = sorted(
        (exit for exit in contract.exits.values() if exit.status == Status.PENDING),
        key=lambda exit: rules.priority(exit, rules),
    )
    over = sorted(
        (k, e.output, e.owner, e.amount, e.status.value)
        for k, e in contract.exits.items()
        if e.status != Status.PENDING
    )
    return (
        contract.next_block,
        contract.next_deposit,
        contract.next_fee_exit,
        tuple(_block(number, block, state, rules) for number, block in contract.blocks.items()),
        tuple(_pending(exit, now, rules) for exit in pending),
        tuple(over),
        tuple(sorted(contract.reverting)),
        _space(state, rules),
        tuple(state.main.escrow.values()),
        tuple(_transaction(transaction) for transaction in state.side.signed),
        tuple(_view(view, now, rules) for view in state.knowledge.values()),
        tuple(sorted(state.ghost.owed)),
        tuple(sorted(state.ghost.paid)),
        state.ghost.bad_blocks,
    )


def _block(number: int, block: Commitment, state: State, rules: Rules) -> Hashable:
    age = state.main.now - block.created
    transactions = state.side.contents[block.root]
    return (
        number,
        min(age, _settled_age(rules)),
        tuple(_transaction(transaction) for transaction in transactions),
    )


def _settled_age(rules: Rules) -> Seconds:
    """From this age on, the age of an output no longer matters to its exit."""
    return max(rules.minimum_age - rules.exit_period, rules.exit_period) + 1


def _pending(exit: Exit, now: Seconds, rules: Rules) -> Hashable:
    overdue = rules.wallet.patience + 1
    return (
        exit.position,
        exit.output,
        exit.owner,
        exit.amount,
        max(exit.exitable_at - now, -overdue) + overdue,
        exit.young_block,
    )


def _space(state: State, rules: Rules) -> Hashable:
    if rules.block_space == 0:
        return 0
    elapsed = state.main.now - state.contract.window
    return elapsed % rules.exit_period, (
        state.contract.used if elapsed < rules.exit_period else 0
    )


def _transaction(transaction: Transaction) -> Hashable:
    return (
        transaction.inputs,
        tuple(signer + 1 for signer in transaction.signers),
        tuple((output.owner, output.asset, output.amount) for output in transaction.outputs),
    )


def _view(view: View, now: Seconds, rules: Rules) -> Hashable:
    alarm = 0 if view.alarm is None else 1 + min(now - view.alarm, rules.exit_period + 1)
    return view.head, alarm, tuple(sorted(view.confirmations)), tuple(sorted(view.holdings))


def exact(state: State) -> Hashable:
    """The whole state, times included: nested tuples of non-negative ints."""
    return _flat(state)


def _flat(value: Any) -> Hashable:
    if has(type(value)):
        return tuple(_flat(getattr(value, field.name)) for field in fields(type(value)))
    if isinstance(value, dict):
        return tuple(sorted((_flat(k), _flat(v)) for k, v in value.items()))
    if isinstance(value, frozenset):
        return tuple(sorted(_flat(member) for member in value))
    if isinstance(value, tuple):
        return tuple(_flat(member) for member in value)
    if isinstance(value, Status):
        return value.value
    # NOBODY is -1 and no alarm is None: both get a number of their own.
    return 0 if value is None else value + 2


def shift(state: State, seconds: Seconds) -> State:
    """The same state, everything that many seconds later."""
    contract = state.contract
    return evolve(
        state,
        main=evolve(state.main, now=state.main.now + seconds),
        contract=evolve(
            contract,
            window=contract.window + seconds,
            blocks={
                number: evolve(block, created=block.created + seconds)
                for number, block in contract.blocks.items()
            },
            exits={
                position: evolve(
                    exit,
                    created=exit.created + seconds,
                    started=exit.started + seconds,
                    exitable_at=exit.exitable_at + seconds,
                )
                for position, exit in contract.exits.items()
            },
        ),
        knowledge={
            party: view if view.alarm is None else evolve(view, alarm=view.alarm + seconds)
            for party, view in state.knowledge.items()
        },
    )
