"""A run drawn as lanes over time: where everything stands, in pixels.

Time runs to the right and to scale. What happens at one moment stands side by side in a column of
its own, which takes no time. A span that would not fit, or could not be seen, is drawn shorter or
longer than it is, and is marked so.
"""

from collections.abc import Sequence
from typing import Any

from attrs import define, frozen

from impl.lab.runs.replay import Played
from impl.show.report.deadlines import Deadline
from impl.show.report.sides import Side
from impl.show.report.values import Speller
from impl.show.telling.names import action_said
from impl.show.telling.runs import elapsed, moment, span
from spec.kernel.basics import HOUR, Party
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT

WIDTH = 1130
"""Pixels to fill, if they suffice: a page has so many for a chart."""
SLOT, LANE, MARGIN, RIGHT = 42, 46, 108, 24
SHORTEST, LEAST_TIME = 34, 260
"""Pixels: of a span, and of all time together."""
LETTER = 6.3
"""Pixels of a letter, about."""
FLAG = 22
"""Pixels between the letters of deadlines that would hide each other."""
CHAIN = "contract"


@frozen
class Mark:
    """One action: a numbered mark in its lane."""

    step: int
    x: float
    y: float
    title: str
    kind: str
    """`accepted`, `refused` or `broken`."""
    code: str
    """The published name of the step; may be empty."""
    arrows: tuple[tuple[float, bool], ...]
    """Where arrows from it end, and whether the end has a head."""
    money: str
    """What the escrow gained or lost."""


@define
class Span:
    """Time that passes."""

    start: int
    end: int
    left: float
    right: float
    step: int | None
    """The action that lets it pass; None after the last one."""
    scale: str = ""
    """`shorter` or `longer` than to scale; empty where it is to scale."""
    kind: str = "accepted"

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return (self.left + self.right) / 2

    @property
    def label(self) -> str:
        """How long it is, in full and short enough for its width."""
        words = span(self.end - self.start)
        return words if len(words) * 6.2 < self.right - self.left - 8 else ""

    @property
    def words(self) -> str:
        """How long it is."""
        return elapsed(self.end - self.start)


@frozen
class Rule:
    """A deadline as a vertical line."""

    deadline: Deadline
    x: float
    flag: float
    """Where its letter stands, beside other letters."""
    row: int


@frozen
class Tick:
    """A column in which things happen at one moment."""

    left: float
    end: float
    """Where the column ends; the label may reach further."""
    label: str
    row: int

    @property
    def wide(self) -> bool:
        """Does anything happen here besides the passing of time?"""
        return self.end > self.left

    @property
    def reaches(self) -> float:
        """Where the label ends."""
        return self.left + LETTER * len(self.label) + 10


@frozen
class Verdict:
    """What one side says of each step: a row of marks below the lanes."""

    title: str
    short: str
    """The title, as much of it as fits beside the marks."""
    y: float
    cells: tuple[tuple[int, float, str, str], ...]
    """(step, x, kind, title)."""


@frozen
class Chart:
    """Everything, placed."""

    width: float
    height: float
    axis: float
    bottom: float
    lanes: tuple[tuple[str, float], ...]
    marks: tuple[Mark, ...]
    spans: tuple[Span, ...]
    rules: tuple[Rule, ...]
    ticks: tuple[Tick, ...]
    verdicts: tuple[Verdict, ...]
    shortened: bool
    lengthened: bool
    parting: float | None
    """Where the two sides first differ."""
    margin: float = MARGIN


