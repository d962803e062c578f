"""An honest online participant ends every epoch with at least its last balance and receipted
income, less what it signed away.

A run that a search found breaks MP-DUE under multiparty/literal:

     1  day 0           alice  signs payment #1 of 1, alice to bob
     2  day 0           bob    countersigns payment 1 of the epoch
     3  day 0           bob    sends payment 1 of the epoch to the leader
     4  day 0           alice  gives a receipt for payment 1 of the epoch to the payee
     5  day 0                  1 day passes
     6  day 1           alice  calls the contract with balances 2/3/1, next bob, votes of alice,
                               carol
     7  day 1           carol  challenges with an empty list
     8  day 1                  2 days 1 s pass
     9  day 3 00:00:01  bob    calls for the verdict

Why: a rollback voids what others hold receipts for (has 1,002, party 2, entitled 1,003, receipted
income 1)

Pinned by `exitgame pin 004cc2cd`; it needs 004cc2cd.trace beside it.
"""

from exitgame.pinned import pinned

RUN = pinned(__file__, "004cc2cd.trace")
CLAIM = "MP-DUE"
CAUSE = "a rollback voids what others hold receipts for"


def test_the_rules_that_it_was_found_under_still_break_the_claim():
    outcome = RUN.under_its_rules()
    assert outcome.refused == {}
    assert (CLAIM, CAUSE) in outcome.broken
