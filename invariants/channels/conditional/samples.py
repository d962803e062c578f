"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from spec.channels.conditional.pays import Logic
from spec.channels.conditional.state import NOTHING_PAID
from spec.kernel.basics import DAY

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "transfers": (
        (Logic.AND, (1, 0), 2),
        (Logic.OR, (1, 0), 2),
        (Logic.ADD, (1, 1), 3),
        (Logic.MAX, (), 2),
        (Logic.MIN, (1, 2), 2),
    ),
    "above_maximum": ((3, 2), (1, 2)),
    "raises": ((2, 1), (1, 1)),
    "newer": ((2, 1), (1, 1)),
    "window_after": ((2 * DAY, DAY, 2 * DAY),),
    "adds_up_until": ((2 * DAY, DAY, DAY), (DAY, 2 * DAY, DAY)),
    "confirms_after": ((2 * DAY, 3 * DAY), (2 * DAY, 0)),
    "split": (((1, 1), (0, 0), (1, 0)), ((0, 2), (0, 1), (2, 0))),
    "after_failure": ((NOTHING_PAID[0],),),
    "limit": ((2, 1, 0, 1, 1),),
    "hears_veto": ((True,), (False,)),
    "time_left": ((DAY, 2 * DAY, DAY), (DAY, DAY, DAY), (DAY, 0, DAY)),
    "covered": ((0,), (-1,)),
    "takes_voucher": ((1, 2, True), (1, 2, False)),
    "vetoes": ((1, 0), (1, 1)),
}
"""By decision, some argument lists."""
