"""Ctrl-C in the middle of a search: once it has got somewhere, however busy the machine is."""

import os
import signal
import threading
from collections.abc import Callable

from impl.ground.evidence import Progress

SOON = 0.2
"""Seconds, so that it comes anywhere in the search and not only where progress is told."""


def ctrl_c_after(least: int) -> Callable[[Progress], None]:
    """Takes the progress of a search; presses Ctrl-C soon after so many states or steps."""
    pressed: list[threading.Timer] = []

    def look(progress: Progress) -> None:
        if not pressed and progress.done > least and progress.depth > 1:
            pressed.append(threading.Timer(SOON, os.kill, (os.getpid(), signal.SIGINT)))
            pressed[0].start()

    return look