def chart(
    side: Side,
    other: Side | None,
    first: int | None,
    deadlines: Sequence[Deadline],
    speller: Speller,
) -> Chart:
    """The run of one side, with the verdicts of both below; they part at the step `first`."""
    steps = side.run.steps
    axis = _Axis.of(steps, deadlines)
    flags = _flags(deadlines, axis)
    ticks = _ticks(axis)
    ruler = 14 + (1 + max((r.row for r in flags), default=-1)) * 20
    ruler += (1 + max((t.row for t in ticks), default=-1)) * 15 + 26
    top = ruler + 20
    parties = _parties(steps, speller)
    lanes = {party: top + n * LANE + LANE / 2 for n, party in enumerate(parties)}
    bottom = top + len(parties) * LANE
    middles = axis.slots | {s.step: s.middle for s in axis.spans if s.step is not None}
    sides = [side] + ([other] if other else [])
    right = [axis.end, *(rule.flag + FLAG / 2 for rule in flags), *(t.reaches for t in ticks)]
    return Chart(
        width=max(right) + RIGHT,
        height=bottom + 12 + len(sides) * 28,
        axis=ruler,
        bottom=bottom,
        lanes=tuple((_lane_name(party, speller), y) for party, y in lanes.items()),
        marks=tuple(
            _mark(n, side, axis.slots[n], lanes, ruler, speller) for n in sorted(axis.slots)
        ),
        spans=tuple(axis.spans),
        rules=tuple(flags),
        ticks=tuple(ticks),
        verdicts=tuple(
            Verdict(each.title, _short(each), bottom + 24 + n * 28, tuple(_cells(each, middles)))
            for n, each in enumerate(sides)
        ),
        shortened=any(s.scale == "shorter" for s in axis.spans),
        lengthened=any(s.scale == "longer" for s in axis.spans),
        parting=middles[first] - SLOT / 2 if first else None,
    )


@define
class _Axis:
    """Where each moment and each step stands."""

    slots: dict[int, float]
    """The middle of each step that takes no time."""
    spans: list[Span]
    columns: list[tuple[int, float, float]]
    """(moment, left, right) of everything that happens at one moment."""
    end: float

    @classmethod
    def of(cls, steps: Sequence[Played], deadlines: Sequence[Deadline]) -> "_Axis":
        now = steps[0].before.main.now if steps else 0
        axis = cls({}, [], [(now, MARGIN, MARGIN)], MARGIN)
        lengths = [s.action.seconds for s in steps if _passes(s)]
        last = now + sum(lengths)
        ahead = max((d.time for d in deadlines), default=last) - last
        instant = len(steps) - len(lengths)
        room = WIDTH - MARGIN - instant * SLOT - _reach(last + max(ahead, 0)) - RIGHT
        scale = _Scale.of([*lengths, *([ahead] if ahead > 0 else [])], room)
        for n, step in enumerate(steps, 1):
            if _passes(step):
                axis._pass(n, step.action.seconds, scale)
            else:
                at, left, right = axis.columns[-1]
                axis.slots[n] = right + SLOT / 2
                axis.columns[-1] = at, left, right + SLOT
                axis.end = right + SLOT
        if ahead > 0:
            axis._pass(None, ahead, scale)
        return axis

    def _pass(self, step: int | None, seconds: int, scale: "_Scale") -> None:
        start, _, left = self.columns[-1]
        width, kind = scale.of_span(seconds)
        self.spans.append(Span(start, start + seconds, left, left + width, step, kind))
        self.end = left + width
        self.columns.append((start + seconds, self.end, self.end))

    def x(self, time: int) -> float:
        """Where a moment ends."""
        for at, _, right in self.columns:
            if at == time:
                return right
        for each in self.spans:
            if each.start < time < each.end:
                part = (time - each.start) / (each.end - each.start)
                return each.left + part * (each.right - each.left)
        return self.end


