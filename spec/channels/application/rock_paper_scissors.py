"""Rock, paper, scissors by commit and reveal, for both stakes.

Data: (bob's sealed choice, alice's choice, bob's revealed choice); 0 is none. Turn 1: bob commits;
turn 2: alice chooses; turn 3: bob reveals. Commitments are ideal: the sealed choice stands in the
data, but nobody except bob looks into it (see `may_hide`), and he can reveal nothing else.

Who has not joined loses nothing: until alice has chosen, both get their stakes back. After that,
who does not reveal has lost.

Source: reference section 5; the rock-paper-scissors application of Nitro.
"""

from collections.abc import Callable
from typing import TypeAlias

from spec.channels.application.evidence import Data
from spec.channels.sides import Pair

START: Data = (0, 0, 0)
ROCK, PAPER, SCISSORS = 1, 2, 3
CHOICES = (ROCK, PAPER, SCISSORS)

Shows: TypeAlias = Callable[[int], int]
"""What everybody can see of a sealed choice."""


def legal(before: Data, after: Data) -> bool:
    """Bob seals a choice, alice makes hers, bob reveals what he sealed."""
    sealed, chosen, revealed = after
    if before[0] == 0:
        return sealed in CHOICES and chosen == 0 and revealed == 0
    if before[1] == 0:
        return sealed == before[0] and chosen in CHOICES and revealed == 0
    return sealed == before[0] and chosen == before[1] and revealed == sealed


def steps(before: Data) -> tuple[Data, ...]:
    """Three ways to commit and to choose, one to reveal."""
    sealed, chosen, _ = before
    if sealed == 0:
        return tuple((choice, 0, 0) for choice in CHOICES)
    if chosen == 0:
        return tuple((sealed, choice, 0) for choice in CHOICES)
    return ((sealed, chosen, sealed),)


def over(data: Data) -> bool:
    """Is everything revealed?"""
    return data[2] > 0


def beats(one: int, other: int) -> bool:
    """Paper beats rock, scissors beat paper, rock beats scissors."""
    return one == other % 3 + 1


def result(data: Data, stakes: Pair) -> Pair:
    """The winner has both stakes; who draws has its own back. In wei."""
    total = stakes[0] + stakes[1]
    if beats(data[1], data[2]):
        return total, 0
    if beats(data[2], data[1]):
        return 0, total
    return stakes


# Decisions: what a commitment shows --------------------------------------------------------------


def nothing(choice: int) -> int:
    """A commitment hides the choice: all look alike."""
    return 0


def everything(choice: int) -> int:
    """The choice is made in the clear: whoever chooses next knows it."""
    return choice


def may_hide(sealed: int, shows: Shows) -> tuple[int, ...]:
    """The choices that a commitment may hide, for all that others can see of it."""
    return tuple(choice for choice in CHOICES if shows(choice) == shows(sealed))
