"""A symbolic run and an ordinary one never disagree."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.lab.prover.selfcheck import Disagreement, Mapped, interesting, mapped_out
from invariants.kernel.theorems import Theorem
from tests.prover.samples import SAMPLES


@cache
def paths_of(place: int) -> Mapped:
    return mapped_out(SAMPLES[place])


@pytest.mark.parametrize("place", range(len(SAMPLES)), ids=[s.id for s in SAMPLES])
def test_the_model_of_every_path_gives_its_outcome(place: int) -> None:
    mapped = paths_of(place)
    assert mapped.paths
    mapped.check_models()


@pytest.mark.parametrize("place", range(len(SAMPLES)), ids=[s.id for s in SAMPLES])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_values_fall_into_one_path_with_its_outcome(place: int, data: st.DataObject) -> None:
    mapped = paths_of(place)
    values = {
        name: data.draw(st.sampled_from(list(interesting(leaf))), label=name)
        for name, leaf in mapped.leaves.items()
    }
    mapped.check(values)


def compares_by_identity(flag: bool, n: int) -> int:
    return n if flag is True else 0


def test_only_other_values_than_the_models_find_a_comparison_by_identity() -> None:
    mapped = mapped_out(Theorem("identity", "", compares_by_identity))
    mapped.check_models()
    with pytest.raises(Disagreement):
        mapped.check({"flag": True, "n": 3})
