"""Mistakes in what a step does: each line of effect is damaged, and none of the guards."""

import importlib

import pytest

from impl.lab.mutants import Kept, Kind, load, measure, mutants, population
from tests.checkers.toy import TOY
from tests.cli.conftest import Shell

TEXT = """
from enum import Enum
from typing import TypeAlias
from attrs import evolve, frozen
from spec.kernel.basics import ETHER, Party, Seconds, Wei, drop, put
from spec.kernel.mainchain import MainChain, lock, release

Pair: TypeAlias = tuple[Wei, Wei]

class Phase(Enum):
    OPEN = 0
    OVER = 1

@frozen
class Claim:
    amount: Wei
    paid: Wei
    deadline: Seconds
    shares: Pair
    phase: Phase
    done: bool
    note: Claim | None

@frozen
class State:
    main: MainChain
    claim: Claim
    all: tuple[int, ...]

def claimed(state: State, amount: Wei) -> State:
    claim = state.claim
    if amount < 1:
        raise ValueError(amount + 1)
    if claim.done:
        return state
    main = state.main
    main = release(main, Party(1), ETHER, amount)
    later = Claim(amount, claim.paid, main.now + 5, (0, amount), Phase.OVER, True, claim.note)
    return State(main, later, (*state.all, amount))

def evolved(state: State, by: Party, amount: Wei) -> State:
    claim = evolve(state.claim, amount=amount, paid=state.claim.paid + 1)
    return evolve(state, claim=claim, main=lock(state.main, by, ETHER, amount))

def both(main: MainChain, claim: Claim, first: bool) -> tuple[MainChain, Claim]:
    return main, Claim(1, 2, 3, (4, 5), Phase.OPEN if first else Phase.OVER, first, None)

def duties(all: tuple[int, ...]) -> tuple[int, ...]:
    owed = [n for n in all]
    owed += [1]
    owed.append(2)
    return tuple(owed)
"""


@pytest.fixture
def found(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "effects_in_a_file.py").write_text("from __future__ import annotations\n" + TEXT)
    module = importlib.import_module("effects_in_a_file")
    yield mutants([module], effect=True)
    monkeypatch.delitem(__import__("sys").modules, "effects_in_a_file")


def changes(found, function, original=None):
    return {
        (m.kind, m.mutated)
        for m in found
        if m.function == function and original in (None, m.original)
    }


def test_a_part_of_a_record_is_left_as_it_was_and_an_amount_is_another(found):
    assert changes(found, "claimed", "main.now + 5") >= {
        ("left-as-it-was", "state.claim.deadline"), ("doubled", "(main.now + 5) * 2"),
        ("one-more", "main.now + 5 + 1"), ("zeroed", "0"),
        ("much-later", "main.now + 5 + 8640000"), ("left-out", "main.now"),
    }  # fmt: skip
    assert ("left-as-it-was", "state.claim.shares") in changes(found, "claimed", "(0, amount)")
    assert ("sides-changed", "(0, amount)[::-1]") in changes(found, "claimed", "(0, amount)")
    assert ("another", "Phase.OPEN") in changes(found, "claimed", "Phase.OVER")
    assert not changes(found, "claimed", "claim.paid"), "it is as it was"
    assert ("left-as-it-was", "state.main") in changes(found, "claimed", "main")


def test_evolved_records_too(found):
    assert ("left-as-it-was", "state.claim.amount") in changes(found, "evolved", "amount")
    assert ("left-as-it-was", "state.claim") in changes(found, "evolved", "claim")
    assert {new for kind, new in changes(found, "evolved") if kind == "swapped"} == {
        "evolve(state.claim, amount=state.claim.paid + 1, paid=amount)"
    }


def test_money_is_not_moved_goes_to_another_or_is_another_amount(found):
    moved = changes(found, "claimed", "release(main, Party(1), ETHER, amount)")
    assert moved == {("skipped", "main")}
    assert any(kind == "to-another" for kind, _ in changes(found, "claimed", "Party(1)"))
    assert {"doubled", "one-more", "zeroed"} <= {k for k, _ in changes(found, "claimed", "amount")}
    locked = changes(found, "evolved", "lock(state.main, by, ETHER, amount)")
    assert locked == {("left-as-it-was", "state.main")}, "which is the same as to skip it"


def test_an_answer_is_what_was_given(found):
    assert ("unchanged", "state") in changes(
        found, "claimed", "State(main, later, (*state.all, amount))"
    )
    assert {new for kind, new in changes(found, "both") if kind == "unchanged"} == {"(main, claim)"}


def test_what_is_appended_is_left_out(found):
    assert changes(found, "claimed", "(*state.all, amount)") >= {
        ("left-out", "(amount,)"), ("left-out", "(*state.all,)"), ("left-as-it-was", "state.all"),
    }  # fmt: skip
    assert ("left-out", "pass") in changes(found, "duties", "owed += [1]")
    assert ("left-out", "pass") in changes(found, "duties", "owed.append(2)")
    assert ("emptied", "[]") in changes(found, "duties", "[n for n in all]")


def test_guards_are_left_alone_and_every_mutant_is_a_program(found):
    assert not changes(found, "claimed", "amount + 1"), "it is in what a guard raises"
    for mutant in found:
        compile(mutant.source, "mutant", "exec")
    assert len({mutant.id for mutant in found}) == len(found)


def test_a_run_that_merely_comes_out_otherwise_is_no_kill():
    people = population(TOY, effect=True)
    for mutant in people.mutants[::10]:
        load(mutant, TOY)
    chosen = [m for m in people.mutants if m.function in ("lock", "step")]
    some = [m for m in chosen if m.kind in ("left-out", "unchanged")][1::3]
    verdicts = list(measure(people, some, Kept(), steps=100))
    kinds = {verdict.kill.kind for verdict in verdicts}
    assert Kind.INVARIANT in kinds and Kind.RUN not in kinds


def test_effects_are_kept_in_files_of_their_own(tmp_path):
    shell = Shell(tmp_path)
    line = "mutate toy-vault --effects --only step:skipped --steps 200 --folder kept"
    first = shell.json(f"{line} --keep")
    assert first["mutants"] > 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["effects.kills"]
    again = shell.json(f"{line} --no-hunt")
    assert not any(verdict["hunted"] for verdict in again["verdicts"])
    assert "one at a time" in shell.refuses("mutate toy-vault --effects --wider")
