"""The commitment to a Plasma MVP block: a Merkle tree of depth 16.

What it promises: whoever knows a block's root can be shown that a transaction stands at one
index of that block, and cannot be shown it at any other. An exit names an output by its index,
so a proof that held at two indices would be two exits of one output.

The tree always has 65,536 leaves. A leaf is the hash of a transaction hash and the signatures
behind it; the leaves of a shorter block are filled up with 32 zero bytes. A proof is the sixteen
siblings on the way up, lowest first, and the index decides at each level which side the sibling
is on. An index with more than sixteen bits has no place in the tree and is refused: its upper
bits would decide nothing, and the same sixteen siblings would serve 3 and 3 + 65,536.

The state machine in this package treats a block root as an ideal commitment. This chapter is what
that ideal stands for, under one assumption: nobody finds a collision of the hash.

Source: Minimal Viable Plasma (ethresear.ch/t/426), with the reference contract's fixed tree
(omgnetwork/plasma-mvp). The contract hashes with Keccak-256. Python's standard library has its
successor SHA3-256, which differs in the padding only, and nothing here depends on which it is.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

from attrs import define

from spec.kernel.refusal import Refusal

Digest: TypeAlias = bytes
"""32 bytes: a hash, or the zero bytes of an empty leaf."""

Proof: TypeAlias = tuple[Digest, ...]
"""The siblings from the leaf up to just below the root."""

DEPTH = 16
LEAVES = 65_536
DIGEST_SIZE = 32


@define
class BadIndex(Refusal):
    """The index names no leaf: it is negative, or needs more bits than the tree is deep."""

    index: int
    leaves: int


@define
class BlockTooLarge(Refusal):
    """More transactions than the tree has leaves."""

    supplied: int
    leaves: int


@define
class BadDigest(Refusal):
    """Not a digest: the wrong number of bytes, which would blur where one field ends."""

    supplied: int
    expected: int


@define
class BadProofLength(Refusal):
    """Too few or too many siblings: the path would end below the root, or beyond it."""

    supplied: int
    expected: int


@define
class NotIncluded(Refusal):
    """The leaf does not stand at that index of the block with that root."""

    index: int
    leads_to: Digest
    root: Digest


def digest(data: bytes) -> Digest:
    """The hash of all commitments (SHA3-256, in the place of Keccak-256)."""
    return hashlib.sha3_256(data).digest()


def leaf(transaction_hash: Digest, signatures: bytes) -> Digest:
    """What a block commits to for one transaction: the transaction and who signed it.

    Raises BadDigest.
    """
    _expect_digest(transaction_hash)
    return digest(transaction_hash + signatures)


def node(left: Digest, right: Digest) -> Digest:
    """The parent of two nodes."""
    return digest(left + right)


def _empty_subtrees() -> tuple[Digest, ...]:
    roots = [EMPTY_LEAF]
    for _ in range(DEPTH):
        roots.append(node(roots[-1], roots[-1]))
    return tuple(roots)


EMPTY_LEAF: Digest = bytes(DIGEST_SIZE)
EMPTY_SUBTREES = _empty_subtrees()
"""The root of a subtree without transactions, by height; the last one is that of an empty block.
So a block costs hashes for its transactions, not for the 65,536 places."""


def root(leaves: Sequence[Digest]) -> Digest:
    """The root of the block with these leaves, in order; all places behind them are empty.

    Raises BlockTooLarge or BadDigest.
    """
    nodes = _checked(leaves)
    for height in range(DEPTH):
        nodes = _parents(nodes, EMPTY_SUBTREES[height])
    return _at(nodes, 0, EMPTY_SUBTREES[DEPTH])


def prove(leaves: Sequence[Digest], index: int) -> Proof:
    """The siblings that show what stands at an index of the block, lowest first.

    Raises BadIndex, BlockTooLarge or BadDigest.
    """
    _expect_index(index)
    nodes = _checked(leaves)
    siblings = []
    for height in range(DEPTH):
        empty = EMPTY_SUBTREES[height]
        siblings.append(_at(nodes, _beside(index), empty))
        nodes = _parents(nodes, empty)
        index = index // 2
    return tuple(siblings)


def verify(block_root: Digest, index: int, claimed: Digest, proof: Proof) -> None:
    """Accept that a leaf stands at exactly this index of the block.

    Raises BadIndex, BadDigest or BadProofLength for what is no claim at all, and NotIncluded for
    a claim that is false.
    """
    leads_to = root_above(claimed, index, proof)
    if leads_to != block_root:
        raise NotIncluded(index, leads_to, block_root)


def root_above(claimed: Digest, index: int, proof: Proof) -> Digest:
    """The root that a leaf at an index and its siblings lead to.

    Raises BadIndex, BadDigest or BadProofLength.
    """
    _expect_index(index)
    _expect_digest(claimed)
    if len(proof) != DEPTH:
        raise BadProofLength(len(proof), DEPTH)
    reached = claimed
    for sibling in proof:
        _expect_digest(sibling)
        if index % 2 == 0:
            reached = node(reached, sibling)
        else:
            reached = node(sibling, reached)
        index = index // 2
    return reached


def _parents(nodes: list[Digest], empty: Digest) -> list[Digest]:
    return [node(nodes[i], _at(nodes, i + 1, empty)) for i in range(0, len(nodes), 2)]


def _at(nodes: list[Digest], place: int, empty: Digest) -> Digest:
    return nodes[place] if place < len(nodes) else empty


def _beside(index: int) -> int:
    return index + 1 if index % 2 == 0 else index - 1


def _checked(leaves: Sequence[Digest]) -> list[Digest]:
    if len(leaves) > LEAVES:
        raise BlockTooLarge(len(leaves), LEAVES)
    for each in leaves:
        _expect_digest(each)
    return list(leaves)


def _expect_index(index: int) -> None:
    if index < 0 or index >= LEAVES:
        raise BadIndex(index, LEAVES)


def _expect_digest(data: bytes) -> None:
    if len(data) != DIGEST_SIZE:
        raise BadDigest(len(data), DIGEST_SIZE)
