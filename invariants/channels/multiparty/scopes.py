"""How much may happen: named scopes, each no larger than what it is for.

Three members, alice leads the first epoch. The name says who is dishonest; the others are honest.
"""

from typing import Any

from attrs import evolve

from invariants.channels.multiparty.world.scope import ALICE, ALL_LIES, BOB, CAROL, DAVE, Lie, Scope

LEADER = Scope()
FRIENDS = Scope(coalition=(ALICE, CAROL))
CHALLENGER = Scope(coalition=(BOB,))
CHALLENGERS = Scope(coalition=(BOB, CAROL))
OPEN: dict[str, Any] = {
    "outsiders": (DAVE,), "epochs": 2, "deposits": 1, "exits": 1, "requests": 1,
}  # fmt: skip

SCOPES: dict[str, Scope] = {
    # The leader against both others: two payments, one epoch.
    "leader": LEADER,
    # The leader and carol against bob.
    "leader-and-friend": FRIENDS,
    # One member against the honest leader and another one.
    "challenger": CHALLENGER,
    # Both other members against the honest leader.
    "challengers": CHALLENGERS,
    # More payments than can be exhausted: what two payments show, random runs find here sooner.
    "busy": evolve(FRIENDS, trades=4),
    # One payment each, for a first look at a change and for testing keys.
    "tiny-leader": evolve(LEADER, trades=1),
    "tiny-friends": evolve(FRIENDS, trades=1),
    "tiny-challenger": evolve(CHALLENGER, trades=1),
    "tiny-challengers": evolve(CHALLENGERS, trades=1),
    # Two payments, bob's own that he did not get back and one that he has a receipt for.
    "exchange": evolve(FRIENDS, lies=(), list_length=1),
    # Nothing is paid: what the leader can do by lying alone.
    "no-trade": evolve(FRIENDS, trades=0, lies=ALL_LIES),
    "lying-leader": evolve(LEADER, trades=0),
    "inflating": evolve(LEADER, trades=0, lies=(Lie.INFLATE,), epochs=2),
    "naming": evolve(LEADER, trades=0, lies=(Lie.NAME,), epochs=2),
    # Nothing is paid, and the channel goes on after a conviction.
    "convicting": evolve(CHALLENGERS, trades=0, epochs=2),
    # Payments that stand in a list twice.
    "twice-leader": evolve(LEADER, trades=1, repeats=True),
    "twice-challenger": evolve(CHALLENGER, trades=1, repeats=True),
    "twice-friends": evolve(FRIENDS, trades=1, repeats=True),
    "twice-challengers": evolve(CHALLENGERS, trades=1, repeats=True),
    # Payments in another order.
    "reordered": evolve(FRIENDS, reorders=True, lies=(), list_length=2, conjured=0),
    # Payments of an epoch before, with all signatures.
    "past-leader": evolve(LEADER, trades=1, past=True),
    "past-challenger": evolve(CHALLENGER, trades=1, past=True),
    "past-friends": evolve(FRIENDS, trades=1, past=True),
    "past-challengers": evolve(CHALLENGERS, trades=1, past=True),
    # Payments that the honest member never signed.
    "unsigned": evolve(FRIENDS, trades=1, unsigned=True),
    # Everybody trades, and bob misses what he would have to do on the main chain.
    "offline": evolve(LEADER, trades=1, offline=(BOB,)),
    # Nobody honest is there: only the coalition ends a phase.
    "all-offline": evolve(LEADER, trades=0, offline=(BOB, CAROL), epochs=2),
    # The coalition pays more than it has.
    "overdraft": evolve(FRIENDS, trades=2, amounts=(2,), balance=1, conjured=2, lies=()),
    "overdraft-leader": evolve(FRIENDS, trades=2, amounts=(1, 2), balance=1, conjured=2, lies=()),
    # A leader without friends that pays everybody, itself included, what it does not have.
    "overdraft-alone": evolve(LEADER, amounts=(2,), balance=0, conjured=2, lies=()),
    # Honest members that want to leave, ask for receipts through the contract, deposit more.
    "leaving": evolve(FRIENDS, trades=0, exits=1, lies=(Lie.IGNORE, Lie.EVICT), epochs=2),
    "asking": evolve(FRIENDS, trades=1, requests=1, lies=()),
    "asked": evolve(CHALLENGERS, trades=1, requests=2, conjured=3),
    "joining": evolve(FRIENDS, trades=0, deposits=1, outsiders=(DAVE,), lies=(), epochs=2),
    # Newcomers may come, members deposit, ask and leave, for two epochs, whoever is dishonest:
    # where most runs that show a mistake in the rules are played (`exitgame mutate`).
    "open-honest": evolve(LEADER, coalition=(), **OPEN),
    "open-leader": evolve(LEADER, **OPEN),
    "open-friends": evolve(FRIENDS, **OPEN),
    "open-challenger": evolve(CHALLENGER, **OPEN),
    "open-challengers": evolve(CHALLENGERS, **OPEN),
    # Nobody in it is honest: what the contract itself does not accept, whoever agrees.
    "open-all": evolve(LEADER, coalition=(ALICE, BOB, CAROL), **OPEN),
    # Two epochs.
    "two-epochs": evolve(LEADER, trades=1, epochs=2, lies=(Lie.STEAL, Lie.NAME)),
    # Everything at once, for sampling.
    "wide": evolve(
        FRIENDS, members=(ALICE, BOB, CAROL, DAVE), amounts=(1, 2), trades=4, epochs=3,
        lies=ALL_LIES, past=True, unsigned=True, repeats=True, requests=2, deposits=1, exits=1,
        inner=True,
    ),
    "wide-challengers": evolve(
        CHALLENGERS, members=(ALICE, BOB, CAROL, DAVE), amounts=(1, 2), trades=4, epochs=3,
        past=True, repeats=True, requests=2, deposits=1, exits=1, inner=True,
    ),
}  # fmt: skip
