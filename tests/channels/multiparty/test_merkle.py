"""A list's root binds every payment and its signatures to one place, and the list to its length."""

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from spec.channels.multiparty import merkle
from spec.channels.multiparty.arbitration import same_leaf, same_root
from spec.channels.multiparty.evidence import Entries, Entry, Payment, Stamp
from spec.kernel import merkle as tree
from spec.kernel.basics import Party

SMALL = st.integers(0, 2)
STAMPS = st.builds(Stamp, SMALL, SMALL)
PAYMENTS = st.builds(Payment, SMALL, SMALL.map(Party), SMALL.map(Party), SMALL, STAMPS)
ENTRIES = st.builds(
    Entry, PAYMENTS, st.booleans(), st.booleans(), st.integers(-1, 2).map(Party), STAMPS
)
LISTS = st.lists(ENTRIES, max_size=9).map(tuple)
DIGESTS = st.binary(min_size=32, max_size=32)


def paid(number: int) -> Entry:
    return Entry(Payment(number, Party(1), Party(2), 5, Stamp(1, 1)), True, True)


@st.composite
def list_and_index(draw) -> tuple[Entries, int]:
    entries = draw(LISTS.filter(bool))
    return entries, draw(st.integers(0, len(entries) - 1))


@st.composite
def near_lists(draw) -> tuple[Entries, Entries]:
    """Two lists that are the same, or nearly."""
    one = draw(LISTS)
    way = draw(st.sampled_from(["same", "receipts", "reordered", "longer", "any"]))
    match way:
        case "same":
            return one, tuple(evolve(entry) for entry in one)
        case "receipts":
            return one, tuple(evolve(entry, receipt_by=Party(0)) for entry in one)
        case "reordered":
            return one, tuple(draw(st.permutations(one)))
        case "longer":
            return one, (*one, *draw(LISTS))
    return one, draw(LISTS)


def holds(root: bytes, index: int, entry: Entry, proof: merkle.Proof) -> bool:
    try:
        merkle.verify(root, index, entry, proof)
    except (tree.NotIncluded, tree.BadIndex, tree.BadProofLength):
        return False
    return True


def by_duplicating_the_last(entries: Entries) -> bytes:
    """The tree that does not make this promise: whoever has no neighbour is its own, and nobody
    counts. Bitcoin's, CVE-2012-2459."""
    nodes = [merkle.leaf(entry) for entry in entries]
    while len(nodes) > 1:
        if len(nodes) % 2:
            nodes.append(nodes[-1])
        nodes = [tree.node(nodes[i], nodes[i + 1]) for i in range(0, len(nodes), 2)]
    return nodes[0]


def with_its_end_twice(entries: Entries, length: int) -> Entries:
    """The list with its last entries repeated."""
    return entries + entries[-length:]


@given(near_lists())
def test_roots_are_equal_exactly_where_the_arbitration_says_so(lists):
    one, other = lists
    assert (merkle.root(one) == merkle.root(other)) == same_root(one, other)


@given(list_and_index())
def test_an_omission_changes_the_root(case):
    entries, index = case
    assert merkle.root(entries[:index] + entries[index + 1 :]) != merkle.root(entries)


@given(list_and_index(), st.data())
def test_another_order_changes_the_root(case, data):
    entries, index = case
    other = data.draw(st.integers(0, len(entries) - 1))
    assume(not same_leaf(entries[index], entries[other]))
    swapped = list(entries)
    swapped[index], swapped[other] = swapped[other], swapped[index]
    assert merkle.root(tuple(swapped)) != merkle.root(entries)


@given(list_and_index(), st.integers(0, 9))
def test_an_entry_put_in_twice_changes_the_root(case, place):
    entries, index = case
    twice = (*entries[:place], entries[index], *entries[place:])
    assert merkle.root(twice) != merkle.root(entries)


def collisions(root) -> list[tuple[int, int]]:
    """Lists of up to 12 payments whose root stays when their last ones are repeated: (how many
    payments, how many of them repeated)."""
    found = []
    for count in range(1, 13):
        entries = tuple(paid(number) for number in range(count))
        for repeated in range(1, count + 1):
            if root(with_its_end_twice(entries, repeated)) == root(entries):
                found.append((count, repeated))
    return found


def test_an_end_put_in_twice_changes_the_root():
    assert collisions(merkle.root) == []


def test_a_tree_that_makes_up_pairs_by_duplication_is_caught_by_that():
    """So the test above can fail: three payments and four of them, the last one twice."""
    caught = collisions(by_duplicating_the_last)
    assert {(3, 1), (5, 1), (6, 2), (12, 4)} <= set(caught)


@given(list_and_index(), st.sampled_from(["by_payer", "by_payee"]))
def test_a_signature_more_or_less_changes_the_root(case, who):
    entries, index = case
    changed = evolve(entries[index], **{who: not getattr(entries[index], who)})
    assert merkle.root(replaced(entries, index, changed)) != merkle.root(entries)


@given(
    list_and_index(),
    st.sampled_from(["number", "payer", "payee", "amount", "stamp"]),
    st.integers(1, 2**255),
)
def test_any_change_of_a_payment_changes_the_root(case, field, more):
    entries, index = case
    payment = entries[index].payment
    before = getattr(payment, field)
    after = evolve(before, epoch=before.epoch + more) if field == "stamp" else before + more
    changed = evolve(entries[index], payment=evolve(payment, **{field: after}))
    root, proof = merkle.root(entries), merkle.prove(entries, index)
    assert merkle.root(replaced(entries, index, changed)) != root
    assert not holds(root, index, changed, proof)


