"""What is claimed for all values is proved, and what is false is refuted by values that show it."""

import pytest

from impl.prover import as_expected, prove
from invariants.kernel.theorems import Theorem
from invariants.multiparty.theorems import THEOREMS


@pytest.mark.parametrize("theorem", THEOREMS, ids=[t.id for t in THEOREMS])
def test_every_theorem_comes_out_as_expected_in_seconds(theorem: Theorem) -> None:
    result = prove(theorem)
    assert as_expected(theorem, result), result.summary
    assert result.cpu_seconds < 6, "under 3 s each when they were written"
    assert theorem.id.startswith("MP-T-") and theorem.claim.endswith(".")


def test_ids_are_unique() -> None:
    assert len({t.id for t in THEOREMS}) == len(THEOREMS)
