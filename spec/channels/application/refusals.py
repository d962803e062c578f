"""Every way in which the application channel says no, with the values that were compared."""

from attrs import define

from spec.channels.application.evidence import AppState, Turn
from spec.channels.application.outcomes import Outcome
from spec.kernel.basics import Party, Seconds, Wei
from spec.kernel.refusal import Refusal


@define
class HeldOtherwise(Refusal):
    """The channel does not hold what the depositor expected."""

    held: Wei
    expected: Wei


@define
class DoesNotFit(Refusal):
    """A deposit is something, and no more than what is missing of both stakes."""

    amount: Wei
    missing: Wei


@define
class OutcomeIsFinal(Refusal):
    """The outcome is final: no state and no deposit comes after it."""

    now: Seconds
    ends: Seconds


@define
class OutcomeNotFinal(Refusal):
    """The outcome is not final yet."""

    now: Seconds
    ends: Seconds


@define
class AlreadyPaid(Refusal):
    """The outcome was paid."""

    by: Party


@define
class NotTheMover(Refusal):
    """It is the other party's turn."""

    by: Party
    mover: Party


@define
class InvalidTransition(Refusal):
    """The application's rules do not lead from the one state to the other."""

    before: AppState
    after: AppState


@define
class NothingToAgree(Refusal):
    """There is no final state to sign."""

    turn: Turn


@define
class ForgedSignature(Refusal):
    """Somebody signed no such state."""

    by: Party
    turn: Turn


@define
class NotSupported(Refusal):
    """It lacks a signature, or does not follow from the state before."""

    turn: Turn


@define
class NotAnOutcome(Refusal):
    """It does not share out exactly both stakes to the two parties."""

    outcome: Outcome
    stakes: Wei


@define
class TurnTooLow(Refusal):
    """The contract has seen as new a state."""

    turn: Turn
    record: Turn


@define
class NotUnanimous(Refusal):
    """Only a final state with both signatures concludes."""

    final: bool
    signatures: int


@define
class AgainstStrategy(Refusal):
    """An honest party would not do this."""

    party: Party
