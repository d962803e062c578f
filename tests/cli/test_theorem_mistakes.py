"""Whatever an author may write about a theorem instead of what belongs there is said in one line
that names the theorem; it is never taken for a fault of exitgame, and loses no other's answer."""

import abc
import dataclasses
import functools
import json
import sys
import types
import typing
from collections.abc import Callable, Mapping
from enum import Enum, Flag
from typing import Any

import pytest
from attrs import evolve, field, frozen
from escrow import ESCROW, SOUND, Rules, Stage

from impl.ground.evidence import Word
from impl.lab.check.proofs import NOT_STATED, prove_one
from impl.lab.prover import NotStated, prove
from impl.lab.prover.stated import check
from invariants.kernel.theorems import Theorem
from spec.kernel.basics import Party

ID = "ES-T-ODD"


def said_of(theorem: Theorem) -> str:
    """What the command that proves it says is wrong; empty where nothing is."""
    result = prove_one(theorem, 5.0).result
    said = str(result.details.get(NOT_STATED, ""))
    if said:
        assert result.word is Word.UNKNOWN and "\n" not in said and len(said) <= 600
        assert said.startswith(f"{ID}: ")
    return said


def complaint(theorem: Theorem) -> str:
    """The same, without a proof where nothing is."""
    try:
        check(theorem)
    except NotStated as mistake:
        return str(mistake)
    return ""


def about(kind: Any, **parts: Any) -> Theorem:
    """A theorem about every value of a type."""

    def statement(x: Any) -> bool:
        return x is x

    statement.__annotations__["x"] = kind
    return Theorem(ID, "It is what it is.", statement, **parts)


# Types of parameters ----------------------------------------------------------------------------


class Empty(Enum):
    pass


class Bits(Flag):
    A = 1


@dataclasses.dataclass
class Data:
    a: int


class Pair(typing.NamedTuple):
    a: int


class Typed(typing.TypedDict):
    a: int


@frozen
class Untyped:
    a = field()


@frozen
class Inner:
    name: str


@frozen
class Outer:
    inner: tuple[Inner, ...]


@frozen
class Unresolved:
    a: "Nowhere"  # type: ignore[name-defined]  # noqa: F821


@frozen
class Abstract(abc.ABC):
    a: int

    @abc.abstractmethod
    def size(self) -> int: ...


@frozen
class Picky:
    a: int

    def __attrs_post_init__(self) -> None:
        raise ValueError("never")


T = typing.TypeVar("T")
BARE = [getattr(typing, name) for name in ("Mapping", "Tuple", "FrozenSet")]
NO_TYPES = [
    str, bytes, float, complex, list, list[int], set[int], dict, tuple, frozenset, object, type,
    Any, Data, Pair, Typed, Untyped, Inner, Unresolved, Abstract, Picky, Empty, Bits, T,
    *BARE, typing.Optional, typing.Union, typing.Literal,
    Callable, Callable[[int], int], type[int], typing.Never, typing.ClassVar[int], range, slice,
    int | str, str | None, tuple[int, str], tuple[str, ...], Mapping[int, str], "Nowhere", "1 +",
    typing.Annotated[str, 1], typing.NewType("Name", str), 7, "x", [int], (int, int), {}, Ellipsis,
]  # fmt: skip
SIZED = [int, Party, bool, Stage, tuple[int, ...], tuple[Party, ...], Mapping[int, int],
         Mapping[Stage, int], frozenset[int], frozenset[Stage], Mapping[Party, int]]  # fmt: skip


