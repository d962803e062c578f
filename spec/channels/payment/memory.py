"""What a party knows of the channel off chain, and what of it survives a crash."""

from attrs import frozen

from spec.channels.payment.versions import START, Version


@frozen
class Memory:
    """A party's own record."""

    held: Version = START
    """The newest version that it has the other's signature on: what it can show."""
    signed: Version = START
    """The newest version that it has signed."""
    heard: int = 0
    """The other has revoked its versions below this number."""
    revealed: int = 0
    """It has revoked its own versions below this number."""


BLANK = Memory()
"""Before the first update."""
NOTHING_KNOWN = (BLANK, BLANK)
"""Both, before the first update."""
