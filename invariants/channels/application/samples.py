"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from attrs import evolve

from spec.channels.application.evidence import AppState, Signed, Support
from spec.channels.application.outcomes import allocated
from spec.channels.sides import ALICE, BOB, PARTIES

START = AppState(0, (0, 0, 0), allocated((2, 1)), final=False)
NEXT = AppState(1, (1, 0, 0), allocated((2, 1)), final=False)
BOTH = Support(Signed(START, PARTIES))
IN_TURN = Support(Signed(NEXT, (BOB,)), Signed(START, PARTIES))

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "admits_deposit": ((0, 0), (0, 2), (2, 2)),
    "takes_deposit": ((False,), (True,)),
    "lets_challenge": ((True,), (False,)),
    "supports": (
        (BOTH, False),
        (IN_TURN, True),
        (IN_TURN, False),
        (evolve(IN_TURN, before=None), False),
        (evolve(IN_TURN, claimed=Signed(NEXT, (ALICE,))), True),
    ),
    "may_challenge": ((1, 1, False), (1, 1, True), (2, 1, True), (0, 1, False)),
    "may_checkpoint": ((1, 1), (2, 1)),
    "record_after": ((2, 1),),
    "concludes": ((True, 2), (True, 1), (False, 2)),
    "pays": ((allocated((2, 1)), 3), (allocated((2, 1)), 2), (allocated((2, 1)), 0)),
    "stalled": (((2, 1), 2), ((2, 1), 3)),
    "shows": ((1,), (2,), (3,)),
    "plays": ((2, 3), (3, 3)),
    "takes": ((0, 2, 1), (2, 2, 1)),
}
"""By decision, some argument lists."""
