"""The commitment to one side's payments in a dispute: a Merkle tree over a list of any length.

What it promises: two lists have one root exactly if they have the same leaves at the same places
(`arbitration.same_root`), and whoever knows a root can be shown an entry at its place, and at no
other unless the same leaf stands there too. To leave an entry out, to move it, to put it in twice
or to change a field or a signature of it changes the root. A leaf is the payment with its two
parties' signatures; the receipt is no part of it, as the seed has it, so one root stands for lists
with and without receipts.

How: the leaves are those of the smallest tree that has room for them, filled up with zero bytes,
and the root is the hash of the number of entries and the topmost node. Without the number, a list
would share its root with the list that some of its inner nodes make, and a proof would not say how
long it has to be. A leaf hashes 257 bytes, a node 64, a root 65, so that none of them can be taken
for another.

The state machine in this package compares the lists themselves. This chapter is what that stands
for, under one assumption: nobody finds a collision of the hash. Signatures are ideal here, too: a
flag says that one is there.

Source: the seed 004, "on-chain channel contract", step 1, which says no more than "Merkle tree".
"""

from attrs import define, frozen

from spec.channels.multiparty.evidence import Entries, Entry
from spec.kernel.merkle import (
    Digest,
    NotIncluded,
    Siblings,
    beside,
    climb,
    digest,
    expect_index,
    top,
)
from spec.kernel.refusal import Refusal

WORD_SIZE = 32
"""Bytes of a number, as in the contract."""

LEAF, ROOT = b"\x00", b"\x01"
"""What the hashed bytes begin with, so that they say what they are."""


@define
class NotAWord(Refusal):
    """A number that no word of 256 bits holds: there would be no room for it in a leaf."""

    value: int


@frozen
class Proof:
    """What shows that an entry stands at an index."""

    count: int
    """How many entries the list has."""
    siblings: Siblings


def root(entries: Entries) -> Digest:
    """What a side commits to by its list.

    Raises NotAWord.
    """
    return _bound(len(entries), top(_leaves(entries), depth(len(entries))))


def prove(entries: Entries, index: int) -> Proof:
    """What shows the entry at an index to whoever knows the root.

    Raises BadIndex or NotAWord.
    """
    expect_index(index, len(entries))
    return Proof(len(entries), beside(_leaves(entries), depth(len(entries)), index))


def verify(list_root: Digest, index: int, claimed: Entry, proof: Proof) -> None:
    """Accept that an entry, its receipt aside, stands at exactly this index of the list.

    Raises BadIndex, BadDigest, BadProofLength or NotAWord for what is no claim at all, and
    NotIncluded for a claim that is false.
    """
    expect_index(index, proof.count)
    reached = climb(leaf(claimed), index, proof.siblings, depth(proof.count))
    leads_to = _bound(proof.count, reached)
    if leads_to != list_root:
        raise NotIncluded(index, leads_to, list_root)


def leaf(entry: Entry) -> Digest:
    """What is committed to for one entry: the fields that both parties signed, and who did sign.

    Raises NotAWord.
    """
    payment = entry.payment
    fields = (
        payment.number,
        payment.payer,
        payment.payee,
        payment.amount,
        payment.stamp.channel,
        payment.stamp.epoch,
        int(entry.by_payer),
        int(entry.by_payee),
    )
    return digest(LEAF + b"".join(_word(field) for field in fields))


def depth(count: int) -> int:
    """How many levels the smallest tree with room for so many entries has above its leaves."""
    return max(count - 1, 0).bit_length()


def _bound(count: int, topmost: Digest) -> Digest:
    return digest(ROOT + _word(count) + topmost)


def _leaves(entries: Entries) -> list[Digest]:
    return [leaf(entry) for entry in entries]


def _word(value: int) -> bytes:
    if value < 0 or value.bit_length() > 8 * WORD_SIZE:
        raise NotAWord(value)
    return value.to_bytes(WORD_SIZE, "big")
