"""How much may happen: named scopes, each no larger than what it is for.

Alice is the customer, bob her partner. The name says who is dishonest, or what is special.
"""

from invariants.channels.watchtower.world.scope import FIRST_TOWER, SECOND_TOWER, THIRD_TOWER, Scope
from spec.channels.sides import ALICE, BOB

UP, UP_AND_DOWN, DOWN_AND_UP = ((3, 1),), ((3, 1), (1, 3)), ((1, 3), (3, 1))
NOTHING_THEN_ALL = ((0, 4), (4, 0))
"""How alice's balance moves; she begins with 2."""

SCOPES: dict[str, Scope] = {
    "tiny": Scope(plan=UP, coalition=(BOB, FIRST_TOWER), retiring=False),
    "unequal": Scope(deposits=(1, 3), plan=UP, coalition=(BOB, FIRST_TOWER), retiring=False),
    "all-honest": Scope(plan=UP, coalition=(), retiring=False),
    "alone": Scope(plan=DOWN_AND_UP, towers=(), coalition=(BOB,)),
    "partner": Scope(plan=DOWN_AND_UP, coalition=(BOB,), retiring=False),
    "bribed": Scope(plan=NOTHING_THEN_ALL, coalition=(BOB, FIRST_TOWER), retiring=False),
    "retiring": Scope(plan=UP, coalition=(BOB, FIRST_TOWER)),
    "retiring-honest": Scope(plan=DOWN_AND_UP, coalition=(BOB,)),
    "offline": Scope(plan=DOWN_AND_UP, coalition=(BOB,), offline=(FIRST_TOWER,)),
    "two-towers": Scope(
        plan=UP,
        towers=(FIRST_TOWER, SECOND_TOWER),
        coalition=(BOB, SECOND_TOWER),
        retiring=False,
    ),
    "two-towers-long": Scope(
        plan=DOWN_AND_UP,
        towers=(FIRST_TOWER, SECOND_TOWER),
        coalition=(BOB, SECOND_TOWER),
        retiring=False,
        journeys=0,
    ),
    "two-bribed": Scope(
        plan=UP,
        towers=(FIRST_TOWER, SECOND_TOWER),
        coalition=(BOB, FIRST_TOWER, SECOND_TOWER),
        retiring=False,
    ),
    "customer": Scope(plan=UP_AND_DOWN, coalition=(ALICE,), retiring=False, past=True),
    "both": Scope(
        plan=DOWN_AND_UP, coalition=(ALICE, BOB), retiring=False, past=True, forgery=True
    ),
    "both-tiny": Scope(plan=UP, coalition=(ALICE, BOB), retiring=False, past=True, forgery=True),
    "crashing": Scope(plan=UP, coalition=(BOB,), retiring=False, crashes=True),
    "both-late": Scope(plan=UP, coalition=(ALICE, BOB), retiring=False, late=True),
    "registering": Scope(plan=UP, coalition=(BOB, FIRST_TOWER), registered=False),
    "noise": Scope(plan=UP, coalition=(BOB, FIRST_TOWER), noise=True, journeys=0),
    "noise-honest": Scope(plan=UP, coalition=(BOB,), noise=True, retiring=False),
    "noise-league": Scope(
        plan=UP,
        towers=(FIRST_TOWER, SECOND_TOWER),
        coalition=(ALICE, BOB, FIRST_TOWER),
        past=True,
        forgery=True,
        noise=True,
    ),
    "wide": Scope(
        deposits=(3, 3),
        plan=((1, 5), (5, 1), (2, 4), (4, 2)),
        towers=(FIRST_TOWER, SECOND_TOWER, THIRD_TOWER),
        coalition=(BOB, SECOND_TOWER),
        offline=(THIRD_TOWER,),
        journeys=3,
    ),
    "wide-customer": Scope(
        deposits=(3, 3),
        plan=((1, 5), (5, 1), (2, 4)),
        towers=(FIRST_TOWER, SECOND_TOWER),
        coalition=(ALICE, BOB, SECOND_TOWER),
        past=True,
        forgery=True,
        journeys=0,
    ),
}
"""By name."""
