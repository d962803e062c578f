"""What makes a block valid: the rules of the side chain, as every wallet checks them.

Source: ethresear.ch/t/426; the repairs as named in `rules.spendable` and `rules.fee_output_limit`.
"""

from collections.abc import Mapping

from spec.kernel.basics import ETHER, Asset, Position, Wei, put
from spec.plasma.positions import encode, transaction_of
from spec.plasma.refusals import (
    DoubleSpend,
    Inflates,
    NotSignedByOwner,
    OutOfNowhere,
    SameInputTwice,
    SpendsUnsettled,
)
from spec.plasma.rules import Rules
from spec.plasma.state import (
    COALITION,
    OPERATOR,
    Ledger,
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
    earlier = state.side.ledger.fees
    ledger = state.side.ledger
    for index, transaction in enumerate(transactions):
        if transaction.inputs:
            _check_inputs(state, ledger, transaction, carries, rules)
            fee = _fee(ledger, transaction)
        else:
            fee = -_fee_output(ledger, earlier, number, index, transaction, rules)
        ledger = _write(ledger, number, index, transaction, fee)
    return ledger


def _check_inputs(
    state: State, ledger: Ledger, transaction: Transaction, carries: bool, rules: Rules
) -> None:
    inputs = transaction.inputs
    if len(inputs) == 2 and inputs[0] == inputs[1]:
        raise SameInputTwice(inputs[0])
    for position, signer in zip(inputs, transaction.signers, strict=True):
        spent = ledger.outputs.get(position)
        if spent is None:
            raise OutOfNowhere(position)
        if position in ledger.spent:
            raise DoubleSpend(position)
        if signer != spent.owner:
            raise NotSignedByOwner(position)
        confirmed = carries and can_be_confirmed(state, position)
        if not rules.spendable(confirmed, ancestor_paid(state, position)):
            raise SpendsUnsettled(position)


def _fee(ledger: Ledger, transaction: Transaction) -> Wei:
    asset = asset_of(ledger, transaction)
    spent = sum(ledger.outputs[position].amount for position in transaction.inputs)
    for output in transaction.outputs:
        spent = spent - output.amount
    same_asset = all(output.asset == asset for output in transaction.outputs) and all(
        ledger.outputs[position].asset == asset for position in transaction.inputs
    )
    if spent < 0 or not same_asset:
        raise Inflates(transaction.inputs[0])
    return spent


def _fee_output(
    ledger: Ledger,
    earlier: Mapping[Asset, Wei],
    number: int,
    index: int,
    transaction: Transaction,
    rules: Rules,
) -> Wei:
    """What a transaction without inputs gives the operator out of this block's fees, in wei."""
    position = encode(number, index, 0)
    if len(transaction.outputs) != 1 or transaction.outputs[0].owner != OPERATOR:
        raise OutOfNowhere(position)
    output = transaction.outputs[0]
    earned = ledger.fees.get(output.asset, 0) - earlier.get(output.asset, 0)
    if output.amount > rules.fee_output_limit(earned):
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
    fees = put(ledger.fees, asset, ledger.fees.get(asset, 0) + fee) if fee != 0 else ledger.fees
    return Ledger(outputs, spent, fees)


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


def ancestor_paid(state: State, position: Position) -> bool:
    """Was this output, or one that it descends from, paid out on the main chain?"""
    if any(
        exit.output == position and exit.status == Status.PAID
        for exit in state.contract.exits.values()
    ):
        return True
    return any(ancestor_paid(state, input) for input in source(state, position).inputs)
