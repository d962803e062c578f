"""Which states count: signed by both, the newer one, adding up; and how long anything takes."""

from typing import Any

from invariants.conditional.dues import honest_sides, last_signed
from invariants.kernel.claims import Finding, Invariant, Kind
from spec.channels.people import is_honest
from spec.channels.sides import PARTIES, other_side, side_of
from spec.conditional.actions import (
    ClearPays,
    ConfirmSettle,
    ConfirmWithdraw,
    Countersign,
    Deposit,
    IntendSettle,
    IntendWithdraw,
    Snapshot,
    VetoWithdraw,
)
from spec.conditional.honest import newer_states, obligations
from spec.conditional.machine import CONDITIONAL as MACHINE
from spec.conditional.rules import Rules
from spec.conditional.state import NOTHING_PAID, Phase, Simplex, State
from spec.conditional.timeline import SOON
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait, accepted
from spec.kernel.protocol import Obligation

# States -----------------------------------------------------------------------------------------


def unanimous(before: State, action: Any, after: State, rules: Rules) -> bool:
    """No state counts, on chain or off, that an honest side has not signed itself."""
    return all(_signed_itself(before, action, simplex) for simplex in _new(before, after))


def _new(before: State, after: State) -> list[Simplex]:
    """The states that count from now on: in the hands of both, or on chain."""
    return [
        simplex
        for payer in (0, 1)
        for simplex in {*after.network.signed[payer], after.contract.states[payer]}
        if simplex not in before.network.signed[payer] and simplex != NOTHING_PAID[payer]
    ]


def _signed_itself(before: State, action: Any, simplex: Simplex) -> bool:
    payer, payee = PARTIES[simplex.payer], PARTIES[other_side(simplex.payer)]
    sent = simplex == before.network.offers[simplex.payer]
    by_payee = action == Countersign(payee, simplex)
    return (sent or not is_honest(before.people, payer)) and (
        by_payee or not is_honest(before.people, payee)
    )


def _not_signed(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "a state counts that an honest side never signed",
        {"number": min([each.seq for each in _new(before, after)])},
    )


