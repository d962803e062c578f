"""What has to be assumed of a rulebook whose sources say that something outlives a call.

They are read with the prover's reader, which loads z3; so it is loaded when the first search asks,
and not with the command line.
"""

from importlib import import_module
from typing import Any

from invariants.kernel.claims import Rulebook


def doubt(book: Rulebook, rules: Any) -> str:
    """What to assume, as "that `f` is a function of its arguments: FILE:LINE ..."; mostly empty."""
    said: str = import_module("impl.lab.purity.outlives").doubt(book, rules)
    return said
