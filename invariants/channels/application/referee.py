"""The applications' rules once more, in other words: a second opinion on each move and outcome.

Where the rules differ from the referee, a claim is broken (`evidence`, `conduct`). No rule reads
this.
"""

from spec.channels.application.evidence import App, AppState, Data
from spec.channels.sides import Pair


def sides_turn(turn: int) -> int:
    """Alice, side 0, makes the even turns."""
    return turn % 2


def fair(app: App, before: AppState, after: AppState, stakes: Pair) -> bool:
    """Was the game not over, is this the next turn, and was the move allowed?"""
    if before.final or after.turn - before.turn != 1:
        return False
    side = sides_turn(after.turn)
    if app == App.STREAMING:
        return streamed(before.data, after.data, side, stakes)
    if app == App.ROCK_PAPER_SCISSORS:
        return thrown(before.data, after.data, after.turn)
    return marked(before.data, after.data, side)


def streamed(before: Data, after: Data, side: int, stakes: Pair) -> bool:
    """A unit of alice's, a pass of bob's, or the end."""
    paid = after[0] - before[0]
    if after[1] > 0:
        return after[1] == 1 and paid == 0
    return paid == (1 if side == 0 else 0) and after[0] <= stakes[0]


def thrown(before: Data, after: Data, turn: int) -> bool:
    """Turn 1 seals, turn 2 chooses, turn 3 reveals, and nothing else changes."""
    allowed = {
        1: (after[0], 0, 0),
        2: (before[0], after[1], 0),
        3: (before[0], before[1], before[0]),
    }
    return after == allowed.get(turn) and after[min(turn, 2) - 1] in (1, 2, 3)


def marked(before: Data, after: Data, side: int) -> bool:
    """One cell that was empty has the mover's mark."""
    changed = [place for place in range(9) if before[place] != after[place]]
    return len(changed) == 1 and before[changed[0]] == 0 and after[changed[0]] == side + 1


def complete(data: Data, own: int) -> bool:
    """Does somebody have three in a row, column or diagonal?"""
    rows = [data[3 * n : 3 * n + 3] for n in range(3)]
    columns = [data[n::3] for n in range(3)]
    diagonals = [(data[0], data[4], data[8]), (data[2], data[4], data[6])]
    return (own,) * 3 in (*rows, *columns, *diagonals)


def ended(app: App, data: Data) -> bool:
    """Is nobody to move any more?"""
    if app == App.STREAMING:
        return data[1] > 0
    if app == App.ROCK_PAPER_SCISSORS:
        return data[2] > 0
    return complete(data, 1) or complete(data, 2) or all(data)


def ahead(app: App, body: AppState) -> int:
    """Who has won a game: side 0 or 1, or -1 where nobody has. Who does not move has lost, once
    both are in the game."""
    data = body.data
    if not ended(app, data):
        return sides_turn(body.turn) if body.turn > 1 else -1
    if app == App.ROCK_PAPER_SCISSORS:
        return (-1, 0, 1)[(data[1] - data[2]) % 3]
    return 0 if complete(data, 1) else 1 if complete(data, 2) else -1


def deserved(app: App, body: AppState, stakes: Pair) -> Pair:
    """What each side is to have if play stops here, in wei."""
    if app == App.STREAMING:
        return stakes[0] - body.data[0], stakes[1] + body.data[0]
    winner = ahead(app, body)
    if winner < 0:
        return stakes
    return (sum(stakes), 0) if winner == 0 else (0, sum(stakes))
