"""Which points in time matter to a Plasma chain, and as long as what.

A block's age matters while an exit of one of its outputs could still be started; an exit's
maturity until it is due, and its owner's reaction after that; an alarm while its wallet still has
an exit to start.
"""

from spec.kernel.ages import FOR_EVER, Lasting
from spec.kernel.basics import Party, Position, Seconds
from spec.plasma.mvp.periods import current_period
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
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


def open_blocks(state: State) -> list[Seconds]:
    """When those blocks landed of which an output can still start to exit."""
    contents = state.side.contents
    exited = exits_started(state)
    return [
        block.created
        for number, block in state.contract.blocks.items()
        if _may_exit(state, number, block.root, contents[block.root], exited)
    ]


def exits_started(state: State) -> set[tuple[Position, Party]]:
    """Whose exit of which output has a record."""
    return {(exit.output, exit.owner) for exit in state.contract.exits.values()}


def _may_exit(
    state: State,
    number: int,
    root: Root,
    transactions: tuple[Transaction, ...],
    exited: set[tuple[Position, Party]],
) -> bool:
    """Can an exit of one of the block's outputs still be started, now or once it is accepted?"""
    for index, transaction in enumerate(transactions):
        for place, output in enumerate(transaction.outputs):
            owner = output.owner
            position = encode(number, index, place)
            if (position, owner) not in exited and (
                not is_honest(state, owner)
                or _may_hold(state.knowledge[owner], position, transaction, root, index)
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
    for position in state.knowledge[party].holdings:
        if (position, party) not in exited:
            block, _ = transaction_of(position)
            if state.contract.blocks[block].created <= alarm:
                return True
    return False


def times_that_matter(state: State, pending: list[Exit], rules: Rules) -> tuple[Lasting, ...]:
    """The points in time of blocks and exits that can still matter, each with the last moment at
    which it can."""
    settled = max(rules.minimum_age - rules.exit_period, rules.exit_period)
    points: list[Lasting] = [(created, created + settled) for created in open_blocks(state)]
    for exit in pending:
        overdue = rules.wallet.reaction if is_honest(state, exit.owner) else 0
        points.append((exit.exitable_at, exit.exitable_at + overdue))
    return tuple(points)


def alarms_that_matter(state: State) -> tuple[tuple[Party, Lasting], ...]:
    """The alarms with whose they are, and until when each matters: one that sets the deadline of an
    exit as long as it does, another one while what is deposited is no younger."""
    alarms: list[tuple[Party, Lasting]] = []
    for party, view in state.knowledge.items():
        alarm = view.alarm
        if alarm is not None:
            leaving = _must_leave(state, party, alarm, exits_started(state))
            alarms.append((party, (alarm, FOR_EVER if leaving else alarm)))
    return tuple(alarms)
