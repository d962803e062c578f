"""Notices that rules look at something outside their arguments while they run.

Twice the same answer proves little where a rule asks a clock: both calls come within a moment. So
calls of built-in functions that read the machine's time, its randomness or its files are noted, by
the function that makes them.
"""

import builtins
import datetime
import gc
import io
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import spec

CLOCKS = (
    time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter,
    time.perf_counter_ns, time.process_time, time.process_time_ns, time.thread_time,
    time.localtime, time.gmtime, time.ctime, time.strftime, time.clock_gettime,
)  # fmt: skip
MACHINE = (os.urandom, os.getpid, os.getppid, os.listdir, os.scandir, os.stat, os.open, os.getcwd)
READS = (builtins.open, io.open, builtins.input)
FORBIDDEN: dict[Any, str] = {
    **{function: f"time.{function.__name__}" for function in CLOCKS},
    **{function: f"os.{function.__name__}" for function in MACHINE},
    **{function: function.__name__ for function in READS},
}
DATES = {"now", "utcnow", "today"}
GLOBAL_RANDOM = getattr(random, "_inst", None)
"""The generator behind `random.random()`; one of a rule's own, made from its arguments, is fine."""
LIBRARY = str(Path(os.__file__).parent)
OURS = str(Path(spec.__file__).parent.parent / "impl")
"""The checkers look at the clock themselves."""

Saw = Callable[[str, Any], None]
"""Is told what was called, and by which frame."""


@contextmanager
def watched(saw: Saw) -> Iterator[None]:
    """Tell of every look outside in the block."""

    def spy(frame: Any, event: str, called: Any) -> None:
        if event != "c_call":
            return
        name = outside(called)
        if name and not (by := author(frame)).f_code.co_filename.startswith(OURS):
            saw(name, by)

    def hashed(value: Any) -> int:
        frame = sys._getframe(1)
        if not frame.f_code.co_filename.startswith((OURS, LIBRARY, "<")) and _has_text(value):
            saw("hash of a text, which differs from process to process", frame)
        return number(value)

    before, number = sys.getprofile(), builtins.hash
    collects = gc.isenabled()
    gc.disable()  # what others have done at a collection is not the rules' doing
    builtins.hash = hashed
    sys.setprofile(spy)
    try:
        yield
    finally:
        sys.setprofile(before)
        builtins.hash = number
        if collects:
            gc.enable()


def _has_text(value: Any) -> bool:
    if isinstance(value, tuple | frozenset):
        return any(_has_text(member) for member in value)
    return isinstance(value, str | bytes)


def outside(called: Any) -> str:
    """What a built-in function reads of the world, by its name; empty where it reads nothing."""
    owner = getattr(called, "__self__", None)
    if owner is not None and owner is GLOBAL_RANDOM:
        return f"random.{called.__name__}"
    if isinstance(owner, type) and issubclass(owner, datetime.date):
        return f"{owner.__name__}.{called.__name__}" if called.__name__ in DATES else ""
    try:
        return FORBIDDEN.get(called, "")
    except TypeError:
        return ""


def author(frame: Any) -> Any:
    """The innermost frame that is not the standard library's."""
    while frame.f_back is not None and frame.f_code.co_filename.startswith(LIBRARY):
        if "site-packages" in frame.f_code.co_filename:
            break
        frame = frame.f_back
    return frame
