"""Where code comes from: the author's own, or what a proof relies on.

Relied on are Python itself, attrs, z3 and this laboratory's `impl`. All other code is an author's,
and what it does is looked at.
"""

import os
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType, TracebackType

import attr
import z3

import spec

HERE = os.path.dirname(os.path.abspath(__file__)) + os.sep
Z3 = os.path.dirname(os.path.abspath(z3.__file__)) + os.sep
_ATTRS = os.path.dirname(os.path.abspath(attr.__file__)) + os.sep
_PYTHON = tuple(
    os.path.abspath(sysconfig.get_paths()[name]) + os.sep for name in ("stdlib", "platstdlib")
)
_PACKAGES = f"{os.sep}site-packages{os.sep}"
_HOUSE = os.path.dirname(os.path.dirname(os.path.abspath(spec.__file__))) + os.sep
_SHIPPED = (f"{_HOUSE}spec{os.sep}", f"{_HOUSE}invariants{os.sep}")
_RELIED_ON = (f"{_HOUSE}impl{os.sep}", Z3, _ATTRS)


@cache
def is_authors(file: str) -> bool:
    """Is the file code of an author, whose meaning a proof has to get right?

    Mutants are made here, of code that is looked at as it stands.
    """
    if file.startswith(("<attrs generated", "<derived ", "<frozen ", "<mutant of ")):
        return False
    if file.startswith(_RELIED_ON):
        return False
    return not is_pythons(file)


@cache
def is_pythons(file: str) -> bool:
    """Is the file a part of Python's own library?"""
    if file.startswith("<frozen "):
        return True
    return file.startswith(_PYTHON) and _PACKAGES not in file


@cache
def is_installed(file: str) -> bool:
    """Is the file part of an installed package of somebody else's?"""
    return _PACKAGES in file and not file.startswith(_SHIPPED)


@cache
def shown(file: str) -> str:
    """A file's name as people write it where they are."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return file


def here() -> str:
    """The author's line that is running: `rules.py:12`; empty where there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if is_authors(frame.f_code.co_filename):
            return f"{shown(frame.f_code.co_filename)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def raised_in(error: BaseException) -> str:
    """The file in which an error was raised."""
    *_, last = ["", *_files(error.__traceback__)]
    return last


def _files(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
