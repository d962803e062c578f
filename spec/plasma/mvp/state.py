"""The state of a Plasma MVP chain, in the groups that its parts may see.

``main`` and ``contract`` are public. ``side`` is the operator's: what stands in the blocks. What a
wallet knows of it is in ``knowledge``, wallet by wallet; the entry of `COALITION` is what the
operator and all dishonest users hold of honest parties' signatures, pooled, since they may share
everything. ``ghost`` is what each honest wallet is owed: no rule and no strategy reads it.

Signatures and hashes are ideal. A transaction names who signed for each input; an honest party's
name can only stand there if that party did sign. Equal contents have equal roots, different
contents different ones, and nobody learns a content from a root.
"""

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from spec.kernel.basics import ETHER, GHOST, Asset, Instant, Party, Position, Wei
from spec.kernel.mainchain import MainChain
from spec.kernel.telling import Teller
from spec.plasma.mvp.positions import spelled

OPERATOR = Party(0)
COALITION = OPERATOR
"""Whose entry in ``knowledge`` is the pooled knowledge of everybody dishonest."""


@frozen(cache_hash=True)
class Output:
    """An amount of one asset that an owner may spend. The asset of a block's output is fixed."""

    owner: Party
    asset: Asset
    amount: Wei

    def clause(self, tell: Teller) -> str:
        """How much goes to whom."""
        return f"{money(self.asset, self.amount)} to {tell.party(self.owner)}"


def money(asset: Asset, amount: Wei) -> str:
    """An amount with its asset, ether unnamed."""
    return str(amount) if asset == ETHER else f"{amount} of token {asset}"


@frozen(cache_hash=True)
class Transaction:
    """Up to two inputs (positions of outputs), who signed for each, and up to two outputs.

    What the inputs exceed the outputs by is the operator's fee.
    """

    inputs: tuple[Position, ...]
    signers: tuple[Party, ...]
    outputs: tuple[Output, ...]

    def clause(self, tell: Teller) -> str:
        """What goes in, by whom, and what comes out."""
        into = " + ".join(
            f"{spelled(position)} signed by {tell.party(signer)}"
            for position, signer in zip(self.inputs, self.signers, strict=True)
        )
        out = " + ".join([tell.of(output) for output in self.outputs])
        return f"{into or 'nothing'} -> {out or 'nothing'}"


Root = int
"""The ideal commitment to a block's content: its place in `SideChain.contents`."""


@frozen
class Commitment:
    """What the contract keeps of a block: the root and when it landed."""

    root: Root
    created: Instant


class Status(Enum):
    """What has become of an exit. Only PENDING can change."""

    PENDING = 0
    PAID = 1
    CANCELLED = 2
    """By a challenge, or by the exit of an output that spends it."""
    FAILED = 3
    """Its payment could not be made: it was set aside, and its money stays in the contract."""


@frozen
class Exit:
    """A request to be paid an output on the main chain.

    ``position`` is the number that was submitted, ``output`` the canonical position of the output
    that it led the contract to. ``young_block`` is the oldest block that was younger than an exit
    period when the exit started. ``inputs`` and ``signers`` are copied from its transaction.
    """

    position: Position
    output: Position
    owner: Party
    asset: Asset
    amount: Wei
    created: Instant
    started: Instant
    exitable_at: Instant
    young_block: int
    bond: Wei
    status: Status
    inputs: tuple[Position, ...]
    signers: tuple[Party, ...]


@frozen
class Contract:
    """The Plasma contract on the main chain."""

    next_block: int
    """The number of the next operator block."""
    next_deposit: int
    """The count that the next deposit gets within the current interval, from 1."""
    next_fee_exit: int
    blocks: Mapping[int, Commitment]
    exits: Mapping[Position, Exit]
    """By the key that the rules derive; no entry is ever reused under sound rules."""
    bonds: Wei
    """Bonds of exits that are still pending or were set aside. Ether, part of the escrow."""
    reverting: frozenset[Party]
    """Payees whose account refuses payments."""
    window: Instant
    """When the current period of block space began."""
    used: int
    """Exit-game transactions that this period has taken so far."""


