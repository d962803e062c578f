"""Every refusal, met in a concrete situation through the step that checkers run.

Alice is honest, mallory belongs to the operator's coalition. Rules are plain MVP's unless a
situation needs others.
"""

from typing import Any

import attrs
import pytest
from attrs import evolve

from invariants.plasma.mvp.world.protocol import ENDOWMENT, PLASMA
from invariants.plasma.mvp.world.scope import Scope
from spec.kernel.basics import ETHER, WEEK, Asset, Party
from spec.kernel.clock import AnswersDoNotFit, DeadlinePending, Wait, move
from spec.kernel.mainchain import CannotAfford, EscrowShort, release
from spec.plasma.mvp import blocks, exits, ledger, payments, refusals, resync
from spec.plasma.mvp import rules as r
from spec.plasma.mvp.positions import MAX_TRANSACTIONS, NonCanonicalPosition, encode
from spec.plasma.mvp.rule_sets import HARDENED, PLASMA_MVP, UNBOUNDED_BATCH
from spec.plasma.mvp.state import COALITION, OPERATOR, Output, State, Status, Transaction

ALICE, MALLORY, BOB, STRANGER = Party(1), Party(2), Party(3), Party(9)
GOLD = Asset(7)
SCOPE = Scope(honest=(ALICE, BOB), dishonest=(MALLORY,))
ALL = (ALICE, BOB)
MVP = PLASMA_MVP


def deposit(by: Party, amount: int = 2, seen: int = 0) -> blocks.Deposit:
    return blocks.Deposit(by, ETHER, amount, seen)


def pay(position: int, by: Party, to: Party, amount: int = 2) -> Transaction:
    return Transaction((position,), (by,), (Output(to, ETHER, amount),))


def block(*transactions: Transaction, shown_to: tuple[Party, ...] = ALL) -> blocks.SubmitBlock:
    return blocks.SubmitBlock(OPERATOR, transactions, shown_to)


def run(*actions: Any, rules: Any = MVP) -> State:
    state = PLASMA.initial(SCOPE, rules)
    for action in actions:
        state = move(PLASMA, state, action, rules)
    return state


DEPOSITED, LATER = encode(1, 0, 0), encode(2, 0, 0)
PAID = encode(1000, 0, 0)
MALLORYS = (deposit(MALLORY),)
PAYS_BOB = (*MALLORYS, block(pay(DEPOSITED, MALLORY, BOB)))
FORGED = pay(encode(7, 0, 0), MALLORY, MALLORY)
"""It spends what does not exist."""
EXITING = (*MALLORYS, exits.StartDepositExit(MALLORY, DEPOSITED))
GONE = (*EXITING, Wait(2 * WEEK + 1), payments.FinalizeExits(OPERATOR, ETHER))
UNCONFIRMED = (
    deposit(ALICE),
    blocks.Send(ALICE, pay(DEPOSITED, ALICE, MALLORY)),
    block(pay(DEPOSITED, ALICE, MALLORY)),
)
SPENT_EXIT = (*PAYS_BOB, exits.StartDepositExit(MALLORY, DEPOSITED))
CHALLENGE = exits.ChallengeExit(OPERATOR, DEPOSITED, 1000, 0, 0)
FEES = exits.StartFeeExit(OPERATOR, ETHER, 1)
CROWDED = evolve(MVP, block_space=1)

Situation = tuple[tuple[Any, ...], Any, Any, Any]

