"""Ideal signatures: nobody writes an honest name, and a confirmation is good for one root only."""

import pytest
from attrs import evolve

from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import ETHER, Party
from spec.kernel.clock import move
from spec.plasma.mvp.blocks import Confirm, Send, SubmitBlock
from spec.plasma.mvp.exits import StartExit
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.refusals import AgainstStrategy, InputNotConfirmed, SignatureMissing
from spec.plasma.mvp.state import COALITION, OPERATOR, Output, Transaction, is_honest
from tests.plasma.mvp.test_refusals import ALICE, ALL, BOB, DEPOSITED, MALLORY, deposit, pay, run
from tests.plasma.mvp.walks import HARDENED, MVP, WIDE
from tests.protocolwide import walk

PAYMENT = pay(DEPOSITED, ALICE, MALLORY)
SENT = (deposit(ALICE), Send(ALICE, PAYMENT))
FIRST, SECOND = encode(1000, 0, 0), encode(2000, 0, 0)


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
@pytest.mark.parametrize("seed", range(4))
def test_no_block_holds_an_honest_signature_that_was_not_given(rules, seed):
    for step in walk(PLASMA, rules, WIDE, seed, 150):
        given = set(step.after.side.signed)
        for transactions in step.after.side.contents:
            for transaction in transactions:
                for signer in transaction.signers:
                    assert not is_honest(step.after, signer) or (signer, transaction) in given


@pytest.mark.parametrize(
    "forged",
    [
        pay(DEPOSITED, ALICE, MALLORY, amount=1),
        pay(DEPOSITED, ALICE, BOB),
        pay(encode(2, 0, 0), ALICE, MALLORY),
        Transaction((DEPOSITED,) * 2, (ALICE,) * 2, PAYMENT.outputs),
        Transaction((DEPOSITED,), (BOB,), PAYMENT.outputs),
        evolve(PAYMENT, outputs=(*PAYMENT.outputs, Output(MALLORY, ETHER, 0))),
    ],
)
def test_a_signature_is_good_for_no_other_transaction(forged):
    with pytest.raises(SignatureMissing):
        move(PLASMA.protocol, run(*SENT), SubmitBlock(OPERATOR, (forged,), ALL), MVP)


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
@pytest.mark.parametrize("seed", range(4))
def test_an_honest_confirmation_is_known_only_after_it_was_given(rules, seed):
    given = set()
    for step in walk(PLASMA, rules, WIDE, seed, 150):
        state, action = step.after, step.action
        if step.refusal is None and isinstance(action, Confirm):
            root = state.contract.blocks[action.block].root
            signers = state.side.contents[root][action.transaction].signers
            given |= {(root, action.transaction, n) for n, s in enumerate(signers)
                      if s == action.by}  # fmt: skip
        for root, index, place in state.knowledge[COALITION].confirmations:
            if is_honest(state, state.side.contents[root][index].signers[place]):
                assert (root, index, place) in given


def test_a_confirmation_is_worth_nothing_for_another_root():
    """The operator includes the payment twice; alice confirmed the first block."""
    other = pay(encode(9, 0, 0), MALLORY, MALLORY)
    state = run(
        *SENT,
        SubmitBlock(OPERATOR, (PAYMENT,), ALL),
        Confirm(ALICE, 1000, 0),
        SubmitBlock(OPERATOR, (PAYMENT, other), ALL),
    )
    with pytest.raises(InputNotConfirmed):
        move(PLASMA.protocol, state, StartExit(MALLORY, SECOND), MVP)
    assert FIRST in move(PLASMA.protocol, state, StartExit(MALLORY, FIRST), MVP).contract.exits


def test_equal_contents_share_a_root_and_so_a_confirmation():
    """Alice confirms the content of a block. Where the same content lands again, it is confirmed
    there too: whoever checks blocks finds the second one invalid, for it spends again."""
    state = run(
        *SENT,
        SubmitBlock(OPERATOR, (PAYMENT,), ALL),
        Confirm(ALICE, 1000, 0),
        SubmitBlock(OPERATOR, (PAYMENT,), ALL),
    )
    roots = {number: block.root for number, block in state.contract.blocks.items()}
    assert roots[1000] == roots[2000] != roots[1]
    assert SECOND in move(PLASMA.protocol, state, StartExit(MALLORY, SECOND), MVP).contract.exits
    assert all(state.knowledge[party].alarm is not None for party in ALL)


def test_alice_does_not_confirm_what_she_was_not_shown():
    for shown_to in ((), (BOB,)):
        state = run(*SENT, SubmitBlock(OPERATOR, (PAYMENT,), shown_to))
        with pytest.raises(AgainstStrategy):
            move(PLASMA.protocol, state, Confirm(ALICE, 1000, 0), MVP)


def test_mallory_cannot_confirm_for_alice():
    state = run(*SENT, SubmitBlock(OPERATOR, (PAYMENT,), ALL))
    for anybody in (MALLORY, Party(0)):
        with pytest.raises(Exception, match="NotConfirmable"):
            move(PLASMA.protocol, state, Confirm(anybody, 1000, 0), MVP)
