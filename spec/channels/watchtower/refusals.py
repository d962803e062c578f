"""Every way in which towers, customers and their contract say no, with the values compared.

What the channel's contract refuses is in `spec.channels.payment.refusals`.
"""

from spec.channels.sides import Pair
from spec.kernel.basics import Instant, Party, Wei
from spec.kernel.refusal import Refusing

# Who --------------------------------------------------------------------------------------------

AgainstStrategy = Refusing[Party]("AgainstStrategy", "{by} is honest, and does not do this")
NotAParty = Refusing[Party]("NotAParty", "{by} is neither alice nor bob")
NotTheCustomer = Refusing[Party]("NotTheCustomer", "only the customer does this, and {by} is not")
NotThere = Refusing[Party]("NotThere", "{by} is away")
IsThere = Refusing[Party]("IsThere", "{by} has not gone away")

# The channel ------------------------------------------------------------------------------------

ChannelEnding = Refusing[int](
    "ChannelEnding", "a version is before the contract: nothing is signed after {newest}"
)
IllFormed = Refusing[Pair]("IllFormed", "the channel does not hold {balances}")
NotABreach = Refusing[Party](
    "NotABreach", "{claimed_by} has claimed: towers answer the customer's partner only"
)
TooEarly = Refusing[Instant, Instant](
    "TooEarly", "at {now} the window is the customer's own; towers answer from {begins} on"
)

# Bonds ------------------------------------------------------------------------------------------

NotRegistered = Refusing[Party]("NotRegistered", "{by} has locked no bond")
AlreadyRegistered = Refusing[Party]("AlreadyRegistered", "{by} has locked its bond")
AlreadyAnnounced = Refusing[Party, Instant](
    "AlreadyAnnounced", "{by} has announced at {announced} that it will withdraw its bond"
)
NotAnnounced = Refusing[Party](
    "NotAnnounced", "{by} has not announced that it will withdraw its bond"
)
StillBonded = Refusing[Instant, Instant](
    "StillBonded", "the notice of {announced} is not over at {now}"
)

# Recourse ---------------------------------------------------------------------------------------

TooLate = Refusing[Instant, Instant]("TooLate", "at {now}; receipts counted until {until}")
NotEnded = Refusing[Party](
    "NotEnded", "the channel has not ended: {tower} has cost nobody anything"
)
NobodyHadToAnswer = Refusing[int](
    "NobodyHadToAnswer", "the channel ended with version {number}, and without a breach"
)
NotSignedByTower = Refusing[Party]("NotSignedByTower", "{tower} has signed no such receipt")
AnotherChannel = Refusing[int, int](
    "AnotherChannel", "the receipt is about channel {named}, and this is {this}"
)
NotAnAnswer = Refusing[int, int](
    "NotAnAnswer", "sealed for {locator} was version {content}, which could have answered nothing"
)
Answered = Refusing[int, int](
    "Answered", "an appointment for {locator} did not have to answer {settled}, which was paid out"
)
NothingMissing = Refusing[Wei, Wei](
    "NothingMissing", "an answer would have brought the customer {owed}, and {paid} was paid"
)
