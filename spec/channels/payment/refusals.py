"""Every way in which the payment channel says no, with the values that were compared."""

from spec.channels.payment.versions import Signatures
from spec.channels.sides import Pair
from spec.kernel.basics import Instant, Party, Wei
from spec.kernel.refusal import Refusing

# The contract -----------------------------------------------------------------------------------

WrongPhase = Refusing[str, str]("WrongPhase", "the contract is {phase}, and has to be {needed}")
NothingDeposited = Refusing[Party]("NothingDeposited", "{by} deposits nothing")
NotSigned = Refusing[int, Signatures](
    "NotSigned", "version {number} lacks a signature that it takes: {signed}"
)
NotFinal = Refusing[int]("NotFinal", "version {number} was not signed as the end of the channel")
NothingToWithdraw = Refusing[Pair, Pair](
    "NothingToWithdraw", "the version grants {granted}, and {withdrawn} was paid"
)
NotNewer = Refusing[int, int]("NotNewer", "version {number} does not replace {claimed}")
NotRevoked = Refusing[int, int](
    "NotRevoked", "version {claimed} was claimed, and what is revoked is below {below}"
)
TooEarly = Refusing[Instant, Instant]("TooEarly", "at {now} the window is open until {deadline}")
TooLate = Refusing[Instant, Instant]("TooLate", "at {now} the window is over since {deadline}")
LastChannel = Refusing[Party]("LastChannel", "{by} opens no other channel after this one")

# Between the parties ----------------------------------------------------------------------------

NotAParty = Refusing[Party]("NotAParty", "the channel is not {by}'s")
NotHonest = Refusing[Party]("NotHonest", "{by} is not honest: what it says is not recorded")
Away = Refusing[Party]("Away", "{by} is away, and does nothing but return")
NotAway = Refusing[Party]("NotAway", "{by} is there already")
NotSent = Refusing[int]("NotSent", "the other side is honest, and has sent no {number}")
OldMessage = Refusing[int, int]("OldMessage", "{number} is not newer than {known}: it is ignored")
AnswerPending = Refusing[int, int](
    "AnswerPending", "version {signed} was signed and has not come back; {held} is held"
)
Closing = Refusing[int]("Closing", "version {final} was signed as the end: nothing comes after it")
NotYetRevoked = Refusing[int, int](
    "NotYetRevoked", "version {held} is held, and the other side has revoked below {heard}"
)
CannotPay = Refusing[Wei, Wei]("CannotPay", "a balance of {balance} does not reach for {needed}")
NotAcceptable = Refusing[int]("NotAcceptable", "version {number} is not good enough")
NotRevocable = Refusing[Party](
    "NotRevocable", "there are no secrets in this channel that {by} could send or receive"
)
NothingToReveal = Refusing[int, int](
    "NothingToReveal", "below {held}, which is held, all is revoked: {revealed}"
)
NotHeld = Refusing[int, int](
    "NotHeld", "an honest party does not show version {number}: it holds {held}"
)
UnknownSecret = Refusing[int, int](
    "UnknownSecret", "the secret below {below} was not given, but that below {known}"
)
