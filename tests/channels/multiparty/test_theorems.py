"""What is claimed for all values is proved, and what is false is refuted by values that show it."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

from impl.lab.prover import as_expected, prove
from invariants.channels.multiparty import causes, elimination, worlds
from invariants.channels.multiparty.theorems import IMPOSSIBILITY, THEOREMS
from invariants.kernel.theorems import Expect, Theorem
from spec.channels.multiparty.evidence import Verdict

BY_ID = {theorem.id: theorem for theorem in THEOREMS}


@pytest.mark.parametrize("theorem", THEOREMS, ids=list(BY_ID))
def test_every_theorem_comes_out_as_expected_in_seconds(theorem: Theorem) -> None:
    result = prove(theorem)
    assert as_expected(theorem, result), result.summary
    assert result.cpu_seconds < 6, "under 2 s each when they were written"
    assert theorem.id.startswith("MP-T-") and theorem.claim.endswith(".")


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(THEOREMS)


def counterexample(id: str) -> dict[str, Any]:
    found: dict[str, Any] = prove(BY_ID[id]).details["counterexample"]
    return found


def at_work(case: Any, table: Collection[Callable[[Any], bool]]) -> list[Callable[[Any], bool]]:
    return [cause for cause in table if cause(case)]


@pytest.mark.parametrize(
    ("prefix", "table"),
    [
        ("MP-T-LITERAL-LEADER", elimination.LEADER_LOSES),
        ("MP-T-LITERAL-CHALLENGER", elimination.CHALLENGER_LOSES),
        ("MP-T-RECEIPTS-LEADER", elimination.RECEIPTED_LEADER_LOSES),
        ("MP-T-RECEIPTS-CHALLENGER", elimination.RECEIPTED_CHALLENGER_LOSES),
    ],
)
def test_each_cause_is_enough_by_itself(prefix: str, table: dict[Any, tuple[str, ...]]) -> None:
    for cause, (name, *_) in table.items():
        case = counterexample(f"{prefix}-{name}")["case"]
        assert at_work(case, table) == [cause]


def test_only_two_causes_need_a_second_dishonest_member() -> None:
    for cause, (name, _, accomplices) in elimination.LEADER_LOSES.items():
        case = counterexample(f"MP-T-LITERAL-LEADER-{name}")["case"]
        assert len(case.accomplices) == accomplices
        assert (accomplices == 1) == (cause in (causes.colluding_pair, causes.of_others))


@pytest.mark.parametrize("theorem", [t for t in IMPOSSIBILITY if t.expect is Expect.REFUTED])
def test_two_worlds_that_look_alike_differ_in_who_is_honest(theorem: Theorem) -> None:
    values = counterexample(theorem.id)
    one, other = values["one"], values["other"]
    sees, owed = theorem.values["sees"], theorem.values["owed"]
    assert worlds.evidence(one, sees) == worlds.evidence(other, sees)
    assert {worlds.deserving(one, owed), worlds.deserving(other, owed)} == set(Verdict)
    assert {one.leader_honest, other.leader_honest} == {True, False}
