"""False theorems that look true to a proof are never proved; what is misread has a line."""

import re
import subprocess
import sys
from typing import Any

import pytest

from impl.ground.evidence import Word
from impl.lab.prover import NotStated, Unsupported, prove, safe_knobs
from impl.lab.prover.paths import Unfaithful
from invariants.kernel.theorems import Theorem
from tests.prover import misread_states, misreadings, ordering
from tests.prover.misreadings import FALSE


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("theorem, values", FALSE, ids=[theorem.id for theorem, _ in FALSE])
def test_a_false_theorem_is_not_proved(theorem: Theorem, values: dict[str, Any]) -> None:
    assert is_false(theorem, values)
    assert answer(theorem) is not Word.PROVED


def is_false(theorem: Theorem, values: dict[str, Any]) -> bool:
    try:
        return theorem.statement(**values) is not True
    except (Exception, SystemExit):
        return True


def answer(theorem: Theorem) -> Word:
    """The prover's word; unknown where it does not support what is done there."""
    try:
        return prove(theorem, time_limit=5).word
    except (Unsupported, Unfaithful):
        return Word.UNKNOWN


@pytest.mark.parametrize(
    "statement, said",
    [
        (misreadings.member_is, "use `==`"),
        (misreadings.member_is_in_a_helper, "use `==`"),
        (misreadings.equals_a_float, "count in ints"),
        (misreadings.goes_on_where_any_stopped, "make it a tuple"),
        (misreadings.hands_the_iterator_on, "make it a tuple"),
        (misread_states.grows_a_list, "make a new one"),
        (misread_states.returns_a_tuple, "has to return a bool"),
        (misread_states.compares_by_identity, "frozen attrs record"),
    ],
)
def test_what_is_unsupported_has_a_line_and_the_spelling_that_works(
    statement: Any, said: str
) -> None:
    with pytest.raises(Unsupported) as caught:
        prove(
            Theorem(
                "T",
                "",
                statement,
                sizes={"ns": 2}
                if "stopped" in statement.__name__ or "iterator" in statement.__name__
                else {},
            )
        )
    assert re.match(r"tests/prover/misread(ings|_states)\.py:\d+: ", str(caught.value))
    assert said in str(caught.value)


TWICE = """
from impl.lab.prover import Unsupported, prove
from invariants.kernel.theorems import Theorem

def word(statement):
    try:
        return prove(Theorem("T", "", statement)).word.value
    except Unsupported:
        return "unsupported"

def endless(n: int) -> bool:
    try:
        return endless(n + 1)
    except Exception:
        return True

def sums(a: int, b: int) -> bool:
    return a + b == b + a

def at(depth, run):
    return run() if depth == 0 else at(depth - 1, run)

for depth in range(25):
    for _ in range(2):
        said = at(depth, lambda: word(endless))
        assert said in ("unknown", "unsupported"), said
    assert at(depth, lambda: word(sums)) == "proved"
"""


def test_a_proof_after_one_that_recursed_too_deep_does_not_crash_python(tmp_path: Any) -> None:
    file = tmp_path / "twice.py"
    file.write_text(TWICE)
    done = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize("name", ["symbolic_knobs", "values", "sizes", "shapes"])
def test_a_name_that_is_nobodys_is_an_error_that_lists_the_others(name: str) -> None:
    given: dict[str, Any] = {
        "symbolic_knobs": ("minimum_aje",),
        "values": {"rulez": ordering.RULES},
        "sizes": {"honnest": 3},
        "shapes": {"forget": ordering.Story},
    }
    options: dict[str, Any] = {"values": {"rules": ordering.RULES}}
    options[name] = (
        {**options.get(name, {}), **given[name]} if name != "symbolic_knobs" else given[name]
    )
    (wrong,) = given[name]
    with pytest.raises(NotStated, match=f"{wrong}.*there are: "):
        prove(Theorem("T", "", ordering.honest_first, **options))


def test_elimination_reads_the_source_too() -> None:
    theorem = Theorem(
        "T", "", identical, values={"rules": ordering.RULES}, symbolic_knobs=("exit_period",)
    )
    with pytest.raises(Unsupported, match="use `==`"):
        safe_knobs(theorem)


SEVEN = 7


def identical(rules: ordering.Rules) -> bool:
    return rules.exit_period is not SEVEN


def endless_in_python(n: int) -> bool:
    while True:
        if isinstance(n, str):
            return True


def test_a_time_limit_ends_a_loop_that_asks_nothing() -> None:
    result = prove(Theorem("T", "", endless_in_python), time_limit=0.3)
    assert result.word is Word.UNKNOWN
