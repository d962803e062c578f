"""Every way in which the payment channel says no, with the values that were compared."""

from attrs import define

from spec.channels.payment.versions import Signatures
from spec.channels.sides import Pair
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal

# The contract -----------------------------------------------------------------------------------


@define
class WrongPhase(Refusal):
    """The contract waits for something else."""

    phase: str
    needed: str


@define
class NothingDeposited(Refusal):
    """A deposit of nothing."""

    by: Party


@define
class NotSigned(Refusal):
    """Not everybody has signed this version whose signature it takes."""

    number: int
    signed: Signatures


@define
class NotFinal(Refusal):
    """Both signed this version, but not as the end of the channel."""

    number: int


@define
class NothingToWithdraw(Refusal):
    """The version grants no withdrawal beyond what was paid."""

    granted: Pair
    withdrawn: Pair


@define
class NotNewer(Refusal):
    """The claimed version is not to be replaced by this one."""

    number: int
    claimed: int


@define
class NotRevoked(Refusal):
    """The secret revokes the versions below a number; the claimed version is not among them."""

    claimed: int
    below: int


@define
class TooEarly(Refusal):
    """The window is still open."""

    now: Seconds
    deadline: Seconds


@define
class TooLate(Refusal):
    """The window is over."""

    now: Seconds
    deadline: Seconds


# Between the parties ----------------------------------------------------------------------------


@define
class NotAParty(Refusal):
    """The channel is between two others."""

    by: Party


@define
class NotHonest(Refusal):
    """Only what honest parties say and know is recorded."""

    by: Party


@define
class Away(Refusal):
    """An honest party that is away does nothing but return."""

    by: Party


@define
class NotAway(Refusal):
    """Only who is away can return."""

    by: Party


@define
class NotSent(Refusal):
    """The other side is honest, and has sent nothing of the kind."""

    number: int


@define
class OldMessage(Refusal):
    """Nothing new: a duplicate, or a message that was overtaken. Honest parties ignore it."""

    number: int
    known: int


@define
class AnswerPending(Refusal):
    """The party waits for the other's signature on the version that it has signed last."""

    signed: int
    held: int


@define
class Closing(Refusal):
    """The party has signed a final version: it signs nothing more."""

    final: int


@define
class NotYetRevoked(Refusal):
    """The other side has still to revoke the versions below the one that the party holds."""

    held: int
    heard: int


@define
class CannotPay(Refusal):
    """The party's balance does not reach."""

    balance: Wei
    needed: Wei


@define
class NotAcceptable(Refusal):
    """The offered version is not good enough."""

    number: int


@define
class NothingToReveal(Refusal):
    """The party has revoked everything older already."""

    held: int
    revealed: int


@define
class NotHeld(Refusal):
    """An honest party shows the newest version that it holds, and no other."""

    number: int
    held: int


@define
class UnknownSecret(Refusal):
    """The party was never given a secret that reaches so far."""

    below: int
    known: int
