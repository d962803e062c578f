"""Merkle trees over digests, of a given depth: what every commitment in this project shares.

What it promises: a root binds each leaf to one index, if nobody finds a collision of the hash and
everybody knows how deep the tree is. Leaves that are not there are 32 zero bytes. No last node is
hashed with itself to make up a pair: then a list and the same list with its end repeated would
have one root (Bitcoin's CVE-2012-2459).

What it leaves to the chapter that commits to something: the depth, how many leaves are real, and
that no leaf can be taken for an inner node. A node hashes 64 bytes.

The hash is SHA3-256, in the place of a contract's Keccak-256, which Python's standard library does
not have; they differ in the padding only, and nothing here depends on which it is.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeAlias

from attrs import define

from spec.kernel.refusal import Refusal

Digest: TypeAlias = bytes
"""32 bytes: a hash, or the zero bytes of an empty leaf."""

Siblings: TypeAlias = tuple[Digest, ...]
"""What stands beside the path from a leaf up to just below the root, lowest first."""

DIGEST_SIZE = 32
DEEPEST = 64
"""No list that anybody can write down needs a deeper tree."""


@define
class BadIndex(Refusal):
    """The index names no leaf: it is negative, or there are not so many."""

    index: int
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
    """The leaf does not stand at that index of the tree with that root."""

    index: int
    leads_to: Digest
    root: Digest


def digest(data: bytes) -> Digest:
    """The hash of all commitments."""
    return hashlib.sha3_256(data).digest()


def node(left: Digest, right: Digest) -> Digest:
    """The parent of two nodes."""
    return digest(left + right)


def _empty_subtrees() -> tuple[Digest, ...]:
    roots = [EMPTY_LEAF]
    for _ in range(DEEPEST):
        roots.append(node(roots[-1], roots[-1]))
    return tuple(roots)


EMPTY_LEAF: Digest = bytes(DIGEST_SIZE)
EMPTY_SUBTREES = _empty_subtrees()
"""The root of a subtree without leaves, by height. So a tree costs hashes for its leaves, not for
its places."""


def top(leaves: Sequence[Digest], depth: int) -> Digest:
    """The topmost node over the leaves, in order; all places behind them are empty.

    There are at most 2 ** depth leaves. Raises BadDigest.
    """
    nodes = _checked(leaves)
    for height in range(depth):
        nodes = _parents(nodes, EMPTY_SUBTREES[height])
    return _at(nodes, 0, EMPTY_SUBTREES[depth])


def beside(leaves: Sequence[Digest], depth: int, index: int) -> Siblings:
    """The siblings that show what stands at an index.

    Raises BadIndex or BadDigest.
    """
    expect_index(index, 2**depth)
    nodes = _checked(leaves)
    siblings = []
    for height in range(depth):
        empty = EMPTY_SUBTREES[height]
        siblings.append(_at(nodes, index + 1 if index % 2 == 0 else index - 1, empty))
        nodes = _parents(nodes, empty)
        index = index // 2
    return tuple(siblings)


def climb(claimed: Digest, index: int, siblings: Siblings, depth: int) -> Digest:
    """The topmost node that a leaf at an index and its siblings lead to.

    An index with more bits than the tree is deep is refused: its upper bits would decide nothing,
    and the same siblings would serve several indices. Raises BadIndex, BadDigest or BadProofLength.
    """
    expect_index(index, 2**depth)
    expect_digest(claimed)
    if len(siblings) != depth:
        raise BadProofLength(len(siblings), depth)
    reached = claimed
    for sibling in siblings:
        expect_digest(sibling)
        if index % 2 == 0:
            reached = node(reached, sibling)
        else:
            reached = node(sibling, reached)
        index = index // 2
    return reached


def expect_index(index: int, leaves: int) -> None:
    """The index names one of so many leaves. Raises BadIndex."""
    if index < 0 or index >= leaves:
        raise BadIndex(index, leaves)


def expect_digest(data: bytes) -> None:
    """These are as many bytes as a digest has. Raises BadDigest."""
    if len(data) != DIGEST_SIZE:
        raise BadDigest(len(data), DIGEST_SIZE)


def _parents(nodes: list[Digest], empty: Digest) -> list[Digest]:
    return [node(nodes[i], _at(nodes, i + 1, empty)) for i in range(0, len(nodes), 2)]


def _at(nodes: list[Digest], place: int, empty: Digest) -> Digest:
    return nodes[place] if place < len(nodes) else empty


def _checked(leaves: Sequence[Digest]) -> list[Digest]:
    for each in leaves:
        expect_digest(each)
    return list(leaves)
