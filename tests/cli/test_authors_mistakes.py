"""A protocol of one's own that is damaged anywhere is answered in one line, or its rule is found to
fail in a run; it is never taken for a fault of exitgame."""

import functools
import random
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import evolve
from escrow import BOB, ESCROW, MACHINE, SOUND, Open, Payee
from escrow import payee as PAYEE

from impl.lab.rulebooks.parts import complaint
from impl.lab.rulebooks.registry import rulebooks
from spec.kernel.protocol import Obligation, listed

WORDS = ("a fault of exitgame", "Traceback")
CASE = ESCROW.cases[0]
MODULE = "damaged_escrow"
COMMANDS = (
    "list escrow",
    "explore escrow --scope both",
    "fuzz escrow --steps 300 --seed 1",
    "rules escrow",
)


@pytest.fixture
def says(shell, monkeypatch):
    """What a command says of a damaged rulebook: exit code and complaint."""

    def ask(book: Any, line: str) -> tuple[int, str]:
        module = types.ModuleType(MODULE)
        module.BOOK = book
        monkeypatch.setitem(sys.modules, MODULE, module)
        code, out, err = shell.inside(line, EXITGAME_RULEBOOK=f"{MODULE}:BOOK")
        assert not any(word in out + err for word in WORDS), (line, err)
        assert code in (0, 1, 2), (line, code, err)
        if code == 2:
            assert out == "" and err.count("\n") == 1 and len(err) < 1_000, (line, out, err)
        return code, err

    return ask


def oddities() -> Iterator[Any]:
    """What somebody may write by mistake, where something else belongs."""
    yield from (None, 7, 2.5, "text", "", (), (None,), [1], {}, {"x": 1}, object(), Open)
    yield lambda *_: None
    yield lambda *_: [1, 2]
    yield lambda: 0
    yield (lambda *_: 1 / 0)


@functools.cache
def places() -> tuple[tuple[str, Any], ...]:
    """Every field of the rulebook and of a record in it, with how to put something else there."""

    def put(value: Any) -> Any:
        return lambda odd: value(odd)

    found: list[tuple[str, Any]] = []
    for field in attrs.fields(type(ESCROW)):
        found.append((field.name, put(lambda odd, n=field.name: evolve(ESCROW, **{n: odd}))))
    for field in attrs.fields(type(MACHINE)):
        found.append(
            (
                f"protocol.{field.name}",
                put(lambda odd, n=field.name: evolve(ESCROW, protocol=evolve(MACHINE, **{n: odd}))),
            )
        )
    for name in ("rule_sets", "invariants", "witnesses", "cases", "theorems", "lifecycles"):
        first, *rest = getattr(ESCROW, name)
        for field in attrs.fields(type(first)):
            if field.init:
                found.append(
                    (
                        f"{name}[0].{field.name}",
                        put(
                            lambda odd, n=name, f=field.name, one=first, more=tuple(rest): evolve(
                                ESCROW, **{n: (evolve(one, **{f: odd}), *more)}
                            )
                        ),
                    )
                )
    return tuple(found)


DAMAGE = [(f"{where} = {odd!r}"[:60], make, odd) for where, make in places() for odd in oddities()]


def test_whatever_stands_in_a_field_instead_is_one_line(says):
    """Each damage is told at the command line by one command; which one, chance decides."""
    pick = random.Random(4)
    for where, make, odd in pick.sample(DAMAGE, 30):
        try:
            book = make(odd)
        except (TypeError, ValueError):
            continue  # the record itself refuses it
        code, err = says(book, pick.choice(COMMANDS))
        if complaint(book):
            assert code == 2, where
            assert complaint(book).split(":")[0].split()[0] in err


def test_every_damage_is_complained_of_or_runs():
    """Looked at, none of them raises; and the same is said of it every time."""
    for where, make, odd in DAMAGE[::4]:
        try:
            book = make(odd)
        except (TypeError, ValueError):
            continue
        said = complaint(book)
        assert "\n" not in said and len(said) < 500, where


@pytest.mark.parametrize("name", rulebooks())
def test_nothing_is_wrong_with_what_is_shipped(name):
    assert complaint(rulebooks()[name]) == ""


@attrs.frozen
class NobodysAction:
    amount: int = 1


@attrs.frozen
class Held:
    items: Any
    by: int = 1


def with_protocol(**parts: Any) -> Any:
    return evolve(ESCROW, protocol=evolve(MACHINE, **parts))


def stepping(make: Any) -> Any:
    return with_protocol(step=lambda state, action, rules: make(MACHINE.step(state, action, rules)))


