"""Situations in which each refusal is met, with the values that it carries.

Rules are the sound ones unless a situation needs others.
"""

from attrs import evolve

from spec.channels.multiparty import consensus, disputes, membership, settlement, trading
from spec.channels.multiparty import refusals as no
from spec.channels.multiparty.evidence import NOWHERE, Stamp
from spec.channels.multiparty.knowledge import right_checkpoint
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.channels.multiparty.state import CHANNEL, Phase
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import DeadlinePending, Wait
from spec.kernel.mainchain import CannotAfford
from tests.channels.multiparty.situations import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    OUTSIDER,
    after,
    attacked,
    called,
    channel,
    closed,
    convicted,
    led_badly,
    misled,
    opened,
    payment,
    proposed,
    receipted,
    sent,
    signed,
    voted,
    waited,
)


def requested(state):
    return after(state, SOUND, disputes.RequestReceipt(BOB, ASKED))


OPENED = channel(SOUND)
RIGHT = right_checkpoint(OPENED)
PAYS = payment(SOUND, 1, BOB, CAROL)
ASKED = signed(PAYS)
BY_CAROL = payment(SOUND, 1, CAROL, BOB)
ALICES = signed(payment(SOUND, 5, ALICE, BOB))
TRADING, CALLED = Phase.TRADING, Phase.CALLED

