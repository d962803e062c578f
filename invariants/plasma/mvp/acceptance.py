"""What wallets take for valid, and for their own: said once more, apart from how they compute it.

The rules of validity stand in `spec.plasma.mvp.ledger` as a fold over blocks. Here the same promise
is a yes or no about one block, so that a slip in the fold does not go by as another rule.
"""

from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.kernel.basics import Party, Position
from spec.plasma.mvp.blocks import Confirm, SubmitBlock
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    Output,
    State,
    Status,
    Transaction,
    content,
    is_honest,
)

# Valid blocks -----------------------------------------------------------------------------------


def _misjudged(before: State, action: SubmitBlock, after: State, rules: Rules) -> Finding:
    sound = is_sound(before, action, rules)
    return Finding(
        "a sound block alarmed a wallet" if sound else "a wallet took an unsound block for valid",
        {"block": before.contract.next_block, "transactions": len(action.transactions)},
    )


@whenever("PL-VALID-BLOCK", _misjudged, after=(SubmitBlock,))
def valid_if_sound(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    """A wallet takes a block of payments for valid exactly if they spend what is there, settled and
    signed by its owners, and create nothing."""
    shown = [p for p in action.shown_to if before.knowledge[p].alarm is None]
    if not shown or not all(transaction.inputs for transaction in action.transactions):
        return True  # fees are a matter of their own
    calm = after.knowledge[shown[0]].alarm is None
    return calm == is_sound(before, action, rules)


def is_sound(state: State, action: SubmitBlock, rules: Rules) -> bool:
    """Does each payment spend what is there, unspent, settled, signed by its owners, and create
    nothing?"""
    there = {
        position: output
        for position, output in state.side.ledger.outputs.items()
        if position not in state.side.ledger.spent
    }
    for transaction in action.transactions:
        inputs = transaction.inputs
        if len(set(inputs)) < len(inputs) or not all(position in there for position in inputs):
            return False
        if not all(_may_be_spent(state, action, position, rules) for position in inputs):
            return False
        spent = [there.pop(position) for position in inputs]
        if tuple(output.owner for output in spent) != transaction.signers:
            return False
        if not _creates_nothing(spent, transaction):
            return False
    return True


def _creates_nothing(spent: list[Output], transaction: Transaction) -> bool:
    assets = {output.asset for output in (*spent, *transaction.outputs)}
    paid = sum(output.amount for output in transaction.outputs)
    return len(assets) == 1 and paid <= sum(output.amount for output in spent)


def _may_be_spent(state: State, action: SubmitBlock, position: Position, rules: Rules) -> bool:
    """Do the rules take the output for settled?"""
    confirmed = action.carries and _confirmed(state, position)
    return rules.spendable(confirmed, _left_already(state, position))


def _confirmed(state: State, position: Position) -> bool:
    """Does the coalition have the confirmations of all honest signers of what made this output?"""
    block, index = transaction_of(position)
    root = state.contract.blocks[block].root
    return all(
        not is_honest(state, signer)
        or (root, index, place) in state.knowledge[COALITION].confirmations
        for place, signer in enumerate(content(state, block)[index].signers)
    )


def _left_already(state: State, position: Position) -> bool:
    """Was the output, or anything that it was made of, paid out, or could it be at once?"""
    history = [position]
    for each in history:
        block, index = transaction_of(each)
        history += content(state, block)[index].inputs
    return any(
        exit.status == Status.PAID
        or (exit.status == Status.PENDING and state.main.now > exit.exitable_at)
        for exit in state.contract.exits.values()
        if exit.output in history
    )


# Confirmed payments -----------------------------------------------------------------------------


def _not_taken(before: State, action: Confirm, after: State, rules: Rules) -> Finding:
    return Finding(
        "a confirmed payment was not given away, or not received",
        {"block": action.block, "transaction": action.transaction},
    )


@whenever("PL-RECEIVED", _not_taken, after=(Confirm,))
def confirmed_is_received(before: State, action: Confirm, after: State, rules: Rules) -> bool:
    """With the last confirmation a payment has changed hands."""
    return all(
        _takes(before, action, after, party, rules)
        for party in before.knowledge
        if party != COALITION
    )


def _takes(before: State, action: Confirm, after: State, party: Party, rules: Rules) -> bool:
    root = before.contract.blocks[action.block].root
    transaction = content(before, action.block)[action.transaction]
    needed = {(root, action.transaction, place) for place in range(len(transaction.inputs))}
    view = before.knowledge[party]
    if action.block > view.head or not needed <= after.knowledge[party].confirmations:
        return True
    if party in transaction.signers:
        return not any(
            position in after.ghost.owed
            for position, signer in zip(transaction.inputs, transaction.signers, strict=True)
            if signer == party
        )
    if needed <= view.confirmations or view.alarm is not None:
        return True
    if not rules.wallet.takes(_leaves(before, transaction), _history_leaves(before, transaction)):
        return True
    mine = {
        encode(action.block, action.transaction, place)
        for place, output in enumerate(transaction.outputs)
        if output.owner == party
    }
    return mine <= set(after.ghost.owed) and mine <= after.knowledge[party].holdings


def _leaves(state: State, transaction: Transaction) -> bool:
    """Is an input being paid, or was it, to the one who signed it away?"""
    given = set(zip(transaction.inputs, transaction.signers, strict=True))
    return any(
        (exit.output, exit.owner) in given and exit.status in (Status.PENDING, Status.PAID)
        for exit in state.contract.exits.values()
    )


def _history_leaves(state: State, transaction: Transaction) -> bool:
    """Is something being paid, or was it, that the inputs were made of, however long ago?"""
    earlier = [transaction]
    for each in earlier:
        for position in each.inputs:
            block, index = transaction_of(position)
            earlier.append(content(state, block)[index])
    return any(_leaves(state, each) for each in earlier[1:])


ACCEPTANCE: tuple[Invariant, ...] = (
    valid_if_sound,
    confirmed_is_received,
)  # fmt: skip
