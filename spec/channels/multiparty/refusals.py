"""Every way in which the multi-party channel says no, with the values that were compared."""

from attrs import define

from spec.channels.multiparty.state import Phase
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal


@define
class WrongPhase(Refusal):
    """The contract waits for something else."""

    phase: Phase
    needed: Phase


@define
class TooEarly(Refusal):
    """Not before this moment."""

    now: Seconds
    from_: Seconds


@define
class TooLate(Refusal):
    """Not after this moment."""

    now: Seconds
    until: Seconds


@define
class NotTheLeader(Refusal):
    """Only the leader of the epoch may do this."""

    by: Party
    leader: Party


@define
class NotAMember(Refusal):
    """Only a member may do this."""

    by: Party


@define
class AlreadyAMember(Refusal):
    """A member can't join."""

    by: Party


@define
class NotAParty(Refusal):
    """The payment is somebody else's."""

    by: Party


@define
class NoSuchTrade(Refusal):
    """No payment has that place in this epoch, or it has come too far or not far enough."""

    trade: int


@define
class ZeroAmount(Refusal):
    """Nothing is paid, deposited or brought in."""

    by: Party


@define
class WrongStamp(Refusal):
    """The body does not say what the rules want it to say of channel and epoch."""

    payment: int


@define
class ForgedSignature(Refusal):
    """An honest party's signature is shown that it never gave, or that the shower never saw."""

    by: Party
    payment: int


@define
class WrongCheckpoint(Refusal):
    """A checkpoint of another epoch, of other members, or one that nobody was sent."""

    epoch: int
    expected: int


@define
class BalancesDoNotAdd(Refusal):
    """The proposed balances are not what there is."""

    total: Wei
    funds: Wei


@define
class VoteMissing(Refusal):
    """This member has not signed the checkpoint."""

    member: Party


@define
class RequestPending(Refusal):
    """The leader has not answered a call for a receipt."""

    requests: int


@define
class NoSuchRequest(Refusal):
    """Nobody asks for that through the contract, or not any more."""

    by: Party


@define
class RefusalUnfounded(Refusal):
    """The payments shown leave the payer enough to pay."""

    left: Wei
    amount: Wei


@define
class DisputesExhausted(Refusal):
    """The epoch takes no further challenger."""

    challengers: int


@define
class HasAgreed(Refusal):
    """Who has signed a checkpoint can't challenge it."""

    by: Party


@define
class AlreadySubmitted(Refusal):
    """A side submits once."""

    by: Party


@define
class NoDispute(Refusal):
    """The contract asks nothing of this participant."""

    participant: Party


@define
class NothingNew(Refusal):
    """Nothing is shown that counts and was not shown before."""

    by: Party


@define
class CallNotKnown(Refusal):
    """The contract has no such call under these rules."""

    by: Party


@define
class AgainstStrategy(Refusal):
    """An honest participant does not do this."""

    by: Party
