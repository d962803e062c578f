"""Every way in which the application channel says no, with the values that were compared."""

from spec.channels.application.evidence import AppState, Turn
from spec.channels.application.outcomes import Outcome
from spec.kernel.basics import Instant, Party, Wei
from spec.kernel.refusal import Refusing

# What the contract holds ------------------------------------------------------------------------

HeldOtherwise = Refusing[Wei, Wei](
    "HeldOtherwise", "the channel holds {held}, and the depositor expected {expected}"
)
DoesNotFit = Refusing[Wei, Wei](
    "DoesNotFit", "a deposit of {amount} is nothing, or more than {missing}, which is missing"
)
OutcomeIsFinal = Refusing[Instant, Instant](
    "OutcomeIsFinal", "at {now} the outcome is final since {ends}: nothing comes after it"
)
OutcomeNotFinal = Refusing[Instant, Instant](
    "OutcomeNotFinal", "at {now} the outcome is not final; a challenge ends at {ends}"
)
AlreadyPaid = Refusing[Party]("AlreadyPaid", "{by} has the outcome paid, which was paid before")

# Play off chain ---------------------------------------------------------------------------------

NotTheMover = Refusing[Party, Party]("NotTheMover", "{by} moves, and it is the turn of {mover}")
InvalidTransition = Refusing[AppState, AppState](
    "InvalidTransition", "the application's rules do not lead from {before} to {after}"
)
MoveTooLate = Refusing[Instant, Instant](
    "MoveTooLate", "at {now} there is no time to show a move before the challenge is over: {ends}"
)
NothingToAgree = Refusing[Turn]("NothingToAgree", "turn {turn} is no final state to be signed")

# The judge --------------------------------------------------------------------------------------

NotAParty = Refusing[Party]("NotAParty", "{by} is no party of the channel, and challenges")
ForgedSignature = Refusing[Party, Turn]("ForgedSignature", "{by} signed no such state of {turn}")
NotSupported = Refusing[Turn](
    "NotSupported", "turn {turn} lacks a signature, or does not follow from the state before"
)
NotAnOutcome = Refusing[Outcome, Wei](
    "NotAnOutcome", "{outcome} does not share out exactly both stakes, {stakes}, to both parties"
)
TurnTooLow = Refusing[Turn, Turn]("TurnTooLow", "turn {turn} is not newer than the record {record}")
NotUnanimous = Refusing[bool, int](
    "NotUnanimous",
    "only a final state that both have signed concludes; final: {final}, signed by {signatures}",
)

# The honest party -------------------------------------------------------------------------------

AgainstStrategy = Refusing[Party]("AgainstStrategy", "{party} is honest, and would not do this")
