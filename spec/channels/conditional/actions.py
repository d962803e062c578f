"""What parties can do, one type per action; ``by`` says who does it."""

from attrs import frozen

from spec.channels.conditional.pays import Pay
from spec.channels.conditional.state import Simplex, States
from spec.channels.sides import Side
from spec.kernel.basics import Party, Wei


@frozen
class Deposit:
    """Lock more money in the channel."""

    by: Party
    amount: Wei


@frozen
class Offer:
    """The payer signs the next state of its direction and sends it to the payee."""

    by: Party
    simplex: Simplex


@frozen
class Countersign:
    """The payee signs a state that the payer has signed, and returns it: now it counts."""

    by: Party
    simplex: Simplex


@frozen
class Learn:
    """The payee gets to know the preimage of a lock, from whoever chose it."""

    by: Party
    lock: int


@frozen
class Reveal:
    """The payee tells the payer the preimage of a lock."""

    by: Party
    lock: int


@frozen
class Vouch:
    """The payer signs a result of a payment and sends it to the payee."""

    by: Party
    pay: Pay
    amount: Wei


@frozen
class CosignVoucher:
    """The payee signs a result that the payer has signed, and returns it."""

    by: Party
    pay: Pay
    amount: Wei


@frozen
class Resolve:
    """Show the registry the preimage; the conditions say the amount."""

    by: Party
    pay: Pay


@frozen
class ResolveVouched:
    """Show the registry a result that payer and payee have signed."""

    by: Party
    pay: Pay
    amount: Wei


@frozen
class Snapshot:
    """Put a state before the contract without settling."""

    by: Party
    simplex: Simplex


@frozen
class IntendWithdraw:
    """Announce a withdrawal."""

    by: Party
    amount: Wei


@frozen
class VetoWithdraw:
    """Stop the announced withdrawal."""

    by: Party


@frozen
class ConfirmWithdraw:
    """Carry out the announced withdrawal."""

    by: Party


@frozen
class IntendSettle:
    """Begin to settle, with any states at hand, or answer with newer ones while that goes on."""

    by: Party
    states: States


@frozen
class ClearPays:
    """Add up what the registry says of the pending payments of one direction."""

    by: Party
    payer: Side


@frozen
class ConfirmSettle:
    """Pay both sides and close the channel."""

    by: Party
