"""How much may happen: named scopes, each no larger than what it is for.

Alice is honest, bob is not, unless the name or a comment says otherwise.
"""

from attrs import evolve

from invariants.channels.conditional.world.scope import Kind, Scope
from spec.channels.conditional.pays import Logic
from spec.channels.sides import ALICE, BOB
from spec.kernel.basics import DAY

LOCKED = Kind(lasts=2 * DAY)
"""By hash lock alone."""
TWO = Kind(most=2, lasts=2 * DAY)
"""By hash lock alone, and a voucher may say less."""
HALF = Kind(most=2, logic=Logic.ADD, conditions=((1, DAY),), lasts=2 * DAY)
"""A number that is final a day later: half of the maximum."""
EVERY_LOGIC = (
    Kind(2, Logic.AND, ((1, 0), (1, DAY)), 2 * DAY),
    Kind(2, Logic.AND, ((1, 0), (0, DAY)), 2 * DAY),
    Kind(2, Logic.OR, ((0, 0), (1, DAY)), 2 * DAY),
    Kind(2, Logic.OR, ((0, DAY),), 2 * DAY),
    Kind(2, Logic.ADD, ((2, DAY), (1, 0)), 2 * DAY),
    Kind(2, Logic.MAX, ((0, 0), (1, DAY)), 2 * DAY),
    Kind(2, Logic.MIN, ((1, 0), (2, DAY)), 2 * DAY),
)
NEVER_FINAL = Kind(1, Logic.AND, ((1, 3 * DAY),), 2 * DAY)
"""Its condition is final only when it can't be resolved any more."""
LAST_MOMENT = Kind(1, Logic.AND, ((1, 2 * DAY),), 2 * DAY)
"""It can be resolved at one moment only."""

WIDE = Scope(
    deposits=(2, 2), updates=5, pays=3, direct=(1, 2), vouchers=2, cancels=True,
    kinds=(LOCKED, HALF, *EVERY_LOGIC, LAST_MOMENT, NEVER_FINAL), elsewhere=True, snapshots=True,
    withdrawals=(1, 2), topups=2, bends=True,
)  # fmt: skip

SCOPES: dict[str, Scope] = {
    # One payment in either direction: by hash lock alone, or half of its maximum by a condition.
    "one-pay": Scope(deposits=(2, 2), kinds=(LOCKED, HALF)),
    # Only bob pays, nothing but a hash lock: for a first look at a change.
    "tiny": Scope(payers=(1,), kinds=(LOCKED,)),
    # Nothing is conditional.
    "direct": Scope(pays=0, direct=(1,)),
    # The same, and each side may pay one wei at once, too.
    "mixed": Scope(kinds=(LOCKED,), direct=(1,)),
    "two-pays": Scope(deposits=(2, 2), pays=2, payers=(1,), kinds=(LOCKED,)),
    "both-ways": Scope(pays=2, updates=1, kinds=(LOCKED,)),
    # All transfer functions, paid by bob; some, paid by alice.
    "conditions": Scope(deposits=(2, 2), payers=(1,), kinds=EVERY_LOGIC, updates=1),
    "conditions-out": Scope(deposits=(2, 2), payers=(0,), kinds=EVERY_LOGIC[::3], updates=1),
    # Conditions that are final at the last moment, or too late.
    "never-final": Scope(kinds=(LAST_MOMENT, NEVER_FINAL), updates=1),
    # Whoever chose the lock tells the preimage at some time, or never.
    "elsewhere": Scope(kinds=(LOCKED,), payers=(1,), elsewhere=True),
    # Alice offers to drop what she might have to pay: then her older state is worth more to bob.
    "cancelling": Scope(kinds=(LOCKED,), payers=(0,), cancels=True, updates=3),
    "vouching": Scope(deposits=(2, 2), kinds=(TWO,), updates=1, vouchers=1),
    "vouched-elsewhere": Scope(
        deposits=(2, 2), kinds=(HALF,), payers=(1,), vouchers=1, elsewhere=True
    ),
    "withdrawing": Scope(pays=0, direct=(1,), withdrawals=(1,)),
    "withdrawing-locked": Scope(kinds=(LOCKED,), payers=(1,), withdrawals=(1,)),
    "snapshots": Scope(kinds=(LOCKED,), payers=(1,), snapshots=True, withdrawals=(1,)),
    "depositing": Scope(deposits=(0, 1), pays=0, direct=(1,), topups=2),
    # Bob is the honest one, alice is not; and bob is away.
    "direct-bob": Scope(honest=(BOB,), pays=0, direct=(1,)),
    "tiny-bob": Scope(honest=(BOB,), payers=(0,), kinds=(LOCKED,)),
    "offline-bob": Scope(honest=(BOB,), offline=(BOB,), pays=0, direct=(1,), snapshots=True),
    # Both follow the strategy.
    "honest": Scope(honest=(ALICE, BOB), kinds=(LOCKED, HALF), deposits=(2, 2)),
    "honest-cancelling": Scope(
        honest=(ALICE, BOB), kinds=(LOCKED,), payers=(1,), cancels=True, withdrawals=(1,)
    ),
    # Alice trades, and then answers nothing on the main chain.
    "offline": Scope(offline=(ALICE,), pays=0, direct=(1,), snapshots=True, withdrawals=(1, 3)),
    "offline-small": Scope(
        offline=(ALICE,), pays=0, direct=(1,), payers=(1,), updates=1, withdrawals=(1,)
    ),
    "offline-locked": Scope(
        offline=(ALICE,), kinds=(LOCKED,), payers=(1,), snapshots=True, withdrawals=(1,)
    ),
    # Everything at once, for sampling; dishonest parties try what is refused, too.
    "wide-honest": evolve(WIDE, honest=(ALICE, BOB)),
    "wide": WIDE,
}  # fmt: skip
