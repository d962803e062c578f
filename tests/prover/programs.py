"""Random small programs in the style that proofs support, and what brute force says of them.

A program is a module: a few small functions on ints, flags, an Enum, a record and tuples of these,
and a statement. Its values are few enough to try them all, so that the prover's word has to be the
one that trying them all gives.
"""
# ruff: noqa: E501

import importlib.util
import itertools
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import z3
from attrs import define, field

from impl.ground.evidence import Word
from impl.lab.prover import prove
from impl.lab.prover.paths import Engine
from impl.lab.prover.replay import Replay
from impl.lab.prover.selfcheck import Walked
from impl.lab.prover.statements import is_refusal, running
from impl.lab.prover.ways import Limits, Raised
from invariants.kernel.theorems import Theorem

HEAD = '''
from collections.abc import Mapping
from enum import Enum

from attrs import define, evolve, frozen

from invariants.kernel.theorems import assume
from spec.kernel.refusal import Refusal


class Kind(Enum):
    RED = "r"
    BLUE = "b"


@frozen
class Coin:
    amount: int
    kind: Kind
    spent: bool


@define
class Poor(Refusal):
    amount: int


@define
class Wrong(Refusal):
    """The other way to say no."""


TABLE = {0: 2, 1: 0, 2: 1, 3: 3}

'''
SIZES: Mapping[str, Mapping[str, Any]] = {
    "coin": {"amount": range(3)},
    "ns": {"ns": 2, "ns.0": range(3), "ns.1": range(-1, 2)},
    "few": {"few": (0, 1, 2)},
    "table": {"table": (0, 1), "table.0": range(3), "table.1": range(2)},
}


