"""The vault always covers what honest wallets are owed, asset by asset.

A run that was kept for breaking PL-SAFE-EXIT under plasma-mvp/mvp with exit-period 10d. Under
plasma-mvp/hardened it breaks nothing:

     1  day 0  alice     deposits 1 (escrow 0 -> 1)
     2  day 0  operator  submits a block [nothing -> 1 to mallory] shown to alice
     3  day 0  mallory   starts to exit 1000.0.0 (escrow 1 -> 3)
     4  day 0            6 days pass
     5  day 6  alice     starts to exit deposit 1.0.0 (escrow 3 -> 5)
     6  day 6            15 days 12 h pass (refused: DeadlinePending(party=1, deadline=1814400,
                         until=1857600))
     7  day 6  operator  has the due exits paid (refused: NothingDue(asset=0, now=518400))

Pinned by `exitgame pin 7a500d44 --holds --rule-set hardened`; it needs 7a500d44.trace beside it.
"""

from exitgame.pinned import pinned

RUN = pinned(__file__, "7a500d44.trace")


def test_hardened_survives_the_run():
    outcome = RUN.under("hardened")
    assert outcome.refused == {6: "DeadlinePending", 7: "NothingDue"}
    assert outcome.broken == ()
