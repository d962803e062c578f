"""Walking through a run in the terminal with the arrow keys; elsewhere every step is printed."""

import contextlib
import os
import re
import select
import sys
from collections.abc import Callable, Iterator

import click
from rich.console import Console, RenderableType
from rich.segment import SegmentLines
from rich.text import Text

from impl.cli.output import output
from impl.ground.watchdog import Interrupted, stoppable
from impl.show.telling.screen import DIM, NAME, labelled
from impl.show.text.found import change_rows
from impl.show.text.frames import Steps, page

KEY = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|.", re.DOTALL)
"""One key press; those that were typed ahead arrive together."""
FORWARD = ("\x1b[C", "\x1bOC", "n", "l", " ")
BACK = ("\x1b[D", "\x1bOD", "p", "h", "b", "\x7f", "\x08")
FIRST = ("\x1b[H", "\x1bOH", "\x1b[1~", "g")
LAST = ("\x1b[F", "\x1bOF", "\x1b[4~", "G")
DOWN, UP = ("\x1b[B", "\x1bOB", "j"), ("\x1b[A", "\x1bOA", "k")
ENTER = ("\r", "\n")
QUIT = ("q", "Q", "\x03", "\x04")
HELP = "left/right: step   home/end   5 enter: go to 5   up/down: scroll   q: quit"


def interactive() -> bool:
    """Is there somebody at a terminal?"""
    return sys.stdin.isatty() and output().isatty()


def walk(console: Console, steps: Steps) -> None:
    """Show one step at a time until somebody has seen enough."""
    walker = Walker(steps)
    with (
        contextlib.suppress(Interrupted, EOFError),
        stoppable(),
        key_by_key() as typed,
        console.screen(hide_cursor=True),
    ):
        while not walker.done:
            walker.draw(console)
            for key in KEY.findall(typed()):
                walker.press(key)


@contextlib.contextmanager
def key_by_key() -> Iterator[Callable[[], str]]:
    """For as long as this lasts the terminal hands over every key at once, as what is yielded
    returns them: one or several that were typed ahead. Raises EOFError there when nobody is left.

    The terminal is switched once. Switching it for each key, as `click.getchar` does, throws away
    what is typed while a step is drawn.
    """
    try:
        import termios
        import tty
    except ImportError:
        yield click.getchar
        return
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    tty.setcbreak(stdin, termios.TCSANOW)
    try:
        yield lambda: typed_now(stdin)
    finally:
        termios.tcsetattr(stdin, termios.TCSANOW, before)


UNFINISHED = re.compile(rb"\x1b([\[O][0-9;]*)?$")
"""The beginning of a key that is sent as several bytes."""
MOMENT = 0.2
"""The rest of a key follows within so many seconds; a lone escape is not followed by anything."""


def typed_now(stdin: int) -> str:
    """What somebody has typed, as soon as that is anything: whole keys. Raises EOFError."""
    got = os.read(stdin, 256)
    if not got:
        raise EOFError
    while UNFINISHED.search(got) and select.select([stdin], [], [], MOMENT)[0]:
        more = os.read(stdin, 256)
        if not more:
            break
        got += more
    return got.decode(errors="replace")


class Walker:
    """Where somebody is in a run."""

    def __init__(self, steps: Steps) -> None:
        """Before the first action."""
        self.steps = steps
        self.at = self.scrolled = 0
        self.typed = ""
        """Digits of a step to go to."""
        self.done = False

    def press(self, key: str) -> None:
        """What a key does."""
        if key.isdigit() and key.isascii():
            self.typed = (self.typed + key)[-6:]
            return
        typed, self.typed = self.typed, ""
        if key in QUIT:
            self.done = True
        elif key in ENTER:
            self.go(int(typed) if typed else self.at + 1)
        elif key in FORWARD:
            self.go(self.at + 1)
        elif key in BACK:
            self.go(self.at - 1)
        elif key in FIRST:
            self.go(0)
        elif key in LAST:
            self.go(self.steps.count)
        elif key in DOWN:
            self.scrolled += 1
        elif key in UP:
            self.scrolled = max(0, self.scrolled - 1)

    def go(self, number: int) -> None:
        """To a step, or the nearest one that there is."""
        self.at = max(0, min(number, self.steps.count))
        self.scrolled = 0

    def draw(self, console: Console) -> None:
        """The present step, as much of it as there is room for, and the keys."""
        width, height = console.size
        options = console.options.update(width=width, height=None)
        lines = console.render_lines(self._top(), options, pad=False)
        lines.append([])
        frame = page(self.steps.frame(self.at), self.steps.side, self.steps.other)
        body = console.render_lines(frame, options, pad=False)
        room = max(1, height - len(lines) - 2)
        self.scrolled = min(self.scrolled, max(0, len(body) - room))
        hidden = len(body) - room - self.scrolled
        shown = body[self.scrolled : self.scrolled + room]
        console.clear()
        console.print(SegmentLines([*lines, *shown], new_lines=True), end="")
        more = f"{hidden} more lines below   " if hidden > 0 else ""
        asked = f"go to {self.typed}   " if self.typed else ""
        console.print(
            Text.assemble((asked, NAME), (more, NAME), (HELP, DIM)),
            no_wrap=True,
            overflow="crop",
            end="",
        )

    def _top(self) -> RenderableType:
        return labelled(change_rows(self.steps.side.rules))
