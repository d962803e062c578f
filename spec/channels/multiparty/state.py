"""What there is in a multi-party channel: the contract, the messages off chain, who is honest.

One member is the leader of an epoch. All dishonest members are one coalition: they share keys and
knowledge. Honest members that are offline follow the strategy when they act, but may miss anything.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from attrs import evolve, field, frozen

from spec.channels.multiparty.evidence import Dispute, Entries, Entry, Payment, Stamp
from spec.kernel.basics import ETHER, GHOST, Instant, Party, Wei
from spec.kernel.mainchain import MainChain
from spec.kernel.telling import Teller

CHANNEL = 1
"""The number of this channel."""


class Phase(Enum):
    """What the contract waits for."""

    TRADING = 0
    """Trading and voting, off chain."""
    CALLED = 1
    """The leader has put a proposal before the contract: disputes."""
    SETTLING = 2
    """The leader was convicted: receipts are collected."""
    CLOSED = 3
    STALLED = 4
    """Nothing is decided unless everybody agrees."""


@frozen
class Checkpoint:
    """What is voted on and committed. Balances in wei, in the order of the members."""

    epoch: int
    next_leader: Party
    balances: tuple[Wei, ...]
    exits: tuple[Party, ...]

    def clause(self, tell: Teller) -> str:
        """The balances, and what comes after them."""
        balances = "/".join([str(balance) for balance in self.balances])
        leaves = f", {tell.parties(self.exits)} out" if self.exits else ""
        return f"balances {balances}, next {tell.party(self.next_leader)}{leaves}"


@frozen
class Request:
    """A call for a receipt through the contract."""

    by: Party
    entry: Entry


@frozen
class Contract:
    """The channel contract on the main chain."""

    epoch: int
    last_epoch: int
    """With its checkpoint everybody is paid out."""
    leader: Party
    balances: Mapping[Party, Wei]
    """The last checkpoint; its keys are the members, in order."""
    bonds: Mapping[Party, Wei]
    deposits: Mapping[Party, Wei]
    """What counts from the next checkpoint on; may name future members."""
    leaving: tuple[Party, ...]
    """Who has called for its exit."""
    burned: Wei
    """What is left of slashed bonds."""
    phase: Phase
    since: Instant
    """When the epoch began, the leader called, or the leader was convicted."""
    started: Instant
    """When the epoch began."""
    proposal: Checkpoint | None
    disputes: Mapping[Party, Dispute]
    requests: tuple[Request, ...]
    """Those that the leader has not answered."""
    shown: Entries
    """Receipted payments shown for a settlement."""


@frozen
class Trade:
    """A payment on its way, A1 to A4: requested by the payer at least."""

    payment: Payment
    countersigned: bool
    """The payee has signed and returned it."""
    sent: bool
    """The leader has it, with both signatures."""
    receipted: bool
    """The leader has signed a receipt."""
    payer_has: bool
    """The payer has the receipt."""
    payee_has: bool
    """The payee has it."""
    replayed: bool = False
    """It was settled before and sent to the leader again."""


@frozen
class Network:
    """What was said off chain."""

    trades: tuple[Trade, ...]
    """Of this epoch, in the order of the requests."""
    made: int
    """Payments ever requested."""
    past: Entries
    """Payments of earlier epochs and other channels with both signatures: anybody may still have
    them."""
    offers: Mapping[Party, Checkpoint]
    """The proposal that the leader sent to each member, B1."""
    votes: Mapping[Party, Checkpoint]
    """What members signed, B2."""
    confirmed: Checkpoint | None
    """The checkpoint that the leader broadcast with all votes, B3."""
    wishes: tuple[Party, ...]
    """Who asked the leader to be put into the exit set."""


@frozen
class People:
    """Who follows the strategy."""

    honest: tuple[Party, ...]
    offline: tuple[Party, ...]
    """Honest ones that miss whatever they would have to do."""


@frozen
class Ghost:
    """What a run is measured by; no rule and no strategy reads it."""

    wealth: Mapping[Party, Wei]
    """What each honest party had, when it began, in all its pockets."""
    began: Instant = 0
    """When the present phase began, by the clock: whatever times the contract has set itself."""


@frozen
class State:
    """Everything."""

    main: MainChain
    contract: Contract
    network: Network
    people: People
    ghost: Ghost = field(metadata=GHOST)


def stamped(before: State, action: Any, after: State) -> State:
    """For the record: the state after a step, with the time at which its phase began. A leader that
    begins to lead begins a phase, too; to decide nothing does not."""
    was, now = before.contract, after.contract
    if now.phase == Phase.STALLED or (was.phase, was.epoch, was.leader) == (
        now.phase,
        now.epoch,
        now.leader,
    ):
        return after
    return evolve(after, ghost=Ghost(after.ghost.wealth, before.main.now))


def is_honest(state: State, party: Party) -> bool:
    """Does this party follow the strategy?"""
    return party in state.people.honest


def is_online(state: State, party: Party) -> bool:
    """Is it honest, and does it answer in time?"""
    return party in state.people.honest and party not in state.people.offline


def members(contract: Contract) -> tuple[Party, ...]:
    """The members, in order."""
    return tuple(contract.balances)


def present_stamp(contract: Contract) -> Stamp:
    """This channel and its present epoch."""
    return Stamp(CHANNEL, contract.epoch)


def balance_in(checkpoint: Checkpoint, contract: Contract, party: Party) -> Wei:
    """A member's balance in a proposed checkpoint, in wei."""
    return checkpoint.balances[members(contract).index(party)]


def holdings(state: State, party: Party) -> Wei:
    """Everything that is a party's on the main chain: account, balance, deposit, bond; in wei."""
    contract = state.contract
    return (
        state.main.accounts[party, ETHER]
        + contract.balances.get(party, 0)
        + contract.deposits.get(party, 0)
        + contract.bonds.get(party, 0)
    )