def replaced(entries: Entries, index: int, entry: Entry) -> Entries:
    return (*entries[:index], entry, *entries[index + 1 :])


@given(list_and_index())
def test_every_entry_is_shown_at_its_place_with_or_without_receipt(case):
    entries, index = case
    proof = merkle.prove(entries, index)
    merkle.verify(merkle.root(entries), index, entries[index], proof)
    merkle.verify(merkle.root(entries), index, evolve(entries[index], receipt_by=Party(0)), proof)


@given(list_and_index(), st.integers(-1, 20))
def test_a_proof_holds_at_one_index_only(case, other):
    """Unless the very same leaf stands there too, and then nothing false is shown."""
    entries, index = case
    assume(not (0 <= other < len(entries) and same_leaf(entries[other], entries[index])))
    assert not holds(merkle.root(entries), other, entries[index], merkle.prove(entries, index))


@given(st.integers(1, 40), st.data())
def test_no_index_serves_for_another_of_distinct_payments(length, data):
    entries = tuple(paid(number) for number in range(length))
    index, other = (data.draw(st.integers(0, length - 1)) for _ in range(2))
    proof = merkle.prove(entries, index)
    assert holds(merkle.root(entries), other, entries[index], proof) == (index == other)


@given(list_and_index(), st.integers(0, 40))
def test_a_proof_speaks_of_one_length_only(case, count):
    entries, index = case
    proof = merkle.prove(entries, index)
    told = evolve(proof, count=count)
    assert holds(merkle.root(entries), index, entries[index], told) == (count == len(entries))


@given(list_and_index(), DIGESTS, st.data())
def test_any_change_of_a_sibling_breaks_the_proof(case, changed, data):
    entries, index = case
    proof = merkle.prove(entries, index)
    assume(proof.siblings)
    level = data.draw(st.integers(0, len(proof.siblings) - 1))
    assume(proof.siblings[level] != changed)
    siblings = (*proof.siblings[:level], changed, *proof.siblings[level + 1 :])
    assert not holds(merkle.root(entries), index, entries[index], evolve(proof, siblings=siblings))


def test_no_list_is_the_inner_nodes_of_another(monkeypatch):
    """A second preimage: of four payments, the two nodes above them, taken for two leaves."""
    entries = tuple(paid(number) for number in range(4))
    leaves = [merkle.leaf(entry) for entry in entries]
    nodes = [tree.node(*leaves[:2]), tree.node(*leaves[2:])]
    assert tree.top(nodes, 1) == tree.top(leaves, 2), "without the count they are one tree"
    forged = iter(nodes)
    root = merkle.root(entries)
    monkeypatch.setattr(merkle, "leaf", lambda entry: next(forged))
    assert merkle.root(entries[:2]) != root


def test_leaves_nodes_and_roots_hash_different_lengths(monkeypatch):
    hashed: list[bytes] = []

    def heard(data: bytes) -> bytes:
        hashed.append(data)
        return real(data)

    real = tree.digest
    monkeypatch.setattr(tree, "digest", heard)
    monkeypatch.setattr(merkle, "digest", heard)
    merkle.root(tuple(paid(number) for number in range(3)))
    assert [len(data) for data in hashed] == [257] * 3 + [64] * 3 + [65]


def test_an_empty_list_has_a_root_of_its_own_and_nothing_in_it():
    assert merkle.root(()) not in {merkle.root((paid(0),) * n) for n in range(1, 5)}
    with pytest.raises(tree.BadIndex):
        merkle.prove((), 0)
    with pytest.raises(tree.BadIndex):
        merkle.verify(merkle.root(()), 0, paid(0), merkle.Proof(0, ()))


@given(LISTS, st.integers())
def test_an_index_outside_the_list_is_refused(entries, index):
    assume(not 0 <= index < len(entries))
    with pytest.raises(tree.BadIndex) as refused:
        merkle.prove(entries, index)
    assert (refused.value.index, refused.value.leaves) == (index, len(entries))
    with pytest.raises(tree.BadIndex):
        merkle.verify(merkle.root(entries), index, paid(0), merkle.Proof(len(entries), ()))


@given(list_and_index(), st.integers(0, 9))
def test_a_proof_of_another_length_is_refused(case, length):
    entries, index = case
    assume(length != merkle.depth(len(entries)))
    proof = merkle.Proof(len(entries), (tree.EMPTY_LEAF,) * length)
    with pytest.raises(tree.BadProofLength):
        merkle.verify(merkle.root(entries), index, entries[index], proof)


@given(st.binary(max_size=64).filter(lambda data: len(data) != 32))
def test_only_digests_are_siblings(data):
    with pytest.raises(tree.BadDigest):
        merkle.verify(merkle.root((paid(0),)), 0, paid(0), merkle.Proof(2, (data,)))


@pytest.mark.parametrize("amount", [-1, 2**256])
def test_a_number_that_the_contract_has_no_word_for_is_refused(amount):
    entry = evolve(paid(0), payment=evolve(paid(0).payment, amount=amount))
    with pytest.raises(merkle.NotAWord) as refused:
        merkle.root((entry,))
    assert refused.value.value == amount
