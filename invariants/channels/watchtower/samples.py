"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from invariants.channels.watchtower.world.scope import FIRST_TOWER, SECOND_TOWER
from spec.channels.payment.contract import Claim, Contract, Phase
from spec.channels.payment.rule_sets import PENALTY, REPLACEMENT
from spec.channels.payment.versions import START, Version
from spec.channels.sides import ALICE, BOB
from spec.channels.watchtower.appointments import CHANNEL, Appointment
from spec.channels.watchtower.rule_sets import ACCOUNTABLE
from spec.kernel.basics import DAY, ETHER
from spec.kernel.mainchain import MainChain

VERSION = Version(1, (3, 1), (2, 2), (0, 0))
APPOINTMENT = Appointment(CHANNEL, 1, VERSION)
MAIN = MainChain(0, {(ALICE, ETHER): 100, (BOB, ETHER): 100}, {ETHER: 4})
DISPUTED = Contract(Phase.DISPUTED, (2, 2), (0, 0), Claim(BOB, START, DAY))
BOTH = (True, True)

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "applies": (
        (MAIN, DISPUTED, VERSION, BOTH, 1, REPLACEMENT),
        (MAIN, DISPUTED, START, BOTH, 1, PENALTY),
    ),
    "opens": ((1, 0), (1, 1), (0, 1)),
    "needed": ((0,), (2,)),
    "backed": ((0, 1), (1, 1)),
    "unanswered": ((1, 0), (1, 1)),
    "owed": ((3, 4),),
    "readable": ((True,), (False,)),
    "concerns": ((CHANNEL, CHANNEL), (0, CHANNEL)),
    "counts": ((True,), (False,)),
    "admits": ((True,), (False,)),
    "award": ((4, 1), (1, 4)),
    "earns": ((None, FIRST_TOWER), (FIRST_TOWER, SECOND_TOWER)),
    "pays_reward": ((ALICE, BOB),),
    "unbonds": ((0, DAY, ACCOUNTABLE), (0, 9 * DAY, ACCOUNTABLE)),
    "leaves": ((True,), (False,)),
    "keeps": (((), APPOINTMENT), ((APPOINTMENT,), APPOINTMENT)),
    "survives": (((APPOINTMENT,), (APPOINTMENT,)), ((APPOINTMENT,), ())),
    "takes": ((True,), (False,)),
    "answers": ((0, DAY),),
    "replaces": ((1, 0), (0, 0)),
    "punishes": ((0, 1), (1, 1)),
    "split": ((START, (2, 2), (0, 0)), (VERSION, (2, 2), (0, 0))),
    "unanimous": ((BOTH,), ((True, False),)),
    "deadline_after": ((DAY, 0, DAY),),
}
"""By decision, some argument lists."""
