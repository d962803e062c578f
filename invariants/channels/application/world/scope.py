"""How much may happen in a run of the application channel, and what there was before it."""

from typing import Any

from attrs import field, frozen, validators

from spec.channels.application import rock_paper_scissors as rps
from spec.channels.application import streaming, tic_tac_toe
from spec.channels.application.evidence import App, Data
from spec.channels.sides import BOB, Pair, two_amounts
from spec.kernel.basics import Party, Wei

EMPTY_DATA = {
    App.STREAMING: streaming.START,
    App.ROCK_PAPER_SCISSORS: rps.START,
    App.TIC_TAC_TOE: tic_tac_toe.EMPTY,
}
"""What an application begins with, if nothing else is said."""

OUTSIDER = Party(3)
"""Somebody who is no party of the channel."""


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    app: App = App.ROCK_PAPER_SCISSORS
    stakes: Pair = field(default=(2, 1), validator=two_amounts)
    start: Data = field(default=rps.START, validator=validators.deep_iterable(validators.ge(0)))
    coalition: tuple[Party, ...] = (BOB,)
    """Who is dishonest; the others are honest."""
    offline: tuple[Party, ...] = ()
    """Honest parties that miss what they would have to do."""
    outsider: bool = False
    """Is there somebody who is no party, and knows what both signed at the start and what was shown
    on the chain?"""
    funded: bool = True
    """Have both deposited?"""
    forged: bool = False
    """Does anybody try what the contract refuses: forged signatures, invalid moves, stale turns?"""
    purse: Wei = field(default=5, validator=validators.ge(0))
    """What each account holds beside the stakes, in wei."""

    @start.validator
    def _fits_the_application(self, attribute: Any, start: Data) -> None:
        """As many numbers as the application's data has."""
        wanted = len(EMPTY_DATA[self.app])
        if len(start) != wanted:
            raise ValueError(f"the data of {self.app.name} are {wanted} numbers, not {len(start)}")


def streaming_scope(units: Wei, **more: object) -> Scope:
    """Alice can pay bob so many units."""
    return Scope(app=App.STREAMING, stakes=(units, 0), start=streaming.START, **more)  # type: ignore[arg-type]
