"""The vault always covers what honest wallets are owed, asset by asset.

A run that a search found breaks PL-SAFE-EXIT under plasma-mvp/mvp with change
docs/examples/by_arrival.py:by_arrival:

     1  day 0            alice     deposits 1 (escrow 0 -> 1)
     2  day 0            operator  submits a block [nothing -> 1 to mallory] shown to alice
     3  day 0            mallory   starts to exit 1000.0.0 (escrow 1 -> 3)
     4  day 0                      7 days pass
     5  day 7            alice     starts to exit deposit 1.0.0 (escrow 3 -> 5)
     6  day 7                      7 days 1 s pass
     7  day 14 00:00:01  alice     has the due exits paid (escrow 5 -> 2)

Why: a forged output was paid before an older claim (owed 1, vault 0, position 1,000,000,000,000,
paid falsely 1)

Pinned by `exitgame pin b9d55060 --change docs/examples/by_arrival.py:by_arrival`; it needs
b9d55060.trace and by_arrival-b0434033.change beside it.
"""

from exitgame.pinned import pinned

RUN = pinned(__file__, "b9d55060.trace", change="by_arrival-b0434033.change")
CLAIM = "PL-SAFE-EXIT"
CAUSE = "a forged output was paid before an older claim"


def test_the_rules_that_it_was_found_under_still_break_the_claim():
    outcome = RUN.under_its_rules()
    assert outcome.refused == {}
    assert (CLAIM, CAUSE) in outcome.broken


def test_mvp_without_the_change_holds():
    outcome = RUN.under_its_rule_set()
    assert outcome.refused == {}
    assert outcome.broken == ()