@frozen
class Spend:
    """Where an output was spent: block number, transaction index, input index."""

    block: int
    transaction: int
    input: int


@frozen
class Ledger:
    """What everybody who has seen the blocks so far, all valid, computes from them."""

    outputs: Mapping[Position, Output]
    spent: Mapping[Position, Spend]
    fees: Mapping[Asset, Wei]
    """Fees that included transactions left to the operator, less what it took in blocks."""
    confirmed_fees: Mapping[Asset, Wei]
    """The part of them whose transactions are confirmed in public: an output of theirs was spent
    by a block that carries the confirmations."""


@frozen
class SideChain:
    """What stands in the blocks, and what honest wallets signed for the operator to include."""

    contents: tuple[tuple[Transaction, ...], ...]
    """By root."""
    signed: tuple[tuple[Party, Transaction], ...]
    """Who signed which transaction for its own inputs, in that order: all honest signatures."""
    ledger: Ledger
    """The fold of the public and valid blocks; no wallet reads it past its own ``head``."""
    whole: Ledger | None
    """The fold of all blocks, each checked as of when it landed, for whoever is shown all of them
    later; None if one of them is not valid."""


Confirmation = tuple[Root, int, int]
"""A confirmation signature: root of the block, transaction index, index of the input whose signer
confirms. Bound to the root: it says nothing of the same transaction in another block."""


@frozen
class View:
    """What a wallet remembers beside what it can read off the contract."""

    head: int
    """The last operator block up to which it saw every block and found it valid."""
    alarm: Instant | None
    """When the first block landed that was withheld from it or that it found invalid."""
    confirmations: frozenset[Confirmation]
    """The confirmation signatures that it was handed or could read on the main chain."""
    holdings: frozenset[Position]
    """The outputs that it regards as its own and would exit."""


@frozen
class Ghost:
    """What honest wallets are owed, and what has been paid: the yardstick of the invariants."""

    owed: Mapping[Position, Output]
    """A deposit at once; a received output when accepted; an input until its whole transaction is
    confirmed; nothing once it is paid."""
    wealth: Mapping[tuple[Party, Asset], Wei]
    """What account, bonds and claims of an honest party must add up to."""
    paid: tuple[Position, ...]
    """Canonical positions in the order in which they were paid."""
    deposited: Mapping[Asset, Wei]
    withdrawn: Mapping[Asset, Wei]
    bad_blocks: int
    """Operator blocks so far that were invalid or withheld from somebody honest."""


@frozen
class State:
    """Everything."""

    main: MainChain
    contract: Contract
    side: SideChain
    knowledge: Mapping[Party, View]
    ghost: Ghost = field(metadata=GHOST)


def is_honest(state: State, party: Party) -> bool:
    """Does this party follow the wallet's strategy? Everybody else belongs to the coalition."""
    return party != COALITION and party in state.knowledge


def vault(state: State, asset: Asset) -> Wei:
    """What the contract can pay exits from, in wei: the escrow without the bonds."""
    held = state.main.escrow[asset]
    return held - state.contract.bonds if asset == 0 else held


def content(state: State, block: int) -> tuple[Transaction, ...]:
    """The transactions of a block that has landed."""
    return state.side.contents[state.contract.blocks[block].root]


def holds_confirmation(
    state: State, party: Party, root: Root, index: int, place: int, signer: Party
) -> bool:
    """Can this party produce the confirmation of this input's signer?

    Dishonest parties sign for each other whenever they like; an honest signature has to have been
    handed over.
    """
    if is_honest(state, party):
        return (root, index, place) in state.knowledge[party].confirmations
    if is_honest(state, signer):
        return (root, index, place) in state.knowledge[COALITION].confirmations
    return True


def fully_confirmed(confirmations: frozenset[Confirmation], root: Root, index: int, n: int) -> bool:
    """Are all n inputs of the transaction at this index confirmed?"""
    return all((root, index, place) in confirmations for place in range(n))