def offered_by_payer(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Only an honest payer itself signs the states and vouchers that cost it money."""
    offers = [
        payer
        for payer in (0, 1)
        if after.network.offers[payer] not in (None, before.network.offers[payer])
    ]
    vouched = [each for each in after.network.vouchers if each not in before.network.vouchers]
    return all(_by(before, action, PARTIES[payer]) for payer in offers) and all(
        _by(
            before, action, PARTIES[other_side(each.pay.payer) if each.cosigned else each.pay.payer]
        )
        for each in vouched
    )


def _by(before: State, action: Any, party: Any) -> bool:
    return bool(action.by == party) or not is_honest(before.people, party)


def _forged(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding("a signature was given by somebody else", {"by": action.by})


def numbers_grow(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Per direction, the number of the state on chain never falls, nor does what was paid; and a
    state of the same number is the same state."""
    if before.contract.states == after.contract.states:
        return True
    pairs = zip(before.contract.states, after.contract.states, strict=True)
    return all(
        now == was or (now.seq > was.seq and now.transferred >= was.transferred)
        for was, now in pairs
    )


def _fell(before: State, action: Any, after: State, rules: Rules) -> Finding:
    pairs = list(zip(before.contract.states, after.contract.states, strict=True))
    was, now = next((w, n) for w, n in pairs if w != n)
    cause = "the numbers began anew" if now.seq == 0 else "an older state took the place of a newer"
    return Finding(cause, {"was": was.seq, "is": now.seq})


def states_add_up(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What an honest side signs is the next state, pays no less, and says rightly what is pending
    and until when."""
    return all(
        _adds_up(simplex) and _follows(last_signed(before, simplex.payer), simplex)
        for simplex in _new(before, after)
    )


def _adds_up(simplex: Simplex) -> bool:
    return simplex.pending == sum([pay.most for pay in simplex.pays]) and (
        simplex.last_deadline == max([0, *[pay.deadline for pay in simplex.pays]])
    )


def _follows(was: Simplex, simplex: Simplex) -> bool:
    return simplex.seq == was.seq + 1 and simplex.transferred >= was.transferred


def _does_not(before: State, action: Any, after: State, rules: Rules) -> Finding:
    simplex = _new(before, after)[0]
    numbers = {"pending": simplex.pending, "number": simplex.seq}
    if not _adds_up(simplex):
        return Finding("a signed state does not add up", numbers)
    return Finding("a signed state does not follow the one before", numbers)


def shown_counts(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is shown counts, and what was added up before does not. An answer shows something, in
    time."""
    contract = before.contract
    if contract.phase == Phase.SETTLING and (
        not action.states or before.main.now > contract.window_ends
    ):
        return False
    return all(
        after.contract.states[each.payer] == each and after.contract.cleared[each.payer] is None
        for each in action.states
    )


IN_PHASE = {
    Deposit: Phase.OPERABLE,
    IntendWithdraw: Phase.OPERABLE,
    VetoWithdraw: Phase.OPERABLE,
    ConfirmWithdraw: Phase.OPERABLE,
    Snapshot: Phase.OPERABLE,
    ClearPays: Phase.SETTLING,
    ConfirmSettle: Phase.SETTLING,
}
"""The phase in which the contract takes an action."""


def in_phase(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The contract takes each action in its phase only; once closed it takes none."""
    phase = before.contract.phase
    if isinstance(action, IntendSettle):
        return phase != Phase.CLOSED and after.contract.phase == Phase.SETTLING
    return phase == IN_PHASE[type(action)]


def _out_of_phase(before: State, action: Any, after: State, rules: Rules) -> Finding:
    return Finding(
        "the contract took an action out of its phase", {"phase": before.contract.phase.value}
    )


def _does_not_count(before: State, action: Any, after: State, rules: Rules) -> Finding:
    late = before.contract.phase == Phase.SETTLING and (
        before.main.now > before.contract.window_ends
    )
    cause = "an answer came too late" if late else "a state that was shown does not count"
    return Finding(cause, {"states": len(action.states)})


# Time -------------------------------------------------------------------------------------------


def window_bounded(state: State, rules: Rules) -> bool:
    """Newer states can be shown for one window from the beginning of a settlement."""
    contract = state.contract
    return contract.phase != Phase.SETTLING or (
        contract.window_ends == state.ghost.settling_since + rules.window
    )


def _window(state: State, rules: Rules) -> Finding:
    since, ends = state.ghost.settling_since, state.contract.window_ends
    cause = "the window was restarted" if ends > since + rules.window else "the window was cut"
    return Finding(cause, {"since": since, "ends": ends})


def last_moment(state: State, rules: Rules) -> Seconds:
    """When a settlement is over, if anybody honest is there: after one window, and after what both
    signed can be resolved and added up."""
    signed = [pay.deadline for side in state.network.signed for each in side for pay in each.pays]
    last = max(signed) + rules.clear_margin if signed else 0
    return max(state.ghost.settling_since + rules.window, last) + SOON


def over_in_time(state: State, rules: Rules) -> bool:
    """A settlement takes no longer than one window, or than the last payment that was signed."""
    return (
        state.contract.phase != Phase.SETTLING
        or state.main.now <= last_moment(state, rules)
        or not honest_sides(state, there=True)
    )


def _endless(state: State, rules: Rules) -> Finding:
    return Finding(
        "a settlement is not over in time",
        {"now": state.main.now, "last moment": last_moment(state, rules)},
    )


def heard_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """The clock passes no honest party's last moment: it does so only where the answer is refused.

    What becomes possible too late is no answer: what that costs is for the claims about money.
    """
    return not _unheard(before, after, rules)


def _unheard(before: State, after: State, rules: Rules) -> list[Obligation]:
    was, now = before.main.now, after.main.now
    return [
        duty
        for duty in obligations(before, rules)
        if duty.opens <= duty.deadline and was <= duty.deadline < now
    ]


def _refused(before: State, action: Any, after: State, rules: Rules) -> Finding:
    duty = _unheard(before, after, rules)[0]
    name = type(duty.action).__name__
    return Finding(
        f"an honest party's {name} was refused until its last moment",
        {"by": duty.by, "deadline": duty.deadline, "now": after.main.now},
    )


def can_leave(state: State, rules: Rules) -> bool:
    """While the channel is operable, an honest party can begin to settle it, at any time."""
    return state.contract.phase != Phase.OPERABLE or all(
        accepted(MACHINE, state, IntendSettle(party, newer_states(state)), rules)
        for party in state.people.honest
    )


def _kept_in(state: State, rules: Rules) -> Finding:
    return Finding("an honest party cannot begin to settle", {"now": state.main.now})


# Withdrawals ------------------------------------------------------------------------------------


def announced(before: State, action: Any, after: State, rules: Rules) -> bool:
    """What is withdrawn was announced, by its receiver, one window before, and not vetoed."""
    intent = before.contract.intent
    if isinstance(action, IntendWithdraw):
        told = after.contract.intent
        return (
            intent is None
            and told is not None
            and told.side == side_of(action.by)
            and told.until == before.main.now + rules.window
        )
    taken = [
        now - was
        for was, now in zip(before.contract.withdrawn, after.contract.withdrawn, strict=True)
    ]
    return (
        intent is not None
        and before.main.now > intent.until
        and taken[intent.side] == intent.amount
        and sum(taken) == intent.amount
        and after.contract.intent is None
    )


def _unannounced(before: State, action: Any, after: State, rules: Rules) -> Finding:
    intent = before.contract.intent
    numbers = {"now": before.main.now, "until": intent.until if intent else 0}
    return Finding("a withdrawal was not announced, or not long enough", numbers)


CONDUCT: tuple[Invariant, ...] = (
    Invariant(
        "CP-UNANIMOUS",
        "Every state that counts, on chain or off, was signed by both sides.",
        Kind.TRANSITION,
        unanimous,
        _not_signed,
        reads=("contract", "network", "people.honest"),
    ),
    Invariant(
        "CP-OWN-HAND",
        "Offers and vouchers of an honest party are its own.",
        Kind.TRANSITION,
        offered_by_payer,
        _forged,
        reads=("network", "people.honest"),
    ),
    Invariant(
        "CP-NUMBERS",
        "On chain, numbers and transferred totals of a direction never fall, and a number is one"
        " state's.",
        Kind.TRANSITION,
        numbers_grow,
        _fell,
        reads=("contract",),
    ),
    Invariant(
        "CP-SUMS",
        "A signed state follows the one before, and says rightly what is pending and until when.",
        Kind.TRANSITION,
        states_add_up,
        _does_not,
        reads=("contract.states", "network"),
    ),
    Invariant(
        "CP-SHOWN",
        "A state shown in time counts; what was added up for an older one does not.",
        Kind.TRANSITION,
        shown_counts,
        _does_not_count,
        after=(IntendSettle,),
    ),
    Invariant(
        "CP-PHASE",
        "The contract takes each action in its phase only.",
        Kind.TRANSITION,
        in_phase,
        _out_of_phase,
        after=(IntendSettle, *IN_PHASE),
    ),
    Invariant(
        "CP-WINDOW",
        "Newer states can be shown for exactly one window from the first claim.",
        Kind.ALWAYS,
        window_bounded,
        _window,
        reads=("contract", "ghost"),
    ),
    Invariant(
        "CP-BOUNDED",
        "With an honest party there, a settlement is over after one window and after the last"
        " payment that was signed.",
        Kind.ALWAYS,
        over_in_time,
        _endless,
        reads=("main.now", "contract", "network", "people", "ghost"),
    ),
    Invariant(
        "CP-HEARD",
        "Whatever an honest party must do in time is accepted in time.",
        Kind.TRANSITION,
        heard_in_time,
        _refused,
        after=(Wait,),
    ),
    Invariant(
        "CP-WAY-OUT",
        "While the channel is operable, an honest party can begin to settle at any time.",
        Kind.ALWAYS,
        can_leave,
        _kept_in,
        reads=("main.now", "contract", "network", "people", "ghost"),
    ),
    Invariant(
        "CP-ANNOUNCED",
        "A withdrawal was announced by its receiver one window before, and nobody vetoed it.",
        Kind.TRANSITION,
        announced,
        _unannounced,
        after=(IntendWithdraw, ConfirmWithdraw),
    ),
)
