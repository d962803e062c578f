"""Counterexamples to make pages of: of the toy vault, and of the real protocols."""

import contextlib
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from attrs import evolve, frozen

from impl.cli.main import main
from impl.ground.evidence import Trace
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.change import RuleChange, rule_change
from impl.lab.rules.chosen import Chosen
from impl.lab.runs.replay import Player
from impl.lab.traces.format import load_trace, structured_scope, trace_of
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, ETHER, HOUR, Party
from spec.kernel.clock import Wait
from spec.plasma.mvp.blocks import Deposit, SubmitBlock
from spec.plasma.mvp.exits import StartDepositExit, StartExit
from spec.plasma.mvp.payments import FinalizeExits
from spec.plasma.mvp.state import OPERATOR, Output, Transaction
from tests.cli import toy
from tests.cli.conftest import Shell

STORED = Path(__file__).parent.parent
ALICE, MALLORY = Party(1), Party(2)

SMALL = evolve(toy.TOY, theorems=(), cases=toy.TOY.cases[2:])
"""One line to check: TOY-3, a run that has to be found."""


@frozen
class Run:
    """What `write_report` takes."""

    change: RuleChange
    scope: Any
    trace: Trace

    @property
    def base(self) -> Any:
        return self.change.rule_set.rules


def hasty(book: Rulebook = toy.TOY) -> Run:
    """Alice is paid a day after asking: the vault with its delay changed from a week to a day."""
    actions = (toy.PutIn(ALICE, 1), toy.Ask(ALICE), Wait(DAY), toy.TakeOut(ALICE))
    return _run(book, "toy-vault", [("delay", "1d")], "pair", actions)


def ten_days() -> Run:
    """Plasma MVP with an exit period of ten days instead of seven: the forger is paid first."""
    forged = Transaction((2_000_000_000,), (MALLORY,), (Output(MALLORY, ETHER, 1),))
    actions = (
        Deposit(ALICE, ETHER, 1, seen=0),
        SubmitBlock(OPERATOR, (forged,), shown_to=(ALICE,)),
        StartExit(MALLORY, 1_000_000_000_000),
        Wait(7 * DAY),
        StartDepositExit(ALICE, 1_000_000_000),
        Wait(8 * DAY + 12 * HOUR),
        FinalizeExits(ALICE, ETHER),
    )
    book = in_no_time(rulebooks()["plasma-mvp"])
    return _run(book, "mvp", [("exit-period", "10d")], "small", actions)


def in_no_time(book: Rulebook) -> Rulebook:
    """The rulebook with wallets that answer in time and call for payments at once."""

    def punctual(rules: Any) -> Any:
        return evolve(rules, wallet=evolve(rules.wallet, in_time=True, reaction=1))

    return evolve(
        book, rule_sets=tuple(evolve(each, rules=punctual(each.rules)) for each in book.rule_sets)
    )


def stored(name: str) -> Run:
    """A counterexample of the test suite, under its own rules."""
    books = rulebooks()
    trace = load_trace(STORED / name, books, STORED)
    book = books[trace.protocol]
    change = RuleChange(
        book, book.rules_named(trace.rule_set), book.rules_named(trace.rule_set).rules
    )
    return Run(change, structured_scope(book, trace.scope), trace)


def answered(shell: Shell, line: str) -> dict[str, Any]:
    """What a command says with --json; in this process, which is faster."""
    out = io.StringIO()
    with (
        contextlib.chdir(shell.folder),
        mock.patch.dict(os.environ, shell.environment),
        contextlib.redirect_stdout(out),
        pytest.raises(SystemExit),
    ):
        main([*line.split(), "--json"])
    document: dict[str, Any] = json.loads(out.getvalue())
    return document


def _run(
    book: Rulebook,
    rule_set: str,
    settings: Sequence[tuple[str, str]],
    scope: str,
    actions: tuple[Any, ...],
) -> Run:
    change = rule_change(Chosen(book, book.rules_named(rule_set)), settings)
    player = Player(book, change.rules, book.scopes[scope])
    state, broken = player.initial, ()
    for action in actions:
        step = player.play(state, action)
        assert step.refusal is None, step.refusal
        state, broken = step.after, step.broken
    trace = trace_of(book, change.rules, book.scopes[scope], actions, broken[0], seed=5)
    kept = evolve(trace, rule_set=rule_set, changes=dict(change.changes))
    return Run(change, book.scopes[scope], kept)
