"""What can be shown to the channel contract: payments, signatures on them, and receipts.

Signatures are ideal. An entry says which signatures it carries; who may put an honest party's
signature into an action is checked where the action is taken (`member.can_show`).

Source: the seed 004, "off-chain trading"; reference section 2 for what it leaves open.
"""

from enum import Enum
from typing import ClassVar

from attrs import frozen

from spec.kernel.basics import NOBODY, Party, Wei
from spec.kernel.telling import Teller


@frozen
class Stamp:
    """Which channel and which epoch a signature speaks of."""

    channel: int
    epoch: int


NOWHERE = Stamp(0, 0)
"""The stamp of a body that names neither channel nor epoch, as in the seed."""


@frozen
class Payment:
    """The body that payer and payee sign. The amount is in wei.

    ``number`` is the seed's uuid. Honest payers never use one twice; a contract that wants to rely
    on that has to check it.
    """

    number: int
    payer: Party
    payee: Party
    amount: Wei
    stamp: Stamp

    says: ClassVar[str] = "#{number} of {amount}, {payer} to {payee}"
    short: ClassVar[str] = "#{number} of {amount}"


@frozen
class Entry:
    """A payment with the signatures that are shown on it.

    ``receipt_by`` is who signed a receipt for this payment, NOBODY where there is none; the receipt
    speaks of the channel and epoch in ``receipt``.
    """

    payment: Payment
    by_payer: bool
    by_payee: bool
    receipt_by: Party = NOBODY
    receipt: Stamp = NOWHERE

    def clause(self, tell: Teller) -> str:
        """The payment, and which of the two signatures it lacks."""
        missing = [] if self.by_payer else ["payer"]
        missing += [] if self.by_payee else ["payee"]
        without = f" (unsigned by its {' and '.join(missing)})" if missing else ""
        return f"[{tell.of(self.payment)}]{without}"


Entries = tuple[Entry, ...]


class Verdict(Enum):
    """Who is right in a dispute."""

    LEADER = 0
    CHALLENGER = 1


@frozen
class Dispute:
    """Everything that an arbitration may look at. Balances are in wei."""

    participant: Party
    """Whose balance it is about: the challenger, or somebody who did not vote."""
    leader: Party
    stamp: Stamp
    """This channel and the present epoch."""
    before: Wei
    """The participant's balance in the last checkpoint."""
    proposed: Wei
    """Its balance in the checkpoint that the leader wants to commit."""
    shown: Entries
    """What the participant submitted."""
    listed: Entries
    """What the leader submitted as all payments of the epoch that involve the participant."""
    challenged: bool
    answered: bool


def concerns(payment: Payment, party: Party) -> bool:
    """Is the party payer or payee?"""
    return payment.payer == party or payment.payee == party


def effect(payment: Payment, party: Party) -> Wei:
    """What the payment adds to the party's balance, in wei; negative for a payer."""
    return income(payment, party) - expense(payment, party)


def income(payment: Payment, party: Party) -> Wei:
    """What the party receives by the payment."""
    return payment.amount if payment.payee == party else 0


def expense(payment: Payment, party: Party) -> Wei:
    """What the party pays by the payment."""
    return payment.amount if payment.payer == party else 0


def fold(before: Wei, entries: Entries, party: Party) -> Wei:
    """The party's balance after the payments, in wei; negative where they overdraw it."""
    return before + sum(effect(entry.payment, party) for entry in entries)
