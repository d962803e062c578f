"""The payment channel as rule sets: two answers to stale versions, and each known mistake."""

from attrs import evolve

from spec.channels.payment import rules as r
from spec.channels.payment import strategy as s
from spec.channels.payment.rules import Rules
from spec.channels.payment.strategy import Peer
from spec.channels.windows import deadline_stands, window_restarts
from spec.kernel.basics import DAY

PEER = Peer(
    accepts=s.nothing_lost, newer=s.greater_number, may_sign=s.at_once, stores=s.before_sending
)

REPLACEMENT = Rules(
    window=2 * DAY,
    revocable=False,
    names_channel=True,
    split=r.with_later_totals,
    unanimous=r.both,
    replaces=r.strictly_newer,
    punishes=r.never_punished,
    deadline_after=deadline_stands,
    peer=PEER,
)
"""A stale version is replaced by a newer one. Source: Raiden, Celer, ForceMove."""

PENALTY = evolve(
    REPLACEMENT,
    revocable=True,
    replaces=r.never_replaced,
    punishes=r.revoked,
    peer=evolve(PEER, may_sign=s.when_revoked),
)
"""Each side revokes its version once it holds the next one; who shows a revoked version loses
everything to the other. Source: Lightning."""

# Known mistakes ---------------------------------------------------------------------------------

SHORT_WINDOW = evolve(REPLACEMENT, window=DAY)
WINDOW_RESTARTS = evolve(REPLACEMENT, deadline_after=window_restarts)
NOT_STRICT = evolve(REPLACEMENT, replaces=r.not_older)
ONE_SIGNATURE = evolve(REPLACEMENT, unanimous=r.either)
TOTALS_IGNORED = evolve(REPLACEMENT, split=r.as_signed)
WITHOUT_IDENTITY = evolve(REPLACEMENT, names_channel=False)
EQUAL_NUMBERS = evolve(REPLACEMENT, peer=evolve(PEER, newer=s.no_smaller_number))
WITHDRAWAL_FORGOTTEN = evolve(REPLACEMENT, peer=evolve(PEER, accepts=s.own_share_right))
STORES_LATE = evolve(REPLACEMENT, peer=evolve(PEER, stores=s.after_sending))
OLD_BACKUP = evolve(PENALTY, peer=evolve(PENALTY.peer, stores=s.old_backup))
IMPATIENT = evolve(PENALTY, peer=evolve(PENALTY.peer, may_sign=s.at_once))
