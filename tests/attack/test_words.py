"""Less search never gives a stronger word, and a scope that was not opened is not forgotten."""

import itertools

import pytest
from attrs import evolve

from impl.ground.evidence import STRENGTH, Result, Word, weakest
from impl.lab.attack.hunt import Explored, Hunt, Limits
from impl.lab.attack.places import Place, to_explore, to_walk
from impl.lab.attack.walks import tasks
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import RuleChange, rule_change
from impl.show.text.attacked import Attack, opened_text
from impl.show.text.found import exit_code
from tests.cli.toy import LONG, TOY, Scope

CHANGES = [
    ("payment", "window", "2d"),
    ("hardened", "exit-bond", "3"),
    ("accountable", "bond", "5"),
]
ALL = (Word.EXHAUSTED, Word.ASSUMED)
"""Every reachable state was looked at."""


def hunted(change: RuleChange, explored, walked, steps: int) -> Hunt:
    hunt = Hunt(change, explored, walked, 1, Limits(None, steps, False, 1))
    hunt.run()
    return hunt


def toy(book=TOY) -> RuleChange:
    base = book.rule_sets[0]
    return RuleChange(book, base, evolve(base.rules, delay=base.rules.delay + 1))


def test_the_word_is_the_weakest_of_all():
    for words in itertools.product(STRENGTH, repeat=3):
        assert all(STRENGTH.index(weakest(words)) <= STRENGTH.index(word) for word in words)
        assert weakest(words) in words
    assert weakest([]) is Word.UNKNOWN


@pytest.mark.parametrize(("name", "knob", "value"), CHANGES)
def test_the_word_never_gets_weaker_with_more_steps(name, knob, value, monkeypatch):
    monkeypatch.setenv("EXITGAME_RULEBOOK", "tests.cli.toy:LONG")
    change = rule_change(choose(name), [(knob, value)])
    book = change.rulebook
    explored, walked = to_explore(book)[:3], to_walk(book)[:3]
    strengths = []
    for steps in (1, 150, 500):
        hunt = hunted(change, explored, walked, steps)
        assert not hunt.new
        strengths.append({name: STRENGTH.index(word) for name, word in hunt.words.items()})
        strengths[-1]["all"] = STRENGTH.index(hunt.word)
    for less, more in itertools.pairwise(strengths):
        assert all(less[name] <= more[name] for name in less)


@pytest.mark.parametrize("opened", range(4))
def test_with_a_scope_that_was_not_opened_nothing_is_said_to_be_exhausted(opened):
    change = toy(LONG)
    places = [
        Place(f"{users}-{coins}", Scope(users, coins)) for users in (1, 2) for coins in (1, 2)
    ]
    hunt = hunted(change, places, [], 10**6)
    assert hunt.word in ALL and hunt.finished
    hunt.explored = dict(list(hunt.explored.items())[:opened])
    assert hunt.word is Word.UNKNOWN and not hunt.finished
    done = evolve_attack(hunt, change)
    assert done.word is Word.UNKNOWN and done.code == 1
    assert opened_text(done).startswith(f"{opened} of 4 scopes looked at")


def evolve_attack(hunt: Hunt, change: RuleChange) -> Attack:
    return Attack(
        change, None, 1, touched=None, verdicts=(), proving=0.0, hunt=hunt, kept=(),
        interrupted=False, known=None, taken=0.0,
    )  # fmt: skip


def test_a_scope_that_is_only_walked_is_only_sampled():
    change, here, there = toy(), Place("pair", Scope(2, 1)), Place("alone", Scope(1, 1))
    hunt = hunted(change, [here], [there], 5_000)
    assert hunt.words["pair"] in ALL and hunt.words["alone"] is Word.SAMPLED
    assert hunt.word is Word.SAMPLED


def result(word: Word, frontier: int, depth: int) -> Result:
    details = {"frontier": frontier, "stopped_by": "the time" if frontier else "", "untold": 0}
    details["assumed"] = "that it is so" if word is Word.ASSUMED else ""
    return Result(word, "explore", "", "", depth=depth, details=details)


@pytest.mark.parametrize(
    ("old", "found", "word"),
    [
        (0, result(Word.EXHAUSTED, 0, 5), Word.EXHAUSTED),
        (1, result(Word.EXHAUSTED, 0, 5), Word.ASSUMED),
        (0, result(Word.ASSUMED, 0, 5), Word.ASSUMED),
        (0, result(Word.BOUNDED, 3, 5), Word.BOUNDED),
        (0, result(Word.BOUNDED, 3, 0), Word.UNKNOWN),
        (0, result(Word.UNKNOWN, 3, 5), Word.UNKNOWN),
    ],
)
def test_what_is_behind_an_old_weakness_was_not_looked_at(old, found, word):
    assert Explored(Place("here", None), found, old).word is word


def test_of_no_result_at_all_nothing_is_known_and_a_script_hears_of_it():
    codes = {word: exit_code(result(word, 0, 1)) for word in STRENGTH}
    assert codes == {
        Word.INTERRUPTED: 130, Word.UNKNOWN: 1, Word.SAMPLED: 0, Word.BOUNDED: 0, Word.ASSUMED: 0,
        Word.EXHAUSTED: 0,
    }  # fmt: skip


@pytest.mark.parametrize("places", [1, 2, 5])
def test_a_longer_walk_begins_with_the_shorter_one(places):
    for steps, more in itertools.pairwise((1, 150, 1_000, 6_000, 30_000)):
        less, longer = list(tasks(places, steps)), list(tasks(places, more))
        assert less[:-1] == longer[: len(less) - 1]
        assert sum(size for _, size in less) == steps
        rest = list(tasks(places, more, len(less)))
        assert rest == longer[len(less) :]
