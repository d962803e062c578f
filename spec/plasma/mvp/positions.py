"""Positions: where an output stands, as one number.

    position = block number * 10**9 + transaction index * 10**4 + output index

Decoding is done with ``//`` and ``%``, so numbers outside the canonical domain decode to something
too, and to something that another number stands for already: whoever accepts them accepts two
names for one output, and pays it twice.

Source: the seed's exit section; omgnetwork/plasma-mvp, RootChain.startExit.
"""

from attrs import define, frozen

from spec.kernel.basics import Position
from spec.kernel.refusal import Refusal

BLOCK_FACTOR = 10**9
TRANSACTION_FACTOR = 10**4
MAX_TRANSACTIONS = 2**16
"""Leaves of the depth-16 Merkle tree of a block."""
MAX_OUTPUTS = 2


@define
class NonCanonicalPosition(Refusal):
    """The number is not the canonical position of any output."""

    position: Position


@frozen
class Location:
    """A position taken apart."""

    block: int
    transaction: int
    output: int


def encode(block: int, transaction: int, output: int) -> Position:
    """The canonical position of an output, for indices inside the canonical domain."""
    return block * BLOCK_FACTOR + transaction * TRANSACTION_FACTOR + output


def decode(position: Position) -> Location:
    """The location that a number spells, canonical or not."""
    within = position % BLOCK_FACTOR
    return Location(
        position // BLOCK_FACTOR, within // TRANSACTION_FACTOR, within % TRANSACTION_FACTOR
    )


def is_canonical(block: int, transaction: int, output: int, interval: int) -> bool:
    """Is this a location at which an output can stand?

    Block 0 does not exist. A deposit block, whose number is not a multiple of the child block
    interval, holds one transaction with one output.
    """
    if block == 0:
        return False
    if block % interval != 0:
        return transaction == 0 and output == 0
    return transaction < MAX_TRANSACTIONS and output < MAX_OUTPUTS


def transaction_of(position: Position) -> tuple[int, int]:
    """The (block number, transaction index) in which the output stands."""
    return position // BLOCK_FACTOR, position % BLOCK_FACTOR // TRANSACTION_FACTOR


def spelled(position: Position) -> str:
    """A position as people write it: 1000.0.1."""
    at = decode(position)
    return f"{at.block}.{at.transaction}.{at.output}"