TWICE = {
    "invariants": PAYEE,
    "witnesses": ESCROW.witnesses[0],
    "theorems": ESCROW.theorems[0],
    "cases": CASE,
    "rule_sets": ESCROW.rule_sets[0],
}
MISTAKES = {
    "by": (with_protocol(actions=(*MACHINE.actions, NobodysAction)), "NobodysAction has no field"),
    "list": (stepping(lambda s: evolve(s, promised=[s.promised])), "holds a list"),
    "set": (stepping(lambda s: evolve(s, honest={BOB})), "holds a set"),
    "float": (stepping(lambda s: evolve(s, promised=s.promised / 1)), "holds a float"),
    "first float": (
        with_protocol(initial=lambda s, r: evolve(MACHINE.initial(s, r), promised=0.0)),
        "the first state: promised holds a float",
    ),
    "None": (stepping(lambda s: None), "protocol.step returns None for"),
    "initial": (with_protocol(initial=lambda s, r: s.nothing), "protocol.initial (scope payee)"),
    "owes": (with_protocol(obligations=lambda s, r: [7]), "an int among the Obligations"),
    "owes a step": (
        with_protocol(obligations=lambda s, r: (Obligation(5, BOB, "claim"),)),
        "proposes a str",
    ),
    "every": (
        with_protocol(families=(listed("none", lambda s, r, c: None),)),
        "family none: every returns None; it has to be a tuple",
    ),
    "unknown action": (
        with_protocol(families=(listed("odd", lambda s, r, c: [Held((1,))]),)),
        "family odd proposes a Held, which is not among protocol.actions",
    ),
    "list in an action": (
        with_protocol(
            families=(listed("odd", lambda s, r, c: [Held([1])]),), actions=(*MACHINE.actions, Held)
        ),
        "holds a list",
    ),
    "describes nothing": (with_protocol(describe=lambda action: None), "describe returns None"),
    "no name": (with_protocol(party_name=lambda party: {}[party]), "party_name: KeyError"),
    "decisions": (evolve(ESCROW, decisions={"claimabel": ()}), "did you mean claimable?"),
    "scope": (evolve(ESCROW, cases=(evolve(CASE, scope="paye"),)), "such thing named 'paye'"),
    "rules": (evolve(ESCROW, cases=(evolve(CASE, rule_set="sond"),)), "did you mean sound?"),
    "breaks": (
        evolve(ESCROW, cases=(evolve(ESCROW.cases[3], breaks=(("ES-PAYE", "x"),)),)),
        "no such thing named 'ES-PAYE'",
    ),
    "default scope": (evolve(ESCROW, default_scope="bth"), "default_scope: no such thing named"),
    "default rules": (evolve(ESCROW, default_rules="snd"), "did you mean sound?"),
    "reads": (
        evolve(ESCROW, invariants=(evolve(PAYEE, reads=("mian",)),)),
        "ES-PAYEE: reads names the group 'mian'; there are main, contract, promised",
    ),
    "reads a part": (
        evolve(ESCROW, invariants=(evolve(PAYEE, reads=("main.acounts",)),)),
        "main has no such part",
    ),
    "after": (
        evolve(ESCROW, witnesses=(evolve(ESCROW.witnesses[0], after=(Held,)),)),
        "after names Held, which is no action",
    ),
    "a rulebook": (SOUND, "is a Rules, not a Rulebook"),
    "a dash": (evolve(ESCROW, protocol=evolve(MACHINE, name="--escrow")), "letters, digits"),
    "half a second": (
        evolve(ESCROW, rule_sets=(evolve(ESCROW.rule_sets[0], rules=evolve(SOUND, lifetime=1.5)),)),
        "rule set sound: each duration has to be whole seconds",
    ),
    "control": (evolve(ESCROW, invariants=(evolve(PAYEE, id="\x1b[31mX"),)), "letters, digits"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(says, mistake):
    book, said = MISTAKES[mistake]
    code, err = says(book, "explore escrow")
    assert code == 2 and said in err


@pytest.mark.parametrize("what", TWICE)
def test_what_stands_twice_is_named(says, what):
    one = TWICE[what]
    book = evolve(ESCROW, **{what: (one, *getattr(ESCROW, what), one)})
    code, err = says(book, "list escrow")
    assert code == 2 and f"two {what.replace('_', ' ')} are called" in err


class Callable_:
    """A decision that is an object."""

    def __call__(self, opened: int, now: int, rules: Any) -> bool:
        return now > opened + rules.lifetime

    def method(self, opened: int, now: int, rules: Any) -> bool:
        return now > opened + rules.lifetime


@attrs.frozen
class CallableRecord:
    late: int = 0

    def __call__(self, opened: int, now: int, rules: Any) -> bool:
        return now > opened + rules.lifetime + self.late


def after(opened: int, now: int, rules: Any, late: int = 0) -> bool:
    return now > opened + rules.lifetime + late


CALLABLES = {
    "object": Callable_(),
    "record": CallableRecord(),
    "method": Callable_().method,
    "partial": functools.partial(after, late=0),
    "lambda": lambda opened, now, rules: now > opened + rules.lifetime,
    "cached": functools.lru_cache(after),
    "builtin": max,
    "class": Payee,
}
KINDS = (
    "rules escrow --rule-set odd",
    "explore escrow --rule-set odd",
    "fuzz escrow --rule-set odd --steps 200 --seed 1",
    "prove escrow --rule-set odd",
    "compare escrow sound odd --scope payee --time 1s --steps 100",
)


@pytest.mark.parametrize("kind", CALLABLES)
def test_a_decision_may_be_anything_that_can_be_called(says, kind):
    """Each by two of the commands; all commands meet some."""
    rules = evolve(SOUND, refundable=CALLABLES[kind])
    odd = evolve(ESCROW.rule_sets[0], name="odd", rules=rules)
    book = evolve(ESCROW, rule_sets=(*ESCROW.rule_sets, odd))
    n = list(CALLABLES).index(kind)
    for line in (KINDS[n % len(KINDS)], KINDS[(n + 2) % len(KINDS)]):
        says(book, line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(:\n", "broken.py line 1: not Python"),
        ("import spec\nx = 1 / 0\n", "broken.py line 2: ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)\n", "broken.py line 1: SystemExit"),
        ("from invariants.kernel.claims import Rulebook\nBOOK = Rulebook()\n", "broken.py line 2"),
        ("def f():\n    return [][0]\nf()\n", "broken.py line 2, in f: IndexError"),
    ],
)
def test_a_file_that_cannot_be_imported(shell, monkeypatch, text, said):
    shell.write("broken.py", text)
    monkeypatch.syspath_prepend(str(shell.folder))
    monkeypatch.delitem(sys.modules, "broken", raising=False)
    code, out, err = shell.inside("list", EXITGAME_RULEBOOK="broken:BOOK")
    assert code == 2 and out == "" and err.count("\n") == 1
    assert said in err and str(Path(shell.folder)) not in err
