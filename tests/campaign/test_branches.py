"""Branches are counted without anybody noticing."""

import contextlib
from pathlib import Path
from typing import Any

import pytest

from impl.lab.campaign.branches import HITS, counted
from impl.lab.claims.monitor import rule_error
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import rule_change
from spec.kernel.basics import DAY
from spec.kernel.clock import Wait
from spec.kernel.refusal import Refusal
from tests.checkers import toy
from tests.checkers.toy import ALICE, GOOD, MALLORY, RAISES, TOY, Ask, Contest, Deposit, Finish


def taken(branches: Any, state: Any, action: Any, rules: Any = GOOD) -> bytes:
    branches.clear()
    with contextlib.suppress(Refusal):
        toy.step(state, action, rules)
    return branches.taken()


def test_steps_that_go_other_ways_take_other_branches() -> None:
    with counted(TOY, GOOD) as branches:
        start = toy.initial(TOY.scopes["small"], GOOD)
        state = toy.step(start, Deposit(1, ALICE), GOOD)
        asked = toy.step(state, Ask(0, MALLORY), GOOD)
        late = toy.step(asked, Wait(100 * DAY), GOOD)
        ways = [
            taken(branches, state, Ask(0, MALLORY)),
            taken(branches, state, Ask(5, MALLORY)),
            taken(branches, asked, Contest(0, ALICE)),
            taken(branches, late, Contest(0, ALICE)),
            taken(branches, asked, Finish(0, MALLORY)),
        ]
        assert len(set(ways)) == len(ways)
        assert taken(branches, asked, Contest(0, ALICE)) == ways[2]


def test_afterwards_everything_is_as_it_was() -> None:
    before = toy.step.__code__
    with counted(TOY, GOOD):
        assert toy.step.__code__ is not before
    assert toy.step.__code__ is before
    assert not hasattr(toy, HITS)


def test_a_fault_is_told_by_the_same_function_and_line() -> None:
    def fault() -> Any:
        state = toy.initial(TOY.scopes["small"], RAISES)
        state = toy.step(state, Deposit(2, ALICE), RAISES)
        state = toy.step(state, Ask(0, MALLORY), RAISES)
        try:
            toy.step(state, Finish(0, MALLORY), RAISES)
        except ZeroDivisionError as error:
            return rule_error(error)

    plain = fault()
    with counted(TOY, RAISES):
        assert fault() == plain


def test_every_shipped_protocol_is_counted_and_plays_the_same() -> None:
    for name in ("plasma-mvp", "multiparty"):
        change = rule_change(choose(name))
        book = change.rulebook
        scope = book.scopes[book.default_scope]
        start = book.protocol.initial(scope, change.rules)
        moves = [
            move
            for f in book.protocol.families
            if f.every
            for move in f.every(start, change.rules, scope)
        ]
        plain = [outcome(book.protocol.step, start, move, change.rules) for move in moves]
        with counted(book, change.rules) as branches:
            assert len(branches.hits) > 300
            assert plain == [outcome(book.protocol.step, start, m, change.rules) for m in moves]
            assert any(branches.taken())


def outcome(step: Any, state: Any, move: Any, rules: Any) -> Any:
    try:
        return step(state, move, rules)
    except Refusal as refusal:
        return repr(refusal)


def test_a_file_that_was_edited_since_is_left_as_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXITGAME_RULEBOOK", "tests.cli.toy:TOY")
    file = tmp_path / "mine.py"
    file.write_text(
        "def takes(amount: int, rules) -> bool:\n    return amount > 0 and amount < 9\n"
    )
    change = rule_change(choose("toy"), (), f"{file}:takes")
    file.write_text(
        "def takes(amount: int, rules) -> bool:\n    return amount > 7 and amount < 9\n"
    )
    with counted(change.rulebook, change.rules):
        assert change.rules.takes(1, change.rules)


CACHED = """
from functools import lru_cache

@lru_cache
def known(amount: int) -> bool:
    return amount > 1 if amount < 100 else False

def takes(amount: int, rules) -> bool:
    return known(amount) or amount == 1
"""


def test_a_cache_does_not_change_what_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXITGAME_RULEBOOK", "tests.cli.toy:TOY")
    (tmp_path / "cached.py").write_text(CACHED)
    change = rule_change(choose("toy"), (), f"{tmp_path}/cached.py:takes")
    with counted(change.rulebook, change.rules) as branches:
        ways = []
        for _ in range(2):
            branches.clear()
            change.rules.takes(1, change.rules)
            ways.append(branches.taken())
        assert ways[0] == ways[1]
        assert any(ways[0])
