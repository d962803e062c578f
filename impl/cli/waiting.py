"""What a person sees while a search runs: one line on a terminal's stderr, nothing elsewhere."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from rich.live import Live
from rich.text import Text

from impl.cli.guard import note
from impl.ground.evidence import Progress
from impl.show.telling.screen import DIM, margin

T = TypeVar("T")

OFTEN = 0.1
"""Seconds between two looks at the progress line."""


def cores() -> int:
    """How many processes can work at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def watched(method: str, search: Callable[[Callable[[Progress], None]], T]) -> T:
    """Run a search, showing how far it is where somebody is looking."""
    console = margin()
    if not console.is_terminal:
        return search(lambda progress: note(f"{method}  {words(progress)}"))
    last = 0.0
    # Drawn by whoever reports and by no thread: searches fork, and a fork does not copy threads.
    with Live(console=console, auto_refresh=False, transient=True) as line:

        def report(progress: Progress) -> None:
            nonlocal last
            if monotonic() - last >= OFTEN:
                last = monotonic()
                note(f"{method}  {words(progress)}")
                line.update(Text(f"{method}  {words(progress)}", style=DIM), refresh=True)

        return search(report)


def words(progress: Progress) -> str:
    """How far a search is."""
    if progress.method == "fuzz":
        ahead = "" if progress.ahead is None else f" of {progress.done + progress.ahead:,}"
        said = f"{progress.done:,}{ahead} steps"
    else:
        said = f"{progress.done:,} states, depth {progress.depth}, {progress.ahead or 0:,} ahead"
    return f"{said}, {progress.seconds:.0f} s"


@contextmanager
def spinner(what: str) -> Iterator[Callable[[str], None]]:
    """A line for work that reports in words: yields the function that says how far it is."""
    console = margin()
    if not console.is_terminal:
        yield lambda words: note(f"{what}  {words}")
        return
    with Live(console=console, auto_refresh=False, transient=True) as line:

        def say(words: str) -> None:
            note(f"{what}  {words}")
            line.update(Text(f"{what}  {words}", style=DIM), refresh=True)

        yield say


@contextmanager
def ticker() -> Iterator[Callable[[str], None]]:
    """A line for work that reports more often than anybody can read."""
    console = margin()
    if not console.is_terminal:
        yield note
        return
    last = 0.0
    with Live(console=console, auto_refresh=False, transient=True) as line:

        def say(words: str) -> None:
            nonlocal last
            if monotonic() - last >= OFTEN:
                last = monotonic()
                note(words)
                line.update(Text(words, style=DIM), refresh=True)

        yield say
