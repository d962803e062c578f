"""What a command answers goes to standard output, and nothing else does.

Rules, claims and strategies may print, in this process and in its workers; that goes to standard
error. So while a command runs, standard output is kept apart: what is called so then is standard
error, for Python's `print` and for everything below it.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from impl.cli.guard import ANSWERS

_KEPT: list[TextIO] = []


def output() -> TextIO:
    """Where the answer is written."""
    return _KEPT[-1] if _KEPT else sys.stdout


@contextlib.contextmanager
def kept_apart() -> Iterator[None]:
    """Nobody but who asks for `output()` writes to standard output in the block."""
    stream = sys.stdout
    stream.flush()
    saved: int | None = None
    standard = sys.__stdout__
    if standard is not None and stream is standard and standard.fileno() == 1:
        saved = os.dup(1)
        stream = os.fdopen(saved, "w", encoding=standard.encoding, errors=standard.errors)
        os.dup2(2, 1)
        ANSWERS.append(saved)
    _KEPT.append(stream)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            yield
            stream.flush()
    finally:
        _KEPT.pop()
        if saved is not None and standard is not None:
            standard.flush()
            os.dup2(saved, 1)
            ANSWERS.pop()
            with contextlib.suppress(OSError):
                stream.close()
