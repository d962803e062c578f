"""Every way in which the channel says no, with the values that were compared."""

from attrs import define

from spec.channels.conditional.state import Phase
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal


@define
class WrongPhase(Refusal):
    """The contract is not in the phase that this needs."""

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
class NotThePayer(Refusal):
    """Only the payer of that direction does this."""

    by: Party


@define
class NotThePayee(Refusal):
    """Only the payee of that direction does this."""

    by: Party


@define
class NotSigned(Refusal):
    """Not both have signed what is shown, or the shower does not have both signatures."""

    by: Party


@define
class StaleState(Refusal):
    """The contract has a state of that direction that counts for more."""

    seq: int
    stored: int


@define
class NothingShown(Refusal):
    """A settlement that goes on is answered with at least one state."""

    by: Party


@define
class PreimageUnknown(Refusal):
    """Who does this does not know the preimage."""

    by: Party
    lock: int


@define
class AboveMaximum(Refusal):
    """The result is more than the payment's maximum."""

    amount: Wei
    most: Wei


@define
class NotMore(Refusal):
    """The registry already says as much of this payment, or more."""

    amount: Wei
    stands: Wei


@define
class NothingIntended(Refusal):
    """No withdrawal waits."""

    by: Party


@define
class AlreadyIntended(Refusal):
    """One withdrawal waits already."""

    amount: Wei


@define
class VetoNotHeard(Refusal):
    """The rules know no veto."""

    by: Party


@define
class BeyondLimit(Refusal):
    """More than the states on chain leave to withdraw."""

    amount: Wei
    limit: Wei


@define
class NotCleared(Refusal):
    """The pending payments of a direction are not added up, and there is time to do it."""

    now: Seconds
    until: Seconds


@define
class AgainstStrategy(Refusal):
    """An honest party does not do this."""

    by: Party
