"""Notices a rule that never returns.

A change under test may loop for ever, and then no limit that is looked at between steps helps. An
alarm looks at a counter of finished steps; if it stands still for `PATIENCE` seconds, `RuleHangs`
is raised inside the rule, and is reported as every other fault of a rule is: with its run.
"""

import atexit
import os
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


class _Dog:
    """Looks every now and then at what was begun last. To begin and to end something is cheap: the
    alarm goes on between, and is put away when it finds nothing to look at."""

    def __init__(self) -> None:
        self.watched: list[tuple[object, Callable[[], int]]] = []
        """What is going on: a name that nothing else has, and its finished steps."""
        self.seen: tuple[object, int] | None = None
        self.every = 0.0
        """Seconds between two looks; 0 while there is no alarm."""
        self.before: Any = signal.SIG_DFL

    def look(self, signum: int, frame: Any) -> None:
        """Raises RuleHangs where the last look found the same."""
        if not self.watched:
            self.put_away()
            return
        name, finished = self.watched[-1]
        now = name, finished()
        if now == self.seen:
            del self.watched[-1]
            raise RuleHangs
        self.seen = now

    def wake(self) -> None:
        """Look from now on."""
        if not self.every:
            self.before = signal.signal(signal.SIGALRM, self.look)
        self.every = PATIENCE
        signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)

    def put_away(self) -> None:
        """No more alarms."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.before)
        self.every = 0.0

    def forget(self) -> None:
        """In a new process: alarms are not inherited."""
        if self.every:
            self.put_away()
        self.watched, self.seen = [], None


_DOG = _Dog()
os.register_at_fork(after_in_child=_DOG.forget)
atexit.register(_DOG.forget)  # an alarm during the interpreter's end would kill the process


@contextmanager
def watchdog(finished: Callable[[], int]) -> Iterator[None]:
    """Raise RuleHangs in the block when `finished` stands still. Does nothing in other threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    depth = len(_DOG.watched)
    _DOG.watched.append((object(), finished))
    if _DOG.every != PATIENCE:
        _DOG.wake()
    try:
        yield
    finally:
        del _DOG.watched[depth:]
