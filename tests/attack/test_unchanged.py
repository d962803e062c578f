"""What only a change breaks, told from what is broken without it: in the same scope, as far."""

import itertools
import re

import pytest
from attrs import evolve

import impl.lab.attack.unchanged
from impl.ground.watchdog import Interrupted, Stopped, TimeIsUp
from impl.lab.attack.hunt import Hunt, Limits
from impl.lab.attack.places import Place
from impl.lab.attack.sieve import Sieve
from impl.lab.attack.sifted import sifted
from impl.lab.attack.unchanged import NOT_JUDGED, Effort, Unchanged
from impl.lab.attack.walks import Walks, steps_in
from impl.lab.explore import explore
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import RuleChange, rule_change
from invariants.channels.payment.cases import AWAY
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY
from spec.kernel.clock import Wait
from tests.cli.toy import HASTY, PLAIN, TOY, Scope

STALE = ("PC-SAFE-EXIT", AWAY)
SOON = ("NOT-SOON", "paid too soon")


def changed(name: str, *settings: tuple[str, str]) -> RuleChange:
    return rule_change(choose(name), settings)


def toy(book: Rulebook = TOY, rule_set: str = "toy-vault", **knobs: int) -> RuleChange:
    base = book.rules_named(rule_set)
    return RuleChange(book, base, evolve(base.rules, **knobs))


def hunted(change: RuleChange, *places: Place, steps: int = 3_000, all_: bool = False) -> Hunt:
    hunt = Hunt(change, places, places, 1, Limits(None, steps, all_, 1))
    hunt.run()
    return hunt


def place(change: RuleChange, name: str, **fields) -> Place:
    return Place(name, evolve(change.rulebook.scopes[name], **fields))


def test_a_weakness_of_another_scope_is_no_excuse():
    """Away for two days the victim is robbed under the unchanged window, too; not for one day."""
    change = changed("payment", ("window", "1d"))
    hunt = hunted(change, place(change, "one", versions=2, finals=False))
    (hit,) = hunt.new
    assert hit.pair == STALE and hit.before.sure and len(hit.trace.actions) == 7
    assert hit.before.said.startswith("unchanged, scope one: exhausted, ")
    assert hunt.old == []


def test_the_same_weakness_in_its_own_scope_is_old():
    change = changed("payment", ("window", "1d"))
    hunt = hunted(change, place(change, "away-too-long"))
    assert STALE in [hit.pair for hit in hunt.old] and hunt.new == []


def test_known_cases_count_for_the_same_knobs_only():
    """A bisection starts from a rule set whose name is that of the evidence, and its knobs not."""
    at_a_week = evolve(TOY.rules_named("toy-hasty"), rules=PLAIN)
    change = RuleChange(TOY, at_a_week, HASTY)
    hunt = hunted(change, place(change, "pair"))
    assert SOON in [hit.pair for hit in hunt.new]


def test_a_case_that_finds_nothing_excuses_nothing():
    """Meant for the hasty rules, and typed for those that hold."""
    typed = evolve(TOY.cases[2], id="TYPO", rule_set="toy-vault")
    change = toy(evolve(TOY, cases=(*TOY.cases, typed)), delay=DAY)
    hunt = hunted(change, place(change, "pair"))
    (hit,) = [hit for hit in hunt.new if hit.pair == SOON]
    assert hunt.old == [] and hit.before.sure and "TYPO" not in hit.before.said
    in_no_time = Unchanged(change, deadline=0.0)
    before = in_no_time.judged(hit.place, SOON, hit.trace.actions, hit.effort)
    assert not before.old and not before.sure and before.said.startswith("NOT KNOWN")


def test_a_case_that_finds_its_run_shows_that_a_weakness_is_old():
    change = toy(rule_set="toy-hasty", fee=1)
    before = Unchanged(change).judged(place(change, "pair"), SOON, (Wait(1),), Effort(1))
    assert before.old and before.said == "but TOY-3 finds a run of 4 actions that does (scope pair)"


def test_new_in_one_scope_and_old_in_another_is_told_of_each_and_what_is_not_known_is_said():
    change = changed("payment", ("window", "1d"))
    away = place(change, "away-too-long")
    shorter = Place("a day", evolve(away.record, away=DAY))
    (hit,) = hunted(change, shorter).new
    sieve = Sieve(change, Unchanged(change), 1)
    for where in (away, shorter):
        trace = evolve(hit.trace, scope=evolve(where.record))
        sieve.add(where, "explore", trace, hit.effort)
    assert [(hit.pair, hit.place.name) for hit in sieve.new] == [(STALE, "a day")]
    assert [(hit.pair, hit.place.name) for hit in sieve.old] == [(STALE, "away-too-long")]
    in_no_time = Unchanged(change, deadline=0.0)
    before = in_no_time.judged(shorter, STALE, hit.trace.actions, hit.effort)
    assert not before.sure and not before.old
    assert before.said.startswith("NOT KNOWN whether the unchanged rules break in this way, too")


