"""Whose text an exception comes from: the line that its author has to look at.

The innermost frame is often no help: it is a comprehension, a validator, a library, or a part of
the laboratory that was handed something wrong. What helps is the innermost frame of the author's
own files (a change file, or a protocol of one's own), and where none is among them, of the rules
and the claims that are shipped.
"""

import linecache
import os
import re
import sysconfig
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any

import attrs
from attrs import frozen

import spec
from impl.ground.watchdog import let_through
from impl.ground.words import line
from invariants.kernel.claims import Raised

OURS, RULES = "impl", ("spec", "invariants")
ROOT = Path(spec.__file__).resolve().parent.parent
LONGEST_SOURCE = 120
"""Characters of a line of source that are shown."""
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
"""Where an object lay in memory: another place in every process."""


@frozen
class Place:
    """A line of an author's text that was running."""

    function: str
    """Never a comprehension: the function, or the record and field, that it stands in."""
    file: str
    line: int
    source: str
    shipped: bool
    """Is it a rule or a claim of ours?"""


def place_of(error: BaseException) -> Place | None:
    """Where the author's own text failed; None where nobody's text was running but ours."""
    frames = [(frame, n) for frame, n in _frames(error.__traceback__) if _is_source(frame)]
    mine = [at for at in frames if _top(at[0]) not in RULES] or frames
    if not mine:
        return None
    frame, number = mine[-1]
    return Place(
        _function([each for each, _ in mine]),
        shown_path(frame.f_code.co_filename),
        number,
        _source(frame.f_code.co_filename, number),
        _top(frame) in RULES,
    )


def raised(error: BaseException) -> tuple[str, Raised]:
    """The cause that tells a failure from others, the same on every machine; and its details."""
    kind, place = type(error).__name__, place_of(error)
    message = message_of(error)
    if place is None:
        last = [frame.f_code for frame, _ in _frames(error.__traceback__)][-1:]
        return f"{kind} in {last[0].co_name if last else 'unknown'}", Raised(message, "", 0, "")
    where = place.function if place.shipped else f"{place.function} ({Path(place.file).name})"
    return f"{kind} in {where}", Raised(message, place.file, place.line, place.source)


def message_of(error: BaseException) -> str:
    """What an exception says, on one line, without what differs between machines and processes."""
    try:
        text = str(error)
    except BaseException as failure:
        let_through(failure)
        return "its message cannot be had: its own __str__ fails"
    return line(ADDRESS.sub("", _without_places(text)))


def said(error: BaseException) -> str:
    """An exception in one line, with the place where it is to be mended."""
    place, message = place_of(error), message_of(error)
    told = f"{type(error).__name__}{': ' if message else ''}{message}"
    if place is None:
        return told
    inside = f", in {place.function}" if place.function else ""
    source = f" ({place.source})" if place.source else ""
    return f"{place.file} line {place.line}{inside}: {told}{source}"


def import_failed(error: BaseException) -> str:
    """Why a file of somebody's could not be imported."""
    if isinstance(error, SyntaxError):
        return f"{shown_path(error.filename or '')} line {error.lineno}: not Python: {error.msg}"
    return said(error)


def shown_path(file: str) -> str:
    """A file as short as it can be told: from the present folder, from ours, or its name alone."""
    path = Path(file)
    for base in (Path.cwd(), ROOT):
        if path.is_relative_to(base):
            return line(path.relative_to(base).as_posix())
    return line(path.name)


def _without_places(text: str) -> str:
    for place in dict.fromkeys((str(Path.cwd()), str(ROOT), str(Path.home()))):
        if place != os.sep:
            text = text.replace(f"{place}{os.sep}", "")
    return text


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


def _top(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _is_source(frame: FrameType) -> bool:
    """Is it text that somebody wrote as a rule or a claim?"""
    if _top(frame) in RULES:
        return not frame.f_code.co_filename.startswith("<attrs")
    if _top(frame) == OURS:
        return False
    file = frame.f_code.co_filename
    return not file.startswith("<") and not _in_a_library(file)


@cache
def _in_a_library(file: str) -> bool:
    path = Path(file).resolve()
    if {"site-packages", "dist-packages"}.intersection(path.parts):
        return True
    return any(path.is_relative_to(Path(sysconfig.get_path(name))) for name in ("stdlib",))


def _function(frames: list[FrameType]) -> str:
    """The name of the innermost function that has one."""
    for frame in reversed(frames):
        if frame.f_code.co_name == "<module>":
            return ""
        parts = frame.f_code.co_qualname.split(".")
        named = [part for part in parts if not part.startswith("<")]
        if named[1:] and named[-1] == "step":  # an action's effect: there are many of that name
            return f"{named[-2].partition('__')[0]}.step"
        if named:
            return named[-1]
        found = _held(frame.f_globals, frame.f_code)
        if found:
            return found
    return "a lambda"


def _held(space: Mapping[str, Any], code: CodeType) -> str:
    """The record and its field that hold a function without a name: `PAYER.holds`."""
    for name, value in list(space.items()):
        values = value if isinstance(value, tuple | list) else (value,)
        for each in values:
            if getattr(each, "__code__", None) is code:
                return name
            for field in attrs.fields(type(each)) if attrs.has(type(each)) else ():
                if getattr(getattr(each, field.name, None), "__code__", None) is code:
                    return f"{name if each is value else _called(each, name)}.{field.name}"
    return ""


def _called(record: Any, otherwise: str) -> str:
    names = (getattr(record, field, None) for field in ("id", "name"))
    return next((name for name in names if isinstance(name, str)), otherwise)


def _source(file: str, number: int) -> str:
    return line(linecache.getline(file, number), LONGEST_SOURCE)
