"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from spec.kernel.basics import ETHER, WEEK, Party
from spec.plasma.mvp.positions import encode
from spec.plasma.mvp.rule_sets import PLASMA_MVP
from spec.plasma.mvp.rules import ShownSpend
from spec.plasma.mvp.state import Exit, Status

ALICE, MALLORY = Party(1), Party(2)
DEPOSIT, OUTPUT = encode(1, 0, 0), encode(1000, 0, 0)

LEAVING = Exit(
    position=DEPOSIT,
    output=DEPOSIT,
    owner=ALICE,
    asset=ETHER,
    amount=2,
    created=WEEK,
    started=3 * WEEK,
    exitable_at=4 * WEEK,
    young_block=1000,
    bond=2,
    status=Status.PENDING,
    inputs=(),
    signers=(),
)
SPEND = ShownSpend(input=DEPOSIT, signer=ALICE, confirmed=True, whole=True)

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "locate": ((DEPOSIT, 1000), (OUTPUT, 1000)),
    "deposit_number": ((1000, 1, 1000), (3000, 7, 1000)),
    "count_after_block": ((1,), (7,)),
    "admits_deposit": ((0, 0), (1000, 2000)),
    "exitable_at": ((0, WEEK, PLASMA_MVP), (WEEK, 4 * WEEK, PLASMA_MVP)),
    "priority": ((LEAVING, PLASMA_MVP),),
    "queue_of": ((LEAVING, PLASMA_MVP),),
    "exit_key": ((LEAVING,),),
    "input_confirmed": ((ALICE, True), (ALICE, False)),
    "cancels_input_exit": ((DEPOSIT, ALICE, DEPOSIT, ALICE), (DEPOSIT, MALLORY, DEPOSIT, ALICE)),
    "refused_by_input_exit": ((DEPOSIT, ALICE, LEAVING),),
    "bars_input_exit": ((DEPOSIT, ALICE, DEPOSIT, ALICE),),
    "upholds_challenge": ((LEAVING, SPEND),),
    "reward": ((2,), (7,)),
    "handled_at_once": ((3, 0), (3, 2)),
    "handling": ((Status.PENDING, False), (Status.CANCELLED, False), (Status.PENDING, True)),
    "keeps_record": ((Status.PAID,), (Status.CANCELLED,)),
    "pays_challenger": ((False,), (True,)),
    "fee_exit_created": ((0,), (WEEK,)),
    "admits_fee_exit": ((1,),),
    "fee_output_limit": ((3, 1),),
    "spendable": ((True, False), (False, True)),
    "joins": ((True,), (False,)),
    "watches": ((True,), (False,)),
    "fears_fee_exit": ((2, 1),),
    "comes_back": ((False,), (True,)),
    "takes": ((False, False), (True, False), (False, True)),
}
"""By decision, some argument lists."""
