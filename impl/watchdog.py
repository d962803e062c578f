"""Notices a rule that never returns.

A change under test may loop for ever, and then no limit that is looked at between steps helps. An
alarm looks at a counter of finished steps; if it stands still for `PATIENCE` seconds, `RuleHangs`
is raised inside the rule, and is reported as every other fault of a rule is: with its run.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PATIENCE = 10.0
"""Seconds. Steps take a few hundred microseconds at most."""


class RuleHangs(Exception):
    """A single step took longer than any step should."""


def is_hang(cause: str) -> bool:
    """Does a finding's cause say that a rule did not return?"""
    return cause.startswith(RuleHangs.__name__)


@contextmanager
def watchdog(finished: Callable[[], int]) -> Iterator[None]:
    """Raise RuleHangs in the block when `finished` stands still. Does nothing in other threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    last = finished()

    def look(signum: int, frame: Any) -> None:
        nonlocal last
        now = finished()
        if now == last:
            raise RuleHangs
        last = now

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
