"""What the two parties of a channel sign: versions of who has what.

A version names the totals of deposits and withdrawals that it was signed on, each side's since the
beginning. So any version can be paid out at any time: what a side deposited since is its own, and
what was withdrawn since comes off who withdrew it. A withdrawal that both signed and nobody called
for yet goes to the side that it was meant for.

Source: reference section 1; cumulative totals as in Raiden (`total_deposit`, `total_withdraw`).
"""

from typing import TypeAlias

from attrs import frozen

from spec.channels.sides import Pair, Side
from spec.kernel.basics import Wei
from spec.kernel.telling import Teller

Signatures: TypeAlias = tuple[bool, bool]
"""Which side has signed."""


@frozen
class Version:
    """A state of the channel off chain. Amounts in wei."""

    number: int
    """The sequence number."""
    balances: Pair
    """What each side has; the sum is all deposits less all withdrawals."""
    deposits: Pair
    """What each side had deposited, in all."""
    withdrawn: Pair
    """What each side may have withdrawn, in all."""
    final: bool = False
    """Is this the end of the channel, to be paid out without a window?"""

    def clause(self, tell: Teller) -> str:
        """Number and balances, and what is unusual about it."""
        words = f"version {self.number} ({self.balances[0]}, {self.balances[1]})"
        if self.withdrawn != (0, 0):
            words += f" with withdrawals {self.withdrawn[0]} and {self.withdrawn[1]}"
        return f"final {words}" if self.final else words

    def label(self, tell: Teller) -> str:
        """Number and balances."""
        final = " final" if self.final else ""
        return f"#{self.number} ({self.balances[0]}, {self.balances[1]}){final}"


START = Version(0, (0, 0), (0, 0), (0, 0))
"""Nothing was ever paid: each side has what it deposited. It counts without signatures."""


def number_of(version: Version) -> int:
    """Its sequence number."""
    return version.number


def funds(deposits: Pair, withdrawn: Pair) -> Wei:
    """What the channel holds, in wei."""
    return deposits[0] + deposits[1] - withdrawn[0] - withdrawn[1]


def claim_of(version: Version, side: Side, deposits: Pair, withdrawn: Pair) -> int:
    """What a version gives a side at these totals, in wei; negative where the side withdrew more
    than this version gives it."""
    return (
        version.balances[side]
        + deposits[side]
        - version.deposits[side]
        + version.withdrawn[side]
        - withdrawn[side]
    )


def well_formed(version: Version) -> bool:
    """Is nothing negative, and does the sum agree with the totals that the version names?"""
    balances = version.balances
    return (
        balances[0] >= 0
        and balances[1] >= 0
        and balances[0] + balances[1] == funds(version.deposits, version.withdrawn)
    )
