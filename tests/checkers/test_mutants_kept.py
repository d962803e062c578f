"""Every mistake in the shipped rules is noticed: what is kept about each is tried again.

A mutant of which nothing is kept is hunted for a short time; if it survives, the test shows what it
changes. Then: a better claim, or an explanation (see `impl/lab/mutants/explained.py`), and
`exitgame mutate PROTOCOL --keep`.
"""

from pathlib import Path
from time import monotonic

import pytest

from impl.lab.mutants import Kept, complaints, load_kills, measure, population
from impl.lab.mutants.explained import FILE as EXPLAINED
from impl.lab.mutants.explained import load_explained
from impl.lab.mutants.kills import FILE as KILLS
from impl.lab.mutants.rules import package_of
from impl.lab.rulebooks.registry import rulebooks
from impl.show.text.mutants import diff

PROTOCOLS = ("plasma-mvp", "multiparty", "payment", "application", "watchtower", "conditional")
PARTS = 8
"""Each protocol's mutants are tried in so many tests, for several processes."""
BUDGET = 60.0
"""Seconds for hunting new mutants in each."""
TESTS = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def at_hand():
    found = {}

    def people(name: str):
        if name not in found:
            book = rulebooks()[name]
            folder = TESTS.joinpath(*package_of(book).split(".")[1:])
            kept = Kept(load_kills(folder / KILLS, book), load_explained(folder / EXPLAINED))
            found[name] = population(book), kept
        return found[name]

    return people


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_mistake_is_noticed_or_explained(name, part, at_hand):
    people, kept = at_hand(name)
    chosen = people.mutants[part::PARTS]
    deadline = monotonic() + BUDGET
    verdicts = list(measure(people, chosen, kept, brief=True, deadline=deadline))
    wrong = [v for v in verdicts if v.survived or v.complaint]
    told = "\n".join(f"{v.mutant.id} {v.complaint}\n{diff(v.mutant)}" for v in wrong)
    assert not wrong, f"{told}\n\nexitgame mutate {name} --keep, and explain what is no mistake"
    assert len(verdicts) == len(chosen), f"no time for all: exitgame mutate {name} --keep"


@pytest.mark.parametrize("name", PROTOCOLS)
def test_nothing_is_kept_about_mistakes_that_there_are_no_more(name, at_hand):
    stale = complaints(*at_hand(name))
    assert not stale, "\n".join([*stale, f"exitgame mutate {name} --keep drops kills"])