@define
class Author:
    """Writes a program."""

    seed: random.Random
    functions: list[str] = field(factory=list)
    """Of two ints, by name, those that are already there."""
    ints: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    coins: tuple[str, ...] = ()
    tuples: tuple[str, ...] = ()

    def any_of(self, *ways: Callable[[], str]) -> str:
        return self.seed.choice(ways)()

    def number(self, depth: int) -> str:
        """An expression of an int."""
        if depth <= 0:
            return self.any_of(
                lambda: self.seed.choice(self.ints or ("1",)),
                lambda: str(self.seed.randrange(-2, 4)),
            )
        one, two = (lambda: self.number(depth - 1)), (lambda: self.number(depth - 2))
        ways: list[Callable[[], str]] = [
            lambda: f"({one()} {self.seed.choice(['+', '-', '*'])} {two()})",
            lambda: f"({one()} {self.seed.choice(['//', '%'])} {self.seed.choice([2, 3, -2])})",
            lambda: f"({one()} // ({two()} - 1))",
            lambda: f"({one()} if {self.truth(depth - 1)} else {two()})",
            lambda: f"{self.seed.choice(['min', 'max'])}({one()}, {two()})",
            lambda: f"abs({one()})",
            lambda: f"sum([{self.truth(depth - 1)}, {self.truth(depth - 2)}, {two()}])",
        ]
        if self.functions:
            ways += [lambda: f"{self.seed.choice(self.functions)}({one()}, {two()})"] * 3
        if self.coins:
            ways += [lambda: f"{self.coin(depth - 1)}.amount"] * 2
        if self.tuples:
            name = self.seed.choice(self.tuples)
            ways += [
                lambda: f"len({name})",
                lambda: f"sum(n + {two()} for n in {name})",
                lambda: f"sum(sorted({name}, reverse={self.truth(0)})[:1])",
                lambda: f"max((n * {self.seed.choice([1, -1])} for n in {name}), default={two()})",
                lambda: f"(*{name}, {two()})[0]",
            ]
        return self.any_of(*ways)

    def truth(self, depth: int) -> str:
        """An expression of a flag."""
        if depth <= 0:
            return self.seed.choice((*self.flags, "True", "False", f"({self.number(0)} > 0)"))
        one, two = (lambda: self.number(depth - 1)), (lambda: self.number(depth - 2))
        sign = self.seed.choice(["==", "!=", "<", "<=", ">", ">="])
        ways: list[Callable[[], str]] = [
            lambda: f"({one()} {sign} {two()})",
            lambda: f"({one()} {sign} {two()} <= {two()})",
            lambda: (
                f"({self.truth(depth - 1)} {self.seed.choice(['and', 'or'])} {self.truth(depth - 2)})"
            ),
            lambda: f"(not {self.truth(depth - 1)})",
            lambda: f"({self.truth(depth - 1)} == {self.truth(depth - 2)})",
            lambda: (
                f"(({one()}, {two()}) {self.seed.choice(['<', '<=', '=='])} ({two()}, {one()}))"
            ),
            lambda: f"({one()} in ({two()}, {two()}))",
        ]
        if self.coins:
            ways += [
                lambda: f"({self.coin(depth - 1)}.kind == {self.kind()})",
                lambda: f"({self.coin(depth - 1)} == {self.coin(depth - 2)})",
                lambda: f"{self.coin(depth - 1)}.spent",
            ]
        if self.tuples:
            name = self.seed.choice(self.tuples)
            ways += [
                lambda: f"{self.seed.choice(['all', 'any'])}(n {sign} {two()} for n in {name})",
                lambda: f"(tuple(sorted({name})) {self.seed.choice(['==', '<='])} {name})",
            ]
        return self.any_of(*ways)

    def _bounded(self) -> str:
        return f"abs({self.number(3)}) < {self.seed.choice([5, 20, 1000])}"

    def _same(self) -> str:
        one = self.number(2)
        return f"{one} == {one.replace('(a', '(0 + a').replace('b)', 'b * 1)')}"

    def kind(self) -> str:
        return self.seed.choice(["Kind.RED", "Kind.BLUE", *(f"{coin}.kind" for coin in self.coins)])

    def coin(self, depth: int) -> str:
        """An expression of a record."""
        name = self.seed.choice(self.coins)
        if depth <= 0:
            return name
        return self.any_of(
            lambda: name,
            lambda: f"evolve({name}, amount={self.number(depth - 1)})",
            lambda: f"evolve({name}, kind={self.kind()}, spent={self.truth(depth - 1)})",
            lambda: f"({name} if {self.truth(depth - 1)} else {self.coin(depth - 1)})",
            lambda: f"Coin({self.number(depth - 1)}, {self.kind()}, {self.truth(depth - 1)})",
        )

    def body(self, last: Callable[[], str]) -> Iterator[str]:
        """The lines of a function that ends with an expression."""
        for _ in range(self.seed.randrange(3)):
            yield from self.any_of(
                lambda: f"if {self.truth(2)}:\n    return {last()}",
                lambda: f"if {self.truth(2)}:\n    raise Poor({self.number(1)})",
                lambda: f"if {self.truth(1)}:\n    raise Wrong()",
                lambda: (
                    f"x = {self.number(2)}\nif {self.truth(1)}:\n    x = x + 1\n{self._use('x')}"
                ),
                lambda: (
                    f"try:\n    x = {self.number(3)}\nexcept {self._caught()}:\n    x = {self.number(0)}"
                    f"\n{self._use('x')}"
                ),
                lambda: (
                    f"x = 0\nfor n in range({self.seed.randrange(3)}):\n    x = x * 2 + n\n{self._use('x')}"
                ),
                lambda: f"x = {self._looked_up()}\n{self._use('x')}",
                lambda: self._match(last),
            ).split("\n")
        yield f"return {last()}"

    def _use(self, name: str) -> str:
        return f"if {name} > {self.number(0)}:\n    raise Poor({name})"

    def _looked_up(self) -> str:
        return f"TABLE[few + {self.seed.randrange(3)}]" if "few" in self.ints else self.number(1)

    def _caught(self) -> str:
        return self.seed.choice(["Poor", "Refusal", "ZeroDivisionError", "(Poor, KeyError)"])

    def _match(self, last: Callable[[], str]) -> str:
        if not self.coins:
            return f"match {self.number(1)}:\n    case 0 | 1:\n        return {last()}"
        return f"match {self.coin(1)}:\n    case Coin(kind=Kind.RED, amount=n) if n > 0:\n        return {last()}"

    def program(self) -> str:
        """A whole module."""
        text = HEAD
        for place in range(self.seed.randrange(1, 4)):
            self.ints, self.flags, self.coins, self.tuples = ("p", "q"), (), (), ()
            lines = list(self.body(lambda: self.number(2)))
            text += _function(f"f{place}", "p: int, q: int", "int", lines)
            self.functions.append(f"f{place}")
        self.ints, self.flags = ("a", "b"), ("flag",)
        wanted = self.seed.sample(
            ["coin: Coin", "ns: tuple[int, ...]", "few: int", "table: Mapping[int, int]"], 2
        )
        self.coins = (
            ("coin",) if wanted[0].startswith("coin") or wanted[1].startswith("coin") else ()
        )
        self.tuples = ("ns",) if any(each.startswith("ns") for each in wanted) else ()
        self.ints += ("few",) if any(each.startswith("few") for each in wanted) else ()
        if any(each.startswith("table") for each in wanted):
            self.ints += (
                "table[few % 2]" if "few" in self.ints else "table[1]",
                "next(iter(table))",
            )
        lines = [f"assume({self.truth(2)})"] if self.seed.random() < 0.3 else []
        lines += self.body(lambda: self.any_of(lambda: self.truth(3), self._bounded, self._same))
        return text + _function(
            "statement", f"a: int, b: int, flag: bool, {', '.join(wanted)}", "bool", lines
        )


