"""Whether the paths of a statement may be believed: its source is read, and it is replayed."""

from collections.abc import Iterator, Mapping
from typing import Any

from impl.prover.entered import Entered, refuse_what_is_misread
from impl.prover.paths import Engine
from impl.prover.selfcheck import Walked, difference
from impl.prover.statements import functions_of
from invariants.kernel.theorems import Theorem


def examined(walked: Walked, now: Engine) -> str:
    """Where the paths and Python differ, in words; empty where nothing was found.

    Raises Unsupported where a function that was entered does what a proof misreads.
    """
    theorem, seconds = walked.theorem, now.seconds()
    walked.found.check()
    entered = Entered()
    entered.add((*now.entered, *functions_of(theorem), *_shapes(theorem.shapes)))
    found = difference(walked, entered, seconds)
    refuse_what_is_misread(entered)
    return found


def _shapes(shape: Any) -> Iterator[Any]:
    if isinstance(shape, Mapping | tuple):
        for one in shape.values() if isinstance(shape, Mapping) else shape:
            yield from _shapes(one)
    elif not isinstance(shape, type):
        yield shape
