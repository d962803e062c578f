"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from attrs import evolve

from spec.channels.payment.memory import BLANK, Memory
from spec.channels.payment.versions import START, Version
from spec.kernel.basics import DAY

VERSION = Version(2, (1, 3), (2, 2), (0, 0))
GRANTED = Version(3, (0, 3), (2, 2), (1, 0), final=True)
KNOWING = Memory(VERSION, GRANTED, heard=2, revealed=2)

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "split": ((START, (2, 2), (0, 0)), (VERSION, (3, 2), (0, 0)), (GRANTED, (2, 2), (1, 0))),
    "unanimous": (((True, True),), ((True, False),)),
    "replaces": ((2, 1), (1, 1), (1, 2)),
    "punishes": ((1, 2), (2, 2)),
    "deadline_after": ((DAY, 0, DAY), (DAY, DAY, DAY)),
    "accepts": (
        (GRANTED, VERSION, 1, (2, 2), (0, 0)),
        (evolve(VERSION, number=4), GRANTED, 0, (2, 2), (1, 0)),
    ),
    "newer": ((2, 1), (1, 1)),
    "may_sign": ((2, 2), (2, 0)),
    "stores": ((BLANK, BLANK, KNOWING), (BLANK, KNOWING, KNOWING)),
}
"""By decision, some argument lists."""
