"""A run as lanes: one column for each party and one for the contract, time on the left.

    1  day 0  A1    o-- #1 of 2 --->|               |
    2  day 0        - - - - - - 1 day passes - - - - -

`o` is who sends, an arrowhead stands before each lane that receives, and an arrow passes over the
others. A refused action ends in `x`. What does not fit on its arrow stands below it.
"""

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from attrs import frozen
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from impl.show.telling.screen import DIM, NAME, WARN
from spec.kernel.basics import Party
from spec.kernel.protocol import CONTRACT, Message

NUMBER = 3
GAP = 2
CLOSEST, WIDEST = 10, 24
"""Columns from one lane to the next. Closer ones have no room for arrows."""
TEXT = 34
"""Columns for what stands below an arrow, even where its lane is further right."""


@frozen
class Row:
    """One action of a run, to be drawn."""

    number: int
    when: str
    message: Message | None
    """None for what happens to everybody."""
    across: str
    """What happens to everybody: '1 day passes'."""
    remark: str
    """What came of it: a change of the escrow, or why it was refused."""
    accepted: bool


@frozen
class Lanes:
    """A run as lanes, drawn in whatever width there is."""

    parties: tuple[Party, ...]
    names: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: RenderableType
    """What is shown where the lanes would be too close."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The drawing in the width of a console."""
        page = _Page.of(self, options.max_width)
        yield self.otherwise if page is None else Text("\n").join(page.drawn(self))


def parties_of(rows: Sequence[Row]) -> tuple[Party, ...]:
    """Everybody who sends or receives something, in order; the contract comes last."""
    found = {
        party
        for row in rows
        if row.message is not None
        for party in (row.message.frm, *row.message.to)
    }
    return (*sorted(found - {CONTRACT}), *(found & {CONTRACT}))


@frozen
class _Page:
    """Where everything stands on a page of some width."""

    width: int
    time: int
    """Columns for the time; '23:59:59' goes below the day."""
    step: int
    margin: int
    """Columns to the left of the lanes."""
    lanes: dict[Party, int]
    """The column of each lane."""

    @classmethod
    def of(cls, run: Lanes, width: int) -> "_Page | None":
        """The page for a run; None where it is too narrow."""
        time = max((len(part) for row in run.rows for part in _parts(row.when)), default=0)
        step = max((len(row.message.step) for row in run.rows if row.message), default=0)
        margin = NUMBER + GAP + time + GAP + (step + GAP if step else 0)
        if not run.parties:
            return None
        first = margin + len(run.names[0]) // 2
        last = width - 1 - (len(run.names[-1]) - 1) // 2
        apart = min(WIDEST, (last - first) // max(1, len(run.parties) - 1))
        if apart < max(CLOSEST, *(len(name) + 1 for name in run.names)):
            return None
        lanes = {party: first + apart * place for place, party in enumerate(run.parties)}
        return cls(width, time, step, margin, lanes)

    def drawn(self, run: Lanes) -> Iterator[Text]:
        """The page, line by line."""
        head = _Line(self.width)
        for party, name in zip(run.parties, run.names, strict=True):
            head.write(self.lanes[party] - len(name) // 2, name, NAME)
        yield head.text()
        before = ""
        for row in run.rows:
            lines = list(self._row(row))
            lines[0].write(0, f"{row.number:>{NUMBER}}", DIM)
            if row.when != before:
                parts = _parts(row.when)
                lines += [self._bars() for _ in parts[len(lines) :]]
                for line, part in zip(lines, parts, strict=False):
                    line.write(NUMBER + GAP, part, DIM)
            before = row.when
            yield from (line.text() for line in lines)

    def _row(self, row: Row) -> Iterator["_Line"]:
        if row.message is None:
            yield self._across(row)
            yield from self._below(self.margin, row.remark, row)
            return
        style = "" if row.accepted else WARN
        sender = self.lanes[row.message.frm]
        ends = [self.lanes[party] for party in row.message.to if party != row.message.frm]
        line = self._bars()
        line.write(NUMBER + GAP + self.time + GAP, row.message.step, NAME)
        for end in ends:
            self._arrow(line, sender, end, style, row.accepted)
        line.write(sender, "o", style)
        text = row.message.label
        if self._fits(line, sender, ends, text, style):
            text = ""
        yield line
        start = min([sender, *ends]) + GAP
        yield from self._below(start, text, row, style)
        yield from self._below(start, row.remark, row, DIM if row.accepted else WARN)

    def _arrow(self, line: "_Line", sender: int, end: int, style: str, accepted: bool) -> None:
        low, high = min(sender, end), max(sender, end)
        for column in range(low + 1, high):
            if column not in self.lanes.values() and line.at(column) not in "<>x":
                line.write(column, "-", style)
        right = end > sender
        head = (">" if right else "<") if accepted else "x"
        line.write(end - 1 if right else end + 1, head, style)

    def _fits(self, line: "_Line", sender: int, ends: Sequence[int], text: str, style: str) -> bool:
        """Write the text on the first stretch of a single arrow, if there is room for it."""
        if len(ends) != 1 or not text:
            return False
        near = [x for x in self.lanes.values() if min(sender, *ends) <= x <= max(sender, *ends)]
        low, high = (near[0], near[1]) if ends[0] > sender else (near[-2], near[-1])
        if len(text) + 8 > high - low:
            return False
        line.write((low + high + 1 - len(text)) // 2 - 1, f" {text} ", style)
        return True

    def _across(self, row: Row) -> "_Line":
        line = _Line(self.width)
        low, high = self.margin, max(self.lanes.values()) + 1
        for column in range(low, high, 2):
            line.write(column, "-", DIM)
        text = f" {row.across} "
        style = "" if row.accepted else WARN
        line.write(max(low, (low + high - len(text)) // 2), text, style)
        return line

    def _below(self, start: int, text: str, row: Row, style: str = "") -> Iterator["_Line"]:
        """Text below an arrow, from a column on or as far left of it as the text needs."""
        start = max(self.margin, min(start, self.width - min(len(text), TEXT)))
        for part in textwrap.wrap(text, self.width - start):
            line = self._bars()
            if start - 1 not in self.lanes.values():
                line.write(start - 1, " ", "")
            line.write(start, f"{part} ", style)
            yield line

    def _bars(self) -> "_Line":
        line = _Line(self.width)
        for column in self.lanes.values():
            line.write(column, "|", DIM)
        return line


class _Line:
    """One line of a page, written column by column."""

    def __init__(self, width: int) -> None:
        """An empty line."""
        self._cells = [(" ", "")] * width

    def at(self, column: int) -> str:
        """The character in a column."""
        return self._cells[column][0]

    def write(self, column: int, text: str, style: str) -> None:
        """Write over what is there; what would stand behind the end is cut off."""
        for place, character in enumerate(text, column):
            if place < len(self._cells):
                self._cells[place] = (character, style)

    def text(self) -> Text:
        """The line, without the blanks at its end."""
        line = Text(no_wrap=True, overflow="crop", end="")
        for style, cells in groupby(self._cells, key=lambda cell: cell[1]):
            line.append("".join(character for character, _ in cells), style)
        line.rstrip()
        return line


def _parts(when: str) -> list[str]:
    """'day 6 23:59:59' on two lines."""
    *day, clock = when.split(" ")
    return [" ".join(day), clock] if ":" in clock else [when]
