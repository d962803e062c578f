"""The decisions about numbers: where a position leads, which number a deposit gets, and which
deposits are taken.

Source: the seed; omgnetwork/plasma-mvp; FourthState/plasma-mvp-rootchain.
"""

from spec.kernel.basics import Position
from spec.plasma.mvp.positions import (
    MAX_TRANSACTIONS,
    Location,
    NonCanonicalPosition,
    decode,
    is_canonical,
)


def canonical_location(position: Position, interval: int) -> Location:
    """Where a position leads; only canonical ones lead anywhere. Raises NonCanonicalPosition."""
    at = decode(position)
    if not is_canonical(at.block, at.transaction, at.output, interval):
        raise NonCanonicalPosition(position)
    return at


def unbound_location(position: Position, interval: int) -> Location:
    """Any number leads to an output: the proof binds only 16 bits of the index, and a deposit's
    only the block. Source: omgnetwork/plasma-mvp, 2018, startExit and startDepositExit."""
    at = decode(position)
    if at.block % interval != 0:
        return Location(at.block, 0, 0)
    return Location(at.block, at.transaction % MAX_TRANSACTIONS, at.output)


def deposit_between_blocks(next_block: int, count: int, interval: int) -> int:
    """The number of a deposit block: between the last operator block and the next one."""
    return next_block - interval + count


def deposit_by_nonce(next_block: int, count: int, interval: int) -> int:
    """Deposits are numbered by a nonce of their own, before every block. Source: FourthState."""
    return count


def count_restarts(count: int) -> int:
    """After an operator block, deposits are counted from 1 again."""
    return 1


def count_goes_on(count: int) -> int:
    """Deposits are counted through. Source: FourthState."""
    return count


def admits_any_deposit(seen: int, head: int) -> bool:
    """A deposit is taken whatever block landed before it."""
    return True


def admits_informed_deposit(seen: int, head: int) -> bool:
    """A deposit is taken only if its sender had seen the last operator block: one that overtakes
    the deposit can't be the bad one. Repair of the late deposit."""
    return seen == head
