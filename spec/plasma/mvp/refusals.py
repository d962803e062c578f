"""Every way in which Plasma MVP says no, with the values that were compared."""

from attrs import define

from spec.kernel.basics import Asset, Instant, Party, Position, Wei
from spec.kernel.refusal import Refusal, Refusing
from spec.plasma.mvp.state import Root, Status

# Blocks -----------------------------------------------------------------------------------------

ZeroAmount = Refusing[Party]("ZeroAmount", "{by} deposits, sends or exits nothing")
DepositsExhausted = Refusing[int, int](
    "DepositsExhausted",
    "deposit {count} has no number among the {interval} from one operator block to the next",
)
DepositOutdated = Refusing[int, int](
    "DepositOutdated", "the depositor had seen {seen}, and operator block {head} has landed"
)
NotTheOperator = Refusing[Party]("NotTheOperator", "{by} is not the operator")
BlockTooLarge = Refusing[int, int](
    "BlockTooLarge", "{transactions} transactions, and the Merkle tree has {limit} leaves"
)
UnknownWallet = Refusing[Party](
    "UnknownWallet", "{party} is no honest wallet: the coalition knows a block anyway"
)
MalformedTransaction = Refusing[int, int, int](
    "MalformedTransaction",
    "{inputs} inputs with {signers} signers and {outputs} outputs: at most two inputs, a signer for"
    " each, and at most two outputs",
)
SignatureMissing = Refusing[Party]("SignatureMissing", "{signer} is honest, and never signed this")
UnknownBlock = Refusing[int]("UnknownBlock", "no block {block} has landed")
NotIncluded = Refusing[int, int, int](
    "NotIncluded", "block {block} holds no transaction, or its {transaction} no part, {index}"
)
NotConfirmable = Refusing[Party, int, int](
    "NotConfirmable",
    "{by} signed nothing in block {block}, transaction {transaction}, or confirmed it before",
)

NotOut = Refusing[Party]("NotOut", "{by} has not left, or still holds something")
ChainNotFit = Refusing[Party](
    "ChainNotFit", "{by} finds a block that is not valid, or one that spends what leaves"
)

# Exits ------------------------------------------------------------------------------------------

NotADeposit = Refusing[Position]("NotADeposit", "{position} is not the position of a deposit")
IsADeposit = Refusing[Position]("IsADeposit", "{position} leaves through a deposit exit")
NotTheOwner = Refusing[Party, Party]("NotTheOwner", "{by} exits an output of {owner}")
InputNotConfirmed = Refusing[Root, int, int](
    "InputNotConfirmed",
    "under root {root}, the confirmation for transaction {transaction}, input {input} is not there",
)
ExitRecorded = Refusing[Position, Status](
    "ExitRecorded", "an exit was started under {key} before: {status}"
)
InputExited = Refusing[Position](
    "InputExited", "the input {input} was paid out, or is leaving, through an exit of its own"
)
OutputSpokenFor = Refusing[Position](
    "OutputSpokenFor", "an output of the transaction that spends {output} has been exited"
)
FeeExitNotAdmitted = Refusing[Wei]("FeeExitNotAdmitted", "no fees exit here, nor {amount} of them")
BlockSpaceTaken = Refusing[int, int](
    "BlockSpaceTaken", "{used} exit-game transactions fill this period's space of {space}"
)
Outbid = Refusing[int, int](
    "Outbid", "there is room for {room}, and honest parties need {needed} and pay what it takes"
)
NoSuchExit = Refusing[Position]("NoSuchExit", "no exit is recorded under {key}")
ExitNotPending = Refusing[Position, Status]("ExitNotPending", "the exit under {key} is {status}")
ChallengerReverts = Refusing[Party](
    "ChallengerReverts", "the account of {by} refuses the reward, and undoes the challenge"
)
ChallengeFails = Refusing[Position, Position, Party, Party, bool](
    "ChallengeFails",
    "{exiting} is exiting, and a spend of {shown} is shown; its owner is {owner}, who signed is"
    " {signer}, who has confirmed: {confirmed}",
)

# Payment ----------------------------------------------------------------------------------------

NothingDue = Refusing[Asset, Instant]("NothingDue", "no exit of asset {asset} is due at {now}")
BatchTooLarge = Refusing[int, int](
    "BatchTooLarge", "to pay {exits} exits takes more gas than a block has, which pays {capacity}"
)
FinalizationReverts = Refusing[Position](
    "FinalizationReverts", "the exit at {position} undoes the whole call"
)
AlreadyReverting = Refusing[Party]("AlreadyReverting", "{by} refuses payments already")

AgainstStrategy = Refusing[Party](
    "AgainstStrategy", "{by} is honest, and does not do this with what it knows"
)

# Why a block is invalid: what a wallet finds when it checks one ---------------------------------


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
