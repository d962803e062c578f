"""How a run is told: numbered, who did what on which day, and what it cost the escrow."""

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from rich.table import Table
from rich.text import Text

from impl.cli.screen import BAD, DIM, WARN
from impl.evidence import Trace
from impl.monitor import RULE_ERROR
from impl.registry import rulebooks
from impl.replay import Played, Replay
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, ETHER
from spec.kernel.clock import CLOCK, Wait


@frozen
class Line:
    """One action of a run, as told."""

    number: int
    when: str
    party: str
    action: str
    effect: str
    accepted: bool


def told(book: Rulebook, run: Replay) -> tuple[Line, ...]:
    """The run line by line; a refused action says why, and changes nothing."""
    return tuple(_line(book, n, step) for n, step in enumerate(run.steps, 1))


def _line(book: Rulebook, n: int, step: Played) -> Line:
    action, protocol = step.action, book.protocol
    if isinstance(action, Wait):
        party, text = "", f"{span(action.seconds)} pass"
    else:
        party = "" if action.by == CLOCK else protocol.party_name(action.by)
        text = protocol.describe(action)
    if step.refusal is not None:
        effect = f"refused: {step.refusal}"
    elif not step.accepted:
        effect = f"the rule fails: {step.broken[0].finding.cause}"
    else:
        effect = _effect(step.before, step.after)
    return Line(n, moment(step.before.main.now), party, text, effect, step.accepted)


def run_table(lines: Sequence[Line]) -> Table:
    """The run as a table."""
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
    """Why the last action breaks the claim: the cause and the numbers behind it."""
    numbers = ", ".join(f"{name} {value:,}" for name, value in trace.finding.numbers.items())
    return Text.assemble(trace.finding.cause, (f"  ({numbers})" if numbers else "", DIM))


def verdict_text(trace: Trace) -> Text:
    """What is broken: the invariant with its claim, or the rule that raised."""
    if trace.invariant == RULE_ERROR:
        return Text.assemble((RULE_ERROR, BAD), "  a rule raised what is not a refusal")
    return Text.assemble((trace.invariant, BAD), f'  "{claim_of(trace)}"')


def claim_of(trace: Trace) -> str:
    """The sentence of the invariant that a trace breaks."""
    book = rulebooks().get(trace.protocol)
    claims = {i.id: i.claim for i in book.invariants} if book else {}
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


def _effect(before: Any, after: Any) -> str:
    """What happened to the escrow, the one place where everybody's money is."""
    changes = []
    for asset, amount in after.main.escrow.items():
        held = before.main.escrow.get(asset, 0)
        if held != amount:
            name = "escrow" if asset == ETHER else f"escrow of asset {asset}"
            changes.append(f"{name} {held:,} -> {amount:,}")
    return ", ".join(changes)
