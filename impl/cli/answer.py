"""What a command answers with: one document for programs, one page for people, one exit code."""

from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen
from rich.console import Console

from impl.ground.codes import BROKEN, FAULT, HOLDS, INTERRUPTED, USAGE

__all__ = ["BROKEN", "FAULT", "HOLDS", "INTERRUPTED", "USAGE", "Answer"]


@frozen
class Answer:
    """The outcome of a command."""

    code: int
    document: Mapping[str, Any]
    """For --json. Attrs records, enums, tuples and functions may stand in it."""
    show: Callable[[Console], None]
    """Prints the page."""
