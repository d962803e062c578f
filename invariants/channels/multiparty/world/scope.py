"""How much may happen in a run of the multi-party channel, and what there was before it."""

from enum import Enum

from attrs import Attribute, field, frozen, validators

from spec.channels.multiparty.evidence import Entries, Entry, Payment, Stamp
from spec.channels.multiparty.rules import Rules
from spec.channels.multiparty.state import CHANNEL
from spec.kernel.basics import Party, Wei

ALICE, BOB, CAROL, DAVE = Party(1), Party(2), Party(3), Party(4)
OLD_NUMBER, CONJURED_NUMBER = 900, 800
"""Numbers of payments from before the run, and of those that the coalition makes up."""


class Lie(Enum):
    """The kinds of wrong checkpoint that a dishonest leader proposes, beside wrong sets of
    payments."""

    STEAL = "moves an honest member's money"
    INFLATE = "gives the coalition money that is not there"
    NAME = "names a leader out of turn"
    IGNORE = "ignores who wants to leave"
    EVICT = "puts somebody out who stays"


ALL_LIES = tuple(Lie)


@frozen
class Scope:
    """How much may happen in a run. Numbers are upper bounds."""

    members: tuple[Party, ...] = (ALICE, BOB, CAROL)
    leader: Party = field(default=ALICE)
    coalition: tuple[Party, ...] = (ALICE,)
    """Who is dishonest; all others are honest."""
    offline: tuple[Party, ...] = ()
    """Honest members that miss what they would have to do on the main chain."""
    outsiders: tuple[Party, ...] = ()
    """Who may join."""
    balance: Wei = field(default=2, validator=validators.ge(0))
    """What every member has in the channel, in wei."""
    epochs: int = field(default=1, validator=validators.ge(1))
    trades: int = field(default=2, validator=validators.ge(0))
    amounts: tuple[Wei, ...] = field(
        default=(1,), validator=validators.deep_iterable(validators.ge(1))
    )
    inner: bool = False
    """Does the coalition pay itself through the leader?"""
    lies: tuple[Lie, ...] = (Lie.STEAL,)
    past: bool = False
    """Are there payments of an earlier epoch, with all signatures?"""
    unsigned: bool = False
    """Does the coalition show payments without their honest party's signature?"""
    repeats: bool = False
    """Does the coalition put a payment into a list twice?"""
    reorders: bool = False
    """Does the coalition put payments into another order?"""
    list_length: int = field(default=3, validator=validators.ge(0))
    """Payments that the coalition puts into one list, at most."""
    conjured: Wei = field(default=1, validator=validators.ge(0))
    """The amount of payments that the coalition makes up for a dispute; 0: it makes up none."""
    requests: int = field(default=0, validator=validators.ge(0))
    deposits: int = field(default=0, validator=validators.ge(0))
    exits: int = field(default=0, validator=validators.ge(0))
    """Honest members that want to leave."""

    @leader.validator
    def _leads(self, attribute: "Attribute[Party]", leader: Party) -> None:
        if leader not in self.members:
            listed = ", ".join(map(str, self.members))
            raise ValueError(f"'leader' must be one of the members {listed}: {leader}")


def past_entries(scope: Scope, rules: Rules) -> Entries:
    """What was settled in the epoch before the first: each honest member paid each dishonest one,
    and the leader of this epoch led that one too."""
    if not scope.past:
        return ()
    before = Stamp(CHANNEL, 0)
    honest = [party for party in scope.members if party not in scope.coalition]
    pairs = [(payer, payee) for payer in honest for payee in scope.coalition]
    return tuple(
        Entry(
            Payment(OLD_NUMBER + place, payer, payee, 1, rules.body_stamp(before)),
            by_payer=True,
            by_payee=True,
            receipt_by=scope.leader,
            receipt=rules.receipt_stamp(before),
        )
        for place, (payer, payee) in enumerate(pairs)
    )
