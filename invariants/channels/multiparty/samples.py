"""Arguments on which a decision of one's own is tried before it is trusted."""

from typing import Any

from attrs import evolve

from spec.channels.multiparty.evidence import NOWHERE, Dispute, Entry, Payment, Stamp
from spec.channels.multiparty.rule_sets import SOUND
from spec.channels.multiparty.strategy import Offer
from spec.kernel.basics import DAY, Party

ALICE, BOB, CAROL = Party(1), Party(2), Party(3)
NOW = Stamp(1, 1)
PAYMENT = Payment(1, CAROL, BOB, 1, NOW)
ENTRY = Entry(PAYMENT, by_payer=True, by_payee=True, receipt_by=ALICE, receipt=NOW)
DISPUTE = Dispute(
    participant=BOB, leader=ALICE, stamp=NOW, before=2, proposed=3, shown=(ENTRY,),
    listed=(ENTRY,), challenged=True, answered=True,
)  # fmt: skip
OFFER = Offer(own=3, due=3, total=6, funds=6, leads_next=True, exits_agreed=True)

SAMPLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "arbitrate": ((DISPUTE, SOUND), (evolve(DISPUTE, listed=()), SOUND)),
    "signed": ((ENTRY,), (evolve(ENTRY, by_payer=False),)),
    "in_epoch": ((NOW, NOW), (NOWHERE, NOW)),
    "unique": (((),), ((ENTRY, ENTRY),)),
    "folds": ((DISPUTE,),),
    "receipted": ((ENTRY, ALICE, NOW),),
    "rebuts": ((True, True), (True, False)),
    "body_stamp": ((NOW,),),
    "receipt_stamp": ((NOW,),),
    "spendable": ((2, 1, 1),),
    "must_prove": ((True,), (False,)),
    "may_challenge": ((True,), (False,)),
    "challenges_until": ((DAY, SOUND),),
    "answers_until": ((DAY, SOUND),),
    "admits_balances": ((6, 6), (7, 6)),
    "unchallenged": ((True,), (False,)),
    "convicted": ((True,),),
    "silence_convicts": ((True,), (False,)),
    "next_leader": ((ALICE, BOB),),
    "makes_good": ((1, 2),),
    "admits_forced_exit": ((True,), (False,)),
    "admits_request": ((True,), (False,)),
    "puts_out": ((True,), (False,)),
    "votes_for": ((OFFER,),),
    "takes": ((1, 2),),
}
"""By decision, some argument lists."""
