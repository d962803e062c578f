"""What a chain of valid blocks is worth: nothing appears in it, nothing is spent twice or unsigned.

Wallets compute the ledger from the blocks that they were shown and found valid. These claims are
about that ledger, whatever the rules of validity are that led to it.
"""

from invariants.kernel.claims import Finding, Invariant, Kind
from invariants.kernel.stock import always, whenever
from spec.kernel.basics import Asset, Position, Wei
from spec.plasma.mvp.blocks import SubmitBlock
from spec.plasma.mvp.positions import MAX_OUTPUTS, TRANSACTION_FACTOR, transaction_of
from spec.plasma.mvp.rules import Rules
from spec.plasma.mvp.state import Output, Spend, State, Transaction, content

MAX_INPUTS = 2


def _appeared(state: State, rules: Rules) -> Finding:
    asset = next(a for a in state.main.escrow if not _is_whole(state, a))
    return Finding(
        "a valid chain holds another amount than was deposited",
        {
            "unspent": unspent(state, asset),
            "fees": state.side.ledger.fees.get(asset, 0),
            "deposited": state.ghost.deposited.get(asset, 0),
        },
    )


@always("PL-CHAIN-WORTH", _appeared, reads="main.escrow side.ledger ghost.deposited")
def nothing_appears(state: State, rules: Rules) -> bool:
    """A valid chain is worth what was deposited: unspent outputs and fees, asset by asset."""
    return all(_is_whole(state, asset) for asset in state.main.escrow)


def _is_whole(state: State, asset: Asset) -> bool:
    fees = state.side.ledger.fees.get(asset, 0)
    return fees >= 0 and unspent(state, asset) + fees == state.ghost.deposited.get(asset, 0)


def unspent(state: State, asset: Asset) -> Wei:
    """What all outputs of an asset are worth that no valid block spent, in wei."""
    ledger = state.side.ledger
    return sum(
        output.amount
        for position, output in ledger.outputs.items()
        if output.asset == asset and position not in ledger.spent
    )


def _fees_off(state: State, rules: Rules) -> Finding:
    ledger = state.side.ledger
    return Finding(
        "more fees are confirmed than were earned",
        {"confirmed": sum(ledger.confirmed_fees.values()), "earned": sum(ledger.fees.values())},
    )


@always("PL-CHAIN-FEES", _fees_off, reads="side.ledger")
def fees_in_bounds(state: State, rules: Rules) -> bool:
    """No more fees are confirmed than were earned and not yet taken."""
    ledger = state.side.ledger
    return all(
        confirmed <= ledger.fees.get(asset, 0) for asset, confirmed in ledger.confirmed_fees.items()
    )


def _otherwise_confirmed(before: State, action: SubmitBlock, after: State, rules: Rules) -> Finding:
    off = next(
        a for a in before.main.escrow
        if _confirmed_now(before, after, a) != _earned(before, action, after, a)
    )  # fmt: skip
    return Finding(
        "a block confirms other fees than those of what it spends from",
        {
            "asset": off,
            "confirmed": _confirmed_now(before, after, off),
            "earned": _earned(before, action, after, off),
        },
    )


@whenever("PL-FEES-CONFIRMED", _otherwise_confirmed, after=(SubmitBlock,))
def fees_as_confirmed(before: State, action: SubmitBlock, after: State, rules: Rules) -> bool:
    """Fees can be taken as soon as their transactions are confirmed in a block, and once."""
    return all(_confirmed_now(before, after, a) == _earned(before, action, after, a)
               for a in before.main.escrow)  # fmt: skip


def _confirmed_now(before: State, after: State, asset: Asset) -> Wei:
    was, now = before.side.ledger.confirmed_fees, after.side.ledger.confirmed_fees
    return now.get(asset, 0) - was.get(asset, 0)


def _earned(before: State, action: SubmitBlock, after: State, asset: Asset) -> Wei:
    """Counted from the blocks: the fees of transactions that nothing was spent from before."""
    if after.side.ledger == before.side.ledger:
        return 0  # no wallet takes the block for valid
    taken = sum(
        output.amount
        for transaction in action.transactions
        for output in transaction.outputs
        if not transaction.inputs and output.asset == asset
    )
    known = {transaction_of(position) for position in before.side.ledger.spent}
    fresh = {transaction_of(p) for each in action.transactions for p in each.inputs} - known
    fees = [
        _left_over(before, content(before, block)[index], asset)
        for block, index in (fresh if action.carries else ())
    ]
    return sum(fees) - taken


