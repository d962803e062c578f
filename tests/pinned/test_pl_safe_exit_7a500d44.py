"""The vault always covers what honest wallets are owed, asset by asset.

A run that a search found breaks PL-SAFE-EXIT under plasma-mvp/mvp with exit-period 10d:

     1  day 0            alice     deposits 1 (escrow 0 -> 1)
     2  day 0            operator  submits a block [nothing -> 1 to mallory] shown to alice
     3  day 0            mallory   starts to exit 1000.0.0 (escrow 1 -> 3)
     4  day 0                      6 days pass
     5  day 6            alice     starts to exit deposit 1.0.0 (escrow 3 -> 5)
     6  day 6                      15 days 12 h pass
     7  day 21 12:00:00  operator  has the due exits paid (escrow 5 -> 2)

Why: a forged output was paid before an older claim (vault 0, owed 1, paid falsely 1, position
1,000,000,000,000)

Pinned by `exitgame pin 7a500d44`; it needs 7a500d44.trace beside it.
"""

from exitgame.pinned import pinned

RUN = pinned(__file__, "7a500d44.trace")
CLAIM = "PL-SAFE-EXIT"
CAUSE = "a forged output was paid before an older claim"


def test_the_rules_that_it_was_found_under_still_break_the_claim():
    outcome = RUN.under_its_rules()
    assert outcome.refused == {}
    assert (CLAIM, CAUSE) in outcome.broken


def test_mvp_without_the_change_holds():
    outcome = RUN.under_its_rule_set()
    assert outcome.refused == {6: "DeadlinePending", 7: "NothingDue"}
    assert outcome.broken == ()
