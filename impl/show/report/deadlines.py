"""Deadlines along a run: who must do what by when, and what else happens at which moment.

Honest parties' obligations say whose a deadline is and which action it waits for. The protocol's
critical instants are bare numbers; what they are is found by arithmetic: a time that stands in the
state, or one with knobs of the rules added and taken away.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import define, field, frozen

from impl.ground.watchdog import let_through, watchdog
from impl.lab.rules.change import Difference
from impl.lab.rules.knobs import SECONDS, knobs
from impl.lab.runs.replay import Replay
from impl.show.report.values import Hint, Speller, field_hints, inner, named
from impl.show.telling.names import action_said
from impl.show.telling.runs import moment, span

MOST = 26
"""Moments on one page."""


@frozen
class Duty:
    """An answer that somebody honest owes."""

    party: str
    action: str

    def __str__(self) -> str:
        """As a clause."""
        return f"{self.party} {self.action}"


@define
class Deadline:
    """One moment in time that matters, and to which steps it does."""

    time: int
    letter: str = ""
    duties: dict[Duty, None] = field(factory=dict)
    """Last moment for these answers."""
    origin: str = ""
    """What the time is: "exitable_at of exits.1,000"."""
    steps: list[int] = field(factory=list)
    """The steps before which it was ahead."""

    @property
    def when(self) -> str:
        """The moment in words."""
        return moment(self.time)


def deadlines(
    run: Replay, rules: Any, speller: Speller, changed: tuple[Difference, ...]
) -> tuple[tuple[Deadline, ...], int]:
    """The deadlines and instants along a run, in order of time, lettered; and how many are left
    out, which are instants before they are deadlines."""
    protocol = speller.protocol
    found: dict[int, Deadline] = {}
    states, durations = run.states, _durations(rules, changed)
    for n, state in enumerate(states):
        due, instants = _asked(protocol, state, rules)
        now = state.main.now
        sources: list[tuple[str, int]] | None = None
        for time, duty in (*due, *((time, None) for time in instants)):
            if time < now:
                continue
            entry = found.setdefault(time, Deadline(time))
            if duty is not None:
                entry.duties[Duty(speller.party(duty.by), action_said(protocol, duty.action))] = (
                    None
                )
            if n < len(states) - 1 and n + 1 not in entry.steps:
                entry.steps.append(n + 1)
            if not entry.origin:
                if sources is None:
                    sources = list(_times(state, speller))
                entry.origin = origin(time, sources, durations)
    kept = sorted(found.values(), key=lambda each: (not each.duties, each.time))[:MOST]
    kept.sort(key=lambda each: each.time)
    for n, entry in enumerate(kept):
        entry.letter = chr(ord("A") + n)
    return tuple(kept), len(found) - len(kept)


def _asked(protocol: Any, state: Any, rules: Any) -> tuple[list[tuple[int, Any]], list[int]]:
    """The obligations and instants of a state; none where a changed rule fails in answering."""
    try:
        with watchdog(int):
            due = [(each.bar, each) for each in protocol.obligations(state, rules)]
            return due, sorted(set(protocol.instants(state, rules)))
    except BaseException as error:
        let_through(error)
        return [], []


def _durations(rules: Any, changed: tuple[Difference, ...]) -> list[tuple[str, int]]:
    """The rules' knobs that are times, the changed ones first."""
    new = {each.field for each in changed}
    found = []
    for knob in knobs(rules):
        if knob.unit == SECONDS:
            value = rules
            for name in knob.path:
                value = getattr(value, name)
            if isinstance(value, int):
                found.append((knob.name, value))
    return sorted(found, key=lambda each: each[0] not in new)


def origin(time: int, sources: list[tuple[str, int]], durations: list[tuple[str, int]]) -> str:
    """The shortest sum of a time in the state and knobs that makes this time; empty if none does.

    It is arithmetic, so it is true; that the rules compute it in this way is likely, no more. Where
    two knobs have the same value nobody can tell which it was: the value is shown.
    """
    for source, knobs_of in _sums(sources, durations):
        if source[1] + sum(knobs_of.values()) == time:
            return _said(source, knobs_of, durations, 0)
    for source, knobs_of in _sums(sources, durations):
        off = time - source[1] - sum(knobs_of.values())
        if abs(off) == 1:
            return _said(source, knobs_of, durations, off)
    return ""


def _sums(
    sources: list[tuple[str, int]], durations: list[tuple[str, int]]
) -> Iterator[tuple[tuple[str, int], dict[str, int]]]:
    """A source with no knob, one, or two; a knob that is taken away has a negative length."""
    yield from ((source, {}) for source in sources)
    for sign in (1, -1):
        for knob, length in durations:
            yield from ((source, {knob: sign * length}) for source in sources)
    for more, longer in durations:
        for less, shorter in durations:
            if more != less:
                yield from ((source, {more: longer, less: -shorter}) for source in sources)
    for n, (one, length) in enumerate(durations):
        for two, more_length in durations[n + 1 :]:
            yield from ((source, {one: length, two: more_length}) for source in sources)


def _said(
    source: tuple[str, int], used: dict[str, int], durations: list[tuple[str, int]], off: int
) -> str:
    lengths = [length for _, length in durations]
    text = f"{source[0]} ({moment(source[1])})" if used else source[0]
    for knob, length in used.items():
        name = knob if lengths.count(abs(length)) == 1 else span(abs(length))
        text += f" {'+' if length >= 0 else '−'} {name}"
    return f"{text} {'+' if off > 0 else '−'} 1 s" if off else text


def _times(state: Any, speller: Speller) -> Iterator[tuple[str, int]]:
    """Every point in time that stands in the state, with its place; the clock itself is none."""
    hints = field_hints(type(state))
    for name, group in speller.protocol.groups(state).items():
        if name != "main":
            path = (name,) if isinstance(group, int) else ()
            yield from _times_in(path, group, hints.get(name), speller)


def _times_in(
    path: tuple[str, ...], value: Any, hint: Hint, speller: Speller
) -> Iterator[tuple[str, int]]:
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int):
        if _names(hint) & {"Seconds", "Instant"}:
            yield _placed(path), value
    elif attrs.has(type(value)):
        hints = field_hints(type(value))
        for each in attrs.fields(type(value)):
            inside = getattr(value, each.name)
            yield from _times_in((*path, each.name), inside, hints.get(each.name), speller)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            here = (*path, speller.key(key, inner(hint, 0)))
            yield from _times_in(here, each, inner(hint, 1), speller)
    elif isinstance(value, tuple):
        for n, each in enumerate(value):
            yield from _times_in((*path, str(n + 1)), each, inner(hint, n), speller)


def _names(hint: Hint) -> set[str]:
    """The name of an annotation, and with `| None` that of what else it can be."""
    optional = inner(hint, 0)
    return {named(hint), named(optional) if optional is not None else ""}


def _placed(path: tuple[str, ...]) -> str:
    *where, last = path
    return f"{last} of {'.'.join(where)}" if where else last