def _left_over(state: State, transaction: Transaction, asset: Asset) -> Wei:
    """What the inputs exceed the outputs by; a deposit or a fee, which has none, leaves nothing."""
    spent = [_output(state, position) for position in transaction.inputs]
    more = sum(output.amount for output in spent if output.asset == asset)
    less = sum(output.amount for output in transaction.outputs if output.asset == asset)
    return more - less if spent else 0


def _output(state: State, position: Position) -> Output:
    block, index = transaction_of(position)
    return content(state, block)[index].outputs[position % TRANSACTION_FACTOR]


def _fees_stuck(state: State, rules: Rules) -> Finding:
    ledger = state.side.ledger
    asset = next(a for a in ledger.fees if not _takes_its_fees(state, a, rules))
    earned, confirmed = ledger.fees[asset], ledger.confirmed_fees.get(asset, 0)
    return Finding(
        "the operator can't take its fees, or can take others",
        {"earned": earned, "confirmed": confirmed},
    )


@always("PL-FEES-TAKEN", _fees_stuck, reads="side.ledger")
def fees_can_be_taken(state: State, rules: Rules) -> bool:
    """The operator can take confirmed fees; in blocks, no more than it earned."""
    return all(_takes_its_fees(state, asset, rules) for asset in state.side.ledger.fees)


def _takes_its_fees(state: State, asset: Asset, rules: Rules) -> bool:
    earned = state.side.ledger.fees.get(asset, 0)
    confirmed = state.side.ledger.confirmed_fees.get(asset, 0)
    most = rules.fee_output_limit(earned, confirmed)
    return most <= earned and (most >= confirmed or rules.admits_fee_exit(confirmed))


def _unsigned(state: State, rules: Rules) -> Finding:
    ledger = state.side.ledger
    position = next(p for p, spend in ledger.spent.items() if not _is_signed(state, p, spend))
    return Finding("a valid chain spends what its owner did not sign", {"output": position})


@always("PL-CHAIN-SIGNED", _unsigned, reads="contract.blocks side.contents side.ledger")
def spent_by_owners(state: State, rules: Rules) -> bool:
    """A valid chain spends an output only with its owner's signature."""
    ledger = state.side.ledger
    return all(_is_signed(state, position, spend) for position, spend in ledger.spent.items())


def _is_signed(state: State, position: Position, spend: Spend) -> bool:
    transaction = content(state, spend.block)[spend.transaction]
    owner = state.side.ledger.outputs[position].owner
    return (transaction.inputs[spend.input], transaction.signers[spend.input]) == (position, owner)


def _malformed(state: State, rules: Rules) -> Finding:
    included = all(_has_shape(each) for block in state.side.contents for each in block)
    return Finding(
        "a wallet signed what no block can hold"
        if included
        else "a block holds an output that no position names",
        {"blocks": len(state.side.contents), "signed": len(state.side.signed)},
    )


@always("PL-SHAPE", _malformed, reads="side.contents side.signed")
def well_formed(state: State, rules: Rules) -> bool:
    """All that is signed or included has a shape that positions can name."""
    side = state.side
    return all(_has_shape(each) for block in side.contents for each in block) and all(
        _has_shape(each) and all(output.amount > 0 for output in each.outputs)
        for _, each in side.signed
    )


def _has_shape(transaction: Transaction) -> bool:
    inputs = len(transaction.inputs)
    return (
        inputs <= MAX_INPUTS
        and len(transaction.signers) == inputs
        and len(transaction.outputs) <= MAX_OUTPUTS
    )


A = Kind.ALWAYS

CHAIN: tuple[Invariant, ...] = (
    nothing_appears,
    fees_in_bounds,
    fees_as_confirmed,
    fees_can_be_taken,
    spent_by_owners,
    well_formed,
)  # fmt: skip
