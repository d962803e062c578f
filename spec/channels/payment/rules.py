"""The decisions of the payment channel, and the record that holds them.

A rule change is a value: ``attrs.evolve(REPLACEMENT, deadline_after=window_restarts)``. The first
definition of each decision is the sound one; what follows it are the mistakes that are known.
`spec.channels.windows` has the alternatives for the deadline after an answer, `strategy.py` those
of the honest parties, `rule_sets.py` puts everything together.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.payment.strategy import Peer
from spec.channels.payment.versions import Signatures, Version, claim_of, funds
from spec.channels.sides import Pair
from spec.kernel.basics import Seconds


@frozen
class Rules:
    """Everything that the channel contract decides, and the honest strategy."""

    window: Seconds = field(validator=validators.ge(1))
    """How long a unilateral close can be answered."""
    revocable: bool
    """Is there a secret to each version, to be sent to the other side once the next one is held?
    Then stale versions are to be punished, and not replaced: what is claimed is measured by this,
    whatever the decisions answer."""
    names_channel: bool
    """Is it a part of what is signed which channel it is for? Else a signature counts in every
    channel that the two ever have."""

    split: Callable[[Version, Pair, Pair], Pair]
    """(version, deposits, withdrawn): what each side is paid at the end."""
    unanimous: Callable[[Signatures], bool]
    """Are these the signatures that a version needs?"""
    replaces: Callable[[int, int], bool]
    """(shown, claimed): does a version with this number replace the claimed one?"""
    punishes: Callable[[int, int], bool]
    """(claimed, below): is everything of the closer's lost, if it has claimed a version with this
    number, and has revoked its versions below that one?"""
    deadline_after: Callable[[Seconds, Seconds, Seconds], Seconds]
    """(deadline, now, window): the deadline after a version was replaced."""

    peer: Peer
    """The strategy of honest parties."""


# Who gets what ----------------------------------------------------------------------------------


def with_later_totals(version: Version, deposits: Pair, withdrawn: Pair) -> Pair:
    """What the version gives each side, with what it deposited and withdrew since. A side that has
    withdrawn more than an old version gives it gets nothing, and the other one what there is."""
    there = funds(deposits, withdrawn)
    first = max(0, min(claim_of(version, 0, deposits, withdrawn), there))
    return first, there - first


def as_signed(version: Version, deposits: Pair, withdrawn: Pair) -> Pair:
    """The balances as they stand in the version; who was to get what was deposited since, or was
    withdrawn since, nobody asks."""
    return version.balances


# Whose signatures -------------------------------------------------------------------------------


def both(signed: Signatures) -> bool:
    """Both sides have signed."""
    return signed[0] and signed[1]


def either(signed: Signatures) -> bool:
    """One signature is enough."""
    return signed[0] or signed[1]


# Stale versions ---------------------------------------------------------------------------------


def strictly_newer(shown: int, claimed: int) -> bool:
    """A version gives way to one with a greater number. Source: Raiden, Celer, ForceMove."""
    return shown > claimed


def not_older(shown: int, claimed: int) -> bool:
    """A version gives way to one with an equal number, too: to itself, or to another one."""
    return shown >= claimed


def never_replaced(shown: int, claimed: int) -> bool:
    """What was claimed stays claimed. Source: Lightning, where only a penalty answers a close."""
    return False


def revoked(claimed: int, below: int) -> bool:
    """Who claims a version that it has revoked loses everything. Source: Lightning (BOLT 5)."""
    return claimed < below


def never_punished(claimed: int, below: int) -> bool:
    """There is no penalty. Source: Raiden, Celer."""
    return False
