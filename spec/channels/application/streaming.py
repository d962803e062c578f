"""Streaming micro-payments: alice pays bob one unit per turn, and bob may only take turns.

Data: (units paid, 1 if ended). Only alice has a stake. Either may end the stream with its move.
If play stops, what was paid is paid: whoever stops owes nothing more, so a payee risks one unit.

Source: reference section 5, "micro-payments (streaming)".
"""

from spec.channels.application.evidence import Data, Turn, mover
from spec.channels.sides import ALICE, Pair
from spec.kernel.basics import Wei

START: Data = (0, 0)
UNIT: Wei = 1


def legal(before: Data, after: Data, turn: Turn, stakes: Pair) -> bool:
    """Alice adds one unit while her stake lasts, bob adds none; or either ends the stream."""
    if after[1] == 1:
        return after[0] == before[0]
    if mover(turn) == ALICE:
        return after[0] == before[0] + UNIT and after[0] <= stakes[0]
    return after[0] == before[0]


def steps(before: Data, turn: Turn, stakes: Pair) -> tuple[Data, ...]:
    """The payment or the pass first, then the end."""
    paid = before[0]
    if mover(turn) != ALICE:
        return (paid, 0), (paid, 1)
    if paid < stakes[0]:
        return (paid + UNIT, 0), (paid, 1)
    return ((paid, 1),)


def over(data: Data) -> bool:
    """Has somebody ended it?"""
    return data[1] == 1


def standing(data: Data, stakes: Pair) -> Pair:
    """Bob has what was paid, alice the rest, in wei."""
    return stakes[0] - data[0], stakes[1] + data[0]
