"""What makes a block valid: the rules of the side chain, as every wallet checks them.

Source: ethresear.ch/t/426; the repairs as named in `rules.spendable` and `rules.fee_output_limit`.
"""

from attrs import evolve

from spec.kernel.basics import ETHER, Asset, Position, Seconds, Wei, put
from spec.plasma.mvp.positions import encode, transaction_of
from spec.plasma.mvp.refusals import (
    DoubleSpend,
    Inflates,
    NotSignedByOwner,
    OutOfNowhere,
    SameInputTwice,
    SpendsUnsettled,
)
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import (
    COALITION,
    OPERATOR,
    Exit,
    Ledger,
    Output,
    Spend,
    State,
    Status,
    Transaction,
    content,
    holds_confirmation,
)


def check_block(
    state: State, number: int, transactions: tuple[Transaction, ...], carries: bool, rules: Rules
) -> Ledger:
    """The ledger after a valid block.

    Raises OutOfNowhere, DoubleSpend, NotSignedByOwner, SameInputTwice, Inflates, SpendsUnsettled.
    """
    ledger = state.side.ledger
    for index, transaction in enumerate(transactions):
        if transaction.inputs:
            _check_inputs(state, ledger, transaction, carries, rules)
            fee = fee_of(ledger, transaction)
            if carries:
                ledger = _confirm_fees(state, ledger, transaction)
        else:
            fee = -_fee_output(ledger, number, index, transaction, rules)
        ledger = _write(ledger, number, index, transaction, fee)
    return ledger


def _check_inputs(
    state: State, ledger: Ledger, transaction: Transaction, carries: bool, rules: Rules
) -> None:
    inputs = transaction.inputs
    if len(inputs) == 2 and inputs[0] == inputs[1]:
        raise SameInputTwice(inputs[0])
    for position, signer in zip(inputs, transaction.signers, strict=True):
        # What the same block makes has not landed: nobody can have confirmed it.
        spent = state.side.ledger.outputs.get(position)
        if spent is None:
            raise OutOfNowhere(position)
        if position in ledger.spent:
            raise DoubleSpend(position)
        if signer != spent.owner:
            raise NotSignedByOwner(position)
        confirmed = carries and can_be_confirmed(state, position)
        if not rules.spendable(confirmed, ancestor_gone(state, position)):
            raise SpendsUnsettled(position)


def fee_of(ledger: Ledger, transaction: Transaction) -> Wei:
    """What the inputs exceed the outputs by, in wei. Raises Inflates."""
    asset = asset_of(ledger, transaction)
    fee = sum(ledger.outputs[position].amount for position in transaction.inputs)
    for output in transaction.outputs:
        fee = fee - output.amount
    same_asset = all(output.asset == asset for output in transaction.outputs) and all(
        ledger.outputs[position].asset == asset for position in transaction.inputs
    )
    if fee < 0 or not same_asset:
        raise Inflates(transaction.inputs[0])
    return fee


def _confirm_fees(state: State, ledger: Ledger, transaction: Transaction) -> Ledger:
    """Count the fees of the transactions that this one is the first to spend from."""
    confirmed = ledger.confirmed_fees
    for source_of in sorted({transaction_of(position) for position in transaction.inputs}):
        earlier = content(state, source_of[0])[source_of[1]]
        if earlier.inputs and not any(transaction_of(p) == source_of for p in ledger.spent):
            asset = asset_of(ledger, earlier)
            total = confirmed.get(asset, 0) + fee_of(ledger, earlier)
            confirmed = put(confirmed, asset, total)
    return evolve(ledger, confirmed_fees=confirmed)


def _fee_output(
    ledger: Ledger, number: int, index: int, transaction: Transaction, rules: Rules
) -> Wei:
    """What a transaction without inputs gives the operator out of its fees, in wei.

    Raises OutOfNowhere.
    """
    position = encode(number, index, 0)
    if len(transaction.outputs) != 1 or transaction.outputs[0].owner != OPERATOR:
        raise OutOfNowhere(position)
    output = transaction.outputs[0]
    earned = ledger.fees.get(output.asset, 0)
    confirmed = ledger.confirmed_fees.get(output.asset, 0)
    if output.amount > rules.fee_output_limit(earned, confirmed):
        raise OutOfNowhere(position)
    return output.amount


def _write(ledger: Ledger, number: int, index: int, transaction: Transaction, fee: Wei) -> Ledger:
    outputs = dict(ledger.outputs)
    spent = dict(ledger.spent)
    for place, position in enumerate(transaction.inputs):
        spent[position] = Spend(number, index, place)
    for place, output in enumerate(transaction.outputs):
        outputs[encode(number, index, place)] = output
    asset = asset_of(ledger, transaction)
    taken = min(fee, 0)
    return Ledger(
        outputs,
        spent,
        put(ledger.fees, asset, ledger.fees.get(asset, 0) + fee),
        put(ledger.confirmed_fees, asset, ledger.confirmed_fees.get(asset, 0) + taken),
    )


def with_output(ledger: Ledger, position: Position, output: Output) -> Ledger:
    """The ledger with one more output, that of a deposit."""
    return evolve(ledger, outputs=put(ledger.outputs, position, output))


def asset_of(ledger: Ledger, transaction: Transaction) -> Asset:
    """The asset that a transaction moves."""
    if transaction.inputs:
        return ledger.outputs[transaction.inputs[0]].asset
    return transaction.outputs[0].asset if transaction.outputs else ETHER


def source(state: State, position: Position) -> Transaction:
    """The transaction of which this is an output; it must have landed."""
    block, index = transaction_of(position)
    return content(state, block)[index]


def can_be_confirmed(state: State, position: Position) -> bool:
    """Can the operator put the confirmations of the output's transaction into a block?"""
    block, index = transaction_of(position)
    root = state.contract.blocks[block].root
    return all(
        holds_confirmation(state, COALITION, root, index, place, signer)
        for place, signer in enumerate(source(state, position).signers)
    )


def ancestor_gone(state: State, position: Position) -> bool:
    """Was this output, or one that it descends from, paid out, or is it due to be paid?"""
    now = state.main.now
    if any(
        exit.output == position and _is_gone(exit, now) for exit in state.contract.exits.values()
    ):
        return True
    return any(ancestor_gone(state, input) for input in source(state, position).inputs)


def _is_gone(exit: Exit, now: Seconds) -> bool:
    due = exit.status == Status.PENDING and exit.exitable_at < now
    return due or exit.status == Status.PAID
