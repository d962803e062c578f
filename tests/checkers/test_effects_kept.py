"""Mistakes in what steps do are noticed or explained: a part of what is kept is tried again.

All of it: `exitgame mutate PROTOCOL --effects --no-hunt`.
"""

from pathlib import Path

import pytest

from impl.lab.mutants import Kept, complaints, load_kills, measure, population
from impl.lab.mutants.explained import EFFECTS as EXPLAINED
from impl.lab.mutants.explained import load_explained
from impl.lab.mutants.kills import EFFECTS as KILLS
from impl.lab.mutants.rules import package_of
from impl.lab.rulebooks.registry import rulebooks
from impl.show.text.mutants import diff

TESTS = Path(__file__).parent.parent
PART = 12
"""Of so many mutants one is tried."""


def folder(name):
    return TESTS.joinpath(*package_of(rulebooks()[name]).split(".")[1:])


NAMES = [name for name in rulebooks() if (folder(name) / KILLS).exists()]


@pytest.fixture(scope="module", params=NAMES)
def at_hand(request):
    book = rulebooks()[request.param]
    where = folder(request.param)
    kept = Kept(load_kills(where / KILLS, book), load_explained(where / EXPLAINED))
    return population(book, effect=True), kept


def test_a_mistake_in_an_effect_is_noticed_or_explained(at_hand):
    people, kept = at_hand
    name = people.rulebook.protocol.name
    chosen = people.mutants[::PART]
    known = [mutant for mutant in people.mutants if mutant.id in {*kept.kills, *kept.explained}]
    assert len(known) == len(people.mutants), f"exitgame mutate {name} --effects --keep"
    verdicts = measure(people, chosen, kept, hunts=False)
    wrong = [verdict for verdict in verdicts if verdict.survived or verdict.complaint]
    told = "\n".join(f"{v.mutant.id} {v.complaint}\n{diff(v.mutant)}" for v in wrong)
    assert not wrong, f"{told}\n\nexitgame mutate {name} --effects --keep"


def test_nothing_is_kept_about_mistakes_that_there_are_no_more(at_hand):
    assert not complaints(*at_hand)
