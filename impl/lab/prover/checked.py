"""Known numbers as contract code has them: what overflows is refused."""

from collections.abc import Callable
from typing import Any

from impl.lab.prover.paths import engine
from impl.lab.prover.values import WORD, Overflow


def _checked(name: str) -> Callable[..., Any]:
    plain = getattr(int, name)

    def method(self: int, other: object) -> Any:
        result = plain(self, other)
        if result is NotImplemented:
            return result
        if engine().checked and not 0 <= result < WORD:
            raise Overflow
        return Checked(result)

    return method


class Checked(int):
    """A known int for replays of the uint256 mode: in contract code, what overflows is refused."""

    __slots__ = ()


for _name in ("add", "sub", "mul", "floordiv", "mod"):
    for _side in ("", "r"):
        setattr(Checked, f"__{_side}{_name}__", _checked(f"__{_side}{_name}__"))
