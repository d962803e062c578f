"""When two states of a Plasma chain are the same for all that can still happen.

The reduced key keeps ages instead of times, clamped where they stop to matter, and drops what is
determined by the rest (the ledger, running totals) or can't matter any more (accounts, times of
exits that are over). A laboratory that uses it tests it first: see `impl.keycheck`.
"""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from attrs import evolve, fields, has

from spec.kernel.ages import common_unit, regions
from spec.kernel.basics import Seconds
from spec.plasma.rules import Rules
from spec.plasma.state import Exit, State, Status, Transaction
from spec.plasma.timeline import alive_times, space_left


def key(state: State, rules: Rules) -> Hashable:
    """The state reduced to what can matter: nested tuples of non-negative ints."""
    contract = state.contract
    pending = sorted(
        [exit for exit in contract.exits.values() if exit.status == Status.PENDING],
        key=lambda exit: rules.priority(exit, rules),
    )
    return (
        contract.next_block,
        contract.next_deposit,
        contract.next_fee_exit,
        [(number, block.root) for number, block in contract.blocks.items()],
        [_content(transactions) for transactions in state.side.contents],
        [(e.position, e.output, e.owner, e.amount) for e in pending],
        sorted(
            [
                (place, e.output, e.owner, e.amount, e.status.value)
                for place, e in contract.exits.items()
                if e.status != Status.PENDING
            ]
        ),
        _times(state, pending, rules),
        sorted(contract.reverting),
        space_left(contract, state.main.now, rules),
        list(state.main.escrow.values()),
        _content(state.side.signed),
        [
            (view.head, view.alarm is None, sorted(view.confirmations), sorted(view.holdings))
            for view in state.knowledge.values()
        ],
        sorted(state.ghost.owed),
        sorted(state.ghost.paid),
        state.ghost.bad_blocks,
    )


def _times(state: State, pending: list[Exit], rules: Rules) -> tuple[int, ...]:
    mask, offsets = alive_times(state, pending, rules)
    unit = common_unit(rules.exit_period, rules.minimum_age)
    return (mask, *regions(offsets, unit))


@lru_cache(maxsize=4096)
def _content(transactions: tuple[Transaction, ...]) -> tuple[Any, ...]:
    return tuple(
        (
            transaction.inputs,
            tuple(signer + 1 for signer in transaction.signers),
            tuple((output.owner, output.asset, output.amount) for output in transaction.outputs),
        )
        for transaction in transactions
    )


def exact(state: State) -> Hashable:
    """The whole state, times included: nested tuples of non-negative ints."""
    return _flat(state)


def _flat(value: Any) -> Hashable:
    if has(type(value)):
        return tuple(_flat(getattr(value, field.name)) for field in fields(type(value)))
    if isinstance(value, dict):
        entries: list[Any] = [(_flat(k), _flat(v)) for k, v in value.items()]
        return tuple(sorted(entries))
    if isinstance(value, frozenset):
        members: list[Any] = [_flat(member) for member in value]
        return tuple(sorted(members))
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
