"""A block root binds every transaction to one index, and to no other."""

import hashlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.kernel import merkle as tree
from spec.plasma.mvp import merkle

DIGESTS = st.binary(min_size=32, max_size=32)
INDICES = st.integers(0, merkle.LEAVES - 1)
BLOCKS = st.lists(DIGESTS, min_size=1, max_size=9)


@st.composite
def block_and_index(draw):
    leaves = draw(BLOCKS)
    return leaves, draw(st.integers(0, len(leaves) - 1))


def by_recursion(leaves: list[bytes], height: int) -> bytes:
    """The definition of the tree without a shortcut, for a tree of any height."""
    if height == 0:
        return leaves[0]
    half = len(leaves) // 2
    pair = by_recursion(leaves[:half], height - 1) + by_recursion(leaves[half:], height - 1)
    return hashlib.sha3_256(pair).digest()


def holds(root: bytes, index: int, leaf: bytes, proof: tree.Siblings) -> bool:
    try:
        merkle.verify(root, index, leaf, proof)
    except tree.NotIncluded:
        return False
    return True


@given(block_and_index())
def test_every_transaction_is_shown_at_its_index(case):
    leaves, index = case
    merkle.verify(merkle.root(leaves), index, leaves[index], merkle.prove(leaves, index))


@given(block_and_index(), INDICES)
def test_a_proof_for_one_index_serves_no_other(case, other):
    """Unless the very same leaf stands there too, and then nothing false is shown."""
    leaves, index = case
    stands_there = leaves[other] if other < len(leaves) else tree.EMPTY_LEAF
    assume(stands_there != leaves[index])
    assert not holds(merkle.root(leaves), other, leaves[index], merkle.prove(leaves, index))


@given(st.integers(1, 9), st.data())
def test_a_real_transaction_stands_nowhere_else(length, data):
    leaves = [merkle.leaf(bytes([n]) * 32, b"signed") for n in range(length)]
    index = data.draw(st.integers(0, length - 1))
    other = data.draw(INDICES.filter(lambda place: place != index))
    assert not holds(merkle.root(leaves), other, leaves[index], merkle.prove(leaves, index))
    assert not holds(merkle.root(leaves), other, leaves[index], merkle.prove(leaves, other))


@given(block_and_index(), DIGESTS)
def test_any_change_of_a_leaf_changes_the_root(case, changed):
    leaves, index = case
    assume(changed != leaves[index])
    before = merkle.root(leaves)
    proof = merkle.prove(leaves, index)
    after = merkle.root([*leaves[:index], changed, *leaves[index + 1 :]])
    assert after != before
    assert not holds(before, index, changed, proof)
    assert holds(after, index, changed, proof)


@given(block_and_index(), st.integers(0, merkle.DEPTH - 1), DIGESTS)
def test_any_change_of_a_sibling_breaks_the_proof(case, level, changed):
    leaves, index = case
    proof = merkle.prove(leaves, index)
    assume(proof[level] != changed)
    forged = (*proof[:level], changed, *proof[level + 1 :])
    assert not holds(merkle.root(leaves), index, leaves[index], forged)


@given(block_and_index(), st.integers(1, 1000))
def test_an_index_with_upper_bits_is_refused(case, upper):
    leaves, index = case
    alias = index + upper * merkle.LEAVES
    proof = merkle.prove(leaves, index)
    with pytest.raises(tree.BadIndex) as refused:
        merkle.verify(merkle.root(leaves), alias, leaves[index], proof)
    assert (refused.value.index, refused.value.leaves) == (alias, merkle.LEAVES)
    with pytest.raises(tree.BadIndex):
        merkle.prove(leaves, alias)


@given(block_and_index(), st.integers(1, 1000))
def test_a_verifier_that_ignores_upper_bits_pays_one_output_twice(case, upper):
    """The historic mistake: sixteen siblings read sixteen bits, and nobody asks for the rest."""
    leaves, index = case
    proof = merkle.prove(leaves, index)

    def careless(place: int) -> bytes:
        reached = leaves[index]
        for sibling in proof:
            reached = tree.node(reached, sibling) if place % 2 == 0 else tree.node(sibling, reached)
            place //= 2
        return reached

    alias = index + upper * merkle.LEAVES
    assert careless(alias) == careless(index) == merkle.root(leaves)


@pytest.mark.parametrize("index", [-1, merkle.LEAVES])
def test_the_tree_has_no_place_outside_its_leaves(index):
    with pytest.raises(tree.BadIndex):
        merkle.prove([], index)


@given(INDICES)
def test_what_no_transaction_fills_is_shown_to_be_empty(index):
    proof = merkle.prove([], index)
    assert proof == tree.EMPTY_SUBTREES[: merkle.DEPTH]
    merkle.verify(merkle.root([]), index, tree.EMPTY_LEAF, proof)


@given(st.lists(DIGESTS, max_size=8))
def test_the_root_is_that_of_the_full_tree(leaves):
    height = 3
    full = leaves + [tree.EMPTY_LEAF] * (8 - len(leaves))
    expected = by_recursion(full, height)
    for empty in tree.EMPTY_SUBTREES[height : merkle.DEPTH]:
        expected = tree.node(expected, empty)
    assert merkle.root(leaves) == expected


def test_a_full_block_has_a_proof_for_its_last_leaf():
    leaves = [n.to_bytes(32, "big") for n in range(merkle.LEAVES)]
    last = merkle.LEAVES - 1
    assert merkle.root(leaves) == by_recursion(leaves, merkle.DEPTH)
    merkle.verify(merkle.root(leaves), last, leaves[last], merkle.prove(leaves, last))


def test_a_block_with_one_transaction_too_many_is_refused():
    with pytest.raises(merkle.BlockTooLarge):
        merkle.root([tree.EMPTY_LEAF] * (merkle.LEAVES + 1))


@given(block_and_index(), st.integers(0, 40).filter(lambda n: n != merkle.DEPTH))
def test_a_proof_of_another_length_is_refused(case, length):
    leaves, index = case
    with pytest.raises(tree.BadProofLength):
        merkle.verify(merkle.root(leaves), index, leaves[index], (tree.EMPTY_LEAF,) * length)


@given(st.binary(max_size=64).filter(lambda data: len(data) != 32))
def test_only_digests_are_hashed(data):
    """Else the bytes of a hash could move over into the signatures behind it."""
    for attempt in (
        lambda: merkle.leaf(data, b""),
        lambda: merkle.root([data]),
        lambda: tree.climb(data, 0, (tree.EMPTY_LEAF,) * merkle.DEPTH, merkle.DEPTH),
        lambda: tree.climb(tree.EMPTY_LEAF, 0, (data,) * merkle.DEPTH, merkle.DEPTH),
    ):
        with pytest.raises(tree.BadDigest):
            attempt()


@given(DIGESTS, st.binary(max_size=130), st.binary(max_size=130))
def test_a_leaf_binds_the_signatures_too(transaction_hash, signatures, others):
    assume(signatures != others)
    assert merkle.leaf(transaction_hash, signatures) != merkle.leaf(transaction_hash, others)
