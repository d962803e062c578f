"""How much may happen: named scopes, each no larger than what it is for.

Unless it says otherwise, alice is honest, and mallory and the operator are against her.
"""

from invariants.plasma.mvp.world.scope import ALL_FORGERIES, Forgery, Scope
from spec.kernel.basics import Party

ALICE, MALLORY, BOB = Party(1), Party(2), Party(3)

SCOPES: dict[str, Scope] = {
    # Two deposits of 1 or 2, a block of any kind, three exits.
    "small": Scope(sends=0),
    # One of each: for a first look at a change, and for testing keys.
    "tiny": Scope(amounts=(1,), deposits=1, exits=2, sends=0, intruders=True),
    # The coalition's money only, over two valid blocks: what a chain of payments allows.
    "payments": Scope(amounts=(1,), deposits=1, blocks=2, exits=2, sends=0, bad_blocks=0),
    # One payment of the coalition to itself, and the exits of both its ends.
    "double": Scope(
        amounts=(1,), exits=2, sends=0, bad_blocks=0, voluntary_exits=False
    ),
    # An honest payment, from signature to confirmation and back.
    "sending": Scope(amounts=(1,), deposits=1, blocks=2, exits=2, sends=1, bad_blocks=0),
    # A transaction of two owners, who deposit once each, and the exit of one of them.
    "joint": Scope(
        amounts=(1,), honest_deposits=1, exits=1, sends=1, bad_blocks=0, joint=True,
    ),
    # Fees: an honest payment that leaves one, the operator, and nobody else.
    "fees": Scope(
        dishonest=(), deposits=1, blocks=1, transactions=2, exits=2, sends=1, bad_blocks=0,
        splits=True, fee_exits=1, voluntary_exits=False,
    ),
    # The same over two blocks, so that fees can be confirmed and taken; one may take too much.
    "fee-outputs": Scope(
        dishonest=(), amounts=(2,), deposits=1, blocks=2, transactions=2, exits=1, sends=2,
        forgeries=(), splits=True, voluntary_exits=False,
    ),
    # The block of the seed's attack: a forged transaction and the victim's own behind it.
    "withheld": Scope(
        amounts=(1,), deposits=1, exits=2, sends=1, transactions=2,
        forgeries=(Forgery.STOLEN,),
    ),
    # Every kind of invalid transaction.
    "forgeries": Scope(amounts=(1,), deposits=1, exits=2, sends=0, forgeries=ALL_FORGERIES),
    # Money of the coalition's that becomes more, beside a deposit of alice's.
    "inflated": Scope(
        amounts=(1,), honest_deposits=1, exits=1, sends=0, voluntary_exits=False,
        forgeries=(Forgery.INFLATING, Forgery.SAME_INPUT_TWICE),
    ),
    # Money that was alice's since the first block, spent again by who gave it to her.
    "spent-again": Scope(
        amounts=(1,), deposits=1, honest_deposits=0, blocks=2, exits=2, sends=0,
        voluntary_exits=False, forgeries=(Forgery.DOUBLE_SPEND,),
    ),
    # Positions that are not canonical.
    "aliases": Scope(amounts=(1,), exits=2, sends=0, bad_blocks=0, aliases=True),
    # Accounts that refuse to be paid.
    "reverting": Scope(amounts=(1,), exits=2, sends=0, blocks=0, reverting=1),
    # More exits than fit one call or one period of block space.
    "crowd": Scope(amounts=(1,), deposits=3, exits=3, sends=0, forgeries=(Forgery.OUT_OF_NOWHERE,)),
    # One honest deposit or two, and one exit of the coalition's.
    "crowd-of-1": Scope(
        amounts=(1,), deposits=2, exits=1, sends=0, forgeries=(Forgery.OUT_OF_NOWHERE,),
        voluntary_exits=False, honest_deposits=1,
    ),
    "crowd-of-2": Scope(
        amounts=(1,), deposits=3, exits=1, sends=0, forgeries=(Forgery.OUT_OF_NOWHERE,),
        voluntary_exits=False, honest_deposits=2,
    ),
    # An honest deposit and a fee exit, nothing else.
    "fee-tie": Scope(amounts=(1,), deposits=1, blocks=0, exits=2, sends=0, fee_exits=1),
    # Two assets, the operator against alice.
    "tokens": Scope(
        dishonest=(), amounts=(1,), assets=2, exits=2, sends=0, voluntary_exits=False,
        forgeries=(Forgery.OUT_OF_NOWHERE,),
    ),
    # Two honest wallets against the operator alone; blocks may be shown to one of them only.
    "two-honest": Scope(
        honest=(ALICE, BOB), dishonest=(), amounts=(1,), deposits=1, exits=2, sends=1,
        forgeries=(Forgery.OUT_OF_NOWHERE,),
    ),
    # Two owners in one transaction, both honest, in any order.
    "two-owners": Scope(
        honest=(ALICE, BOB), dishonest=(), amounts=(1,), honest_deposits=2, exits=0, sends=2,
        bad_blocks=0, joint=True, voluntary_exits=False,
    ),
    # Two outputs of one owner in one transaction, or a victim's beside a thief's own.
    "merges": Scope(
        amounts=(1,), honest_deposits=1, exits=0, sends=0, merges=True,
        forgeries=(Forgery.STOLEN,), voluntary_exits=False,
    ),
    # Confirmations that one of two honest wallets hears, and blocks of nothing.
    "whispers": Scope(
        honest=(ALICE, BOB), amounts=(1,), deposits=1, honest_deposits=0, exits=1, sends=0,
        bad_blocks=0, whispers=True, empty_blocks=True, voluntary_exits=False, intruders=True,
    ),
    # Two payments of the coalition's in blocks that alice sees, and a deposit of hers.
    "two-hops": Scope(
        amounts=(1,), honest_deposits=1, blocks=2, exits=2, sends=0, bad_blocks=0,
        voluntary_exits=False,
    ),
    # Blocks that nobody honest has seen, shown to a wallet that comes late.
    "late-reveal": Scope(
        amounts=(1,), honest_deposits=1, blocks=2, exits=2, sends=0, bad_blocks=0,
        voluntary_exits=False, latecomers=True, resyncs=True,
    ),
    # All of that at once, for sampling.
    "crowded": Scope(
        honest=(ALICE, BOB), deposits=4, blocks=3, transactions=3, exits=4, sends=3, joint=True,
        merges=True, splits=True, bad_blocks=2, forgeries=ALL_FORGERIES, empty_blocks=True,
        whispers=True, intruders=True, resyncs=True,
    ),
    # Everything at once, for sampling.
    "wide": Scope(
        deposits=4, blocks=3, transactions=2, exits=4, sends=3, joint=True, splits=True,
        fee_exits=1, bad_blocks=2, forgeries=ALL_FORGERIES, assets=2, reverting=1, aliases=True,
    ),
}  # fmt: skip
