"""A run step by step: what happened, what it did to the state, what lies ahead, what breaks."""

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import frozen
from rich.console import Console, Group, RenderableType
from rich.text import Text

from impl.ground.watchdog import let_through
from impl.lab.claims.monitor import Broken
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Played, Replay
from impl.show.report.deadlines import Deadline, deadlines
from impl.show.report.ledger import Ledger, Page
from impl.show.report.values import Speller
from impl.show.telling.names import action_said
from impl.show.telling.runs import Line, finding_text, moment, told
from impl.show.telling.screen import BAD, DIM, GOOD, NAME, WARN, labelled


@frozen
class Side:
    """A run as it goes under some rules."""

    name: str
    rules: RuleChange
    run: Replay
    lines: Sequence[Line]

    @classmethod
    def of(cls, rules: RuleChange, run: Replay) -> "Side":
        """The run in words, under rules that are named by what was changed."""
        changes = ", ".join(f"{d.field} {d.after}" for d in rules.differences)
        name = f"{rules.rule_set.name} with {changes}" if changes else rules.rule_set.name
        return cls(name, rules, run, told(rules.rulebook, run))


@frozen
class Duty:
    """An answer that an honest party owes."""

    deadline: int
    party: str
    action: str


@frozen
class Frame:
    """One step of a run; number 0 is the state before the first."""

    number: int
    steps: int
    line: Line | None
    now: int
    ledger: Page
    duties: tuple[Duty, ...]
    ahead: tuple[tuple[int, str], ...]
    """Other moments at which something changes: the time, and what it is."""
    broken: tuple[Broken, ...]
    other: str
    """What other rules make of the same action, if they make something else of it."""
    parts: bool
    """Is this the first step at which the two differ?"""


class Steps:
    """All frames of a run, and beside it the same actions under other rules."""

    def __init__(self, side: Side, other: Side | None) -> None:
        """The frames are made when they are asked for."""
        self.side, self.other = side, other
        self.speller = Speller(side.rules.rulebook.protocol)
        self.ledger = Ledger(self.speller, side.run.initial)
        self.count = len(side.run.steps)
        changed = side.rules.differences
        self.moments: Sequence[Deadline]
        self.moments, _ = deadlines(side.run, side.rules.rules, self.speller, changed)
        self.parting = self._parting()

    def frame(self, n: int) -> Frame:
        """The step with a number, 0 to count."""
        run = self.side.run
        state = run.states[n]
        before = run.states[n - 1] if n else state
        now: int = state.main.now
        ahead = ((d.time, d.origin) for d in self.moments if n + 1 in d.steps and d.time > now)
        duties = tuple(self._duties(state))
        owed = {duty.deadline for duty in duties}
        return Frame(
            number=n,
            steps=self.count,
            line=self.side.lines[n - 1] if n else None,
            now=now,
            ledger=self.ledger.page(before, state),
            duties=duties,
            ahead=tuple((time, what) for time, what in ahead if time not in owed),
            broken=tuple(broken for at, broken in run.breaks if at == n),
            other=self._elsewhere(n),
            parts=n == self.parting,
        )

    def frames(self) -> Iterator[Frame]:
        """All of them."""
        return map(self.frame, range(self.count + 1))

    def _duties(self, state: Any) -> Iterator[Duty]:
        protocol = self.speller.protocol
        try:
            due = protocol.obligations(state, self.side.rules.rules)
        except BaseException as error:
            let_through(error)
            return
        for duty in sorted(due, key=lambda each: each.bar):
            yield Duty(duty.bar, self.speller.party(duty.by), action_said(protocol, duty.action))

    def _parting(self) -> int | None:
        """The first step that the two sides answer differently."""
        return next((n for n in range(1, self.count + 1) if self._elsewhere(n)), None)

    def _elsewhere(self, n: int) -> str:
        """What the other rules make of a step, where that is something else."""
        if self.other is None or n == 0:
            return ""
        mine, yours = self.side.run.steps[n - 1], self.other.run.steps[n - 1]
        if _outcome(mine) == _outcome(yours):
            return ""
        said = self.other.lines[n - 1].effect
        if yours.accepted:
            said = f"accepted, {said or 'and no money moves'}"
        broken = "; ".join(f"{b.invariant}, {b.finding.cause}" for b in yours.broken)
        return f"{said}; breaks {broken}" if broken else said


