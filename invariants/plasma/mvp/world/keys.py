"""When two states of a Plasma chain are the same for all that can still happen.

The reduced key keeps ages instead of times, clamped where they stop to matter, and drops what is
determined by the rest (the ledger, running totals) or can't matter any more (accounts, times of
exits that are over). A laboratory that uses it tests it first: see `impl.lab.keys.check`.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from typing import Any

from spec.kernel.ages import FOR_EVER, Lasting, ages, common_unit
from spec.kernel.basics import Seconds
from spec.kernel.reaction import bars
from spec.plasma.mvp.periods import current_period
from spec.plasma.mvp.rules import Rules, is_queued
from spec.plasma.mvp.state import Contract, Exit, State, Status, Transaction
from spec.plasma.mvp.timeline import alarms_that_matter, times_that_matter


def key(state: State, rules: Rules) -> Callable[[Seconds], Hashable]:
    """The state reduced to what can matter: nested tuples of non-negative ints, for each time."""
    contract, ghost = state.contract, state.ghost
    pending = _pending(contract, rules)
    alarms = alarms_that_matter(state)
    lasting = (
        contract.next_block,
        contract.next_deposit,
        contract.next_fee_exit,
        [(number, block.root) for number, block in contract.blocks.items()],
        _contents(state.side.contents),
        [(e.position, e.output, e.owner, e.amount, e.status.value) for e in pending],
        _over(contract) if len(pending) < len(contract.exits) else (),
        sorted(contract.reverting),
        list(state.main.escrow.values()),
        [by for by, _ in state.side.signed],
        state.side.whole is None,
        _content(tuple([transaction for _, transaction in state.side.signed])),
        [
            (view.head, view.alarm is None, sorted(view.confirmations), sorted(view.holdings))
            for view in state.knowledge.values()
        ],
        [party for party, (_, last) in alarms if last == FOR_EVER],
        sorted(ghost.owed),
        sorted(ghost.paid),
        ghost.bad_blocks,
    )
    points = times_that_matter(state, pending, rules)
    points += tuple([lasting for _, lasting in alarms]) + bars(state)
    return partial(_at, lasting, points, contract, rules)


def _pending(contract: Contract, rules: Rules) -> list[Exit]:
    """The exits that wait, in their order of payment."""
    pending = [exit for exit in contract.exits.values() if is_queued(exit, rules)]
    if len(pending) > 1:
        pending.sort(key=lambda exit: rules.priority(exit, rules))
    return pending


def _over(contract: Contract) -> list[tuple[int, ...]]:
    return sorted(
        [
            (place, e.output, e.owner, e.amount, e.status.value)
            for place, e in contract.exits.items()
            if e.status != Status.PENDING
        ]
    )


def _at(
    lasting: Hashable,
    points: tuple[Lasting, ...],
    contract: Contract,
    rules: Rules,
    now: Seconds,
) -> Hashable:
    unit = common_unit(rules.exit_period, rules.minimum_age, rules.wallet.reaction)
    if rules.block_space == 0:
        return lasting, ages(points, now, unit)
    period = current_period(contract, now, rules)
    left = rules.block_space - period.used
    return lasting, ages((*points, (period.window, FOR_EVER)), now, unit), left


@lru_cache(maxsize=65_536)
def _contents(contents: tuple[tuple[Transaction, ...], ...]) -> tuple[Any, ...]:
    return tuple(_content(transactions) for transactions in contents)


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
