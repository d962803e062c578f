"""How much may happen in a run of the application channel, and what there was before it."""

from attrs import field, frozen, validators

from spec.application import rock_paper_scissors as rps
from spec.application import streaming
from spec.application.evidence import App, Data
from spec.channels.sides import BOB, Pair
from spec.kernel.basics import Party, Wei


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    app: App = App.ROCK_PAPER_SCISSORS
    stakes: Pair = (2, 1)
    start: Data = rps.START
    coalition: tuple[Party, ...] = (BOB,)
    """Who is dishonest; the others are honest."""
    offline: tuple[Party, ...] = ()
    """Honest parties that miss what they would have to do."""
    funded: bool = True
    """Have both deposited?"""
    forged: bool = False
    """Does anybody try what the contract refuses: forged signatures, invalid moves, stale turns?"""
    purse: Wei = field(default=5, validator=validators.ge(0))
    """What each account holds beside the stakes, in wei."""


def streaming_scope(units: Wei, **more: object) -> Scope:
    """Alice can pay bob so many units."""
    return Scope(app=App.STREAMING, stakes=(units, 0), start=streaming.START, **more)  # type: ignore[arg-type]
