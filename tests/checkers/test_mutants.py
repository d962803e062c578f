"""Mutants are made of the rules' own text, keep their names, and what kills them kills again."""

import types

import escrow
import pytest
from attrs import evolve

from impl.ground.faults import BadInput
from impl.lab.mutants import (
    Kept,
    Kill,
    Kind,
    complaints,
    load,
    load_kills,
    measure,
    mutants,
    population,
    save_kills,
)
from impl.lab.mutants.equivalence import equality, proved_equal
from impl.lab.mutants.explained import Explained, load_explained
from impl.lab.mutants.source import Mutant, methods_called
from impl.lab.prover import prove
from impl.lab.rulebooks.registry import rulebooks
from invariants.channels.payment.rulebook import PAYMENT
from spec.channels.payment import closing
from spec.kernel.action import Call
from spec.kernel.steps import Steps
from tests.checkers.toy import TOY
from tests.cli.toy import TOY as VAULT

TEXT = """
from enum import Enum

class Way(Enum):
    GO = 0
    STAY = 1

def expect(x: int) -> None:
    if x > 3:
        raise ValueError(x)

def decide(x: int, y: int) -> Way:
    expect(y)
    if x < y and x != 2:
        return Way.GO
    return Way.STAY

def fee(x: int) -> int:
    if x == 0:
        return 1
    elif x > 5:
        raise ValueError
    return max(x - 1, 0)
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A module of a text."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(text: str, name: str = "rules_in_a_file") -> types.ModuleType:
        path = tmp_path / f"{name}.py"
        path.write_text(text)
        module = types.ModuleType(name)
        module.__file__ = str(path)
        exec(compile(text, str(path), "exec"), vars(module))
        import linecache

        linecache.clearcache()
        monkeypatch.setitem(__import__("sys").modules, name, module)
        return module

    return write


def made(found: tuple[Mutant, ...], function: str, kind: str) -> set[str]:
    return {m.mutated for m in found if m.function == function and m.kind == kind}


def test_each_kind_of_mistake_is_made(written):
    found = mutants([written(TEXT)])
    assert made(found, "expect", "guard-dropped") == {"pass"}
    assert made(found, "decide", "guard-dropped") == {"pass"}, "a call for what it raises"
    assert {m.kind: m.mutated for m in found if m.original == "x < y"} == {
        "lt-to-le": "x <= y", "lt-to-ge": "x >= y", "lt-to-gt": "x > y",
        "shifted-by-one": "x < y - 1",
    }  # fmt: skip
    assert made(found, "decide", "shifted-by-one") == {"x < y - 1", "x != 3"}
    assert made(found, "decide", "condition-true") == {"True"}
    assert made(found, "decide", "condition-false") == {"False"}
    assert made(found, "decide", "outcome-replaced") == {"Way.STAY", "Way.GO"}
    assert made(found, "decide", "and-to-or") == {"x < y or x != 2"}
    assert made(found, "decide", "term-1-dropped") == {"x != 2"}
    assert made(found, "fee", "outcome-replaced") == {"max(x - 1, 0)", "1"}
    assert made(found, "fee", "max-to-min") == {"min(x - 1, 0)"}
    assert made(found, "fee", "minus-to-plus") == {"x + 1"}
    for mutant in found:
        compile(mutant.source, "mutant", "exec")


def test_a_name_outlasts_changes_elsewhere(written):
    before = [m.id for m in mutants([written(TEXT)])]
    more = "# A comment.\n\n" + TEXT.replace(
        "def fee", "def other(x: int) -> int:\n    return x\n\n\ndef fee"
    )
    after = [m.id for m in mutants([written(more)])]
    assert len(set(before)) == len(before)
    assert set(before) <= set(after)
    other = {m.id for m in mutants([written(TEXT.replace("x < y", "x < y + 1"))])}
    gone = set(before) - other
    assert gone and all(".decide:" in id for id in gone), "only what stands at the changed place"


def test_only_what_the_protocol_runs_is_mutated():
    people = population(TOY)
    functions = {name for _, name in people.functions}
    assert {"step", "entry_at", "in_time", "obligations", "lock", "release"} <= functions
    assert not functions & {"key", "exact", "_deposits", "instants", "divides", "initial"}
    [decision] = [r for (_, name), r in people.functions.items() if name == "in_time"]
    assert decision.decides and decision.rule_sets == ("toy",)


def test_knobs_are_moved_across_their_boundaries():
    knobs = {m.function: m for m in population(TOY).mutants if m.knob}
    moved = {m.kind: m.mutated for m in population(TOY).mutants if m.function == "period"}
    assert "period" in knobs
    assert moved == {
        "knob-to-zero": "period 0s", "knob-to-one": "period 1s",
        "knob-one-less": "period 604799s", "knob-one-more": "period 604801s",
        "knob-half": "period 84h", "knob-double": "period 14d",
    }  # fmt: skip


def place(book, function: str, kind: str, original: str = "") -> Mutant:
    people = population(book)
    return next(
        m
        for m in (*people.mutants, *people.wider)
        if (m.function, m.kind) == (function, kind) and original in m.original
    )


@pytest.fixture(scope="module")
def early():
    """Withdrawals can be finished within the contest period."""
    return place(TOY, "in_time", "gt-to-le")


def verdict(mutant: Mutant, kept: Kept, book=TOY, **options):
    [found] = measure(population(book), [mutant], kept, steps=400, **options)
    return found


def test_a_kill_by_a_claim_is_found_kept_and_kills_again(early, tmp_path):
    found = verdict(early, Kept())
    assert (found.kill.kind, found.kill.by) == (Kind.INVARIANT, "SOLVENT") and found.fresh
    path = tmp_path / "mutants.kills"
    save_kills(path, {early.id: found.kill}, TOY)
    kept = load_kills(path, TOY)
    assert kept == {early.id: found.kill}
    again = verdict(early, Kept(kept), hunts=False)
    assert again.kill == found.kill and not again.fresh and not again.survived


def test_the_answer_is_the_same_for_any_number_of_workers():
    chosen = [m for m in population(TOY).mutants if m.function in ("in_time", "entry_at")]
    kinds = [
        {
            v.mutant.id: v.kill
            for v in measure(population(TOY), chosen, Kept(), steps=200, workers=n)
        }
        for n in (1, 2)
    ]
    assert kinds[0] == kinds[1]


def test_a_kept_kill_that_no_longer_kills_is_noticed(early):
    kill = verdict(early, Kept()).kill
    useless = evolve(kill, run=evolve(kill.run, actions=kill.run.actions[:1]))
    found = verdict(early, Kept({early.id: useless}), hunts=False)
    assert found.survived and "no longer kills" in found.complaint
    assert verdict(early, Kept({early.id: useless})).kill == kill, "and hunted again"


def test_what_the_rules_break_themselves_is_no_kill(early):
    kill = verdict(early, Kept()).kill
    other = evolve(kill, cause="mallory robs itself")
    assert verdict(early, Kept({early.id: other}), hunts=False).survived


def test_a_stale_explanation_is_noticed(early):
    people = population(TOY)
    gone = Explained("toy.nothing:guard-dropped:000000", "a  =>  b", "sound", "there was one")
    assert "no such mutant" in complaints(people, Kept({}, {gone.id: gone}))[0]
    kill = verdict(early, Kept()).kill
    why = Explained(early.id, early.difference, "sound", "nobody will mind")
    other = place(TOY, "in_time", "gt-to-lt")
    stale = verdict(early, Kept({other.id: kill}, {early.id: why}))
    assert "killed by SOLVENT" in stale.complaint
    moved = evolve(why, change="something else")
    assert "another change" in verdict(early, Kept({}, {early.id: moved})).complaint
    assert not verdict(early, Kept({}, {early.id: why})).complaint


def test_an_equivalent_mutant_is_proved_so_by_z3():
    def larger(a: int, b: int) -> int:
        return a if a > b else b

    def as_large(a: int, b: int) -> int:
        return a if a >= b else b

    def smaller(a: int, b: int) -> int:
        return a if a < b else b

    assert prove(equality(larger, as_large, {}, (), {})).word.value == "proved"
    assert prove(equality(larger, smaller, {}, (), {})).word.value == "refuted"


def test_of_real_mutants_only_equivalent_ones_are_proved_equal():
    wrong = place(VAULT, "after_delay", "plus-to-minus")
    assert not proved_equal(wrong, load(wrong, VAULT), VAULT, ("toy-vault",))
    text = wrong.source.replace("(started - rules.delay)", "(rules.delay + started)")
    same = evolve(wrong, source=text)
    assert text != wrong.source
    said = proved_equal(same, load(same, VAULT), VAULT, ("toy-vault",))
    assert said.startswith("for all values of started")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[mutant]]\nid = 'x'\n", "'change' is missing"),
        ("[[mutant]]\nid = 'x'\nchange = 'c'\nkind = 'lazy'\nreason = 'r'\n", "kind 'lazy'"),
        ("[[mutant]\n", "cannot be read"),
        ("[[mutant]]\nid = 'x'\nwhy = 'y'\n", "the fields are"),
    ],
)
def test_a_bad_explanation_is_refused_in_one_line(tmp_path, text, complaint):
    path = tmp_path / "mutants_explained.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=complaint) as refused:
        load_explained(path)
    assert "\n" not in str(refused.value)


def test_a_corrupt_file_of_kills_is_refused_in_one_line(tmp_path):
    path = tmp_path / "mutants.kills"
    save_kills(path, {"x": Kill(Kind.THEOREM, "T")}, TOY)
    path.write_text(path.read_text() + '{"run": "ab"')
    with pytest.raises(BadInput, match="line 3") as refused:
        load_kills(path, TOY)
    assert "\n" not in str(refused.value)


def test_files_of_kills_do_not_depend_on_the_order(tmp_path, early):
    kill = verdict(early, Kept()).kill
    first, second = tmp_path / "1", tmp_path / "2"
    save_kills(first, {"a": kill, "b": Kill(Kind.THEOREM, "T")}, TOY)
    save_kills(second, {"b": Kill(Kind.THEOREM, "T"), "a": kill}, TOY)
    assert first.read_bytes() == second.read_bytes()


def test_claims_that_try_steps_try_those_with_the_mistake():
    """All others keep their own words."""
    book = rulebooks()["payment"]
    with_mistake = load(population(book).mutants[0], book).rulebook
    pairs = zip(book.invariants, with_mistake.invariants, strict=True)
    again = {claim.id for claim, made in pairs if made.holds is not claim.holds}
    assert again == {"PC-FREE-TO-ACT", "PC-NOT-STUCK"}


def test_refusals_in_a_line_are_the_same_with_a_mistake_elsewhere():
    functions = {("escrow", "Claim"): False}
    some = next(m for m in mutants(["escrow"], functions) if m.original.startswith("self.total >"))
    loaded = load(some, escrow.ESCROW)
    assert loaded.function("escrow", "WrongStage") is escrow.WrongStage
    protocol = loaded.rulebook.protocol
    first = protocol.initial(escrow.Scope(), escrow.SOUND)
    opened = protocol.step(first, escrow.Open(escrow.ALICE, 1), escrow.SOUND)
    with pytest.raises(escrow.WrongStage):
        protocol.step(opened, escrow.Open(escrow.ALICE, 1), escrow.SOUND)


def test_a_step_that_goes_through_a_method_is_refused():
    class Base(Call):
        def step(self, state, rules):
            return state

    class Checked(Base, says="checks"):
        def step(self, state, rules):
            self.check(state)
            return super().step(state, rules)

        def check(self, state):
            pass

    assert methods_called(Base) == () == methods_called(closing.Deposit)
    assert methods_called(Checked) == ("self.check()", "super()")
    book = evolve(PAYMENT, protocol=evolve(PAYMENT.protocol, step=Steps((Checked,))))
    with pytest.raises(BadInput, match="Checked: its step calls self.check"):
        population(book)
