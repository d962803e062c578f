"""Every way in which the channel says no, with the values that were compared."""

from spec.channels.conditional.state import Phase
from spec.kernel.basics import Instant, Party, Wei
from spec.kernel.refusal import Refusing

WrongPhase = Refusing[Phase, Phase]("WrongPhase", "the contract is {phase}, and has to be {needed}")
TooEarly = Refusing[Instant, Instant]("TooEarly", "at {now} it is too early: not before {from_}")
TooLate = Refusing[Instant, Instant]("TooLate", "at {now} it is too late: not after {until}")
NotSigned = Refusing[Party](
    "NotSigned", "not both have signed what {by} shows, or it does not have both signatures"
)

# Off chain --------------------------------------------------------------------------------------

NotThePayer = Refusing[Party]("NotThePayer", "{by} is not the payer of that direction")
NotThePayee = Refusing[Party]("NotThePayee", "{by} is not the payee of that direction")
PreimageUnknown = Refusing[Party, int](
    "PreimageUnknown", "{by} does not know the preimage of the lock {lock}"
)
AgainstStrategy = Refusing[Party]("AgainstStrategy", "{by} is honest, and does not do this")

# The registry -----------------------------------------------------------------------------------

AboveMaximum = Refusing[Wei, Wei](
    "AboveMaximum", "a result of {amount} is more than the payment's maximum, {most}"
)
NotMore = Refusing[Wei, Wei](
    "NotMore", "a result of {amount} is not more than what the registry says already, {stands}"
)

# Withdrawals ------------------------------------------------------------------------------------

NothingIntended = Refusing[Party]("NothingIntended", "no withdrawal waits for {by}")
AlreadyIntended = Refusing[Wei]("AlreadyIntended", "a withdrawal of {amount} waits already")
VetoNotHeard = Refusing[Party]("VetoNotHeard", "the rules know no veto: not that of {by} either")
BeyondLimit = Refusing[Wei, Wei](
    "BeyondLimit", "{amount} is more than the states on chain leave to withdraw, {limit}"
)

# Settling ---------------------------------------------------------------------------------------

StaleState = Refusing[int, int](
    "StaleState", "state {seq} does not count for more than {stored}, which the contract has"
)
NothingShown = Refusing[Party](
    "NothingShown", "{by} answers a settlement that goes on, and shows no state"
)
NotCleared = Refusing[Instant, Instant](
    "NotCleared", "at {now} pending payments are not added up, and can be until {until}"
)
