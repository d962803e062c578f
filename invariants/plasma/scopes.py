"""How much may happen: named scopes, from the default to what one weakness needs."""

from spec.kernel.basics import Party
from spec.plasma.moves import ALL_FORGERIES, Scope

ALICE, MALLORY, BOB = Party(1), Party(2), Party(3)

SCOPES = {
    "small": Scope(),
    "tiny": Scope(amounts=(1,), deposits=1, blocks=1, exits=2, sends=0),
    "wide": Scope(
        deposits=4, blocks=3, transactions=2, exits=4, sends=3, joint=True, splits=True,
        fee_exits=1, bad_blocks=2, forgeries=ALL_FORGERIES, assets=2, reverting=1,
    ),
}  # fmt: skip
