"""What parties can do, one type per action; ``by`` says who does it."""

from attrs import frozen

from spec.channels.application.evidence import AppState, Signed, Support
from spec.kernel.basics import Party, Wei


@frozen
class Deposit:
    """A transaction with a deposit lands, which was to land where so much was held. It is on its
    way from the beginning; when it lands is up to whoever orders transactions."""

    by: Party
    expected: Wei
    amount: Wei


@frozen
class Move:
    """Off chain: sign the next state and send it to the other party."""

    by: Party
    body: AppState


@frozen
class Agree:
    """Off chain: sign the other party's final state too."""

    by: Party


@frozen
class Challenge:
    """Put a supported state before the contract: who has to move must answer within the window."""

    by: Party
    support: Support


@frozen
class Checkpoint:
    """Show a newer supported state: it is recorded, and clears a challenge."""

    by: Party
    support: Support


@frozen
class Conclude:
    """Show a final state that both have signed: its outcome is final at once."""

    by: Party
    signed: Signed


@frozen
class PayOut:
    """Have the final outcome paid."""

    by: Party
