"""Every way in which Plasma MVP says no, with the values that were compared."""

from attrs import define

from spec.kernel.basics import Asset, Party, Position, Seconds, Wei
from spec.kernel.refusal import Refusal
from spec.plasma.mvp.state import Root, Status


@define
class ZeroAmount(Refusal):
    """Nothing is deposited, sent or exited."""

    by: Party


@define
class DepositsExhausted(Refusal):
    """The interval between two operator blocks has no number left for a deposit."""

    count: int
    interval: int


@define
class DepositOutdated(Refusal):
    """An operator block landed that the depositor had not seen."""

    seen: int
    head: int


@define
class NotTheOperator(Refusal):
    """Only the operator may do this."""

    by: Party


@define
class BlockTooLarge(Refusal):
    """The Merkle tree has no leaf left."""

    transactions: int
    limit: int


@define
class UnknownWallet(Refusal):
    """A block can be shown to an honest wallet only; the coalition knows it anyway."""

    party: Party


@define
class MalformedTransaction(Refusal):
    """A transaction has at most two inputs, a signer for each, and at most two outputs."""

    inputs: int
    signers: int
    outputs: int


@define
class SignatureMissing(Refusal):
    """An honest party's name stands under a transaction that it never signed."""

    signer: Party


@define
class UnknownBlock(Refusal):
    """No such block has landed."""

    block: int


@define
class NotIncluded(Refusal):
    """The block holds no transaction, or the transaction no such input or output, at that index."""

    block: int
    transaction: int
    index: int


@define
class NotADeposit(Refusal):
    """A deposit exit needs the position of a deposit."""

    position: Position


@define
class IsADeposit(Refusal):
    """A deposit leaves through a deposit exit."""

    position: Position


@define
class NotTheOwner(Refusal):
    """Only the owner may exit an output."""

    by: Party
    owner: Party


@define
class InputNotConfirmed(Refusal):
    """The confirmation of one of the transaction's signers is not there."""

    root: Root
    transaction: int
    input: int


@define
class ExitRecorded(Refusal):
    """An exit was started under that key before."""

    key: Position
    status: Status


@define
class InputExited(Refusal):
    """An input of the transaction was paid out, or is leaving, through an exit of its own."""

    input: Position


@define
class OutputSpokenFor(Refusal):
    """An output of the transaction that spends this one has been exited."""

    output: Position


@define
class FeeExitNotAdmitted(Refusal):
    """These rules have no fee exits."""

    amount: Wei


@define
class BlockSpaceTaken(Refusal):
    """The main chain takes no more exit-game transactions in this period."""

    used: int
    space: int


@define
class Outbid(Refusal):
    """The space left is needed by honest parties, who pay what it takes."""

    room: int
    needed: int


@define
class NoSuchExit(Refusal):
    """No exit is recorded under that key."""

    key: Position


@define
class ExitNotPending(Refusal):
    """The exit was paid, cancelled or set aside before."""

    key: Position
    status: Status


@define
class ChallengeFails(Refusal):
    """What was shown does not prove that the exit's owner gave the output away."""

    exiting: Position
    shown: Position
    owner: Party
    signer: Party
    confirmed: bool


@define
class NothingDue(Refusal):
    """No exit of that asset is due."""

    asset: Asset
    now: Seconds


@define
class BatchTooLarge(Refusal):
    """The payments of one call need more gas than a block has."""

    exits: int
    capacity: int


@define
class FinalizationReverts(Refusal):
    """One entry of the queue undoes the whole call."""

    position: Position


@define
class NotConfirmable(Refusal):
    """The party signed nothing in that transaction, or confirmed it before."""

    by: Party
    block: int
    transaction: int


@define
class AgainstStrategy(Refusal):
    """An honest wallet does not do this with what it knows."""

    by: Party


@define
class AlreadyReverting(Refusal):
    """The account refuses payments already."""

    by: Party


# Why a block is invalid: what a wallet finds when it checks one.


@define
class InvalidBlock(Refusal):
    """A transaction of the block breaks the rules of the side chain."""

    position: Position


@define
class OutOfNowhere(InvalidBlock):
    """It spends an output that does not exist, or creates money without an input."""


@define
class DoubleSpend(InvalidBlock):
    """It spends an output that was spent before."""


@define
class NotSignedByOwner(InvalidBlock):
    """Somebody else signed for the input."""


@define
class SameInputTwice(InvalidBlock):
    """Both inputs are the same output."""


@define
class Inflates(InvalidBlock):
    """Its outputs exceed its inputs, or mix assets."""


@define
class SpendsUnsettled(InvalidBlock):
    """It spends an output that is not confirmed in public or of which an ancestor left."""