SITUATIONS = {
    # Phases and times
    "vote in a dispute": (
        lambda: called(opened(), SOUND), consensus.Vote(BOB), no.AgainstStrategy(BOB),
    ),
    "pay during a dispute": (
        lambda: called(led_badly(), SOUND),
        trading.RequestPayment(ALICE, payment(SOUND, 1, ALICE, BOB)),
        no.WrongPhase(CALLED, TRADING),
    ),
    "challenge while trading": (
        opened, disputes.Challenge(BOB, ()), no.WrongPhase(TRADING, CALLED),
    ),
    "settle while trading": (
        opened, settlement.Settle(BOB), no.WrongPhase(TRADING, Phase.SETTLING),
    ),
    "deposit into a closed channel": (
        closed, membership.Deposit(BOB, 1), no.WrongPhase(Phase.CLOSED, TRADING),
    ),
    "join a closed channel": (
        closed, membership.Join(DAVE, 1), no.WrongPhase(Phase.CLOSED, TRADING),
    ),
    "force an exit from a closed channel": (
        closed, membership.ForceExit(BOB), no.WrongPhase(Phase.CLOSED, TRADING),
    ),
    "propose in a closed channel": (
        closed, consensus.Propose(ALICE, RIGHT, (BOB,)), no.WrongPhase(Phase.CLOSED, TRADING),
    ),
    "propose while trading": (opened, consensus.Propose(ALICE, RIGHT, (BOB,)), no.TooEarly(0, DAY)),
    "commit while trading": (led_badly, consensus.Commit(ALICE, RIGHT), no.TooEarly(0, DAY)),
    "call while trading": (opened, consensus.CallContract(ALICE, RIGHT, ()), no.TooEarly(0, DAY)),
    "report silence in time": (
        lambda: waited(led_badly(), 2 * DAY), disputes.ReportSilence(BOB),
        no.TooEarly(2 * DAY, 2 * DAY + 1),
    ),
    "conclude while lists can be challenged": (
        lambda: waited(called(led_badly(), SOUND), 2 * DAY), disputes.Conclude(BOB),
        no.TooEarly(3 * DAY, 3 * DAY + 1),
    ),
    "settle while receipts can be shown": (
        lambda: waited(convicted(led_badly()), DAY), settlement.Settle(BOB),
        no.TooEarly(3 * DAY + 1, 3 * DAY + 2),
    ),
    "vote too late": (
        lambda: waited(
            after(led_badly(), SOUND, Wait(DAY), consensus.Propose(ALICE, RIGHT, (BOB,))), DAY + 1
        ),
        consensus.Vote(BOB), no.TooLate(2 * DAY + 1, 2 * DAY),
    ),
    "call too late": (
        lambda: waited(led_badly(), 2 * DAY + 1), consensus.CallContract(ALICE, RIGHT, ()),
        no.TooLate(2 * DAY + 1, 2 * DAY),
    ),
    "an honest leader gives a receipt too late": (
        lambda: waited(sent(opened(), SOUND, BOB, CAROL), DAY),
        trading.GiveReceipt(ALICE, 0, True, True), no.TooLate(DAY, DAY - 1),
    ),
    "give a receipt too late": (
        lambda: waited(sent(led_badly(), SOUND, BOB, CAROL), DAY),
        trading.GiveReceipt(ALICE, 0, True, True), no.TooLate(DAY, DAY - 1),
    ),
    "answer a dispute too late": (
        lambda: waited(called(led_badly(), SOUND), DAY + 1), disputes.AnswerDispute(ALICE, BOB, ()),
        no.TooLate(2 * DAY + 1, 2 * DAY),
    ),
    "challenge too late": (
        lambda: waited(called(led_badly(), SOUND), 2 * DAY + 1), disputes.Challenge(BOB, ()),
        no.TooLate(3 * DAY + 1, 3 * DAY),
    ),
    "show receipts too late": (
        lambda: waited(convicted(led_badly()), DAY + 1), settlement.ShowReceipts(BOB, ()),
        no.TooLate(3 * DAY + 2, 3 * DAY + 1),
    ),
    # Who may
    "another member gives a receipt": (
        lambda: sent(attacked(), SOUND, BOB, CAROL), trading.GiveReceipt(BOB, 0, True, True),
        no.NotTheLeader(BOB, ALICE),
    ),
    "another member answers a request": (
        lambda: requested(sent(opened(), SOUND, BOB, CAROL)),
        disputes.AnswerRequest(CAROL, False, ()),
        no.NotTheLeader(CAROL, ALICE),
    ),
    "another member commits": (
        lambda: voted(opened(), SOUND), consensus.Commit(BOB, RIGHT), no.NotTheLeader(BOB, ALICE),
    ),
    "another member answers a dispute": (
        lambda: called(opened(), SOUND), disputes.AnswerDispute(BOB, CAROL, ()),
        no.NotTheLeader(BOB, ALICE),
    ),
    "an outsider deposits": (opened, membership.Deposit(DAVE, 1), no.NotAMember(DAVE)),
    "an outsider leaves": (opened, trading.AskToLeave(DAVE), no.NotAMember(DAVE)),
    "an outsider is paid": (
        opened, trading.RequestPayment(BOB, payment(SOUND, 1, BOB, DAVE)), no.NotAMember(DAVE),
    ),
    "an outsider challenges": (
        lambda: called(opened(), SOUND), disputes.Challenge(OUTSIDER, ()), no.NotAMember(OUTSIDER),
    ),
    "a checkpoint is sent to an outsider": (
        lambda: waited(led_badly(), DAY), consensus.Propose(ALICE, RIGHT, (BOB, DAVE)),
        no.NotAMember(DAVE),
    ),
    "a member joins": (opened, membership.Join(BOB, 1), no.AlreadyAMember(BOB)),
    "a newcomer joins twice": (
        lambda: after(opened(), SOUND, membership.Join(DAVE, 1)), membership.Join(DAVE, 1),
        no.AlreadyAMember(DAVE),
    ),
    "pay out of somebody else's pocket": (
        attacked, trading.RequestPayment(BOB, payment(SOUND, 1, ALICE, BOB)), no.NotAParty(BOB),
    ),
    "the payer countersigns": (
        lambda: after(attacked(), SOUND, trading.RequestPayment(BOB, PAYS)),
        trading.Countersign(BOB, 0),
        no.NotAParty(BOB),
    ),
    "the leader challenges itself": (
        lambda: called(opened(), SOUND), disputes.Challenge(ALICE, ()), no.NotAParty(ALICE),
    ),
    "ask for somebody else's receipt": (
        lambda: sent(attacked(), SOUND, ALICE, BOB),
        disputes.RequestReceipt(CAROL, signed(payment(SOUND, 1, ALICE, BOB))), no.NotAParty(CAROL),
    ),
    # Payments
    "countersign what was not requested": (opened, trading.Countersign(BOB, 0), no.NoSuchTrade(0)),
    "countersign a place before the first": (
        lambda: sent(opened(), SOUND, BOB, CAROL), trading.Countersign(CAROL, -1),
        no.NoSuchTrade(-1),
    ),
    "send what was not requested": (opened, trading.SendToLeader(BOB, 3), no.NoSuchTrade(3)),
    "send what is not countersigned": (
        lambda: after(opened(), SOUND, trading.RequestPayment(BOB, PAYS)),
        trading.SendToLeader(BOB, 0),
        no.NoSuchTrade(0),
    ),
    "give a receipt for what was not sent": (
        lambda: after(
            led_badly(), SOUND, trading.RequestPayment(BOB, PAYS), trading.Countersign(CAROL, 0)
        ),
        trading.GiveReceipt(ALICE, 0, True, True), no.NoSuchTrade(0),
    ),
    "an honest leader gives a receipt for nothing": (
        opened, trading.GiveReceipt(ALICE, 2, True, True), no.NoSuchTrade(2),
    ),
    "give a receipt again": (
        lambda: receipted(led_badly(), SOUND, BOB, CAROL),
        trading.GiveReceipt(ALICE, 0, True, True),
        no.AlreadySubmitted(ALICE),
    ),
    "pay nothing": (
        opened, trading.RequestPayment(BOB, payment(SOUND, 1, BOB, CAROL, 0)), no.ZeroAmount(BOB),
    ),
    "deposit nothing": (opened, membership.Deposit(BOB, 0), no.ZeroAmount(BOB)),
    "deposit less than nothing": (opened, membership.Deposit(BOB, -3), no.ZeroAmount(BOB)),
    "join with nothing": (opened, membership.Join(DAVE, 0), no.ZeroAmount(DAVE)),
    "deposit more than there is": (
        opened, membership.Deposit(BOB, 1001), CannotAfford(BOB, ETHER, 1000, 1001),
    ),
    "a bond that cannot be locked": (
        opened, membership.Join(DAVE, 997), CannotAfford(DAVE, ETHER, 1000, 1001),
    ),
    "pay in another epoch's name": (
        opened, trading.RequestPayment(BOB, evolve(PAYS, stamp=Stamp(CHANNEL, 2))),
        no.WrongStamp(1),
    ),
    "pay in no epoch's name": (
        opened, trading.RequestPayment(BOB, evolve(PAYS, stamp=NOWHERE)), no.WrongStamp(1),
    ),
    "ask for a receipt of another epoch": (
        attacked, disputes.RequestReceipt(BOB, signed(evolve(PAYS, stamp=Stamp(CHANNEL, 0)))),
        no.WrongStamp(1),
    ),
    "pay more than one has": (
        opened, trading.RequestPayment(BOB, payment(SOUND, 1, BOB, CAROL, 3)),
        no.AgainstStrategy(BOB),
    ),
    "take more than the bond stands for": (
        lambda: after(
            misled(), SOUND, trading.RequestPayment(CAROL, payment(SOUND, 1, CAROL, BOB, 3))
        ),
        trading.Countersign(BOB, 0), no.AgainstStrategy(BOB),
    ),
    # Checkpoints
    "a checkpoint of another epoch": (
        lambda: waited(led_badly(), DAY), consensus.Propose(ALICE, evolve(RIGHT, epoch=2), (BOB,)),
        no.WrongCheckpoint(2, 1),
    ),
    "a checkpoint of fewer members": (
        lambda: waited(led_badly(), DAY),
        consensus.CallContract(ALICE, evolve(RIGHT, balances=(6,)), ()),
        no.WrongCheckpoint(1, 1),
    ),
    "a checkpoint with a debt": (
        lambda: waited(led_badly(), DAY),
        consensus.CallContract(ALICE, evolve(RIGHT, balances=(8, -1, -1)), ()),
        no.WrongCheckpoint(1, 1),
    ),
    "a checkpoint that lets an outsider go": (
        lambda: waited(led_badly(), DAY),
        consensus.Propose(ALICE, evolve(RIGHT, exits=(DAVE,)), (BOB,)),
        no.WrongCheckpoint(1, 1),
    ),
    "a checkpoint that an outsider leads on": (
        lambda: waited(led_badly(), DAY),
        consensus.Propose(ALICE, evolve(RIGHT, next_leader=DAVE), ()),
        no.WrongCheckpoint(1, 1),
    ),
    "vote for what one was not sent": (
        lambda: waited(attacked(), DAY), consensus.Vote(BOB), no.WrongCheckpoint(0, 1),
    ),
    "call with more than there is": (
        lambda: waited(led_badly(), DAY),
        consensus.CallContract(ALICE, evolve(RIGHT, balances=(3, 2, 2)), ()),
        no.BalancesDoNotAdd(7, 6),
    ),
    "call with less than there is": (
        lambda: waited(led_badly(), DAY),
        consensus.CallContract(ALICE, evolve(RIGHT, balances=(0, 2, 2)), ()),
        no.BalancesDoNotAdd(4, 6),
    ),
    "commit without votes": (
        lambda: waited(led_badly(), DAY), consensus.Commit(ALICE, RIGHT), no.VoteMissing(BOB),
    ),
    "confirm without votes": (
        lambda: waited(misled(), DAY), consensus.Confirm(ALICE, RIGHT), no.VoteMissing(BOB),
    ),
    "call with a vote that was not given": (
        lambda: waited(led_badly(), DAY), consensus.CallContract(ALICE, RIGHT, (ALICE, CAROL)),
        no.VoteMissing(CAROL),
    ),
    "confirm twice": (
        lambda: after(voted(led_badly(), SOUND), SOUND, consensus.Confirm(ALICE, RIGHT)),
        consensus.Confirm(ALICE, RIGHT), no.AlreadySubmitted(ALICE),
    ),
    "propose twice to one member": (
        lambda: proposed(led_badly(), SOUND), consensus.Propose(ALICE, RIGHT, (BOB,)),
        no.AlreadySubmitted(ALICE),
    ),
    "ask to leave twice": (
        lambda: after(opened(), SOUND, trading.AskToLeave(BOB)), trading.AskToLeave(BOB),
        no.AlreadySubmitted(BOB),
    ),
    "call for one's exit twice": (
        lambda: after(opened(), SOUND, membership.ForceExit(BOB)), membership.ForceExit(BOB),
        no.AlreadySubmitted(BOB),
    ),
    "let the clock pass an honest leader's last moment": (
        opened, Wait(2 * DAY + 1), DeadlinePending(ALICE, 2 * DAY, 2 * DAY + 1),
    ),
    # Requests
    "call with a request unanswered": (
        lambda: waited(requested(sent(led_badly(), SOUND, BOB, CAROL)), DAY),
        consensus.CallContract(ALICE, RIGHT, ()), no.RequestPending(1),
    ),
    "answer what nobody asks": (
        opened, disputes.AnswerRequest(ALICE, True, ()), no.NoSuchRequest(ALICE),
    ),
    "an honest leader refuses what the payer can pay": (
        lambda: requested(sent(opened(), SOUND, BOB, CAROL)),
        disputes.AnswerRequest(ALICE, True, ()),
        no.AgainstStrategy(ALICE),
    ),
    "refuse what the payer can pay": (
        lambda: requested(sent(led_badly(), SOUND, BOB, CAROL)),
        disputes.AnswerRequest(ALICE, True, ()),
        no.RefusalUnfounded(2, 1),
    ),
    "refuse with the payment itself": (
        lambda: requested(sent(led_badly(), SOUND, BOB, CAROL)),
        disputes.AnswerRequest(ALICE, True, (ASKED,)), no.RefusalUnfounded(2, 1),
    ),
    "ask for a receipt twice": (
        lambda: requested(sent(opened(), SOUND, BOB, CAROL)), disputes.RequestReceipt(BOB, ASKED),
        no.AlreadySubmitted(BOB),
    ),
    "ask for a receipt after trading": (
        lambda: waited(sent(attacked(), SOUND, BOB, CAROL), DAY),
        disputes.RequestReceipt(BOB, ASKED),
        no.CallNotKnown(BOB),
    ),
    # Disputes
    "challenge with a payment that nobody signed": (
        lambda: called(attacked(), SOUND), disputes.Challenge(BOB, (ALICES,)),
        no.ForgedSignature(BOB, 5),
    ),
    "list a payment that was never made": (
        lambda: called(led_badly(), SOUND), disputes.AnswerDispute(ALICE, BOB, (ASKED,)),
        no.ForgedSignature(ALICE, 1),
    ),
    "replay a payment that was never made": (
        attacked, trading.ReplayToLeader(BOB, ALICES), no.ForgedSignature(BOB, 5),
    ),
    "challenge what one has signed": (
        lambda: after(
            proposed(attacked(), SOUND), SOUND, consensus.Vote(BOB),
            consensus.CallContract(ALICE, RIGHT, (ALICE, BOB)),
        ),
        disputes.Challenge(BOB, ()), no.HasAgreed(BOB),
    ),
    "challenge a list with nothing": (
        lambda: called(attacked(), SOUND), disputes.Challenge(BOB, ()), no.NothingNew(BOB),
    ),
    "answer where the contract asks nothing": (
        lambda: called(led_badly(), SOUND), disputes.AnswerDispute(ALICE, ALICE, ()),
        no.NoDispute(ALICE),
    ),
    "answer for an outsider": (
        lambda: called(led_badly(), SOUND), disputes.AnswerDispute(ALICE, OUTSIDER, ()),
        no.NoDispute(OUTSIDER),
    ),
    "answer twice": (
        lambda: after(called(led_badly(), SOUND), SOUND, disputes.AnswerDispute(ALICE, BOB, ())),
        disputes.AnswerDispute(ALICE, BOB, ()), no.AlreadySubmitted(ALICE),
    ),
    "challenge twice": (
        lambda: after(
            called(channel(SOUND, against=(BOB, CAROL)), SOUND), SOUND,
            disputes.Challenge(BOB, (signed(payment(SOUND, 8, BOB, CAROL)),)),
        ),
        disputes.Challenge(BOB, (signed(payment(SOUND, 8, BOB, CAROL)),)), no.AlreadySubmitted(BOB),
    ),
    "show a receipt that was not given": (
        lambda: convicted(sent(led_badly(), SOUND, BOB, CAROL)),
        settlement.ShowReceipts(ALICE, (signed(payment(SOUND, 3, BOB, ALICE), ALICE),)),
        no.ForgedSignature(ALICE, 3),
    ),
    "show no receipts": (lambda: convicted(led_badly()), settlement.ShowReceipts(BOB, ()),
                         no.NothingNew(BOB)),
}  # fmt: skip

LITERALS = {
    "a second challenger": (
        lambda: after(called(misled(LITERAL), LITERAL), LITERAL, disputes.Challenge(CAROL, ())),
        disputes.Challenge(BOB, ()), no.DisputesExhausted(1),
    ),
    "force an exit": (lambda: opened(LITERAL), membership.ForceExit(BOB), no.CallNotKnown(BOB)),
    "ask the contract for a receipt": (
        lambda: sent(opened(LITERAL), LITERAL, BOB, CAROL),
        disputes.RequestReceipt(BOB, signed(payment(LITERAL, 1, BOB, CAROL))), no.CallNotKnown(BOB),
    ),
    "report silence": (
        lambda: waited(led_badly(LITERAL), 2 * DAY + 1, LITERAL), disputes.ReportSilence(BOB),
        no.CallNotKnown(BOB),
    ),
}  # fmt: skip
"""What the seed's words refuse beside that."""