def _function(name: str, parameters: str, returns: str, lines: list[str]) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def {name}({parameters}) -> {returns}:\n{body}\n\n\n"


def theorem_of(number: int, folder: Path) -> Theorem:
    """The statement of a random program, which is written into the folder and imported."""
    text = Author(random.Random(number)).program()
    module = _imported(f"random_program_{number}", folder / f"random_program_{number}.py", text)
    sizes: dict[str, Any] = {"a": range(4), "b": range(-2, 3)}
    for name, theirs in SIZES.items():
        if name in module.statement.__annotations__:
            sizes |= theirs
    return Theorem(f"RANDOM-{number}", "", module.statement, sizes=sizes)


def _imported(name: str, file: Path, text: str) -> ModuleType:
    file.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def brute_force(theorem: Theorem) -> Word:
    """What trying all values says."""
    walked, now = Walked(theorem), Engine(Limits())
    with running(theorem, now) as (run, paths):
        for path in paths:
            walked.note(now, run, path)
    domains = {name: _domain(leaf) for name, leaf in walked.leaves.items()}
    replay, word = Replay(theorem), Word.VACUOUS
    for values in itertools.product(*domains.values()):
        given = replay.arguments(dict(zip(domains, values, strict=True)))
        if given is None:
            continue
        outcome = replay.outcome(given)
        if isinstance(outcome, Raised):
            if not is_refusal(outcome.error):
                return Word.REFUTED
        elif not outcome.value:
            return Word.REFUTED
        else:
            word = Word.PROVED
    return word


def _domain(leaf: Any) -> tuple[int | bool, ...]:
    if z3.is_bool(leaf.term):
        return False, True
    return leaf.values or tuple(range(leaf.low, leaf.high + 1))


def disagreements(
    numbers: Iterator[int] | range, folder: Path
) -> tuple[Mapping[str, int], list[str]]:
    """How often each word was said, and the programs of which brute force says another."""
    said: Counter[str] = Counter()
    wrong = []
    for number in numbers:
        theorem = theorem_of(number, folder)
        try:
            result = prove(theorem)
            expected = brute_force(theorem)
            said[result.word.value] += 1
            if result.word is not expected:
                wrong.append(
                    f"{number}: {result.word.value} for {expected.value}: {result.summary}"
                )
        finally:
            del sys.modules[theorem.statement.__module__]
    return said, wrong
