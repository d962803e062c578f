"""What counts on the chain: supported states, the turn record, unanimous ends, final outcomes."""

from typing import Any

from invariants.channels.application.clock import was_final
from invariants.channels.application.referee import deserved, ended, fair, sides_turn
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import whenever
from spec.channels.application.adjudicator import Challenge, Checkpoint, Conclude
from spec.channels.application.evidence import AppState, Signed, Support
from spec.channels.application.rules import Rules
from spec.channels.application.state import Phase, State
from spec.channels.people import is_honest
from spec.channels.sides import ALICE, BOB, side_of
from spec.kernel.basics import Party

SHOWN = (Challenge, Checkpoint)
"""The actions that put a supported state before the contract."""


def _record(before: State, action: Any, after: State, rules: Rules) -> Finding:
    was, turn, now = before.contract.record, action.support.claimed.body.turn, after.contract.record
    if now != turn:
        cause = "what was shown left no record"
    elif turn < was:
        cause = "an older state counts than the record"
    else:
        cause = "a checkpoint shows nothing new"
    return Finding(cause, {"record before": was, "shown": turn, "record after": now})


@whenever("APP-RECORD", _record, after=SHOWN)
def record_grows(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The turn record is the turn that was shown last; it never falls, and a checkpoint raises
    it."""
    was, turn = before.contract.record, action.support.claimed.body.turn
    return after.contract.record == turn and (turn > was or was == turn and _is_challenge(action))


def _is_challenge(action: Any) -> bool:
    return isinstance(action, Challenge)


def _unsupported(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_flaw(before, action), {"turn": action.support.claimed.body.turn})


@whenever("APP-SUPPORTED", _unsupported, after=SHOWN)
def is_supported(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Every state before the contract is signed by both, or a fair move signed in turn, and no
    honest signature is forged."""
    return not _flaw(before, action)


def _flaw(before: State, action: Any) -> str:
    support: Support = action.support
    shown = [support.claimed] if support.before is None else [support.before, support.claimed]
    for signed in shown:
        for party in signed.by:
            if not _could_sign(before, action.by, party, signed):
                return "a signature was forged"
    if support.before is None:
        return "" if {ALICE, BOB} <= set(support.claimed.by) else "a signature is missing"
    if not all(_mover_signed(signed) for signed in shown):
        return "a mover's signature is missing"
    one, two = support.before.body, support.claimed.body
    return "" if is_fair(before, one, two) else "it does not follow from the state before"


def _could_sign(state: State, by: Party, party: Party, signed: Signed) -> bool:
    """Is it the caller, one of the coalition, or somebody honest whose line this is?"""
    if party == by or not is_honest(state.people, party):
        return True
    line, body = state.network.line, signed.body
    return body in line and (
        body.turn == 0
        or sides_turn(body.turn) == side_of(party)
        or (state.network.agreed and body == line[-1])
    )


def _mover_signed(signed: Signed) -> bool:
    return (ALICE, BOB)[sides_turn(signed.body.turn)] in signed.by


def is_fair(state: State, one: AppState, two: AppState) -> bool:
    """A fair move, with the outcome and the end that the referee sees."""
    channel = state.channel
    pays = tuple([each.amount for each in two.outcome])
    return (
        fair(channel.app, one, two, channel.stakes)
        and pays == deserved(channel.app, two, channel.stakes)
        and two.final == ended(channel.app, two.data)
    )


def _not_together(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(_lone(before, action), {"turn": action.signed.body.turn})


@whenever("APP-TOGETHER", _not_together, after=(Conclude,))
def ends_together(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only a final state that both have signed concludes."""
    return not _lone(before, action)


def _lone(before: State, action: Any) -> str:
    signed: Signed = action.signed
    if not signed.body.final:
        return "a state concluded after which somebody moves"
    if not {ALICE, BOB} <= set(signed.by):
        return "a state concluded that not both have signed"
    if not all(_could_sign(before, action.by, party, signed) for party in signed.by):
        return "a signature was forged"
    return ""


def _does_not_count(before: State, action: Any, after: State, rules: Rules) -> Finding:
    cause = _miscounted(before, action, after) or "money moved that nobody was paid"
    return Finding(cause, {"held": before.contract.held, "held after": after.contract.held})


@whenever("APP-COUNTS", _does_not_count, after=(*SHOWN, Conclude))
def shown_counts(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is challenged stands until it is answered or final; a checkpoint leaves no challenge;
    what concludes is final at once."""
    one, two = before.contract, after.contract
    return not _miscounted(before, action, after) and (one.held, one.deposited, one.paid) == (
        two.held,
        two.deposited,
        two.paid,
    )


def _miscounted(before: State, action: Any, after: State) -> str:
    stands = after.contract.phase, after.contract.claimed
    match action:
        case Challenge(support=support):
            right = stands == (Phase.CHALLENGE, support.claimed.body)
            return "" if right else "what was challenged is not what stands"
        case Checkpoint():
            right = stands == (Phase.OPEN, before.contract.claimed)
            return "" if right else "a checkpoint left a challenge, or another state"
        case _:
            right = stands == (Phase.CONCLUDED, action.signed.body)
            return "" if right else "what both signed as the end is not final"


def _changed(before: State, action: Any, after: State, rules: Rules) -> Finding:
    one, two = before.contract, after.contract
    cause = "a final outcome changed" if one.claimed != two.claimed else "something came after it"
    return Finding(cause, {"turn": one.claimed.turn, "turn now": two.claimed.turn})


@whenever("APP-FINAL", _changed, reads="main.now contract ghost")
def stays_final(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A final outcome never changes, and nothing but its payment comes after it."""
    one, two = before.contract, after.contract
    return not was_final(before, rules) or (
        (one.phase, one.claimed, one.ends, one.record)
        == (two.phase, two.claimed, two.ends, two.record)
        and (two.paid or not one.paid)
        and two.held <= one.held
    )


EVIDENCE: tuple[Invariant, ...] = (
    record_grows,
    is_supported,
    ends_together,
    shown_counts,
    stays_final,
)
