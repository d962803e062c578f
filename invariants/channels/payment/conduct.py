"""What must have been so for a step off chain to count, and who may leave and come back.

Each claim reads off an accepted step, in its own words, that it was to be accepted: who is honest
has signed, shown and revoked no more than it should, and is kept from nothing. `calls` has those
about the contract.
"""

from typing import Any

from invariants.channels.payment.calls import CALLS, SHOWS, window_ends
from invariants.channels.payment.dues import honest_sides
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

SIGNS = (updates.Propose, updates.Countersign)
"""By what an honest party signs a version."""
ACTIONS = tuple(kind for kind in PAYMENT.actions if kind != Wait)
"""Everything that a party does."""


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
    if not rules.revocable:
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
    already; and no secrets where there are none."""
    side = side_of(action.by)
    other = 1 - side
    from_honest = PARTIES[other] in before.people.honest
    if isinstance(action, updates.Hear):
        sent = action.below <= before.network.revealed[other]
        new = rules.revocable and action.below > before.memory[side].heard
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
    """An honest party revokes only what is older than the version that it holds, and only where
    versions can be revoked."""
    side = side_of(action.by)
    below = after.network.revealed[side]
    return (
        rules.revocable and before.network.revealed[side] < below <= before.ghost.held[side].number
    )


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
