"""What parties can do, one type per action; ``by`` says who does it."""

from attrs import frozen

from spec.channels.payment.versions import Version
from spec.kernel.basics import Party, Seconds, Wei

# Off chain: honest parties' steps. What others send to them is whatever they can sign. ------------


@frozen
class Propose:
    """Sign the next version and send it: pay an amount to the other side, ask for a withdrawal of
    one's own, or, if ``final``, for the end of the channel."""

    by: Party
    pays: Wei = 0
    withdraws: Wei = 0
    final: bool = False


@frozen
class Countersign:
    """Receive a version that the other side has signed, sign it too and return it."""

    by: Party
    version: Version


@frozen
class Receive:
    """Receive the other side's signature on the version that one has proposed."""

    by: Party
    version: Version


@frozen
class Reveal:
    """Send the secret that revokes all one's versions older than the one that one holds."""

    by: Party


@frozen
class Hear:
    """Receive the secret that revokes all the other side's versions below a number."""

    by: Party
    below: int


# On the main chain ------------------------------------------------------------------------------


@frozen
class Deposit:
    """Fund the channel, or top it up."""

    by: Party
    amount: Wei


@frozen
class Cancel:
    """Take back what was deposited in a channel that the other side has not funded."""

    by: Party


@frozen
class Withdraw:
    """Show a version: what it grants beyond what was withdrawn is paid, the channel stays open."""

    by: Party
    version: Version


@frozen
class CooperativeClose:
    """Show a version that both have signed as the end."""

    by: Party
    version: Version


@frozen
class UnilateralClose:
    """Claim a version alone; the window opens."""

    by: Party
    version: Version


@frozen
class Challenge:
    """Show a newer version than the claimed one within the window."""

    by: Party
    version: Version


@frozen
class Punish:
    """Show the secret by which the closer has revoked the claimed version."""

    by: Party
    below: int


@frozen
class Settle:
    """Call for the payment after the window."""

    by: Party


# Being there ------------------------------------------------------------------------------------


@frozen
class GoOffline:
    """An honest party is away, at the latest until a point in time."""

    by: Party
    until: Seconds


@frozen
class Crash:
    """An honest party loses what it has not stored, and is away until it is started again."""

    by: Party
    until: Seconds


@frozen
class Return:
    """An honest party is there again, with what it knows or has stored."""

    by: Party
