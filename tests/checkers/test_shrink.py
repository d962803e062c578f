"""Long failing runs become short ones from which nothing can be left out."""

from functools import cache
from itertools import islice

import pytest
from attrs import evolve

from impl.lab.fuzz.detours import Detour
from impl.lab.fuzz.shrink import Shrinker
from impl.lab.fuzz.walker import Walker
from impl.lab.runs.replay import replay
from invariants.channels.multiparty.rulebook import MULTIPARTY
from invariants.plasma.mvp.rulebook import PLASMA
from spec.kernel.basics import DAY
from spec.kernel.clock import Wait
from spec.plasma.mvp.blocks import Deposit
from tests.benchmarks.shrinking import LONG, sixty
from tests.checkers import toy
from tests.checkers.toy import ALICE, LAZY, MALLORY, TOY, Scope

LARGE = Scope(deposits=4, money=6)
DEPOSIT = ("PL-SAFE-EXIT", "a deposit landed after the bad block")
ROBBED = ("SOLVENT", "alice is robbed")
MANY = 3
"""Runs of one rulebook that are made and shortened; `make bench` has all of them."""
LATE = evolve(PLASMA.rules_named("mvp").rules, exit_period=10 * DAY)
LITERAL = MULTIPARTY.rules_named("literal").rules


@cache
def long_runs(literal: bool):
    """Failing runs of sixty actions, with what each of them breaks."""
    book, rules = (MULTIPARTY, LITERAL) if literal else (PLASMA, LATE)
    return book, rules, tuple(islice(sixty(book, rules, 1, walked=5_000), MANY))


def breaks(book, rules, scope, actions, pair) -> bool:
    """Is that claim the first one to break, for that cause?"""
    run = replay(book, rules, scope, actions)
    first = next((step.broken for step in run.steps if step.broken), ())
    return pair in {broken.pair for broken in first}


@pytest.mark.slow
@pytest.mark.parametrize("literal", [False, True], ids=["plasma", "channel"])
def test_sixty_actions_become_a_few_and_none_of_them_can_be_left_out(literal):
    book, rules, runs = long_runs(literal)
    scope = book.scopes[book.default_scope]
    assert len(runs) == MANY
    for pair, run in runs:
        assert len(run) == LONG and breaks(book, rules, scope, run, pair)
        smaller = Shrinker(book, rules, scope, pair).shrink(run)
        assert len(smaller) <= 12
        again = replay(book, rules, scope, smaller)
        assert all(step.accepted for step in again.steps), "refused actions are left out"
        assert [b.pair for step in again.steps for b in step.broken] == [pair], "at the last one"
        for n in range(len(smaller)):
            rest = (*smaller[:n], *smaller[n + 1 :])
            assert not breaks(book, rules, scope, rest, pair), f"{pair}: {n + 1} can be left out"


def test_amounts_and_times_become_the_simplest():
    book, rules, runs = long_runs(False)
    scope = PLASMA.scopes["small"]
    smaller = Shrinker(book, rules, scope, DEPOSIT).shrink(dict(runs)[DEPOSIT])
    assert {a.amount for a in smaller if isinstance(a, Deposit)} == {1}
    assert sum(isinstance(action, Wait) for action in smaller) == 1


def test_a_shorter_way_in_another_order_is_found():
    """Mallory's and alice's entries, in an order in which neither deposit can be dropped."""
    run = (
        toy.Deposit(1, ALICE),
        toy.Ask(0, ALICE),
        toy.Deposit(1, ALICE),
        toy.Ask(1, MALLORY),
        Wait(toy.GOOD.period + 1),
        toy.Finish(0, ALICE),
        toy.Finish(1, MALLORY),
    )
    assert breaks(TOY, LAZY, LARGE, run, ROBBED)
    smaller = Shrinker(TOY, LAZY, LARGE, ROBBED)
    detour = Detour(smaller.player, smaller.sources, ROBBED)
    found = detour.shorter(run)
    assert len(found) == 4 and breaks(TOY, LAZY, LARGE, found, ROBBED)
    assert detour.left > 0, "nothing is left to try"


def test_a_detour_ends_when_its_budget_does_and_does_not_slip():
    shrinker = Shrinker(TOY, LAZY, LARGE, ROBBED)
    run = (
        toy.Deposit(1, ALICE),
        toy.Ask(0, MALLORY),
        Wait(toy.GOOD.period + 1),
        toy.Finish(0, MALLORY),
    )
    assert Detour(shrinker.player, shrinker.sources, ROBBED, left=3).shorter(run) == run
    other = ("SOLVENT", "something else")
    assert Detour(shrinker.player, shrinker.sources, other).shorter(run) == run


def test_the_same_run_shrinks_to_the_same_run():
    _, _, ((pair, run), *_) = long_runs(False)
    scope = PLASMA.scopes["small"]
    once, again = (Shrinker(PLASMA, LATE, scope, pair).shrink(run) for _ in range(2))
    assert once == again


@pytest.mark.slow
def test_other_seeds_lead_to_the_same_length():
    """The whole measurement, with ten, is `python -m tests.benchmarks --only shrinking`."""
    lengths = []
    for seed in range(4):
        found = Walker(PLASMA, LATE, PLASMA.scopes["small"], seed, 40).shard(0, 5_000, True)
        lengths += [
            len(Shrinker(PLASMA, LATE, PLASMA.scopes["small"], DEPOSIT).shrink(failure.actions))
            for failure in found.failures
            if failure.broken.pair == DEPOSIT
        ]
    assert lengths == [6, 6, 6, 6]