def members():
    """Rule sets of the toy as changes of each other, in each scope, known cases left out."""
    bare = evolve(TOY, cases=())
    values = {"delay": (DAY, 3 * DAY), "fee": (0, 1)}
    changes = [dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())]
    for rule_set, knobs in itertools.product(("toy-vault", "toy-hasty"), changes):
        yield toy(bare, rule_set, **knobs), Place("here", Scope(1, 2))


@pytest.mark.parametrize("steps", [40, 400])
def test_every_find_agrees_with_exploring_the_unchanged_rules_apart(steps):
    for change, where in members():
        if not change.differences:
            continue
        base = explore(
            change.rulebook, change.rule_set.rules, where.record, keep_going=True, key="exact"
        )
        broken = {(trace.invariant, trace.finding.cause) for trace in base.traces}
        hunt = hunted(change, where, steps=steps, all_=True)
        for hit in hunt.new:
            assert not hit.before.sure or hit.pair not in broken
        assert {hit.pair for hit in hunt.old} <= broken


@pytest.mark.parametrize("depth", [2, 4, 6])
def test_the_unchanged_rules_are_searched_as_deep_as_the_find(depth):
    """Though the find took one state only, and they need many for that."""
    change = toy(evolve(TOY, cases=()), delay=DAY)
    unchanged = Unchanged(change, steps=1)
    before = unchanged.judged(place(change, "pair"), SOON, (Wait(1),) * depth, Effort(1))
    reached = int(re.search(r"exhausted to depth (\d+)", before.said)[1])
    assert before.sure and not before.old and reached >= depth


def test_a_find_of_random_play_is_looked_for_by_the_same_seed_in_the_same_shards(monkeypatch):
    """Of each of two scopes, every second shard, up to the one that found it."""
    change = toy(evolve(TOY, cases=()), delay=DAY)
    one, two = Place("alone", Scope(1, 1)), Place("pair", Scope(2, 1))
    unchanged = Unchanged(change, seed=7, walked=(one, two), steps=20_000)
    planned = steps_in(1, 2, 20_000, 5)
    assert planned == 200 + 5_000 + 4_600
    walked = Walks(change.rulebook, change.rule_set.rules, (one, two), 7)
    asked = []

    def shards(self, tasks, *rest):
        asked.extend(tasks)
        yield from ()

    monkeypatch.setattr(Walks, "shards", shards)
    monkeypatch.setattr(impl.lab.attack.unchanged, "LEAST", 10)
    before = unchanged.judged(two, SOON, (Wait(1),), Effort(10, shard=5))
    assert asked == [(1, 200), (3, 5_000), (5, 4_600)]
    assert {walked.place(number) for number, _ in asked} == {two}
    assert not before.sure, "nothing came of these shards"


def test_the_rulebooks_own_lines_are_believed_in_their_own_scope():
    change = toy(rule_set="toy-hasty", fee=1)
    before = Unchanged(change).judged(Place("pair", Scope(2, 1)), SOON, (), Effort())
    assert before.old and "TOY-3" in before.said
    other = Unchanged(change).judged(Place("alone", Scope(1, 1)), SOON, (), Effort())
    assert other.old and "another run of 4 actions" in other.said


@pytest.fixture(params=[Interrupted, TimeIsUp])
def stop(request, monkeypatch) -> type[Stopped]:
    """Whoever asks what the unchanged rules do is stopped, and may not ask again."""
    asked = []

    def judged(self, where, pair, actions, effort):
        assert not asked
        asked.append(pair)
        raise request.param

    monkeypatch.setattr(Unchanged, "_judged", judged)
    stop: type[Stopped] = request.param
    return stop


@pytest.mark.parametrize("method", ["explore", "fuzz"])
def test_what_was_found_is_not_lost_when_the_hunt_is_stopped_before_it_is_judged(stop, method):
    change = toy(evolve(TOY, cases=()), delay=DAY)
    pair = [place(change, "pair")]
    explored, walked = (pair, []) if method == "explore" else ([], pair)
    hunt = Hunt(change, explored, walked, 1, Limits(None, 3_000, False, 1))
    hunt.run()
    assert hunt.interrupted is (stop is Interrupted)
    (hit,) = hunt.new
    assert hit.pair == SOON and not hit.before.sure and hit.before.said == NOT_JUDGED


def test_nor_when_one_scope_is_explored(stop):
    change = toy(evolve(TOY, cases=()), delay=DAY)
    where = place(change, "pair")
    result, sieve = sifted(
        change,
        where,
        lambda spares, report: explore(
            change.rulebook, change.rules, where.record, spares=spares, keep_going=True
        ),
        lambda progress: None,
        deadline=None,
        workers=1,
    )
    assert [hit.pair for hit in sieve.new] == [SOON] and not sieve.new[0].before.sure
    assert result.word.name == "BROKEN" and result.details["stopped_by"]
