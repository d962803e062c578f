"""What the operator gets for its work: fees that it exits, or takes in a block.

Source: omgnetwork/plasma-mvp, startFeeExit; FourthState/plasma-mvp-rootchain.
"""

from spec.kernel.basics import Seconds, Wei


def created_now(now: Seconds) -> Seconds:
    """A fee is as old as the request for it."""
    return now


def created_a_second_later(now: Seconds) -> Seconds:
    """A fee is younger than all that has landed. Source: omgnetwork/plasma-mvp, startFeeExit."""
    return now + 1


def fee_exit_on_demand(amount: Wei) -> bool:
    """The operator names the amount of its fees. The contract knows nothing better."""
    return True


def no_fee_exit(amount: Wei) -> bool:
    """Fees are claimed in the block that earned them, and exit like any other output."""
    return False


def no_fee_output(earned: Wei, confirmed: Wei) -> Wei:
    """How much a block may give the operator without inputs, in wei: nothing."""
    return 0


def fees_earned(earned: Wei, confirmed: Wei) -> Wei:
    """A block may give the operator what included transactions left. Source: FourthState."""
    return earned


def fees_confirmed(earned: Wei, confirmed: Wei) -> Wei:
    """A block may give the operator what transactions left that are confirmed in public: their
    inputs can't be exited any more, so the fee is not paid out twice."""
    return confirmed
