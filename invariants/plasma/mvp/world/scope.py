"""How much may happen in a run, and what the operator may forge."""

from enum import Enum

from attrs import field, frozen, validators

from spec.kernel.basics import Party, Wei


class Forgery(Enum):
    """The kinds of invalid transaction that an operator may put into a block."""

    OUT_OF_NOWHERE = "out of nowhere"
    STOLEN = "signed by somebody else than the owner"
    UNSIGNED = "signed by nobody"
    DOUBLE_SPEND = "double spend"
    INFLATING = "inflating"
    SAME_INPUT_TWICE = "same input twice"


ALL_FORGERIES = tuple(Forgery)


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    honest: tuple[Party, ...] = (Party(1),)
    dishonest: tuple[Party, ...] = (Party(2),)
    """Users who join the operator. Safe exit is claimed against all of them together."""
    amounts: tuple[Wei, ...] = (1, 2)
    assets: int = field(default=1, validator=validators.ge(1))
    deposits: int = field(default=2, validator=validators.ge(0))
    honest_deposits: int = field(default=99, validator=validators.ge(0))
    """How many of them honest wallets make."""
    blocks: int = field(default=1, validator=validators.ge(0))
    transactions: int = field(default=1, validator=validators.ge(1))
    """Transactions in one operator block, at most."""
    empty_blocks: bool = False
    """May a block hold nothing?"""
    bad_blocks: int = field(default=1, validator=validators.ge(0))
    forgeries: tuple[Forgery, ...] = (Forgery.OUT_OF_NOWHERE, Forgery.STOLEN)
    exits: int = field(default=3, validator=validators.ge(0))
    """Exit records beyond which nobody starts another one unless it must."""
    fee_exits: int = field(default=0, validator=validators.ge(0))
    sends: int = field(default=1, validator=validators.ge(0))
    """Transactions that honest wallets sign."""
    joint: bool = False
    """May a transaction spend outputs of two owners?"""
    merges: bool = False
    """May an owner spend two of its outputs in one transaction, and a thief one beside its own?"""
    whispers: bool = False
    """May the coalition hand a confirmation to some wallets only?"""
    splits: bool = False
    """May a transaction keep change, or leave a fee?"""
    aliases: bool = False
    """Does the coalition try non-canonical positions?"""
    intruders: bool = False
    """Does it try to exit what is not its own or not there, to challenge with what is not there,
    and to submit blocks without being the operator?"""
    reverting: int = field(default=0, validator=validators.ge(0))
    """Accounts of the coalition that may start to refuse payments."""
    resyncs: bool = False
    """May a wallet that is out be shown all blocks, and come back?"""
    latecomers: bool = False
    """Do honest wallets begin outside, having seen nothing?"""
    voluntary_exits: bool = True
    """May an honest wallet leave without being alarmed?"""

    @property
    def users(self) -> tuple[Party, ...]:
        """Everybody but the operator."""
        return self.honest + self.dishonest
