"""States by 64-bit fingerprints, the same in every process and on every machine.

A key is a nested tuple of non-negative ints. Python's own hash is no use: hash(-1) == hash(-2),
and hashes of None and of strings differ between processes.
"""

from collections.abc import Callable
from hashlib import blake2b
from marshal import dumps
from typing import Any

from impl.faults import BadInput

EPOCH = 10**10
"""Where the relative key puts the present, in seconds: later than any past reaches back."""


def fingerprint(key: Any) -> int:
    """64 bits of blake2b over marshal version 2, which has no back references."""
    return int.from_bytes(blake2b(dumps(key, 2), digest_size=8).digest())


def collision_probability(states: int) -> float:
    """At most this likely, two of so many states shared a fingerprint and one was lost."""
    return states * states / 2.0**65


def check_plain(key: Any, whose: str) -> None:
    """Raises BadInput unless a key is made of tuples and plain values only.

    Sets and dicts would marshal in an order that differs from process to process.
    """
    if isinstance(key, tuple | list):
        for part in key:
            check_plain(part, whose)
    elif type(key) not in (int, bool, str, bytes, type(None)):
        raise BadInput(
            f"{whose} contains a {type(key).__name__}; it has to be nested tuples of ints"
        )


def key_of(protocol: Any, rules: Any, name: str) -> Callable[[Any], int]:
    """The function from states to fingerprints: by the protocol's reduced key, by the whole state
    with its times relative to now, or by the whole state."""
    if name == "exact":
        exact = protocol.exact

        def of_exact(state: Any) -> int:
            return int.from_bytes(blake2b(dumps(exact(state), 2), digest_size=8).digest())

        return of_exact
    if name == "relative":
        exact, shift = protocol.exact, protocol.shift

        def of_relative(state: Any) -> int:
            moved = exact(shift(state, EPOCH - state.main.now))
            return int.from_bytes(blake2b(dumps(moved, 2), digest_size=8).digest())

        return of_relative
    reduced = protocol.key

    def of_reduced(state: Any) -> int:
        return int.from_bytes(blake2b(dumps(reduced(state, rules), 2), digest_size=8).digest())

    return of_reduced
