"""What can be shown to the contract: states of the application, signatures, and supports.

A state has a turn number; the mover of turn t is alice where t is even and bob where it is odd. The
start, turn 0, is signed by both before anybody deposits. Signatures are ideal.

Source: reference section 5; ForceMove: "a state is supported if ...".
"""

from enum import Enum
from typing import TypeAlias

from attrs import frozen

from spec.channels.application.outcomes import Outcome
from spec.channels.sides import ALICE, BOB, PARTIES
from spec.kernel.basics import Party
from spec.kernel.telling import Teller

Data: TypeAlias = tuple[int, ...]
"""What an application keeps, as plain numbers; each application says what they mean."""

Turn: TypeAlias = int
"""The number of a state: 0 is the start."""


class App(Enum):
    """The applications that there are."""

    STREAMING = 0
    ROCK_PAPER_SCISSORS = 1
    TIC_TAC_TOE = 2


@frozen
class AppState:
    """A state of the application, as the parties sign it."""

    turn: Turn
    data: Data
    outcome: Outcome
    """What is paid if play stops here."""
    final: bool
    """Does nobody move after it?"""

    def clause(self, tell: Teller) -> str:
        """In a few words: turn, data, outcome."""
        data = "".join(str(number) for number in self.data)
        outcome = "/".join(str(allocation.amount) for allocation in self.outcome)
        final = ", final" if self.final else ""
        return f"turn {self.turn} [{data}] pays {outcome}{final}"


@frozen
class Signed:
    """A state and who signed it."""

    body: AppState
    by: tuple[Party, ...]

    def clause(self, tell: Teller) -> str:
        """The state, and whose signatures it has."""
        return f"{tell.of(self.body)}, signed by {self.label(tell)}"

    def label(self, tell: Teller) -> str:
        """Whose signatures it has."""
        return " and ".join(map(tell.party, self.by)) or "nobody"


@frozen
class Support:
    """What is to show that a state counts: the state, and where it needs it the one before."""

    claimed: Signed
    before: Signed | None = None

    def clause(self, tell: Teller) -> str:
        """The claimed state, and whose signatures there are, from the one before on."""
        signers = [each.label(tell) for each in (self.before, self.claimed) if each is not None]
        return f"{tell.of(self.claimed.body)}, signed by {' then '.join(signers)}"


def mover(turn: Turn) -> Party:
    """Whose move leads to this turn."""
    return ALICE if turn % 2 == 0 else BOB


Line: TypeAlias = tuple[AppState, ...]
"""The states that the parties know of, from the start on: the place of each is its turn."""


def support_of(line: Line) -> Support:
    """The support of the last state of a line: with the one before, each with its mover's name; the
    start has both."""
    last = line[-1]
    if last.turn == 0:
        return Support(Signed(last, PARTIES))
    before = line[-2]
    signers = PARTIES if before.turn == 0 else (mover(before.turn),)
    return Support(Signed(last, (mover(last.turn),)), Signed(before, signers))