@frozen
class _Scale:
    """Pixels for seconds."""

    per_second: float
    longest: int
    """Seconds; what is longer is drawn as long as this."""

    @classmethod
    def of(cls, lengths: Sequence[int], room: float) -> "_Scale":
        visible = sorted(length for length in lengths if length >= HOUR) or [*lengths, 1]
        longest = 4 * visible[len(visible) // 2]
        total = sum(min(length, longest) for length in lengths) or 1
        return cls(max(LEAST_TIME, room) / total, longest)

    def of_span(self, seconds: int) -> tuple[float, str]:
        """How wide, and whether that is to scale."""
        width = min(seconds, self.longest) * self.per_second
        if seconds > self.longest:
            return width, "shorter"
        return (width, "") if width >= SHORTEST else (SHORTEST, "longer")


def _passes(step: Played) -> bool:
    return isinstance(step.action, Wait) and step.accepted


def _flags(deadlines: Sequence[Deadline], axis: _Axis) -> list[Rule]:
    """The deadlines, letters that would hide each other in rows of their own."""
    rows: list[float] = []
    rules = []
    for deadline in deadlines:
        x = axis.x(deadline.time)
        row = _row(rows, x - FLAG / 2, x + FLAG / 2)
        rules.append(Rule(deadline, x, x, row))
    return rules


def _ticks(axis: _Axis) -> list[Tick]:
    rows: list[float] = []
    ticks = []
    for time, left, right in axis.columns:
        row = _row(rows, left, left + _reach(time))
        ticks.append(Tick(left, right, moment(time), row))
    return ticks


def _reach(time: int) -> float:
    """How far the date of a moment reaches beside it, in pixels."""
    return LETTER * len(moment(time)) + 10


def _row(rows: list[float], left: float, right: float) -> int:
    """The first row with room from left to right, which is then taken."""
    for n, end in enumerate(rows):
        if end <= left:
            rows[n] = right
            return n
    rows.append(right)
    return len(rows) - 1


def _parties(steps: Sequence[Played], speller: Speller) -> list[Party]:
    """Everybody who does something or is sent something, the chain last."""
    found: set[Party] = set()
    for step in steps:
        if step.action.by != CLOCK:
            found.add(step.action.by)
        sent = _message(step, speller)
        if sent is not None:
            found.update((sent.frm, *sent.to))
    return [*sorted(found - {CONTRACT}), CONTRACT]


def _message(step: Played, speller: Speller) -> Any:
    message = speller.protocol.message
    return None if message is None else message(step.before, step.action)


def _lane_name(party: Party, speller: Speller) -> str:
    return CHAIN if party == CONTRACT else speller.party(party)


def _short(side: Side) -> str:
    room = int((MARGIN - 20) / LETTER)
    title = side.title
    if len(title) > room and " with " in title:
        return "with change"
    return title if len(title) <= room else f"{title[: room - 1]}…"


def _mark(
    n: int,
    side: Side,
    x: float,
    lanes: dict[Party, float],
    clock: float,
    speller: Speller,
) -> Mark:
    step = side.at(n)
    sent = _message(step, speller)
    sender = sent.frm if sent is not None else step.action.by
    y = lanes.get(sender, clock)
    money = _money(step)
    to = [lanes[party] for party in sent.to if party != sender] if sent is not None else []
    arrows = [(each, True) for each in to]
    if money and lanes[CONTRACT] not in to and sender != CONTRACT:
        arrows.append((lanes[CONTRACT], False))
    kind = outcome(side, n)
    who = "" if step.action.by == CLOCK else f"{speller.party(step.action.by)} "
    what = elapsed(step.action.seconds) if isinstance(step.action, Wait) else ""
    title = f"{n}. {who}{what or action_said(speller.protocol, step.action)} ({kind})"
    code = sent.step if sent is not None else ""
    return Mark(n, x, y, title, kind, code, tuple(arrows), money)


def outcome(side: Side, n: int) -> str:
    """What became of a step: `broken`, `refused` or `accepted`."""
    if side.finding_at(n) is not None:
        return "broken"
    return "accepted" if side.at(n).accepted else "refused"


def _cells(side: Side, middles: dict[int, float]) -> list[tuple[int, float, str, str]]:
    return [
        (n, x, outcome(side, n), f"{n}: {outcome(side, n)}") for n, x in sorted(middles.items())
    ]


def _money(step: Played) -> str:
    """What the escrow gained or lost, all assets together where there is only one."""
    was, now = step.before.main.escrow, step.after.main.escrow
    changes = [now[asset] - was.get(asset, 0) for asset in now if now[asset] != was.get(asset, 0)]
    if not changes:
        return ""
    return f"{changes[0]:+,}".replace("-", "−") if len(changes) == 1 else "±"
