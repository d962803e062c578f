"""Mutants: the rules with one small mistake each, made from their own source text.

They measure the claims. A mutant that no claim notices is either no mistake at all, or a mistake
that the claims would let pass in a real rule, too.
"""

from impl.mutants.loading import Loaded, load
from impl.mutants.measure import Trial, Verdict, kill, measure, trials
from impl.mutants.source import Mutant, knob_mutants, mutants

__all__ = [
    "Loaded",
    "Mutant",
    "Trial",
    "Verdict",
    "kill",
    "knob_mutants",
    "load",
    "measure",
    "mutants",
    "trials",
]
