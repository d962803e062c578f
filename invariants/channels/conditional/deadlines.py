"""How long anything takes, and that whoever is honest is heard in time.

Each claim counts from when something began by the ghost's clock, and by the rules' numbers. Only
until when newer states can be shown is for the rules to decide, answer by answer; that they decide
it as they should is CP-WINDOW.
"""

from collections.abc import Hashable, Iterator
from typing import Any

from attrs import evolve, frozen

from invariants.channels.conditional.bargains import left_free
from invariants.channels.conditional.dues import honest_sides, last_signed, registered, value
from invariants.kernel.claims import Finding, Invariant
from invariants.kernel.stock import always, whenever
from spec.channels.conditional.honest import STALE, WITHDRAWAL, payment
from spec.channels.conditional.offchain import Learn
from spec.channels.conditional.pays import Pay, final_from
from spec.channels.conditional.registry import Resolve, ResolveVouched
from spec.channels.conditional.rules import Rules
from spec.channels.conditional.settlement import ConfirmSettle, IntendSettle, Snapshot
from spec.channels.conditional.state import Ghost, Learned, Phase, Simplex, State, Written
from spec.channels.conditional.timeline import last_word
from spec.channels.conditional.withdrawals import ConfirmWithdraw, IntendWithdraw, VetoWithdraw
from spec.channels.sides import PARTIES, Side, other_side, side_of
from spec.kernel.basics import Party, Seconds
from spec.kernel.clock import Wait

# Settling ---------------------------------------------------------------------------------------


def _window(state: State, rules: Rules) -> Finding:
    since, ends = state.ghost.settling_since, state.contract.window_ends
    cause = "the window was restarted" if ends > since + rules.window else "the window was cut"
    return Finding(cause, {"since": since, "ends": ends})


@always("CP-WINDOW", _window, reads="contract ghost")
def window_bounded(state: State, rules: Rules) -> bool:
    """Newer states can be shown for exactly one window from the first claim."""
    contract = state.contract
    return contract.phase != Phase.SETTLING or (
        contract.window_ends == state.ghost.settling_since + rules.window
    )


def last_moment(state: State, rules: Rules) -> Seconds:
    """When a settlement is over, if anybody honest is there: after one window, and after what both
    signed can be resolved and added up, within a reaction."""
    signed = [pay.deadline for side in state.network.signed for each in side for pay in each.pays]
    end = state.ghost.settling_since + rules.window
    last = max([end, *signed]) + rules.clear_margin if signed else end
    return last + rules.strategy.reaction


def _endless(state: State, rules: Rules) -> Finding:
    return Finding(
        "a settlement is not over in time",
        {"now": state.main.now, "last moment": last_moment(state, rules)},
    )


@always("CP-BOUNDED", _endless, reads="main.now contract network people ghost")
def over_in_time(state: State, rules: Rules) -> bool:
    """With an honest party there, a settlement is over after one window and after the last payment
    that was signed."""
    return (
        state.contract.phase != Phase.SETTLING
        or state.main.now <= last_moment(state, rules)
        or not honest_sides(state, there=True)
    )


# What an honest party needs in time -------------------------------------------------------------


@frozen
class Need:
    """Something that an honest party that is there has to get done on chain."""

    by: Party
    action: str
    """The type of action that does it."""
    until: Seconds
    """The last moment."""
    known_as: Hashable
    """What the strategy calls it."""


def needs(state: State, rules: Rules) -> Iterator[Need]:
    """What is not done yet: payments to be resolved, newer states to be shown, withdrawals to be
    vetoed. What becomes possible too late is none: what that costs is for the claims about money.
    """
    contract = state.contract
    if contract.phase == Phase.CLOSED:
        return
    for side in honest_sides(state, there=True):
        yield from _unresolved(state, side, rules)
        shown = (0, 1) if contract.phase == Phase.SETTLING else ()
        if any(contract.states[each].seq < last_signed(state, each).seq for each in shown):
            yield Need(PARTIES[side], "IntendSettle", contract.window_ends, STALE)
        intent = contract.intent
        if (
            intent is not None
            and intent.side != side
            and rules.strategy.vetoes(intent.amount, left_free(state))
        ):
            until = state.ghost.announced + rules.window
            yield Need(PARTIES[side], "VetoWithdraw", until, WITHDRAWAL)


def _unresolved(state: State, side: Side, rules: Rules) -> Iterator[Need]:
    known = {*state.network.learned, *state.network.revealed}
    for pay in last_signed(state, other_side(side)).pays:
        until = last_word(state, pay, rules)
        if (
            pay.number in known
            and value(pay, rules) > registered(state, pay)
            and final_from(pay) <= until
        ):
            yield Need(PARTIES[side], "Resolve", until, payment(pay))