@pytest.mark.parametrize("kind", NO_TYPES, ids=str)
def test_a_type_that_proofs_have_no_values_of(kind):
    assert "x" in said_of(about(kind)).removeprefix(f"{ID}: ")
    assert said_of(about(kind, sizes={"x": 2}))


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        (tuple[int, ...], "x: say how long it can be, with sizes={'x': n}"),
        (Party, "x: say how many there are, with sizes={'Party': n}"),
        (frozenset[int], "x: say which keys, with sizes={'x': (...)}"),
        (Mapping[int, int], "x: say which keys, with sizes={'x': (...)}"),
        (Mapping[Party, int], "Party: say how many there are, with sizes={'Party': n}"),
        (Outer, "x.inner: say how long it can be, with sizes={'x.inner': n}"),
        (str, "x: proofs have no values of the type str; give x a value of its own with"),
        (Unresolved, "the types of the fields of Unresolved cannot be read (NameError"),
        (Abstract, "x: no Abstract can be made, it is abstract (size)"),
        (Bits, "x: Bits is a Flag, whose members combine: use bools"),
        ("Nowhere", "x: its type 'Nowhere' cannot be read (NameError: name 'Nowhere' is not"),
        (Picky, "x: no value of it can be made: ValueError: never"),
    ],
    ids=str,
)
def test_it_says_what_would_be_right(kind, right):
    assert right in said_of(about(kind))


ODD = [
    None, True, 2.5, -1, 0, "2", "signed ", b"2", (), ("a",), (1.5,), (True,), (1, 1), (None,), [1],
    [], {}, {1: 2}, {1}, range(3, 3), range(5, 0, -1), range(0, 9, 2), range(-2, 2), 10**9,
    range(10**12), frozenset("a"), object(), int, max, ((1,),), (Stage.NONE, 1),
]  # fmt: skip
RIGHT = {
    int: lambda size: size in (range(-2, 2), range(10**12), (1, 1)),
    Party: lambda size: size in ([1], {1}, (1, 1)) or size == range(-2, 2) or _stepped(size),
    tuple[int, ...]: lambda size: size in (0, range(5, 0, -1), range(0, 9, 2)),
    tuple[Party, ...]: lambda size: size == 0,
    Mapping[int, int]: lambda size: size == () or (type(size) is range and len(size) < 9),
    Mapping[Party, int]: lambda size: size == () or (type(size) is range and len(size) < 9),
    frozenset[int]: lambda size: size == () or (type(size) is range and len(size) < 9),
    Mapping[Stage, int]: lambda size: size == () or size == range(3, 3),
    frozenset[Stage]: lambda size: size == () or size == range(3, 3),
}


def _stepped(size: Any) -> bool:
    return size in (range(5, 0, -1), range(0, 9, 2))


@pytest.mark.parametrize("kind", SIZED, ids=str)
def test_a_size_that_means_nothing_there(kind):
    """It is not ignored: it is right for the type, or said to be wrong."""
    for size in ODD:
        said = complaint(about(kind, sizes={"x": size}))
        means = kind in RIGHT and RIGHT[kind](size)
        assert bool(said) is not means, size
        assert "cannot be read" not in said, size


# Everything else about a theorem ----------------------------------------------------------------


def plain(x: int, rules: Rules) -> bool:
    return x >= 0 and rules.lifetime >= 0


def bare(x) -> bool:
    return True


def stars(*x: int) -> bool:
    return True


def double_stars(**x: int) -> bool:
    return True


def positional(x: int, /) -> bool:
    return True


def unresolved(x: int) -> "Nowhere":  # type: ignore[name-defined]  # noqa: F821
    return True


def gives_a_tuple(x: int) -> bool:
    return (x >= 0,)  # type: ignore[return-value]


def generates(x: int) -> bool:
    yield x


def takes_two(x: int, y: int) -> bool:
    return x >= 0


class Object:
    def __call__(self, x: int) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@frozen
class Others:
    lifetime: int = 1


def stated(statement: Any, **parts: Any) -> Theorem:
    return Theorem(ID, "A claim.", statement, **parts)


