"""Time, and the rule by which it may pass.

The clock is an action like any other, made by nobody in particular. THE TIME RULE: it may not pass
an honest party's deadline while that party still has an answer which the rules accept. So no
promise is broken merely because a checker forgot to let an honest party move, and a promise that
*is* broken was broken although everybody honest did all it could in time. An honest party whose
answers are all refused at its deadline is stuck; the clock runs on, and safe exit has to say so.
"""

from typing import Any

from attrs import define, frozen

from spec.kernel.basics import HOUR, Party, Seconds
from spec.kernel.protocol import Obligation, Protocol
from spec.kernel.refusal import Refusal

CLOCK = Party(-2)
"""The party that lets time pass."""


@frozen
class Wait:
    """Some seconds pass (at least one)."""

    seconds: Seconds
    """How many."""
    by: Party = CLOCK
    """Time's own name."""


@define
class DeadlinePending(Refusal):
    """An honest party would miss a deadline although it still has an answer."""

    party: Party
    deadline: Seconds
    until: Seconds


@define
class AnswersDoNotFit(Refusal):
    """From then on, the main chain could no longer take all honest answers in time."""

    deadline: Seconds
    answers: int
    room: int


def may_pass(protocol: Protocol[Any, Any, Any], state: Any, rules: Any, until: Seconds) -> None:
    """The time rule. Raises DeadlinePending or AnswersDoNotFit where the clock has to wait.

    It may not jump over the whole span in which an answer becomes possible, either.
    Where the main chain takes a limited number of transactions, the answers due by each deadline
    must still fit behind `until`: otherwise the laziest schedule would produce false alarms.
    """
    due = protocol.obligations(state, rules)
    now = protocol_now(state)
    for duty in due:
        if duty.bar < until and (
            now < duty.opens <= duty.bar or accepted(protocol, state, duty.action, rules)
        ):
            raise DeadlinePending(duty.by, duty.bar, until)
    if due and protocol.room is not None:
        answers_fit(protocol.room, state, rules, due, until)


def answers_fit(
    room: Any, state: Any, rules: Any, due: tuple[Obligation, ...], until: Seconds
) -> None:
    """The second half of the time rule: there must be room for the answers behind `until`.

    Raises AnswersDoNotFit.
    """
    for deadline in sorted([duty.bar for duty in due if duty.bar >= until]):
        answers = sum(1 for duty in due if duty.bar <= deadline)
        fits_then = room(state, rules, until, deadline)
        if fits_then < answers <= room(state, rules, protocol_now(state), deadline):
            raise AnswersDoNotFit(deadline, answers, fits_then)


def protocol_now(state: Any) -> Seconds:
    """The clock of a state; every state carries the main chain as `main`."""
    now: Seconds = state.main.now
    return now


def accepted(protocol: Protocol[Any, Any, Any], state: Any, action: Any, rules: Any) -> bool:
    """Would the rules accept this action here?"""
    try:
        protocol.step(state, action, rules)
    except Refusal:
        return False
    return True


def move(protocol: Protocol[Any, Any, Any], state: Any, action: Any, rules: Any) -> Any:
    """The state after an action, under the rules and the time rule: what every checker calls.

    Raises a Refusal, and then nothing has happened.
    """
    if isinstance(action, Wait):
        may_pass(protocol, state, rules, protocol_now(state) + action.seconds)
    return protocol.step(state, action, rules)


AFTERWARDS: Seconds = HOUR
"""How long after the last critical instant "afterwards" is."""


def moments(now: Seconds, instants: frozenset[Seconds]) -> tuple[Seconds, ...]:
    """The points in time worth going to: each critical instant ahead, a moment between any two
    neighbours, and one after the last. Ascending; empty where no instant is ahead.

    Rules change their answers only at critical instants, so every second is like one of these;
    the moment between lies in the middle, to leave room for what happens before and after it.
    """
    ahead = sorted(instants)
    points: list[Seconds] = []
    before = now
    for instant in ahead:
        between = (before + instant) // 2
        points += [between, instant]
        before = instant
    if ahead:
        points.append(before + AFTERWARDS)
    return tuple(sorted({point for point in points if point > now}))


def critical_instants(
    protocol: Protocol[Any, Any, Any], state: Any, rules: Any, due: tuple[Obligation, ...]
) -> frozenset[Seconds]:
    """The critical instants that are not past: the protocol's own, the deadlines of honest parties
    and the first moments of their answers."""
    now = protocol_now(state)
    instants = [*protocol.instants(state, rules)]
    for duty in due:
        instants += [duty.bar, duty.opens]
    return frozenset([instant for instant in instants if instant >= now])
