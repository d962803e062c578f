"""How much may happen in a run about towers, and who is who."""

from attrs import field, frozen, validators

from spec.channels.sides import BOB, Pair, two_amounts
from spec.kernel.basics import Party

FIRST_TOWER, SECOND_TOWER, THIRD_TOWER = Party(3), Party(4), Party(5)


@frozen
class Scope:
    """Who is there, and how much may happen. Amounts in wei."""

    deposits: Pair = field(default=(2, 2), validator=two_amounts)
    """What alice and bob put into the channel: version 0."""
    plan: tuple[Pair, ...] = ((1, 3), (3, 1))
    """The balances of the versions that follow, as far as they come to sign them."""
    towers: tuple[Party, ...] = (FIRST_TOWER,)
    coalition: tuple[Party, ...] = (BOB,)
    """Who is dishonest; all others are honest."""
    offline: tuple[Party, ...] = ()
    """Honest towers that sign receipts, and miss whatever they would have to do after that."""
    registered: bool = True
    """Have the towers locked their bonds before the run?"""
    journeys: int = field(default=1, validator=validators.ge(0))
    """How often the customer goes away."""
    retiring: bool = True
    """Do towers want their bonds back?"""
    past: bool = False
    """Has each tower given the customer a receipt in another channel?"""
    crashes: bool = False
    """Do honest towers crash?"""
    late: bool = False
    """Does a dishonest customer hand over appointments when the channel is ending, or has ended?"""
    noise: bool = False
    """Is what should be refused tried, too: in the wrong stage, too early, too late, twice?"""
    forgery: bool = False
    """Does a dishonest customer hand over appointments that answer nothing?"""
