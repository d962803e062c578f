"""What a chain of valid blocks is worth: nothing appears in it, nothing is spent twice or unsigned.

Wallets compute the ledger from the blocks that they were shown and found valid. These claims are
about that ledger, whatever the rules of validity are that led to it.
"""

from invariants.kernel.claims import Finding, Invariant, Kind
from spec.kernel.basics import Asset, Position, Wei
from spec.plasma.positions import MAX_OUTPUTS
from spec.plasma.rules import Rules
from spec.plasma.state import Spend, State, Transaction, content

MAX_INPUTS = 2


def nothing_appears(state: State, rules: Rules) -> bool:
    """Unspent outputs and untaken fees are together what was deposited, asset by asset."""
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


def fees_in_bounds(state: State, rules: Rules) -> bool:
    """Of the fees that nobody took yet, no more are confirmed than there are."""
    ledger = state.side.ledger
    return all(
        confirmed <= ledger.fees.get(asset, 0) for asset, confirmed in ledger.confirmed_fees.items()
    )


def _fees_off(state: State, rules: Rules) -> Finding:
    ledger = state.side.ledger
    return Finding(
        "more fees are confirmed than were earned",
        {"confirmed": sum(ledger.confirmed_fees.values()), "earned": sum(ledger.fees.values())},
    )


def spent_by_owners(state: State, rules: Rules) -> bool:
    """Every spend in the ledger stands in its block, and the output's owner signed it."""
    ledger = state.side.ledger
    return all(_is_signed(state, position, spend) for position, spend in ledger.spent.items())


def _is_signed(state: State, position: Position, spend: Spend) -> bool:
    transaction = content(state, spend.block)[spend.transaction]
    owner = state.side.ledger.outputs[position].owner
    return (transaction.inputs[spend.input], transaction.signers[spend.input]) == (position, owner)


def _unsigned(state: State, rules: Rules) -> Finding:
    ledger = state.side.ledger
    position = next(p for p, spend in ledger.spent.items() if not _is_signed(state, p, spend))
    return Finding("a valid chain spends what its owner did not sign", {"output": position})


def well_formed(state: State, rules: Rules) -> bool:
    """Whatever was signed or included has inputs, signers and outputs that positions can name."""
    side = state.side
    return all(_has_shape(each) for block in side.contents for each in block) and all(
        _has_shape(each) and all(output.amount > 0 for output in each.outputs)
        for each in side.signed
    )


def _has_shape(transaction: Transaction) -> bool:
    inputs = len(transaction.inputs)
    return (
        inputs <= MAX_INPUTS
        and len(transaction.signers) == inputs
        and len(transaction.outputs) <= MAX_OUTPUTS
    )


def _malformed(state: State, rules: Rules) -> Finding:
    included = all(_has_shape(each) for block in state.side.contents for each in block)
    return Finding(
        "a wallet signed what no block can hold"
        if included
        else "a block holds an output that no position names",
        {"blocks": len(state.side.contents), "signed": len(state.side.signed)},
    )


A = Kind.ALWAYS

CHAIN: tuple[Invariant, ...] = (
    Invariant(
        "PL-CHAIN-WORTH",
        "A valid chain is worth what was deposited: unspent outputs and fees, asset by asset.",
        A, nothing_appears, _appeared, reads=("main.escrow", "side.ledger", "ghost.deposited"),
    ),
    Invariant(
        "PL-CHAIN-FEES",
        "No more fees are confirmed than were earned and not yet taken.",
        A, fees_in_bounds, _fees_off, reads=("side.ledger",),
    ),
    Invariant(
        "PL-CHAIN-SIGNED",
        "A valid chain spends an output only with its owner's signature.",
        A, spent_by_owners, _unsigned, reads=("contract.blocks", "side.contents", "side.ledger"),
    ),
    Invariant(
        "PL-SHAPE",
        "All that is signed or included has a shape that positions can name.",
        A, well_formed, _malformed, reads=("side.contents", "side.signed"),
    ),
)  # fmt: skip
