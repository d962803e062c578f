"""What parties can do, one type per action. ``by`` says who does it."""

from attrs import frozen

from spec.kernel.basics import Asset, Party, Position, Wei
from spec.plasma.mvp.state import OPERATOR, Transaction


@frozen
class Deposit:
    """Lock an amount in the contract and receive it as an output of the side chain.

    ``seen`` is the last operator block that the depositor had checked when it signed this: between
    signing and landing, the operator can submit another one.
    """

    by: Party
    asset: Asset
    amount: Wei
    seen: int


@frozen
class Send:
    """Sign a transaction and hand it to the operator."""

    by: Party
    transaction: Transaction


@frozen
class SubmitBlock:
    """The operator publishes a block's root, and its content to those it chooses.

    Who is not shown the content when the root lands counts the block as withheld, for ever.
    ``carries`` says that the block carries the confirmations of what its transactions spend.
    """

    transactions: tuple[Transaction, ...]
    shown_to: tuple[Party, ...]
    carries: bool = False
    by: Party = OPERATOR


@frozen
class Confirm:
    """Sign for all own inputs of a transaction that its block is fine, and hand that to everybody.

    Handing it to some only is not modelled: an honest wallet has no reason to, and the coalition
    keeps what it does not publish.
    """

    by: Party
    block: int
    transaction: int


@frozen
class StartDepositExit:
    """Ask to be paid a deposit."""

    by: Party
    position: Position


@frozen
class StartExit:
    """Ask to be paid an output of an operator block, showing its transaction, the proof of
    inclusion, and the confirmations."""

    by: Party
    position: Position


@frozen
class StartFeeExit:
    """The operator asks to be paid fees. The contract can't know how much it earned."""

    asset: Asset
    amount: Wei
    by: Party = OPERATOR


@frozen
class ChallengeExit:
    """Show that an exiting output was spent: input ``input`` of the transaction at (block,
    transaction), with the confirmation by the exiting owner. ``exit`` is the exit's key."""

    by: Party
    exit: Position
    block: int
    transaction: int
    input: int


@frozen
class FinalizeExits:
    """Have the contract pay the exits of an asset that are due, from one of its queues."""

    by: Party
    asset: Asset
    queue: int = 0


@frozen
class RefusePayments:
    """Turn one's account into a contract that reverts whenever it is paid."""

    by: Party
