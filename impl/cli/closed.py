"""Outputs that are closed, full, or not read any more: the exit code stays the answer's."""

import os
import sys
from typing import TextIO

from impl.ground.codes import HOLDS, USAGE


def open_outputs() -> None:
    """Put the null device where a stream was closed before the start (`>&-`), under its own number:
    else the next pipe would get that, and with it what is meant for a person."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def unwritten(failure: OSError, code: int, stream: TextIO | None = None) -> int:
    """The exit code of an answer that could not be written.

    Who has stopped reading (`| head`) wants no more of it. A full disk is said on stderr, and is
    never a pass.
    """
    drop(sys.stdout if stream is None else stream)
    if isinstance(failure, BrokenPipeError):
        return code
    complain(f"the output cannot be written ({failure.strerror})")
    return USAGE if code == HOLDS else code


def complain(line: str) -> None:
    """One line on stderr, if there is room."""
    try:
        sys.stderr.write(f"exitgame: {line}\n")
        sys.stderr.flush()
    except OSError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Let what is still buffered go nowhere, also at the interpreter's own end."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError, AttributeError):
        for name in ("stdout", "stderr"):
            if getattr(sys, name) is stream:
                setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
