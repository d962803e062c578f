"""How a run is told: numbered, who did what on which day, and what it cost the escrow.

A run of a protocol whose actions are messages is drawn as lanes; all others are tables.
"""

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from impl.ground.evidence import Trace
from impl.lab.claims.monitor import OWN_CLAIMS, RULE_ERROR, RULE_IMPURE
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.runs.replay import Played, Replay
from impl.show.telling.lanes import Lanes, Row, parties_of
from impl.show.telling.names import action_said, message_said, party_said
from impl.show.telling.screen import BAD, DIM, WARN
from invariants.kernel.claims import Finding, Rulebook
from invariants.kernel.numerals import numeral
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.protocol import CONTRACT, Message, Protocol


@frozen
class Line:
    """One action of a run, as told."""

    number: int
    when: str
    party: str
    action: str
    effect: str
    accepted: bool


class Told(tuple[Line, ...]):
    """A run line by line, and its drawing if its actions are messages."""

    drawing: Lanes | None = None


def told(book: Rulebook, run: Replay) -> Told:
    """The run line by line; a refused action says why, and changes nothing."""
    protocol = book.protocol
    lines = Told(_line(book, n, step) for n, step in enumerate(run.steps, 1))
    if protocol.message is not None:
        pairs = zip(lines, run.steps, strict=True)
        rows = tuple(_row(protocol, line, step) for line, step in pairs)
        parties = parties_of(rows)
        names = tuple("contract" if p == CONTRACT else party_said(protocol, p) for p in parties)
        lines.drawing = Lanes(parties, names, rows, _table(lines))
    return lines


def _row(protocol: Protocol[Any, Any, Any], line: Line, step: Played) -> Row:
    """A line as it is drawn; what is no message stands in the lane of whoever does it."""
    message = None
    if step.action.by != CLOCK:
        message = message_said(protocol, step.before, step.action)
        message = message or Message("", step.action.by, (), line.action)
    return Row(line.number, line.when, message, line.action, line.effect, line.accepted)


def _line(book: Rulebook, n: int, step: Played) -> Line:
    action, protocol = step.action, book.protocol
    if isinstance(action, Wait):
        party, text = "", elapsed(action.seconds)
    else:
        party = "" if action.by == CLOCK else party_said(protocol, action.by)
        text = action_said(protocol, action)
    if step.refusal is not None:
        effect = f"refused: {step.refusal}"
    elif not step.accepted:
        effect = f"the rule fails: {step.broken[0].finding.said}"
    else:
        effect = _effect(step.before, step.after)
    return Line(n, moment(step.before.main.now), party, text, effect, step.accepted)


def run_table(lines: Sequence[Line]) -> RenderableType:
    """The run as lanes where its actions are messages, else as a table."""
    if isinstance(lines, Told) and lines.drawing is not None:
        return lines.drawing
    return _table(lines)


def _table(lines: Sequence[Line]) -> Table:
    page = Table.grid(padding=(0, 2, 0, 0))
    page.add_column(justify="right", style=DIM, no_wrap=True, min_width=3)
    page.add_column(style=DIM, no_wrap=True)
    page.add_column(no_wrap=True, style="bold")
    page.add_column(overflow="fold", ratio=3)
    page.add_column(overflow="fold", style=DIM, ratio=2)
    for line in lines:
        effect = Text(line.effect, style=DIM if line.accepted else WARN)
        cells = [Text(cell) for cell in (line.when, line.party, line.action)]
        page.add_row(Text(str(line.number)), *cells, effect)
    return page


def cause_text(trace: Trace) -> Text:
    """Why the last action breaks the claim: the cause, and what stands behind it."""
    return finding_text(trace.finding)


def finding_text(finding: Finding) -> Text:
    """A cause with the numbers behind it, or with what was raised and where."""
    details = finding.details
    return Text.assemble(finding.cause, (f"  ({details})" if details else "", DIM))


def verdict_text(trace: Trace) -> Text:
    """What is broken: the invariant with its claim, or the rule that raised."""
    if trace.invariant == RULE_ERROR:
        return Text.assemble((RULE_ERROR, BAD), "  a rule raised what is not a refusal")
    if trace.invariant == RULE_IMPURE:
        return Text.assemble((RULE_IMPURE, BAD), "  a rule is no function of its arguments")
    if not trace.invariant:
        return Text("a run that need not break anything")
    return Text.assemble((trace.invariant, BAD), f'  "{claim_of(trace)}"')


def claim_of(trace: Trace) -> str:
    """The sentence of the invariant that a trace breaks."""
    book = rulebooks().get(trace.protocol)
    claims = OWN_CLAIMS | ({i.id: i.claim for i in book.invariants} if book else {})
    return claims.get(trace.invariant, "")


def moment(now: int) -> str:
    """A point in time: 'day 9', 'day 6 23:59:59'."""
    days, rest = divmod(now, DAY)
    if rest == 0:
        return f"day {days}"
    hours, rest = divmod(rest, 3600)
    return f"day {days} {hours:02}:{rest // 60:02}:{rest % 60:02}"


def span(seconds: int) -> str:
    """A duration in words: '9 days', '6 days 23 h 59 min 59 s', '1 second'."""
    days, rest = divmod(seconds, DAY)
    if rest == 0:
        return "1 day" if days == 1 else f"{days} days"
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    hours, rest = divmod(rest, 3600)
    parts = (
        (days, "day" if days == 1 else "days"),
        (hours, "h"),
        (rest // 60, "min"),
        (rest % 60, "s"),
    )
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def elapsed(seconds: int) -> str:
    """Time as something that happens: '1 day passes', '9 days pass'."""
    words = span(seconds)
    return f"{words} {'passes' if words in ('1 day', '1 second') else 'pass'}"


def _effect(before: Any, after: Any) -> str:
    """What happened to the escrow, the one place where everybody's money is."""
    changes = []
    for asset, amount in after.main.escrow.items():
        held = before.main.escrow.get(asset, 0)
        if held != amount:
            name = "escrow" if asset == ETHER else f"escrow of asset {asset}"
            changes.append(f"{name} {numeral(held)} -> {numeral(amount)}")
    return ", ".join(changes)
