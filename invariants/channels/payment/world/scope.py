"""How much may happen in a run of the payment channel."""

from attrs import field, frozen, validators

from spec.channels.sides import ALICE, BOB, Pair, two_amounts
from spec.kernel.basics import DAY, Party, Seconds, Wei

not_negative = validators.ge(0)


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    honest: tuple[Party, ...] = field(
        default=(BOB,), validator=validators.deep_iterable(validators.in_((ALICE, BOB)))
    )
    """Who follows the strategy; who does not belongs to one coalition."""
    funded: Pair = field(default=(1, 1), validator=two_amounts)
    """What each side has deposited before the run, in wei; without both the channel is opening."""
    purse: Wei = field(default=1_000, validator=not_negative)
    """What each side has beside the channel, in wei."""
    deposit: Wei = field(default=0, validator=not_negative)
    """What one side deposits in a run, all in all, in wei."""
    versions: int = field(default=2, validator=not_negative)
    """Versions that honest parties sign, for each of them."""
    amounts: tuple[Wei, ...] = field(
        default=(1,), validator=validators.deep_iterable(validators.ge(1))
    )
    """What is paid, deposited and withdrawn at a time, in wei."""
    withdrawn: Wei = field(default=0, validator=not_negative)
    """What one side withdraws, all in all, in wei."""
    finals: bool = True
    """Do the parties agree to end the channel?"""
    channels: int = field(default=1, validator=validators.ge(1))
    """How many channels the two have, one after the other."""
    absences: int = field(default=0, validator=not_negative)
    """How often somebody honest is away."""
    away: Seconds = field(default=DAY, validator=validators.ge(1))
    """How long, at most, in seconds."""
    crashes: bool = False
    """Does who leaves lose what it has not stored?"""
    noise: bool = False
    """Are forged, unfair, old and repeated things tried, that should be refused?"""
