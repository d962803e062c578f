"""Outputs that are closed, full, or not read any more: the exit code stays the answer's."""

import os
import sys

import click

from impl.cli.answer import HOLDS, USAGE


def open_outputs() -> None:
    """Put the null device where an output was closed before the start (`>&-`)."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115


def unwritten(failure: OSError, code: int) -> int:
    """The exit code of an answer that could not be written.

    Who has stopped reading (`| head`) wants no more of it. A full disk is said on stderr, and is
    never a pass.
    """
    drop_output()
    if isinstance(failure, BrokenPipeError):
        return code
    said = f"the output cannot be written ({failure.strerror})"
    complain(said)
    return USAGE if code == HOLDS else code


def complain(line: str) -> None:
    """One line on stderr, if there is room."""
    try:
        click.echo(f"exitgame: {line}", err=True)
    except OSError:
        drop_output("stderr")


def drop_output(name: str = "stdout") -> None:
    """Let what is still buffered go nowhere, also at the interpreter's own end."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, getattr(sys, name).fileno())
        os.close(null)
    except (OSError, ValueError, AttributeError):
        setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
