"""What must be seen to happen in a payment channel: every action, every end, every fault."""

from typing import Any

from invariants.kernel.claims import Witness
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.sides import other_side, side_of


def _always(before: State, action: Any, after: State, rules: Rules) -> bool:
    return True


def _by_honest(before: State, action: Any, after: State, rules: Rules) -> bool:
    return action.by in before.people.honest


def _by_other(before: State, action: Any, after: State, rules: Rules) -> bool:
    return action.by not in before.people.honest


def _withdrawal(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(action.withdraws > 0)


def _final(before: State, action: Any, after: State, rules: Rules) -> bool:
    return bool(action.final)


def _opened(before: State, action: Any, after: State, rules: Rules) -> bool:
    return before.contract.phase == Phase.OPENING and after.contract.phase == Phase.OPEN


def _topped_up(before: State, action: Any, after: State, rules: Rules) -> bool:
    return before.contract.phase == Phase.OPEN


def _stale_by_other(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A dishonest party closes with an older version than the honest other side holds."""
    side = other_side(side_of(action.by))
    return (
        action.by not in before.people.honest
        and action.version.number < before.memory[side].held.number
    )


def _from_honest(before: State, action: Any) -> bool:
    return len(before.people.honest) > 1


def _lost(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A version arrives, and one that the sender had sent before never did."""
    side = side_of(action.by)
    held = before.memory[side].held.number
    return _from_honest(before, action) and any(
        held < version.number < action.version.number
        for version in before.network.signed[other_side(side)]
    )


def _late(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A version arrives when the sender has sent a newer one already."""
    signed = before.network.signed[other_side(side_of(action.by))]
    newer = any(version.number > action.version.number for version in signed)
    return _from_honest(before, action) and newer


def _again(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A version arrives that was sent before its receiver was away."""
    return _from_honest(before, action) and before.absence.times > 0


def _in_dispute(before: State, action: Any, after: State, rules: Rules) -> bool:
    return before.contract.phase == Phase.DISPUTED


def _at_once(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Who crashes has to be back before any time passes."""
    return bool(action.until == before.main.now)


def _after_top_up(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A version is paid out that does not count a deposit."""
    claim = before.contract.claim
    return claim is not None and sum(claim.version.deposits) < sum(before.contract.deposits)


def _before_withdrawal(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A version is paid out that does not count a withdrawal."""
    claim = before.contract.claim
    return claim is not None and sum(claim.version.withdrawn) < sum(before.contract.withdrawn)


WITNESSES: tuple[Witness, ...] = (
    Witness("PC-W-OPENED", "Both sides fund a channel.", _opened, (closing.Deposit,)),
    Witness("PC-W-TOP-UP", "A side tops up.", _topped_up, (closing.Deposit,)),
    Witness("PC-W-CANCEL", "A side gives up a channel in vain.", _by_honest, (closing.Cancel,)),
    Witness("PC-W-PROPOSED", "A version is proposed.", _always, (updates.Propose,)),
    Witness("PC-W-GRANTED", "A withdrawal is asked for.", _withdrawal, (updates.Propose,)),
    Witness("PC-W-CLOSING", "An end is proposed.", _final, (updates.Propose,)),
    Witness("PC-W-COUNTERSIGNED", "A version is countersigned.", _always, (updates.Countersign,)),
    Witness("PC-W-RECEIVED", "A countersignature arrives.", _always, (updates.Receive,)),
    Witness("PC-W-REVEALED", "Old versions are revoked.", _always, (updates.Reveal,)),
    Witness("PC-W-HEARD", "A revocation arrives.", _always, (updates.Hear,)),
    Witness(
        "PC-W-LOST", "A version never arrives; a newer one does.", _lost, (updates.Countersign,)
    ),
    Witness(
        "PC-W-LATE",
        "A version arrives out of order.",
        _late,
        (updates.Countersign, updates.Receive),
    ),
    Witness("PC-W-RESENT", "A version arrives after an absence.", _again, (updates.Countersign,)),
    Witness(
        "PC-W-LAST-MINUTE",
        "A countersignature arrives in a dispute.",
        _in_dispute,
        (updates.Receive,),
    ),
    Witness("PC-W-WITHDRAWN", "A withdrawal is paid.", _by_honest, (closing.Withdraw,)),
    Witness("PC-W-WITHDRAWN-C", "A dishonest side withdraws.", _by_other, (closing.Withdraw,)),
    Witness(
        "PC-W-TOGETHER", "The channel is closed together.", _by_honest, (closing.CooperativeClose,)
    ),
    Witness("PC-W-ALONE", "An honest side closes alone.", _by_honest, (closing.UnilateralClose,)),
    Witness(
        "PC-W-STALE", "A stale version is claimed.", _stale_by_other, (closing.UnilateralClose,)
    ),
    Witness("PC-W-CHALLENGED", "An honest side challenges.", _by_honest, (closing.Challenge,)),
    Witness("PC-W-CHALLENGED-C", "A dishonest side challenges.", _by_other, (closing.Challenge,)),
    Witness("PC-W-PUNISHED", "A revoked version is punished.", _by_honest, (closing.Punish,)),
    Witness("PC-W-SETTLED", "The channel is settled.", _always, (closing.Settle,)),
    Witness(
        "PC-W-SETTLED-OLD-DEPOSITS",
        "A version from before a top-up is paid out.",
        _after_top_up,
        (closing.Settle,),
    ),
    Witness(
        "PC-W-SETTLED-OLD-WITHDRAWALS",
        "A version from before a withdrawal is paid out.",
        _before_withdrawal,
        (closing.Settle,),
    ),
    Witness("PC-W-REOPENED", "Another channel is opened.", _always, (closing.Reopen,)),
    Witness("PC-W-OFFLINE", "An honest side goes offline.", _always, (presence.GoOffline,)),
    Witness("PC-W-CRASHED", "An honest side crashes.", _always, (presence.Crash,)),
    Witness(
        "PC-W-CRASHED-AT-ONCE",
        "An honest side crashes and is back in the same second.",
        _at_once,
        (presence.Crash,),
    ),
    Witness("PC-W-RETURNED", "An honest side is back.", _always, (presence.Return,)),
)
