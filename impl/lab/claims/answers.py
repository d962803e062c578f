"""Notices honest answers that change nothing: they freeze the clock, and all behind it looks safe.

The clock may not pass an honest deadline while the rules accept an answer. So an answer that they
accept and ignore stops it for good, and a search says of what can never come that it holds. An
accepted answer has to discharge its obligation; and where no wait is accepted, some way of
answering has to lead to where one is.
"""

from collections.abc import Hashable
from contextlib import suppress
from typing import Any

from impl.lab.claims.monitor import ANSWER_IGNORED, CLOCK_FROZEN, Broken
from invariants.kernel.claims import Finding
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait, answers_fit, critical_instants, moments, move, protocol_now
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal

REPEATS = 24
"""An answer that does its work piece by piece may have to be given so often, at most."""
SOON = 6
"""So many answers are given in the short look whether the clock passes."""
CLOSURE = 200
"""So many states are looked at, at most, to see whether answering ever lets the clock pass."""

Duties = tuple[Obligation, ...]


def owed(due: Duties, action: Any) -> bool:
    """Is this action an answer to an obligation?"""
    return any(duty.action == action for duty in due)


def ignored(
    protocol: Any, rules: Any, due: Duties, action: Any, after: Any, then: Duties
) -> tuple[Broken, ...]:
    """What an accepted answer breaks that discharges nothing; `then` is owed after it.

    An obligation may be worked off piece by piece (exits that are finalized one at a time): it is
    ignored where the same answer, given again and again, never discharges it.
    """
    for duty in due:
        if duty.action == action and _never_discharged(protocol, rules, duty, due, after, then):
            cause = f"{type(action).__name__} was accepted and is owed as before"
            numbers = {"party": duty.by, "deadline": duty.bar}
            return (Broken(ANSWER_IGNORED, Finding(cause, numbers)),)
    return ()


def _stands(duty: Obligation, due: Duties, then: Duties) -> bool:
    """Is as much owed as before, by the same deadline or an earlier one?"""
    return _count(duty, then) >= _count(duty, due)


def _count(duty: Obligation, duties: Duties) -> int:
    return sum(
        1
        for each in duties
        if each.action == duty.action and each.by == duty.by and each.bar <= duty.bar
    )


def _never_discharged(
    protocol: Any, rules: Any, duty: Obligation, due: Duties, after: Any, then: Duties
) -> bool:
    for _ in range(REPEATS):
        if not _stands(duty, due, then):
            return False
        try:
            again = protocol.step(after, duty.action, rules)
        except Refusal:
            return False
        if again == after:
            return True
        after, due, then = again, then, protocol.obligations(again, rules)
    return True


def clock_stands(protocol: Any, rules: Any, state: Any) -> tuple[Broken, ...]:
    """What a state breaks in which no wait is accepted, however the honest parties answer.

    Says nothing where there is nothing to wait for, and where too many ways of answering would have
    to be looked at.
    """
    if _passes_soon(protocol, rules, state):
        return ()
    known: set[Hashable] = {protocol.exact(state)}
    ahead = [state]
    while ahead:
        here = ahead.pop()
        due = protocol.obligations(here, rules)
        instants = critical_instants(protocol, here, rules, due)
        points = moments(protocol_now(here), instants)
        if not points or any(_passes(protocol, rules, here, point) for point in points):
            return ()
        for duty in reversed(due):
            try:
                after = protocol.step(here, duty.action, rules)
            except Refusal:
                continue
            whole = protocol.exact(after)
            if whole not in known:
                known.add(whole)
                ahead.append(after)
        if len(known) > CLOSURE:
            return ()
    now = protocol_now(state)
    waiting = protocol.obligations(state, rules)
    numbers = {"now": now}
    if waiting:
        first = min(waiting, key=lambda duty: duty.bar)
        numbers |= {"party": first.by, "deadline": first.bar}
    cause = "the clock can never pass, whatever the honest parties answer"
    return (Broken(CLOCK_FROZEN, Finding(cause, numbers)),)


def _passes_soon(protocol: Any, rules: Any, state: Any) -> bool:
    """Do the answers that are due, given one after the other, let the clock pass? A short look: it
    spares nearly every state the long one."""
    now = protocol_now(state)
    for _ in range(SOON):
        due = protocol.obligations(state, rules)
        answered = None
        for duty in due:
            if duty.bar <= now and answered is None:
                with suppress(Refusal):
                    answered = protocol.step(state, duty.action, rules)
        if answered is None:
            try:
                if due and protocol.room is not None:
                    answers_fit(protocol.room, state, rules, due, now + 1)
                protocol.step(state, Wait(1), rules)
            except Refusal:
                return False
            return True
        state = answered
    return False


def _passes(protocol: Any, rules: Any, state: Any, until: Seconds) -> bool:
    """Is a wait until then accepted?"""
    try:
        move(protocol, state, Wait(until - protocol_now(state)), rules)
    except Refusal:
        return False
    return True
