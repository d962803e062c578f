"""What there is in a channel of conditional payments: contracts, signed states, who knows what.

Two simplex states make the channel, one for each direction: what its payer has paid in all, and
what it may yet have to pay. A state counts once both have signed it.
"""

from enum import Enum
from typing import TypeVar

from attrs import field, frozen

from spec.channels.conditional.pays import Pay, Pays
from spec.channels.people import People
from spec.channels.sides import PARTIES, Pair, Side
from spec.kernel.basics import GHOST, Instant, Wei, only
from spec.kernel.mainchain import MainChain
from spec.kernel.telling import Teller


class Phase(Enum):
    """What the channel's contract does."""

    OPERABLE = 0
    SETTLING = 1
    CLOSED = 2


@frozen
class Simplex:
    """The state of one direction, to be signed by both."""

    payer: Side
    seq: int
    transferred: Wei
    """All that was ever paid in this direction; it never falls."""
    pays: Pays
    """What is pending."""
    last_deadline: Instant = field(metadata=only(lambda simplex: bool(simplex.pays)))
    """The last moment at which one of them can be resolved; 0 if none is pending."""
    pending: Wei
    """The sum of their maxima, in wei."""

    def clause(self, tell: Teller) -> str:
        """Whose state it is, what was paid by it, and what is pending."""
        pending = ", ".join([tell.of(pay) for pay in self.pays])
        waits = f", pending {pending}" if pending else ""
        payer = tell.party(PARTIES[self.payer])
        return f"{payer}'s state {self.seq}: paid {self.transferred}{waits}"


States = tuple[Simplex, ...]

NOTHING_PAID: States = (
    Simplex(0, seq=0, transferred=0, pays=(), last_deadline=0, pending=0),
    Simplex(1, seq=0, transferred=0, pays=(), last_deadline=0, pending=0),
)
"""The states of both directions before anything was signed."""

T = TypeVar("T")


def placed(both: tuple[T, ...], side: Side, value: T) -> tuple[T, ...]:
    """What there is for both sides, in their order, with one side's set."""
    return (value, both[1]) if side == 0 else (both[0], value)


@frozen
class Result:
    """What the registry says of a payment."""

    pay: Pay
    amount: Wei
    deadline: Instant
    """The last moment at which it can still be raised."""


@frozen
class Intent:
    """A withdrawal that waits for a veto."""

    side: Side
    amount: Wei
    until: Instant
    """The last moment at which the other side can count on its veto."""


@frozen
class Contract:
    """The channel's contract, and the registry of payments."""

    phase: Phase
    deposits: Pair
    withdrawn: Pair
    states: States
    """The newest states that were shown, by direction."""
    cleared: tuple[Wei | None, ...]
    """While settling: what the pending payments of a direction gave, in wei; None: not read yet."""
    window_ends: Instant = field(metadata=only(lambda contract: contract.phase == Phase.SETTLING))
    """While settling: the last moment to show a newer state. Otherwise without meaning."""
    intent: Intent | None
    registry: tuple[Result, ...]


@frozen
class Voucher:
    """A result of a payment that its payer has signed."""

    pay: Pay
    amount: Wei
    cosigned: bool
    """The payee has signed it, too."""


@frozen
class Network:
    """What was said off chain."""

    signed: tuple[States, ...]
    """All states that both have signed and have, by direction, the oldest first."""
    offers: tuple[Simplex | None, ...]
    """By direction, the state that its payer has signed and sent, and not got back."""
    learned: tuple[int, ...]
    """Locks of which the payee knows the preimage."""
    revealed: tuple[int, ...]
    """Those of which both know it."""
    vouchers: tuple[Voucher, ...]


@frozen
class Written:
    """When the registry was told of a payment."""

    pay: Pay
    first: Instant
    """When its first result was written."""
    last: Instant
    """When the one was written that stands."""


@frozen
class Learned:
    """When a payee got to know the preimage of a lock."""

    lock: int
    at: Instant


@frozen
class Ghost:
    """What a run is measured by; no rule and no strategy reads it."""

    settling_since: Instant = field(
        metadata=only(lambda state: state.contract.phase == Phase.SETTLING, of_state=True)
    )
    """When the present settlement began; 0 while there is none."""
    announced: Instant = field(
        metadata=only(lambda state: state.contract.intent is not None, of_state=True)
    )
    """When the withdrawal was announced that waits; 0 while there is none."""
    written: tuple[Written, ...]
    """In the order of the registry."""
    learned: tuple[Learned, ...]
    """In the order in which they were; of what was known from the beginning there is none."""
    on_chain: States
    """By direction, the newest state that the contract ever had."""


@frozen
class State:
    """Everything."""

    main: MainChain
    contract: Contract
    network: Network
    people: People
    ghost: Ghost = field(metadata=GHOST)
