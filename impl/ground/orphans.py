"""No process outlives the one that started it, where the system can see to that (Linux)."""

import contextlib
import os
import signal
import sys

PDEATHSIG, CHILD_SUBREAPER = 1, 36
"""From linux/prctl.h."""


def leave_with(parent: int) -> None:
    """End this process when its parent ends, however that comes about."""
    _prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt() -> None:
    """Have the processes below this one that lose their parent become its children."""
    _prctl(CHILD_SUBREAPER, 1)


def end_all() -> None:
    """End every child of this process that is left in its group, and those that they leave."""
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            return
        left = [child for child in _children() if os.getpgid(child) == os.getpgrp()]
        for child in left:
            os.kill(child, signal.SIGKILL)
        if not left:
            return
        os.waitpid(left[0], 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as listed:
            return [int(child) for child in listed.read().split()]
    except OSError:
        return []


def _prctl(option: int, value: int) -> None:
    if sys.platform.startswith("linux"):
        with contextlib.suppress(ImportError, OSError, AttributeError):
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
