"""The decisions of the application channel, and the record that holds them.

A rule change is a value: ``attrs.evolve(FORCEMOVE, record_after=record_stays)``. The first
definition of each decision is ForceMove's; what follows it are the mistakes that it avoids.

Source: reference section 5; Nitro's adjudicator.
"""

from collections.abc import Callable

from attrs import field, frozen, validators

from spec.channels.application.applications import Stalled
from spec.channels.application.evidence import Signed, Support, Turn, mover
from spec.channels.application.outcomes import Outcome
from spec.channels.application.rock_paper_scissors import Shows
from spec.channels.application.strategy import Player
from spec.channels.sides import PARTIES
from spec.kernel.basics import Seconds, Wei


@frozen
class Rules:
    """Everything that the contract decides, what the applications leave open, and the honest
    strategy."""

    window: Seconds = field(validator=validators.ge(1))
    """How long a challenge can be answered."""

    admits_deposit: Callable[[Wei, Wei], bool]
    takes_deposit: Callable[[bool], bool]
    lets_challenge: Callable[[bool], bool]
    supports: Callable[[Support, bool], bool]
    may_challenge: Callable[[Turn, Turn, bool], bool]
    may_checkpoint: Callable[[Turn, Turn], bool]
    record_after: Callable[[Turn, Turn], Turn]
    concludes: Callable[[bool, int], bool]
    pays: Callable[[Outcome, Wei], tuple[Wei, ...]]
    stalled: Stalled
    shows: Shows

    player: Player = Player()
    """The strategy of honest parties."""


# Deposits ---------------------------------------------------------------------------------------


def as_expected(held: Wei, expected: Wei) -> bool:
    """A deposit counts only on top of what the depositor saw: who is paid first has deposited."""
    return held == expected


def whatever_is_held(held: Wei, expected: Wei) -> bool:
    """A deposit counts whenever it lands."""
    return True


def until_final(final: bool) -> bool:
    """No deposit is taken when the outcome is final."""
    return not final


def at_any_time(final: bool) -> bool:
    """A deposit is taken when nothing can be paid out of it any more."""
    return True


# Who may challenge ------------------------------------------------------------------------------


def parties_only(is_party: bool) -> bool:
    """Only one of the two may challenge, whoever has the signatures.

    Source: Nitro asks for the challenger's own signature, and that it is one of the participants'.
    """
    return is_party


def anybody(is_party: bool) -> bool:
    """Whoever has what supports a state may challenge with it: the start, or what was shown."""
    return True


# Which state counts ------------------------------------------------------------------------------


def signed_by_all_or_in_turn(support: Support, follows: bool) -> bool:
    """Both have signed the state; or its mover has, the mover before signed the state before, and
    the one follows from the other by the application's rules."""
    claimed, before = support.claimed, support.before
    if before is None:
        return signatures(claimed) == len(PARTIES)
    return follows and signed_by_mover(before) and signed_by_mover(claimed)


def signed_by_mover(signed: Signed) -> bool:
    """Has the party signed whose move it was?"""
    return mover(signed.body.turn) in signed.by


def signatures(signed: Signed) -> int:
    """How many of the two parties have signed."""
    return sum([party in signed.by for party in PARTIES])


def signed_by_its_mover(support: Support, follows: bool) -> bool:
    """The mover's signature is enough, wherever the state comes from."""
    return signed_by_mover(support.claimed)


def signed_in_turn(support: Support, follows: bool) -> bool:
    """Nobody asks the application whether the state follows from the one before."""
    claimed, before = support.claimed, support.before
    if before is None:
        return signatures(claimed) == len(PARTIES)
    return signed_by_mover(before) and signed_by_mover(claimed)


def newer_while_running(turn: Turn, record: Turn, running: bool) -> bool:
    """While a challenge runs only a newer state makes another one; else the recorded turn will do,
    since it may be the one at which somebody stalls."""
    return turn > record if running else turn >= record


def never_older(turn: Turn, record: Turn, running: bool) -> bool:
    """The challenged state can be challenged again, and the window begins anew."""
    return turn >= record


def always_newer(turn: Turn, record: Turn, running: bool) -> bool:
    """What was recorded can't be challenged: who stalls after a checkpoint stalls for ever."""
    return turn > record


def newer(turn: Turn, record: Turn) -> bool:
    """Only a newer state clears a challenge."""
    return turn > record


def not_older(turn: Turn, record: Turn) -> bool:
    """The challenged state itself clears the challenge."""
    return turn >= record


def raised_record(turn: Turn, record: Turn) -> Turn:
    """The turn that was shown is the record."""
    return turn


def record_stays(turn: Turn, record: Turn) -> Turn:
    """An answer clears the challenge and leaves no trace."""
    return record


def final_and_unanimous(final: bool, signed_by: int) -> bool:
    """A final state that both have signed concludes."""
    return final and signed_by == len(PARTIES)


def final_is_enough(final: bool, signed_by: int) -> bool:
    """Any final state concludes: one signature is enough, or none."""
    return final


def unanimous(final: bool, signed_by: int) -> bool:
    """Any state that both have signed concludes: the start too."""
    return signed_by == len(PARTIES)
