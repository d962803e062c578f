"""Whether the paths of a statement may be believed: its source is read, and it is replayed."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from impl.lab.prover.ends import Unfaithful, Unsupported
from impl.lab.prover.entered import Entered, refuse_what_is_misread
from impl.lab.prover.paths import Engine
from impl.lab.prover.selfcheck import Walked, difference
from impl.lab.prover.statements import functions_of
from invariants.kernel.theorems import Theorem


def examined(walked: Walked, now: Engine) -> str:
    """Where the paths and Python differ, in words; empty where nothing was found.

    Raises Unsupported where a function that was entered does what a proof misreads.
    """
    seconds, changed = now.seconds(), walked.found.changed()
    entered = _entered(walked.theorem, now)
    found = "" if changed else difference(walked, entered, seconds)
    refuse_what_is_misread(entered)
    if changed:
        raise Unsupported(f"{changed} is changed by a run: a proof runs it many times", "")
    return found


@contextlib.contextmanager
def explained(theorem: Theorem, now: Engine) -> Iterator[None]:
    """Where a function turns out not to be pure, say by which line, if that can be read."""
    try:
        yield
    except Unfaithful:
        refuse_what_is_misread(_entered(theorem, now))
        raise


def _entered(theorem: Theorem, now: Engine) -> Entered:
    entered = Entered()
    entered.add((*now.entered, *functions_of(theorem), *_shapes(theorem.shapes)))
    return entered


def _shapes(shape: Any) -> Iterator[Any]:
    if isinstance(shape, Mapping | tuple):
        for one in shape.values() if isinstance(shape, Mapping) else shape:
            yield from _shapes(one)
    elif not isinstance(shape, type):
        yield shape
