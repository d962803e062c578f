"""Which points in time matter to a Plasma chain, and as long as what.

A block's age matters while an exit of one of its outputs could still be started; an exit's
maturity until it is due, and its owner's patience after that; an alarm while its wallet still has
an exit to start.
"""

from spec.kernel.basics import Party, Position, Seconds
from spec.plasma.positions import encode, transaction_of
from spec.plasma.rules import Rules
from spec.plasma.space import current_period
from spec.plasma.state import (
    Contract,
    Exit,
    Root,
    State,
    Status,
    Transaction,
    View,
    fully_confirmed,
    is_honest,
)


def instants(state: State, rules: Rules) -> tuple[Seconds, ...]:
    """When something changes: exits mature; and the last moment at which an exit started now would
    still mature as early as its output's age, or another pending exit, lets it."""
    maturities = [
        exit.exitable_at for exit in state.contract.exits.values() if exit.status == Status.PENDING
    ]
    points = [*maturities]
    created = open_blocks(state)
    if created:
        points += [maturity - rules.exit_period for maturity in maturities]
        points += [when + rules.minimum_age - rules.exit_period for when in created]
    if rules.block_space > 0:
        period = current_period(state.contract, state.main.now, rules)
        points.append(period.window + rules.exit_period)
    return tuple(points)


def space_left(contract: Contract, now: Seconds, rules: Rules) -> int:
    """Exits and challenges that the current period still takes; 0 where space is unlimited."""
    if rules.block_space == 0:
        return 0
    return rules.block_space - current_period(contract, now, rules).used


def open_blocks(state: State) -> list[Seconds]:
    """When those blocks landed of which an output can still start to exit."""
    exited = {(exit.output, exit.owner) for exit in state.contract.exits.values()}
    return [
        block.created
        for number, block in state.contract.blocks.items()
        if _may_exit(state, number, block.root, exited)
    ]


def _may_exit(state: State, number: int, root: Root, exited: set[tuple[Position, Party]]) -> bool:
    """Can an exit of one of the block's outputs still be started, now or once it is accepted?"""
    for index, transaction in enumerate(state.side.contents[root]):
        for place, output in enumerate(transaction.outputs):
            position = encode(number, index, place)
            if (position, output.owner) not in exited and (
                not is_honest(state, output.owner)
                or _may_hold(state.knowledge[output.owner], position, transaction, root, index)
            ):
                return True
    return False


def _may_hold(
    view: View, position: Position, transaction: Transaction, root: Root, index: int
) -> bool:
    return position in view.holdings or not fully_confirmed(
        view.confirmations, root, index, len(transaction.inputs)
    )


def _must_leave(
    state: State, party: Party, alarm: Seconds, exited: set[tuple[Position, Party]]
) -> bool:
    """Does the alarm set the deadline of an exit that the wallet has not started?"""
    return any(
        (position, party) not in exited
        and state.contract.blocks[transaction_of(position)[0]].created <= alarm
        for position in state.knowledge[party].holdings
    )


def alive_times(state: State, pending: list[Exit], rules: Rules) -> tuple[int, list[Seconds]]:
    """The points in time that can still matter, as offsets from now in seconds, and one bit for
    each candidate that says whether it is among them."""
    now = state.main.now
    offsets: list[Seconds] = []
    mask = 1
    settled = max(rules.minimum_age - rules.exit_period, rules.exit_period)
    exited = {(exit.output, exit.owner) for exit in state.contract.exits.values()}
    for number, block in state.contract.blocks.items():
        mask *= 2
        if now - block.created <= settled and _may_exit(state, number, block.root, exited):
            offsets.append(block.created - now)
            mask += 1
    for exit in pending:
        mask *= 2
        overdue = rules.wallet.patience if is_honest(state, exit.owner) else 0
        if now - exit.exitable_at <= overdue:
            offsets.append(exit.exitable_at - now)
            mask += 1
    for party, view in state.knowledge.items():
        mask *= 2
        if view.alarm is not None and _must_leave(state, party, view.alarm, exited):
            offsets.append(view.alarm - now)
            mask += 1
    if rules.block_space > 0:
        offsets.append(current_period(state.contract, now, rules).window - now)
    return mask, offsets