def _outcome(step: Played) -> tuple[Any, ...]:
    """What two sides have to agree on: yes or no, the money that moves, the claims that break."""
    was, now = step.before.main, step.after.main
    moved = [
        (key, amount - getattr(was, name).get(key, 0))
        for name in ("accounts", "escrow")
        for key, amount in getattr(now, name).items()
        if amount != getattr(was, name).get(key, 0)
    ]
    return step.accepted, type(step.refusal), moved, [broken.pair for broken in step.broken]


# --- as a page ---

ASCII = str.maketrans({"\N{MINUS SIGN}": "-", "\N{HORIZONTAL ELLIPSIS}": "..."})
"""Pages in the terminal are ASCII; the words come from where browsers read them."""


def page(frame: Frame, side: Side, other: Side | None) -> RenderableType:
    """A frame, the way it is printed and the way it stands on the screen."""
    return Group(_head(frame), labelled(_rows(frame, side, other)))


def _head(frame: Frame) -> Text:
    if frame.line is None:
        return Text.assemble((f"step 0 of {frame.steps}", NAME), "  before the first action")
    line = frame.line
    who = f"{line.party} " if line.party else ""
    return Text.assemble(
        (f"step {frame.number} of {frame.steps}", NAME),
        (f"  {line.when}  ", DIM),
        (who, NAME),
        line.action,
    )


def _rows(frame: Frame, side: Side, other: Side | None) -> Iterator[tuple[str, Text]]:
    line = frame.line
    if line is not None:
        if line.accepted:
            yield "outcome", Text("accepted", style=GOOD)
        else:
            yield "outcome", Text(line.effect, style=WARN)
        if frame.other and other is not None:
            first = "  <- the first difference" if frame.parts else ""
            yield (
                "beside",
                Text.assemble((f"under {other.name} ", DIM), (frame.other, WARN), (first, NAME)),
            )
    if line is None or line.when != moment(frame.now):
        yield "time", Text(moment(frame.now))
    for entry in frame.ledger.money:
        yield entry.whose, Text(f"{entry.before:,} -> {entry.after:,}")
    for name, changes in frame.ledger.groups:
        for n, change in enumerate(changes):
            what = Text.assemble(
                (f"{change.path}  " if change.path else "", ""),
                ((change.before or "nothing").translate(ASCII), DIM),
                " -> ",
                (change.after or "nothing").translate(ASCII),
            )
            yield (name if n == 0 else "", what)
    if line is not None and line.accepted and frame.ledger.empty and line.party:
        yield "changed", Text("nothing", style=DIM)
    for total in frame.ledger.totals:
        text = f"{total.accounts:,} in accounts + {total.escrow:,} in escrow = {total.all:,}"
        of = "" if len(frame.ledger.totals) == 1 else f" {total.asset}"
        if total.conserved:
            yield f"all{of}", Text.assemble(text, (", as at first", DIM))
        else:
            yield f"all{of}", Text(f"{text}, and not {total.at_first:,} as at first", style=BAD)
    for n, duty in enumerate(frame.duties):
        yield (
            ("owed" if n == 0 else ""),
            Text(f"by {moment(duty.deadline)}: {duty.party} {duty.action}"),
        )
    for n, (time, origin) in enumerate(frame.ahead):
        yield (
            ("ahead" if n == 0 else ""),
            Text.assemble(moment(time), (f"  {origin.translate(ASCII)}" if origin else "", DIM)),
        )
    claims = {claim.id: claim.claim for claim in side.rules.rulebook.invariants}
    for broken in frame.broken:
        sentence = claims.get(broken.invariant, "a rule raised what is not a refusal")
        yield "broken", Text.assemble((broken.invariant, BAD), f'  "{sentence}"')
        yield "why", finding_text(broken.finding)


def print_all(console: Console, steps: Steps) -> None:
    """Every step in full."""
    for frame in steps.frames():
        console.print(page(frame, steps.side, steps.other))
        console.print()