SITUATIONS: dict[str, Situation] = {
    "deposit nothing": ((), deposit(MALLORY, 0), refusals.ZeroAmount(MALLORY), MVP),
    "third deposit of an interval of 3": (
        (deposit(MALLORY), deposit(MALLORY)),
        deposit(MALLORY),
        refusals.DepositsExhausted(3, 3),
        evolve(MVP, child_block_interval=3),
    ),
    "deposit overtaken by a block": (
        (block(),), deposit(MALLORY, seen=0), refusals.DepositOutdated(0, 1000), HARDENED,
    ),
    "deposit by nobody that there is": (
        (), deposit(STRANGER), CannotAfford(STRANGER, ETHER, 0, 2), MVP,
    ),
    "deposit of an asset that there is not": (
        (), blocks.Deposit(MALLORY, GOLD, 2, 0), CannotAfford(MALLORY, GOLD, 0, 2), MVP,
    ),
    "deposit more than there is": (
        (),
        deposit(MALLORY, ENDOWMENT + 1),
        CannotAfford(MALLORY, ETHER, ENDOWMENT, ENDOWMENT + 1),
        MVP,
    ),
    "send with a signer too few": (
        MALLORYS,
        blocks.Send(MALLORY, Transaction((DEPOSITED,), (), ())),
        refusals.MalformedTransaction(1, 0, 0),
        MVP,
    ),
    "send nothing": (
        MALLORYS,
        blocks.Send(MALLORY, pay(DEPOSITED, MALLORY, BOB, 0)),
        refusals.ZeroAmount(MALLORY),
        MVP,
    ),
    "somebody else's block": (
        (), blocks.SubmitBlock(MALLORY, (), ALL), refusals.NotTheOperator(MALLORY), MVP,
    ),
    "a block with a leaf too many": (
        (),
        block(*[FORGED] * (MAX_TRANSACTIONS + 1)),
        refusals.BlockTooLarge(MAX_TRANSACTIONS + 1, MAX_TRANSACTIONS),
        MVP,
    ),
    "a block shown to nobody that there is": (
        (), block(shown_to=(ALICE, STRANGER)), refusals.UnknownWallet(STRANGER), MVP,
    ),
    "a block shown to the coalition": (
        (), block(shown_to=(MALLORY,)), refusals.UnknownWallet(MALLORY), MVP,
    ),
    "three inputs in a block": (
        MALLORYS,
        block(Transaction((DEPOSITED,) * 3, (MALLORY,) * 3, ())),
        refusals.MalformedTransaction(3, 3, 0),
        MVP,
    ),
    "alice's name under what she did not sign": (
        (deposit(ALICE),),
        block(pay(DEPOSITED, ALICE, MALLORY)),
        refusals.SignatureMissing(ALICE),
        MVP,
    ),
    "exit from a block that never landed": (
        (), exits.StartExit(MALLORY, PAID), refusals.UnknownBlock(1000), MVP,
    ),
    "exit at an index beyond the block": (
        PAYS_BOB,
        exits.StartExit(MALLORY, encode(1000, 1, 0)),
        refusals.NotIncluded(1000, 1, 0),
        MVP,
    ),
    "exit of a second output where there is one": (
        PAYS_BOB,
        exits.StartExit(MALLORY, encode(1000, 0, 1)),
        refusals.NotIncluded(1000, 0, 1),
        MVP,
    ),
    "exit under an alias": (
        MALLORYS,
        exits.StartDepositExit(MALLORY, DEPOSITED + 1),
        NonCanonicalPosition(DEPOSITED + 1),
        MVP,
    ),
    "deposit exit of a payment": (
        PAYS_BOB, exits.StartDepositExit(MALLORY, PAID), refusals.NotADeposit(PAID), MVP,
    ),
    "exit of a deposit": (
        MALLORYS, exits.StartExit(MALLORY, DEPOSITED), refusals.IsADeposit(DEPOSITED), MVP,
    ),
    "exit of somebody else's output": (
        (deposit(ALICE),),
        exits.StartDepositExit(MALLORY, DEPOSITED),
        refusals.NotTheOwner(MALLORY, ALICE),
        MVP,
    ),
    "exit of a forged output worth nothing": (
        (block(Transaction((), (), (Output(MALLORY, ETHER, 0),))),),
        exits.StartExit(MALLORY, PAID),
        refusals.ZeroAmount(MALLORY),
        MVP,
    ),
    "exit of a payment that alice has not confirmed": (
        UNCONFIRMED, exits.StartExit(MALLORY, PAID), refusals.InputNotConfirmed(1, 0, 0), MVP,
    ),
    "the same exit again": (
        EXITING,
        exits.StartDepositExit(MALLORY, DEPOSITED),
        refusals.ExitRecorded(DEPOSITED, Status.PENDING),
        MVP,
    ),
    "exit of a payment whose input was paid out": (
        (*EXITING, block(pay(DEPOSITED, MALLORY, MALLORY)), Wait(2 * WEEK + 1),
         payments.FinalizeExits(OPERATOR, ETHER)),
        exits.StartExit(MALLORY, PAID),
        refusals.InputExited(DEPOSITED),
        HARDENED,
    ),
    "exit of what was spent on an output that exits": (
        (*MALLORYS, block(pay(DEPOSITED, MALLORY, MALLORY)), exits.StartExit(MALLORY, PAID)),
        exits.StartDepositExit(MALLORY, DEPOSITED),
        refusals.OutputSpokenFor(DEPOSITED),
        HARDENED,
    ),
    "somebody else's fees": (
        (), exits.StartFeeExit(MALLORY, ETHER, 1), refusals.NotTheOperator(MALLORY), MVP,
    ),
    "no fees": ((), exits.StartFeeExit(OPERATOR, ETHER, 0), refusals.ZeroAmount(OPERATOR), MVP),
    "fees where blocks pay them": ((), FEES, refusals.FeeExitNotAdmitted(1), HARDENED),
    "a second exit where the chain takes one": (
        (*MALLORYS, FEES),
        exits.StartDepositExit(MALLORY, DEPOSITED),
        refusals.BlockSpaceTaken(1, 1),
        CROWDED,
    ),
    "an exit of the coalition where alice needs the space": (
        (deposit(ALICE), block(FORGED), Wait(WEEK)), FEES, refusals.Outbid(1, 1), CROWDED,
    ),
    "an exit of the coalition where alice's is overdue for want of space": (
        (deposit(ALICE), deposit(BOB), FEES, block(shown_to=(BOB,)), Wait(WEEK),
         exits.StartDepositExit(BOB, LATER), Wait(WEEK)),
        FEES,
        refusals.Outbid(1, 1),
        CROWDED,
    ),
    "challenge of no exit": ((), CHALLENGE, refusals.NoSuchExit(DEPOSITED), MVP),
    "challenge of a paid exit": (
        GONE, CHALLENGE, refusals.ExitNotPending(DEPOSITED, Status.PAID), MVP,
    ),
    "challenge with a block that never landed": (
        EXITING, CHALLENGE, refusals.UnknownBlock(1000), MVP,
    ),
    "challenge with a second input where there is one": (
        SPENT_EXIT, evolve(CHALLENGE, input=1), refusals.NotIncluded(1000, 0, 1), MVP,
    ),
    "challenge with what was signed and not confirmed": (
        (*UNCONFIRMED, Wait(1), block(), exits.StartDepositExit(ALICE, DEPOSITED)),
        CHALLENGE,
        refusals.ChallengeFails(DEPOSITED, DEPOSITED, ALICE, ALICE, False),
        MVP,
    ),
    "challenge by an account that refuses the reward": (
        (*SPENT_EXIT, payments.RefusePayments(MALLORY)),
        evolve(CHALLENGE, by=MALLORY),
        refusals.ChallengerReverts(MALLORY),
        MVP,
    ),
    "come back without having left": (
        (deposit(ALICE),), resync.Resync(ALICE), refusals.NotOut(ALICE), MVP,
    ),
    "come back to a chain with a forged block": (
        (block(FORGED),), resync.Resync(BOB), refusals.ChainNotFit(BOB), MVP,
    ),
    "payment before maturity": (
        (*EXITING, Wait(2 * WEEK)),
        payments.FinalizeExits(OPERATOR, ETHER),
        refusals.NothingDue(ETHER, 2 * WEEK),
        MVP,
    ),
    "payment of an asset that nobody exits": (
        (*EXITING, Wait(2 * WEEK + 1)),
        payments.FinalizeExits(OPERATOR, Asset(1)),
        refusals.NothingDue(Asset(1), 2 * WEEK + 1),
        MVP,
    ),
    "two payments where one fits": (
        (*EXITING, FEES, Wait(2 * WEEK + 1)),
        payments.FinalizeExits(OPERATOR, ETHER),
        refusals.BatchTooLarge(2, 1),
        UNBOUNDED_BATCH,
    ),
    "all or nothing, and one refuses": (
        (*EXITING, payments.RefusePayments(MALLORY), Wait(2 * WEEK + 1)),
        payments.FinalizeExits(OPERATOR, ETHER),
        refusals.FinalizationReverts(DEPOSITED),
        evolve(MVP, handling=r.one_batch),
    ),
    "confirm what one did not sign": (
        PAYS_BOB,
        blocks.Confirm(OPERATOR, 1000, 0),
        refusals.NotConfirmable(OPERATOR, 1000, 0),
        MVP,
    ),
    "confirm again": (
        (*PAYS_BOB, blocks.Confirm(MALLORY, 1000, 0)),
        blocks.Confirm(MALLORY, 1000, 0),
        refusals.NotConfirmable(MALLORY, 1000, 0),
        MVP,
    ),
    "alice exits what is not hers": (
        MALLORYS, exits.StartDepositExit(ALICE, DEPOSITED), refusals.AgainstStrategy(ALICE), MVP,
    ),
    "alice confirms a block that was withheld from her": (
        (*UNCONFIRMED[:2], block(pay(DEPOSITED, ALICE, MALLORY), shown_to=(BOB,))),
        blocks.Confirm(ALICE, 1000, 0),
        refusals.AgainstStrategy(ALICE),
        MVP,
    ),
    "refuse twice": (
        (payments.RefusePayments(MALLORY),),
        payments.RefusePayments(MALLORY),
        refusals.AlreadyReverting(MALLORY),
        MVP,
    ),
    "the clock passes alice's last moment to exit": (
        (deposit(ALICE), block(FORGED)),
        Wait(WEEK + 1),
        DeadlinePending(ALICE, WEEK, WEEK + 1),
        MVP,
    ),
    "the clock leaves room for one of two answers": (
        (deposit(ALICE), block(), Wait(WEEK + 2), deposit(BOB, seen=1000), block(FORGED)),
        Wait(WEEK - 1),
        AnswersDoNotFit(2 * WEEK + 2, 2, 1),
        CROWDED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_step_says_no_and_why(name):
    before, action, refusal, rules = SITUATIONS[name]
    state = run(*before, rules=rules)
    with pytest.raises(type(refusal)) as said:
        move(PLASMA, state, action, rules)
    assert said.value == refusal
    for field in attrs.fields(type(refusal)):
        assert f"{field.name}={getattr(refusal, field.name)!r}" in str(said.value)


TWO = (deposit(MALLORY), deposit(MALLORY))
INVALID: dict[str, tuple[tuple[Any, ...], Transaction, type[refusals.InvalidBlock], Any]] = {
    "spends what does not exist": ((), FORGED, refusals.OutOfNowhere, MVP),
    "creates money": (
        (), Transaction((), (), (Output(MALLORY, ETHER, 1),)), refusals.OutOfNowhere, MVP,
    ),
    "takes fees that were not earned": (
        (), Transaction((), (), (Output(OPERATOR, ETHER, 1),)), refusals.OutOfNowhere, HARDENED,
    ),
    "spends again": (PAYS_BOB, pay(DEPOSITED, MALLORY, ALICE), refusals.DoubleSpend, MVP),
    "signed by somebody else": (
        (deposit(ALICE),), pay(DEPOSITED, MALLORY, MALLORY), refusals.NotSignedByOwner, MVP,
    ),
    "the same input twice": (
        TWO,
        Transaction((DEPOSITED,) * 2, (MALLORY,) * 2, (Output(MALLORY, ETHER, 4),)),
        refusals.SameInputTwice,
        MVP,
    ),
    "inflates": (TWO, pay(DEPOSITED, MALLORY, BOB, 3), refusals.Inflates, MVP),
    "makes ether a token": (
        TWO,
        Transaction((DEPOSITED,), (MALLORY,), (Output(BOB, Asset(1), 1),)),
        refusals.Inflates,
        MVP,
    ),
    "spends what is not confirmed in public": (
        TWO, pay(DEPOSITED, MALLORY, BOB), refusals.SpendsUnsettled, HARDENED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INVALID)
def test_who_sees_an_invalid_block_is_alarmed_and_nobody_else(name):
    before, transaction, reason, rules = INVALID[name]
    state = run(*before, rules=rules)
    with pytest.raises(reason) as said:
        ledger.check_block(state, state.contract.next_block, (transaction,), False, rules)
    assert "position=" in str(said.value)
    after = move(PLASMA, state, block(transaction), rules)
    assert all(after.knowledge[party].alarm == after.main.now for party in ALL)
    assert after.knowledge[COALITION].alarm is None
    assert after.ghost.bad_blocks == state.ghost.bad_blocks + 1


def test_refusals_are_equal_if_guard_and_values_are():
    assert refusals.Outbid(1, 2) == refusals.Outbid(1, 2) != refusals.Outbid(1, 3)
    assert refusals.Outbid(1, 2) != refusals.BlockSpaceTaken(1, 2)
    assert len({refusals.Outbid(1, 2), refusals.Outbid(1, 2)}) == 1


def test_no_refusal_is_left_out():
    met = {type(refusal) for _, _, refusal, _ in SITUATIONS.values()}
    met |= {reason for _, _, reason, _ in INVALID.values()}
    declared = {
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and kind.__module__ == refusals.__name__
    }
    assert declared - met == {refusals.InvalidBlock}  # what the kinds of invalid block share


def test_the_escrow_pays_no_more_than_it_holds():
    with pytest.raises(EscrowShort, match="held=2, needed=3"):
        release(run(*MALLORYS).main, MALLORY, ETHER, 3)
