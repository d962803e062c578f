"""States by 64-bit fingerprints, the same in every process and on every machine.

A key is a nested tuple of non-negative ints. Python's own hash is no use: hash(-1) == hash(-2),
and hashes of None and of strings differ between processes.
"""

from collections.abc import Callable
from hashlib import blake2b
from marshal import dumps
from typing import Any

from impl.ground.faults import BadInput

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


class Prints:
    """Fingerprints of states by one key."""

    __slots__ = ("_at", "_before", "_waited", "_rules", "key")

    def __init__(
        self,
        key: Callable[[Any, Any], Callable[[Any], Any]],
        rules: Any,
        *,
        waited: bool,
    ) -> None:
        """`key(state, rules)(now)` is what a fingerprint is taken of; `waited` says that it knows
        that of a state which a wait makes, too."""
        self.key, self._rules, self._waited = key, rules, waited
        self._before: Any = None
        self._at: Callable[[Any], Any] = fingerprint

    def __call__(self, state: Any) -> int:
        """The fingerprint of a state."""
        return fingerprint(self.key(state, self._rules)(state.main.now))

    def waited(self, before: Any, after: Any) -> int:
        """The same for a state that a wait made: what it can't change is worked out once."""
        if not self._waited:
            return self(after)
        if before is not self._before:
            self._before, self._at = before, self.key(before, self._rules)
        return fingerprint(self._at(after.main.now))


def key_of(protocol: Any, rules: Any, name: str) -> Prints:
    """Fingerprints by the protocol's reduced key and the money, by the whole state with its times
    relative to now, or by the whole state.

    A key may leave the accounts out, because under the rules as they are the money follows from the
    rest. Under a changed rule it need not, and what breaks may be several steps away.
    """
    if name == "reduced":
        return Prints(_with_money(protocol.key), rules, waited=True)
    exact, shift = protocol.exact, protocol.shift
    if name == "exact":
        return Prints(lambda state, rules: lambda now: exact(state), rules, waited=False)
    return Prints(
        lambda state, rules: lambda now: exact(shift(state, EPOCH - now)), rules, waited=False
    )


def _with_money(
    key: Callable[[Any, Any], Callable[[Any], Any]],
) -> Callable[[Any, Any], Callable[[Any], Any]]:
    def whole(state: Any, rules: Any) -> Callable[[Any], Any]:
        at, main = key(state, rules), state.main
        money = sorted(main.accounts.items()), sorted(main.escrow.items())
        return lambda now: (at(now), money)

    return whole
