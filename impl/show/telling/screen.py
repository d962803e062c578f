"""How pages look: labels on the left, plain tables, colour only for what was found.

Everything is ASCII and readable without colour, so that a log file says the same as a terminal.
"""

import errno
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TextIO, cast

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from impl.ground.words import printable

LABEL = 13
LOG_WIDTH = 100
"""Columns where the output is no terminal and COLUMNS does not say otherwise."""

GOOD, BAD, WARN, DIM, NAME = "green", "bold red", "yellow", "dim", "bold"


def margin() -> Console:
    """Where progress and complaints go."""
    return screen(sys.stderr)


def screen(stream: TextIO) -> Console:
    """A page on a terminal, or in a file."""
    if stream.isatty():
        return Page(file=stream, highlight=False, emoji=False, markup=False)
    width = None if os.environ.get("COLUMNS") else _width_beside()
    ragged = cast(TextIO, Ragged(stream))
    return Page(file=ragged, width=width, highlight=False, emoji=False, markup=False)


class Page(Console):
    """A console on which no text does anything: names and causes come from people's files.

    What a terminal would obey, or turn around, is a question mark; colour is only ours. What an
    output means that nobody reads any more is left to the command.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """As rich does it, and then clean."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(printable(segment.text, instead="?"), segment.style)

    def on_broken_pipe(self) -> None:
        """Not the end of the program: the exit code is the answer's."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


def _width_beside() -> int:
    """The width of the terminal that the output may still end up in, through a pipe."""
    for descriptor in (2, 0):
        try:
            return os.get_terminal_size(descriptor).columns or LOG_WIDTH
        except OSError:
            continue
    return LOG_WIDTH


class Ragged(io.TextIOBase):
    """A stream without the blanks that fill lines up: nobody wants them in a file."""

    def __init__(self, stream: TextIO) -> None:
        """Write to the stream."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Write whole lines, as rich does."""
        self._stream.write(re.sub(r" +(?=\n)", "", text))
        return len(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()


def labelled(rows: Iterable[tuple[str, RenderableType]], width: int = LABEL) -> Table:
    """Paragraphs with a label in front, wrapped beside it."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=width, no_wrap=True, style=DIM)
    grid.add_column(overflow="fold")
    for label, content in rows:
        grid.add_row(label, Text(content) if isinstance(content, str) else content)
    return grid


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[RenderableType]],
    *,
    right: Sequence[str] = (),
    tight: Sequence[str] = (),
    indent: int = 2,
) -> Table:
    """A table without lines. `tight` columns are never wrapped, `right` ones hold numbers."""
    page = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_edge=False, header_style=DIM)
    page.add_column(" " * max(0, indent - 2), width=max(0, indent - 2))
    for name in columns:
        page.add_column(
            name,
            justify="right" if name in right else "left",
            no_wrap=name in tight or name in right,
            overflow="fold",
        )
    for row in rows:
        cells = [Text(cell) if isinstance(cell, str) else cell for cell in row]
        page.add_row("", *cells)
    return page


def heading(text: str) -> Text:
    """A section's title."""
    return Text(text, style=NAME)


def number(count: int) -> str:
    """A count with thousands separated."""
    return f"{count:,}"


def plural(count: int, noun: str, many: str = "") -> str:
    """A count with its noun: '1 state', '12,345 states'."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def seconds(taken: float) -> str:
    """How long something took, at the precision that matters."""
    return f"{taken:.2f} s" if taken < 10 else f"{taken:.0f} s"
