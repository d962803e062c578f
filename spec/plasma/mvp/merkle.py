"""The commitment to a Plasma MVP block: a Merkle tree of depth 16.

What it promises: whoever knows a block's root can be shown that a transaction stands at one
index of that block, and cannot be shown it at any other. An exit names an output by its index,
so a proof that held at two indices would be two exits of one output.

The tree always has 65,536 leaves. A leaf is the hash of a transaction hash and the signatures
behind it; the leaves of a shorter block are filled up with 32 zero bytes. A proof is the sixteen
siblings on the way up, lowest first, and the index decides at each level which side the sibling
is on. An index with more than sixteen bits has no place in the tree and is refused: its upper
bits would decide nothing, and the same sixteen siblings would serve 3 and 3 + 65,536. The depth is
fixed, so no inner node can be shown as a leaf.

The state machine in this package treats a block root as an ideal commitment. This chapter is what
that ideal stands for, under one assumption: nobody finds a collision of the hash.

Source: Minimal Viable Plasma (ethresear.ch/t/426), with the reference contract's fixed tree
(omgnetwork/plasma-mvp).
"""

from collections.abc import Sequence

from attrs import define

from spec.kernel.merkle import (
    Digest,
    NotIncluded,
    Siblings,
    beside,
    climb,
    digest,
    expect_digest,
    top,
)
from spec.kernel.refusal import Refusal

DEPTH = 16
LEAVES = 65_536


@define
class BlockTooLarge(Refusal):
    """More transactions than the tree has leaves."""

    supplied: int
    leaves: int


def leaf(transaction_hash: Digest, signatures: bytes) -> Digest:
    """What a block commits to for one transaction: the transaction and who signed it.

    Raises BadDigest.
    """
    expect_digest(transaction_hash)
    return digest(transaction_hash + signatures)


def root(leaves: Sequence[Digest]) -> Digest:
    """The root of the block with these leaves, in order; all places behind them are empty.

    Raises BlockTooLarge or BadDigest.
    """
    _expect_room(leaves)
    return top(leaves, DEPTH)


def prove(leaves: Sequence[Digest], index: int) -> Siblings:
    """The siblings that show what stands at an index of the block, lowest first.

    Raises BadIndex, BlockTooLarge or BadDigest.
    """
    _expect_room(leaves)
    return beside(leaves, DEPTH, index)


def verify(block_root: Digest, index: int, claimed: Digest, proof: Siblings) -> None:
    """Accept that a leaf stands at exactly this index of the block.

    Raises BadIndex, BadDigest or BadProofLength for what is no claim at all, and NotIncluded for
    a claim that is false.
    """
    leads_to = climb(claimed, index, proof, DEPTH)
    if leads_to != block_root:
        raise NotIncluded(index, leads_to, block_root)


def _expect_room(leaves: Sequence[Digest]) -> None:
    if len(leaves) > LEAVES:
        raise BlockTooLarge(len(leaves), LEAVES)
