"""What an honest party decides off chain: what it accepts, what it calls newer, when it stores."""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.payment.memory import Memory
from spec.channels.payment.versions import Version, claim_of, well_formed
from spec.channels.sides import Pair, Side
from spec.kernel.basics import DAY, Instant, Seconds


@frozen
class Peer:
    """The strategy of an honest party."""

    accepts: Callable[[Version, Version, Side, Pair, Pair], bool]
    """(offered, held, own side, deposits, granted): is the offered version good enough, where the
    contract has these deposits, and these withdrawals were ever granted or paid?"""
    newer: Callable[[int, int], bool]
    """(offered number, own number): is the offered version newer than what it has?"""
    may_sign: Callable[[int, int], bool]
    """(held number, heard): may it sign another version, holding this one, when the other side has
    revoked its versions below that number?"""
    stores: Callable[[Memory, Memory, Memory], Memory]
    """(stored, before, after): what is stored when a step has changed its memory."""
    reaction: Seconds = field(default=DAY, validator=validators.ge(0))
    """How long its answer on the main chain may take, in seconds, from when it could know that it
    must answer: until it looks, and until its transaction is included."""
    in_time: bool = False
    """Does it answer by the contract's deadline, in no time? Nobody does; it is what is assumed
    where nothing is said of time."""


def answers_within(peer: Peer) -> Seconds | None:
    """How long an answer of an honest party takes; None: it is given in time."""
    return None if peer.in_time else peer.reaction


def last_start(deadline: Instant, peer: Peer) -> Instant:
    """The last moment at which a party can learn what it has to show by a deadline, and is sure to
    show it in time."""
    return deadline if peer.in_time else deadline - peer.reaction


def nothing_lost(
    offered: Version, held: Version, side: Side, deposits: Pair, granted: Pair
) -> bool:
    """The version adds up, counts only deposits that were made, forgets no withdrawal that was
    granted, and gives this side no less than the one it holds.

    A withdrawal that was granted can be called for at any time: a version that counts its amount
    among the balances again would pay it out twice.
    """
    return (
        well_formed(offered)
        and offered.deposits[0] <= deposits[0]
        and offered.deposits[1] <= deposits[1]
        and offered.withdrawn[0] >= granted[0]
        and offered.withdrawn[1] >= granted[1]
        and claim_of(offered, side, deposits, granted) >= claim_of(held, side, deposits, granted)
    )


def own_share_right(
    offered: Version, held: Version, side: Side, deposits: Pair, granted: Pair
) -> bool:
    """It looks at its own share only, and at whether the version adds up. Then an offer that
    forgets a withdrawal is taken, and the withdrawal called for afterwards."""
    return well_formed(offered) and (
        claim_of(offered, side, deposits, granted) >= claim_of(held, side, deposits, granted)
    )


def greater_number(offered: int, own: int) -> bool:
    """Only a greater number is newer."""
    return offered > own


def no_smaller_number(offered: int, own: int) -> bool:
    """It takes another version with a number that it has signed already: which of the two counts
    is then up to who comes first."""
    return offered >= own


def at_once(held: int, heard: int) -> bool:
    """It waits for nothing: a newer version replaces whatever the other side can show."""
    return True


def when_revoked(held: int, heard: int) -> bool:
    """The other side must have revoked everything older than what this side holds: else its
    unrevoked versions would become more and more. Source: Lightning (BOLT 2)."""
    return heard >= held


def before_sending(stored: Memory, before: Memory, after: Memory) -> Memory:
    """It stores what it knows before it sends or answers anything."""
    return after


def after_sending(stored: Memory, before: Memory, after: Memory) -> Memory:
    """It stores when it has sent: a crash loses the last step."""
    return before


def old_backup(stored: Memory, before: Memory, after: Memory) -> Memory:
    """It restores from a backup that was made when the channel was opened."""
    return stored