def _refused(before: State, action: Any, after: State, rules: Rules) -> Finding:
    need = _unheard(before, after, rules)[0]
    return Finding(
        f"an honest party's {need.action} was refused until its last moment",
        {"by": need.by, "deadline": need.until, "now": after.main.now},
    )


@whenever("CP-HEARD", _refused, after=(Wait,))
def heard_in_time(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Whatever an honest party must do in time is accepted in time, if it has the time that its
    answers take."""
    return not _unheard(before, after, rules)


def _unheard(before: State, after: State, rules: Rules) -> list[Need]:
    was, now = before.main.now, after.main.now
    passed = [need for need in needs(before, rules) if was <= need.until < now]
    return [need for need in passed if not _too_slow(before, need)]


def _too_slow(state: State, need: Need) -> bool:
    """May the party answer only after the last moment, slow as it is?"""
    return any(
        (each.by, each.need) == (need.by, need.known_as) and each.bar > need.until
        for each in state.main.standing
    )


# Withdrawals ------------------------------------------------------------------------------------


def _unannounced(before: State, action: Any, after: State, rules: Rules) -> Finding:
    until = before.ghost.announced + rules.window
    numbers = {"now": before.main.now, "until": until if before.contract.intent else 0}
    return Finding("a withdrawal was not announced, or not long enough", numbers)


@whenever("CP-ANNOUNCED", _unannounced, after=(IntendWithdraw, ConfirmWithdraw))
def announced(before: State, action: Any, after: State, rules: Rules) -> bool:
    """A withdrawal was announced by its receiver one window before, and nobody vetoed it."""
    intent = before.contract.intent
    if isinstance(action, IntendWithdraw):
        told = after.contract.intent
        return (
            intent is None
            and told is not None
            and (told.side, told.amount) == (side_of(action.by), action.amount)
            and told.until == before.main.now + rules.window
        )
    taken = [
        now - was
        for was, now in zip(before.contract.withdrawn, after.contract.withdrawn, strict=True)
    ]
    return (
        intent is not None
        and before.main.now > before.ghost.announced + rules.window
        and taken[intent.side] == intent.amount
        and sum(taken) == intent.amount
        and after.contract.intent is None
    )


# The clock that this is counted by ---------------------------------------------------------------


def _off_the_clock(before: State, action: Any, after: State, rules: Rules) -> Finding:
    ghost = after.ghost
    numbers = {
        "now": before.main.now,
        "settling since": ghost.settling_since,
        "announced": ghost.announced,
        "results": len(ghost.written),
        "numbers shown": sum([each.seq for each in ghost.on_chain]),
    }
    return Finding("the clock by which claims count has another moment", numbers)


@whenever("CP-CLOCK", _off_the_clock)
def on_the_clock(before: State, action: Any, after: State, rules: Rules) -> bool:
    """Claims about time count from the moment at which a settlement began, a withdrawal was
    announced, a result written or a preimage learned, and claims about what was shown from all that
    ever was."""
    return after.ghost == _noted(before, action)


def _noted(before: State, action: Any) -> Ghost:
    ghost, now = before.ghost, before.main.now
    match action:
        case IntendSettle(states=states):
            began = now if before.contract.phase == Phase.OPERABLE else ghost.settling_since
            ghost = evolve(ghost, settling_since=began, announced=0)
            return evolve(ghost, on_chain=_ever_shown(ghost, states))
        case Snapshot(simplex=simplex):
            return evolve(ghost, on_chain=_ever_shown(ghost, (simplex,)))
        case ConfirmSettle():
            return evolve(ghost, settling_since=0)
        case IntendWithdraw():
            return evolve(ghost, announced=now)
        case VetoWithdraw() | ConfirmWithdraw():
            return evolve(ghost, announced=0)
        case Resolve(pay=pay) | ResolveVouched(pay=pay):
            return evolve(ghost, written=_written(ghost, pay, now))
        case Learn(lock=lock) if lock not in before.network.learned:
            return evolve(ghost, learned=(*ghost.learned, Learned(lock, now)))
        case _:
            return ghost


def _ever_shown(ghost: Ghost, shown: tuple[Simplex, ...]) -> tuple[Simplex, ...]:
    """By direction, the state with the highest number; the first one of them."""
    found = list(ghost.on_chain)
    for simplex in shown:
        if simplex.seq > found[simplex.payer].seq:
            found[simplex.payer] = simplex
    return tuple(found)


def _written(ghost: Ghost, pay: Pay, now: Seconds) -> tuple[Written, ...]:
    """The payment last, since its first result."""
    first = min([each.first for each in ghost.written if each.pay == pay], default=now)
    others = [each for each in ghost.written if each.pay != pay]
    return (*others, Written(pay, first, now))


TIME: tuple[Invariant, ...] = (
    window_bounded,
    over_in_time,
    heard_in_time,
    announced,
    on_the_clock,
)
