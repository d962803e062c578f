"""Every way in which the multi-party channel says no, with the values that were compared."""

from spec.channels.multiparty.state import Phase
from spec.kernel.basics import Instant, Party, Wei
from spec.kernel.refusal import Refusing

WrongPhase = Refusing[Phase, Phase](
    "WrongPhase", "the contract is in {phase}; this takes place in {needed}"
)
TooEarly = Refusing[Instant, Instant]("TooEarly", "at {now} it is too early: not before {from_}")
TooLate = Refusing[Instant, Instant]("TooLate", "at {now} it is too late: not after {until}")
NotTheLeader = Refusing[Party, Party]("NotTheLeader", "this is not for {by}, but for {leader}")
NotAMember = Refusing[Party]("NotAMember", "{by} is no member")
AlreadyAMember = Refusing[Party]("AlreadyAMember", "{by} is a member already, and can't join")
NotAParty = Refusing[Party]("NotAParty", "the payment is not {by}'s")
NoSuchTrade = Refusing[int](
    "NoSuchTrade", "no payment has place {trade} in this epoch, or it is too far or not far enough"
)
ZeroAmount = Refusing[Party]("ZeroAmount", "{by} pays, deposits or brings in nothing")
WrongStamp = Refusing[int](
    "WrongStamp", "payment {payment} does not say what the rules want of channel and epoch"
)
ForgedSignature = Refusing[Party, int](
    "ForgedSignature",
    "{by} shows an honest party's signature on {payment} that was never given, or never seen by it",
)
WrongCheckpoint = Refusing[int, int](
    "WrongCheckpoint",
    "a checkpoint of epoch {epoch} in {expected}, of other members, or one that nobody was sent",
)
BalancesDoNotAdd = Refusing[Wei, Wei](
    "BalancesDoNotAdd", "the proposed balances are {total} in all, and there is {funds}"
)
VoteMissing = Refusing[Party]("VoteMissing", "{member} has not signed the checkpoint")
RequestPending = Refusing[int](
    "RequestPending", "the leader has not answered {requests} calls for a receipt"
)
NoSuchRequest = Refusing[Party](
    "NoSuchRequest", "nobody asks {by} for that through the contract, or not any more"
)
RefusalUnfounded = Refusing[Wei, Wei](
    "RefusalUnfounded", "the payments shown leave the payer {left}, enough to pay {amount}"
)
DisputesExhausted = Refusing[int](
    "DisputesExhausted", "the epoch takes no more than {challengers} challengers"
)
HasAgreed = Refusing[Party]("HasAgreed", "{by} has signed the checkpoint, and can't challenge it")
AlreadySubmitted = Refusing[Party]("AlreadySubmitted", "a side submits once, and {by} has")
NoDispute = Refusing[Party]("NoDispute", "the contract asks nothing of {participant}")
NothingNew = Refusing[Party](
    "NothingNew", "{by} shows nothing that counts and was not shown before"
)
CallNotKnown = Refusing[Party]("CallNotKnown", "under these rules {by} has no such call")
AgainstStrategy = Refusing[Party]("AgainstStrategy", "{by} is honest, and does not do this")
