"""Changes bytes of kept runs: other choices, cut short, joined with another run's end."""

from collections.abc import Callable
from random import Random

MOST = 4
"""Changes made to one run, at most."""


def mutated(random: Random, data: bytes, other: bytes) -> bytes:
    """Some changes of a run's bytes, drawn at random; `other` is a run to borrow from."""
    for _ in range(1 + random.randrange(MOST)):
        data = random.choice(CHANGES)(random, data, other)
    return data


def _another_choice(random: Random, data: bytes, other: bytes) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes((random.randrange(256),)) + data[at + 1 :]


def _a_neighbour(random: Random, data: bytes, other: bytes) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    near = (data[at] + random.choice((-2, -1, 1, 2))) % 256
    return data[:at] + bytes((near,)) + data[at + 1 :]


def _left_out(random: Random, data: bytes, other: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + data[at + 1 + random.randrange(8) :]


def _put_in(random: Random, data: bytes, other: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(1 + random.randrange(6)) + data[at:]


def _again(random: Random, data: bytes, other: bytes) -> bytes:
    """A stretch of the run once more, somewhere."""
    begin, at = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return data[:at] + data[begin : begin + 1 + random.randrange(12)] + data[at:]


def _truncated(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _spliced(random: Random, data: bytes, other: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other) + 1) :]


CHANGES: tuple[Callable[[Random, bytes, bytes], bytes], ...] = (
    _another_choice,
    _another_choice,
    _a_neighbour,
    _left_out,
    _put_in,
    _again,
    _truncated,
    _spliced,
)
