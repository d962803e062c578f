"""The vault always covers what honest wallets are owed, asset by asset.

A run that a search found breaks PL-SAFE-EXIT under plasma-mvp/mvp with exit-period 10d. Under
plasma-mvp/hardened it breaks nothing:

     1  day 0           alice     deposits 1 (escrow 0 -> 1)
     2  day 0           operator  submits a block [nothing -> 1 to mallory] shown to alice
     3  day 0           mallory   starts to exit 1000.0.0 (escrow 1 -> 3)
     4  day 0                     10 days pass (refused: DeadlinePending(party=1, deadline=604800,
                                  until=864000))
     5  day 0           alice     starts to exit deposit 1.0.0 (escrow 3 -> 5)
     6  day 0                     4 days 1 s pass
     7  day 4 00:00:01  alice     has the due exits paid (refused: NothingDue(asset=0, now=345601))

Pinned by `exitgame pin a472792e --holds --rule-set hardened`; it needs a472792e.trace beside it.
"""

from exitgame.pinned import pinned

RUN = pinned(__file__, "a472792e.trace")


def test_hardened_survives_the_run():
    outcome = RUN.under("hardened")
    assert outcome.refused == {4: "DeadlinePending", 7: "NothingDue"}
    assert outcome.broken == ()
