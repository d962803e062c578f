"""Mutants: the rules with one small mistake each, made from their own source text.

They measure the claims. A mutant that no claim notices is either no mistake at all, or a mistake
that the claims would let pass in a real rule, too.

Read ``rules.py`` (what is mutated), ``operators.py`` and ``moved.py`` (how), ``effects.py`` (a
stock of its own: not what a step asks, but what it does), ``runs.py`` (what counts as noticing),
``hunt.py`` (the search for it) and ``measure.py`` (all of it together).
"""

from impl.lab.mutants.kills import KILLS, Kill, Kind, load_kills, save_kills
from impl.lab.mutants.loading import Loaded, load
from impl.lab.mutants.measure import Kept, Population, Verdict, complaints, measure, population
from impl.lab.mutants.moved import knob_mutants
from impl.lab.mutants.runs import Run, Stage
from impl.lab.mutants.source import Mutant, mutants

__all__ = [
    "KILLS",
    "Kept",
    "Kill",
    "Kind",
    "Loaded",
    "Mutant",
    "Population",
    "Run",
    "Stage",
    "Verdict",
    "complaints",
    "knob_mutants",
    "load",
    "load_kills",
    "measure",
    "mutants",
    "population",
    "save_kills",
]
