"""Whose code is running: a rule, the laboratory, Python or a library?"""

import gc
import os
import sys
from types import CodeType, FrameType
from typing import Any

import spec

_HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(spec.__file__))) + os.sep
_OURS = f"{_HOUSE}impl{os.sep}"
_SHIPPED = (f"{_HOUSE}spec{os.sep}", f"{_HOUSE}invariants{os.sep}")
"""Rules wherever they lie: an installed exitgame has them below site-packages."""
_PYTHONS = os.path.dirname(os.__file__) + os.sep
_LOOKING = (__file__, os.path.join(os.path.dirname(__file__), "watchdog.py"))
_LOSE = ("__del__", "z3_error_handler", "remove", "_remove")
"""Python calls them, or C does, and goes on whatever they raise."""


def place_of(frame: FrameType | None) -> tuple[FrameType | None, bool]:
    """The frame of the rule that is running, None where our own code is; and whether an exception
    would be lost here or do harm."""
    delicate = False
    while frame is not None:
        code = frame.f_code
        if code.co_filename in _LOOKING:
            frame = frame.f_back  # `peel` looks on while something else runs
            continue
        if code.co_filename.startswith(_OURS):
            return None, delicate
        if code.co_filename.startswith("<frozen importlib") or _loses(code):
            delicate = True
        elif is_rule(code.co_filename):
            return frame, delicate
        frame = frame.f_back
    return None, delicate


def _loses(code: CodeType) -> bool:
    """Would what is raised in this function be lost?"""
    collecting = [getattr(callback, "__code__", None) for callback in gc.callbacks]
    return code.co_name in _LOSE or code in collecting


def rule_running() -> bool:
    """Is it a rule that calls this, directly or through Python's or a library's functions?"""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    return place_of(frame)[0] is not None


def entry_of(rule: FrameType) -> FrameType:
    """The first of the rule's frames: the one that our own code called."""
    entry, frame = rule, rule.f_back
    while frame is not None and not frame.f_code.co_filename.startswith(_OURS):
        if is_rule(frame.f_code.co_filename):
            entry = frame
        frame = frame.f_back
    return entry


def is_rule(file: str) -> bool:
    """Is a file neither ours nor Python's nor of a library? Then rules and claims are in it."""
    known = file.startswith((_OURS, _PYTHONS, "<")) or "site-packages" in file
    return file.startswith(_SHIPPED) or not known


def named(frame: FrameType) -> str:
    """A function that runs: 'name (file line 3)'."""
    name = frame.f_code.co_name
    return f"{name} ({os.path.basename(frame.f_code.co_filename)} line {frame.f_lineno})"


def peel(rule: FrameType, error: BaseException) -> None:
    """Raise once more at the next line of a rule, which has swallowed what was raised before: that
    line is behind its `try`. Python forgets the trace function when it raises."""
    if sys.gettrace() is not None:
        return

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename.startswith(_OURS):
            sys.settrace(None)
            return None
        if event in ("line", "call") and place_of(frame) == (frame, False):
            raise error
        return trace

    frame: FrameType | None = rule
    while frame is not None and not frame.f_code.co_filename.startswith(_OURS):
        frame.f_trace = trace
        frame = frame.f_back
    sys.settrace(trace)
