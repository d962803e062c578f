"""What must have been so for a step to count: on chain and off.

Each claim reads off an accepted step, in its own words, that it was to be accepted; so a rule that
accepts too much is noticed where it does, and not only where somebody has lost money by it.
"""

from typing import Any

from invariants.channels.payment.dues import honest_sides, penal
from invariants.channels.payment.world.protocol import PAYMENT
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.payment import closing, presence, updates
from spec.channels.payment.contract import Phase
from spec.channels.payment.duties import SETTLEMENT
from spec.channels.payment.machine import step
from spec.channels.payment.rules import Rules
from spec.channels.payment.state import State
from spec.channels.payment.versions import START, Version
from spec.channels.people import is_there
from spec.channels.sides import PARTIES, Pair, Side, side_of
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait
from spec.kernel.refusal import Refusal

SHOWS = (closing.Withdraw, closing.CooperativeClose, closing.UnilateralClose, closing.Challenge)
"""What shows a version to the contract."""
CALLS = (closing.Deposit, closing.Cancel, *SHOWS, closing.Punish, closing.Settle)
"""What calls the contract."""
SIGNS = (updates.Propose, updates.Countersign)
"""By what an honest party signs a version."""
ACTIONS = tuple(kind for kind in PAYMENT.actions if kind != Wait)
"""Everything that a party does."""


# On the main chain ------------------------------------------------------------------------------


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
    """Deposits and withdrawals never fall, and change by what was asked for."""
    was, now = before.contract, after.contract
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
    if isinstance(action, closing.Deposit | closing.Withdraw):
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


# Off chain --------------------------------------------------------------------------------------


