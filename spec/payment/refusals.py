"""Every way in which the payment channel says no, with the values that were compared."""

from attrs import define

from spec.channels.sides import Pair
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal
from spec.payment.versions import Signatures

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
class Overdrawn(Refusal):
    """The channel does not hold what the version lets its sides withdraw."""

    withdrawn: Wei
    deposits: Wei


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
