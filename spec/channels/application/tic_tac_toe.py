"""Tic-tac-toe for both stakes.

Data: nine cells, row by row: 0 is empty, 1 has alice's mark, 2 has bob's. Bob moves first. The
board may be one in the middle of a game.

Who has not joined loses nothing: until both have moved, both get their stakes back. After that, who
does not move has lost. So nobody may be able to win with the first move: `Scope` refuses no such
board, and what comes of it is a known weakness.

Source: reference section 5.
"""

from spec.channels.application.evidence import Data, Turn, mover
from spec.channels.sides import ALICE, Pair

EMPTY: Data = (0,) * 9
LINES = (
    (0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6),
)  # fmt: skip


def mark(turn: Turn) -> int:
    """The mark of the mover of a turn."""
    return 1 if mover(turn) == ALICE else 2


def legal(before: Data, after: Data, turn: Turn) -> bool:
    """The mover puts its mark into one empty cell."""
    return after in steps(before, turn)


def steps(before: Data, turn: Turn) -> tuple[Data, ...]:
    """A mark in each of the empty cells."""
    own = mark(turn)
    return tuple(
        (*before[:cell], own, *before[cell + 1 :]) for cell in range(9) if before[cell] == 0
    )


def has_won(data: Data, own: int) -> bool:
    """Are three of these marks in a line?"""
    return any(data[a] == own and data[b] == own and data[c] == own for a, b, c in LINES)


def over(data: Data) -> bool:
    """Has somebody won, or is the board full?"""
    return has_won(data, 1) or has_won(data, 2) or 0 not in data


def result(data: Data, stakes: Pair) -> Pair:
    """The winner has both stakes; of a full board without one both have theirs back. In wei."""
    total = stakes[0] + stakes[1]
    if has_won(data, 1):
        return total, 0
    if has_won(data, 2):
        return 0, total
    return stakes
