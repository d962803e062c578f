"""What must have been so for a call of the contract to count.

Each claim reads off an accepted call, in its own words, that it was to be accepted; so a rule that
accepts too much is noticed where it does, and not only where somebody has lost money by it.
"""

from typing import Any

from invariants.channels.payment.dues import honest_sides
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.payment import closing
from spec.channels.payment.contract import Phase
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import START
from spec.channels.sides import side_of
from spec.kernel.basics import Seconds

SHOWS = (closing.Withdraw, closing.CooperativeClose, closing.UnilateralClose, closing.Challenge)
"""What shows a version to the contract."""
CALLS = (
    closing.Deposit, closing.Cancel, *SHOWS, closing.Punish, closing.Settle, closing.Reopen
)  # fmt: skip
"""What calls the contract."""


def _not_unanimous(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a version counts that an honest party never signed", {"number": action.version.number}
    )


@whenever("PC-UNANIMOUS", _not_unanimous, after=SHOWS)
def unanimous(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The contract acts only on versions that every honest party has signed, or nobody had to."""
    version = action.version
    return version == START or all(
        version in before.network.signed[side] for side in honest_sides(before)
    )


def _unbounded(before: State, action: Any, after: State, rules: Rules) -> Finding:
    was, now = before.contract.claim, after.contract.claim
    numbers = {
        "before": 0 if was is None else was.deadline,
        "after": 0 if now is None else now.deadline,
    }
    cause = (
        "a close opened a window of another length" if was is None else "an answer moved the end"
    )
    return Finding(cause, numbers)


@whenever("PC-WINDOW", _unbounded, after=(closing.UnilateralClose, closing.Challenge))
def windows_bounded(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A unilateral close opens one window, and no answer moves its end."""
    was, now = before.contract.claim, after.contract.claim
    if now is None:
        return False
    if was is None:
        return now.deadline == before.main.now + rules.window
    return now.deadline == was.deadline


def _not_grown(before: State, action: Any, after: State, rules: Rules) -> Finding:
    was = before.contract.claim
    claimed = 0 if was is None else was.version.number
    return Finding(
        "a version was replaced by one that is not newer",
        {"claimed": claimed, "shown": action.version.number},
    )


@whenever("PC-NUMBERS", _not_grown, after=(closing.Challenge,))
def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The claimed version gives way to strictly newer ones only."""
    was, now = before.contract.claim, after.contract.claim
    return was is not None and now is not None and now.version.number > was.version.number


def _totals(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "deposits or withdrawals changed otherwise than asked for",
        {"deposits": sum(after.contract.deposits), "withdrawn": sum(after.contract.withdrawn)},
    )


@whenever("PC-TOTALS", _totals, after=CALLS)
def totals_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Deposits and withdrawals never fall while a channel lives, change by what was asked for, and
    are nothing in a new one."""
    was, now = before.contract, after.contract
    if isinstance(action, closing.Reopen):
        return now.deposits == now.withdrawn == (0, 0)
    if isinstance(action, closing.Deposit):
        side = side_of(action.by)
        grown = now.deposits[side] - was.deposits[side]
        return grown == action.amount > 0 and now.withdrawn == was.withdrawn
    if isinstance(action, closing.Withdraw):
        granted = action.version.withdrawn
        new = tuple([max(pair) for pair in zip(was.withdrawn, granted, strict=True)])
        return now.deposits == was.deposits and now.withdrawn == new != was.withdrawn
    return now.deposits == was.deposits and now.withdrawn == was.withdrawn


def window_ends(state: State, rules: Rules) -> Seconds:
    """One window after a side closed alone, whatever deadline the contract has set itself."""
    closed = state.ghost.closed
    return rules.window if closed is None else closed + rules.window


def _out_of_time(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a call was accepted out of its phase or window",
        {"now": before.main.now, "phase": before.contract.phase.value},
    )


@whenever("PC-IN-TIME", _out_of_time, after=CALLS)
def in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every call falls into its phase: answers within the window, payment strictly after it."""
    contract, now, end = before.contract, before.main.now, window_ends(before, rules)
    if isinstance(action, closing.Challenge | closing.Punish):
        return contract.claim is not None and now <= end
    if isinstance(action, closing.Settle):
        return contract.claim is not None and now > end
    if isinstance(action, closing.Cancel):
        return contract.phase == Phase.OPENING
    if isinstance(action, closing.Reopen):
        return contract.phase == Phase.SETTLED
    if isinstance(action, closing.Deposit):
        return contract.phase in (Phase.OPENING, Phase.OPEN)
    return contract.phase == Phase.OPEN


def _wrong_phase(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a call led to another phase", {"phase": after.contract.phase.value})


@whenever("PC-PHASE", _wrong_phase, after=CALLS)
def right_phase(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every call leads to the phase that it should."""
    phase, deposits = after.contract.phase, after.contract.deposits
    if isinstance(action, closing.UnilateralClose | closing.Challenge):
        return phase == Phase.DISPUTED and after.contract.claim is not None
    if isinstance(action, closing.Deposit | closing.Withdraw | closing.Reopen):
        return phase == (Phase.OPEN if min(deposits) > 0 else Phase.OPENING)
    return phase == Phase.SETTLED and after.contract.claim is None


def _not_the_end(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a version was paid out at once that is no end", {"number": action.version.number}
    )


@whenever("PC-FINAL", _not_the_end, after=(closing.CooperativeClose,))
def only_the_end_at_once(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Without a window only a final version is paid out."""
    return bool(action.version.final)


def _undeserved(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("somebody was punished without having revoked", {"below": action.below})


@whenever("PC-DESERVED", _undeserved, after=(closing.Punish,))
def deserved(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody is punished who has not shown a version that it has revoked."""
    claim = before.contract.claim
    if claim is None or not claim.version.number < action.below:
        return False
    side = side_of(claim.by)
    honest = claim.by in before.people.honest
    return not honest or claim.version.number < before.network.revealed[side]


CALLED: tuple[Invariant, ...] = (
    unanimous,
    windows_bounded,
    numbers_grow,
    totals_grow,
    in_time,
    right_phase,
    only_the_end_at_once,
    deserved,
)  # fmt: skip