def _signed_badly(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = side_of(action.by)
    version, last = after.network.signed[side][-1], signed_last(before, side)
    if version.number <= last.number:
        cause = "an honest party signed a second version with an old number"
    elif last.final:
        cause = "an honest party signed something after a final version"
    elif not no_less(version.withdrawn, last.withdrawn):
        cause = "an honest party signed a version that forgets a withdrawal"
    elif before.contract.phase != Phase.OPEN:
        cause = "an honest party signed while the channel was not open"
    else:
        cause = "an honest party signed balances that do not add up"
    return Finding(cause, {"number": version.number})


@whenever("PC-SIGNED", _signed_badly, after=SIGNS)
def signed_well(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What an honest party signs adds up, is newer than all that it signed, forgets no withdrawal
    among these, and comes before the end."""
    side = side_of(action.by)
    version, last = after.network.signed[side][-1], signed_last(before, side)
    balances, deposits, withdrawn = version.balances, version.deposits, version.withdrawn
    return (
        balances[0] >= 0
        and balances[1] >= 0
        and sum(balances) == sum(deposits) - sum(withdrawn)
        and version.number > last.number
        and no_less(withdrawn, last.withdrawn)
        and not last.final
        and before.contract.phase == Phase.OPEN
    )


def signed_last(state: State, side: Side) -> Version:
    """The version that an honest side has signed last; by this claim, the newest one."""
    signed = state.network.signed[side]
    return signed[-1] if signed else START


def no_less(one: Pair, two: Pair) -> bool:
    """Is the first pair at least the second one, on both sides?"""
    return one[0] >= two[0] and one[1] >= two[1]


def _more_than_three(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "more than three versions of a side count", {"heard": after.ghost.heard[side_of(action.by)]}
    )


@whenever("PC-AT-MOST-THREE", _more_than_three, after=SIGNS)
def at_most_three(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Where stale versions are punished, at most three versions that an honest party has signed can
    be shown unpunished: two, and one more where proposals crossed."""
    if not penal(rules):
        return True
    side = side_of(action.by)
    heard = after.ghost.heard[side]
    counting = [v for v in (START, *after.network.signed[side]) if v.number >= heard]
    return len(counting) <= 3


def _from_nowhere(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("something arrived twice, or without having been sent", {"by": action.by})


@whenever("PC-ARRIVES", _from_nowhere, after=(updates.Countersign, updates.Receive, updates.Hear))
def sent_before(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nothing reaches an honest party that an honest other side has not sent, or that it has
    already."""
    side = side_of(action.by)
    other = 1 - side
    from_honest = PARTIES[other] in before.people.honest
    if isinstance(action, updates.Hear):
        sent = action.below <= before.network.revealed[other]
        new = action.below > before.memory[side].heard
    else:
        sent = action.version in before.network.signed[other]
        new = action.version.number > before.memory[side].held.number
    return bool(new and (sent or not from_honest))


def _shows_old(before: State, action: Any, after: State, rules: Rules) -> Finding:
    side = side_of(action.by)
    number = action.version.number
    cause = (
        "an honest party showed a version that it had revoked"
        if number < before.network.revealed[side]
        else "an honest party showed an older version than it had held"
    )
    return Finding(cause, {"shown": number, "held": before.ghost.held[side].number})


@whenever("PC-SHOWS", _shows_old, after=SHOWS)
def shows_its_newest(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No honest party shows a version that it has revoked, or any other than the newest that it
    ever held."""
    if action.by not in before.people.honest:
        return True
    side = side_of(action.by)
    number: int = action.version.number
    return number >= before.network.revealed[side] and number == before.ghost.held[side].number


def _cannot_show(before: State, action: Any, after: State, rules: Rules) -> Finding:
    held = after.memory[side_of(action.by)].held
    return Finding("a party holds a version that it can't show", {"number": held.number})


@whenever("PC-SHOWABLE", _cannot_show, after=(updates.Countersign, updates.Receive))
def can_show(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party can show what it holds: every honest party has signed it."""
    signed, honest = after.network.signed, after.people.honest
    held = after.memory[side_of(action.by)].held
    return all(held in signed[side] for side in (0, 1) if PARTIES[side] in honest)


def _reveals_too_much(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("an honest party revoked what it needs, or nothing", {"by": action.by})


@whenever("PC-REVEALS", _reveals_too_much, after=(updates.Reveal,))
def reveals_what_is_old(before: State, action: Any, after: State, rules: Rules) -> bool:
    """An honest party revokes only what is older than the version that it holds."""
    side = side_of(action.by)
    below = after.network.revealed[side]
    return bool(before.network.revealed[side] < below <= before.ghost.held[side].number)


# Being there ------------------------------------------------------------------------------------


def _stranger(before: State, action: Any, after: State, rules: Rules) -> Finding:
    cause = "somebody acted for whom the channel has no such step"
    if action.by in before.people.honest:
        cause = "somebody acted who is away, or returned who was there"
    return Finding(cause, {"by": action.by})


@whenever("PC-OWN-NAME", _stranger, after=ACTIONS)
def entitled(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Nobody but its two parties acts in a channel, only honest ones talk in it, and who is away
    does nothing but return."""
    by, people = action.by, before.people
    return (by in people.honest or (by in PARTIES and isinstance(action, CALLS))) and (
        (by in people.offline) == isinstance(action, presence.Return)
    )


def _late(before: State, action: Any, after: State, rules: Rules) -> Finding:
    numbers = {"window ends": window_ends(after, rules), "now": after.main.now}
    return Finding("the window is over and nobody could settle", numbers)


@whenever("PC-TIME", _late, after=(Wait,))
def paid_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A window that is over is settled within the reaction of anybody honest who is there."""
    return (
        after.contract.claim is None
        or after.main.now <= settled_by(after, rules)
        or not any(is_there(before.people, party) for party in PARTIES)
    )


def settled_by(state: State, rules: Rules) -> Seconds:
    """When the last honest party that is there has called for the payment: its time runs from the
    end of the window, or from its return after that."""
    bars = [each.bar for each in state.main.standing if each.need == SETTLEMENT]
    return max([window_ends(state, rules) + rules.peer.reaction, *bars])


def way_out(state: State, side: Side) -> Any:
    """What an honest party would do now to leave; None where a claim waits for its window already:
    who settles then is the subject of another claim."""
    party, phase = PARTIES[side], state.contract.phase
    if phase == Phase.OPEN:
        return closing.UnilateralClose(party, state.memory[side].held)
    return closing.Cancel(party) if phase == Phase.OPENING else None


def stuck(state: State, side: Side, rules: Rules) -> Any:
    """The action by which an honest party that is there can't leave; None if there is none."""
    action = way_out(state, side)
    if action is None or not is_there(state.people, PARTIES[side]):
        return None
    try:
        step(state, action, rules)
    except Refusal:
        return action
    return None


def _stuck(before: State, action: Any, after: State, rules: Rules) -> Finding:
    refused = [stuck(after, side, rules) for side in honest_sides(after)]
    names = [type(each).__name__ for each in refused if each is not None]
    return Finding(f"an honest party can't leave: {names[0]} is refused", {"now": after.main.now})


@whenever("PC-NOT-STUCK", _stuck, after=(closing.Deposit, closing.Withdraw, presence.Return))
def nobody_stuck(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whenever it is there, an honest party can leave: take back what nobody matched, or close
    alone."""
    return all(stuck(after, side, rules) is None for side in honest_sides(after))


CONDUCT: tuple[Invariant, ...] = (
    unanimous,
    windows_bounded,
    numbers_grow,
    totals_grow,
    in_time,
    right_phase,
    only_the_end_at_once,
    deserved,
    signed_well,
    at_most_three,
    sent_before,
    can_show,
    shows_its_newest,
    reveals_what_is_old,
    entitled,
    paid_in_time,
    nobody_stuck,
)  # fmt: skip