RULES = {"rules": SOUND}
ODD_THEOREMS = {
    "no function": stated(7),
    "None": stated(None),
    "text": stated("x >= 0"),
    "no type": stated(bare),
    "lambda": stated(lambda x: x >= 0),
    "stars": stated(stars),
    "double stars": stated(double_stars),
    "positional": stated(positional),
    "unresolved": stated(unresolved),
    "object": stated(Object()),
    "partial": stated(functools.partial(takes_two, y=1)),
    "builtin": stated(max),
    "theorem": stated(ESCROW.theorems[0]),
    "rules of another type": stated(plain, values={"rules": Others()}),
    "a rule set, not its rules": stated(plain, values={"rules": ESCROW.rule_sets[0]}),
    "the class of the rules": stated(plain, values={"rules": Rules}),
    "no rules": stated(plain, values={"rules": None}),
    "no value": stated(plain),
    "a bool, not an int": stated(plain, values={**RULES, "x": True}),
    "text, not an int": stated(plain, values={**RULES, "x": "1"}),
    "values": stated(plain, values=5),
    "values in a list": stated(plain, values=[SOUND]),
    "values by number": stated(plain, values={1: SOUND}),
    "nobody's value": stated(plain, values={**RULES, "y": 1}),
    "sizes": stated(plain, values=RULES, sizes=5),
    "sizes by number": stated(plain, values=RULES, sizes={1: 5}),
    "nobody's size": stated(plain, values=RULES, sizes={"y": 5}),
    "a size of an int": stated(plain, values=RULES, sizes={"x": 5}),
    "shapes": stated(plain, values=RULES, shapes=int),
    "nobody's shape": stated(plain, values=RULES, shapes={"y": int}),
    "twice": stated(plain, values={**RULES, "x": 1}, shapes={"x": int}),
    "a shape that is none": stated(plain, values=RULES, shapes={"x": 5}),
    "a shape of text": stated(plain, values=RULES, shapes={"x": str}),
    "a shape of a generic": stated(plain, values=RULES, shapes={"x": list[int]}),
    "a shape of a union": stated(plain, values=RULES, shapes={"x": int | None}),
    "a shape without end": stated(plain, values=RULES, shapes={"x": tuple[int, ...]}),
    "a shape of nothing": stated(plain, values=RULES, shapes={"x": lambda: 1}),
    "a shape that raises": stated(plain, values=RULES, shapes={"x": lambda fresh: 1 // 0}),
    "a shape that forgets": stated(plain, values=RULES, shapes={"x": lambda fresh: None}),
    "a shape that asks for what is not": stated(
        plain, values=RULES, shapes={"x": lambda fresh: fresh.number("x")}
    ),
    "a shape with one name twice": stated(
        plain, values=RULES, shapes={"x": lambda fresh: fresh.int("a") + fresh.int("a")}
    ),
    "a shape of a class of others": stated(plain, values={"x": 1}, shapes={"rules": Others}),
    "knobs in one word": stated(plain, values=RULES, symbolic_knobs="lifetime"),
    "knobs by number": stated(plain, values=RULES, symbolic_knobs=(1,)),
    "nobody's knob": stated(plain, values=RULES, symbolic_knobs=("lifetme",)),
    "a decision, not a knob": stated(plain, values=RULES, symbolic_knobs=("refundable",)),
    "a size of a knob": stated(
        plain, values=RULES, symbolic_knobs=("lifetime",), sizes={"lifetime": 5}
    ),
    "a condition without knobs": stated(plain, values=RULES, safe_when="lifetime >= 1"),
    "a condition on nothing": stated(
        plain, values=RULES, symbolic_knobs=("lifetime",), safe_when="lifetme >= 1"
    ),
    "no condition": stated(
        plain, values=RULES, symbolic_knobs=("lifetime",), safe_when="at least a day"
    ),
}


@pytest.mark.parametrize("mistake", ODD_THEOREMS)
def test_a_mistake_is_said(mistake):
    assert said_of(ODD_THEOREMS[mistake])


@pytest.mark.parametrize("statement", [gives_a_tuple, generates])
def test_a_statement_that_answers_with_no_bool_is_not_supported(statement):
    result = prove_one(stated(statement), 5.0).result
    assert result.word is Word.UNKNOWN and "has to return a bool" in result.summary


def test_types_in_every_order_are_looked_at_and_not_only_the_first():
    """The first way would refute it before the second one is met."""

    def never(x: int | str) -> bool:
        return False

    with pytest.raises(NotStated, match="no values of the type str"):
        prove(stated(never))


# One of many ------------------------------------------------------------------------------------


@pytest.fixture
def beside(shell, monkeypatch):
    """What a command says of a rulebook in which such theorems stand beside its own."""

    def ask(line: str, *odd: Theorem) -> tuple[int, str, str]:
        module = types.ModuleType("odd_escrow")
        module.BOOK = evolve(ESCROW, theorems=(*odd, *ESCROW.theorems), cases=ESCROW.cases[:1])
        monkeypatch.setitem(sys.modules, "odd_escrow", module)
        return shell.inside(line, EXITGAME_RULEBOOK="odd_escrow:BOOK")

    return ask


LOADED = [name for name, t in ODD_THEOREMS.items() if name not in (
    "values", "values in a list", "sizes", "shapes", "knobs in one word", "knobs by number",
)]  # fmt: skip
"""The other ones are records that are filled wrongly, of which every command complains."""


@pytest.mark.parametrize("mistake", ODD_THEOREMS)
def test_asked_alone_it_is_a_wrong_question(beside, mistake):
    code, out, err = beside(f"prove escrow {ID}", ODD_THEOREMS[mistake])
    assert code == 2 and out == "" and err.count("\n") == 1 and ID in err
    assert "a fault of exitgame" not in err


def test_a_run_shows_what_is_wrong_and_the_answers_of_all_others(beside):
    odd = [evolve(ODD_THEOREMS[name], id=f"{ID}-{n}") for n, name in enumerate(LOADED)]
    code, out, err = beside("prove escrow --json", *odd)
    lines = {each["id"]: each["result"] for each in json.loads(out)["theorems"]}
    assert code == 1 and err == ""
    for theorem in odd:
        assert lines[theorem.id]["word"] == "unknown"
        assert lines[theorem.id]["summary"].startswith("not stated rightly: ")
    for theorem in ESCROW.theorems:
        assert lines[theorem.id]["word"] == theorem.expect.value


def test_the_evidence_table_shows_what_is_wrong_and_all_other_lines(beside):
    odd = [evolve(ODD_THEOREMS[name], id=f"{ID}-{n}") for n, name in enumerate(LOADED)]
    code, out, err = beside("check escrow --json", *odd)
    lines = {each["id"]: each for each in json.loads(out)["lines"]}
    assert code == 1 and err == ""
    assert all("not stated rightly" in lines[each.id]["evidence"] for each in odd)
    assert all(lines[each.id]["as_expected"] for each in (*ESCROW.theorems, ESCROW.cases[0]))


def test_an_attack_on_a_change_goes_on_without_it(beside):
    odd = [evolve(ODD_THEOREMS[name], id=f"{ID}-{n}") for n, name in enumerate(LOADED)]
    wrong = [
        stated(plain, values=RULES, sizes={"x": 5}),
        evolve(stated(plain, values=RULES, shapes={"x": lambda fresh: 1 // 0}), id=f"{ID}-LATER"),
    ]
    line = "fuzz escrow --rules.lifetime 5d --steps 300 --seed 1 --json"
    code, out, err = beside(line, *odd, *wrong)
    said = {each["id"]: each for each in json.loads(out)["theorems"]}
    assert code in (0, 1) and "fault" not in err
    without = json.loads(beside(line)[1])
    assert {each["id"] for each in without["theorems"]} <= said.keys()
    assert any(f"unsupported: {ID}-" in each["summary"] for each in said.values())
