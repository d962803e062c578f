"""What parties can do, one type per action; ``by`` says who does it.

A1 to B4 are the steps of the seed.
"""

from attrs import frozen

from spec.channels.multiparty.evidence import Entries, Entry, Payment
from spec.channels.multiparty.state import Checkpoint
from spec.kernel.basics import Party, Wei


@frozen
class RequestPayment:
    """A1: the payer signs a payment and sends it to the payee."""

    by: Party
    payment: Payment


@frozen
class Countersign:
    """A2: the payee signs it too and returns it. ``trade`` is its place in this epoch."""

    by: Party
    trade: int


@frozen
class SendToLeader:
    """A3: payer or payee hands the payment with both signatures to the leader."""

    by: Party
    trade: int


@frozen
class ReplayToLeader:
    """A3 again: somebody hands the leader a payment of an earlier epoch or channel."""

    by: Party
    entry: Entry


@frozen
class GiveReceipt:
    """A4: the leader signs a receipt and sends it to whom it chooses."""

    by: Party
    trade: int
    to_payer: bool
    to_payee: bool


@frozen
class AskToLeave:
    """Ask the leader, off chain, to be put into the exit set of the next checkpoint."""

    by: Party


@frozen
class Propose:
    """B1: the leader sends a checkpoint to some members."""

    by: Party
    checkpoint: Checkpoint
    to: tuple[Party, ...]


@frozen
class Vote:
    """B2: a member signs the checkpoint that it was sent."""

    by: Party


@frozen
class Confirm:
    """B3: the leader broadcasts the checkpoint with all votes."""

    by: Party
    checkpoint: Checkpoint


@frozen
class Commit:
    """B3: the checkpoint with all votes goes to the contract, and the next epoch begins."""

    by: Party
    checkpoint: Checkpoint


@frozen
class CallContract:
    """B3, without all votes in time: the leader puts its proposal before the contract, with the
    votes that it has."""

    by: Party
    checkpoint: Checkpoint
    voters: tuple[Party, ...]


@frozen
class Challenge:
    """B4: a participant submits its payments of the epoch, or the receipts that it misses."""

    by: Party
    entries: Entries


@frozen
class AnswerDispute:
    """B4: the leader submits all payments of the epoch that involve the participant."""

    by: Party
    participant: Party
    entries: Entries


@frozen
class Conclude:
    """Call for the verdicts: the proposal is committed, or the leader convicted."""

    by: Party


@frozen
class ReportSilence:
    """Call the contract because the leader has neither committed nor called in time."""

    by: Party


@frozen
class ShowReceipts:
    """After a conviction: submit payments with receipts, to be settled."""

    by: Party
    entries: Entries


@frozen
class Settle:
    """After a conviction: call for the settlement of the epoch."""

    by: Party


@frozen
class RequestReceipt:
    """Call through the contract for the receipt of a payment that both parties signed."""

    by: Party
    entry: Entry


@frozen
class AnswerRequest:
    """The leader answers the oldest such call: with a receipt, or, if ``refuses``, with payments of
    the payer's that leave too little to pay."""

    by: Party
    refuses: bool
    entries: Entries


@frozen
class Deposit:
    """Lock more money in the channel. It counts from the next checkpoint on."""

    by: Party
    amount: Wei


@frozen
class Join:
    """Become a member with the next checkpoint: lock an amount and the bond."""

    by: Party
    amount: Wei


@frozen
class ForceExit:
    """Call for the own exit through the contract: whatever ends the epoch pays the caller."""

    by: Party
