"""What the families of moves offer, and what a scope keeps them from."""

import pytest
from attrs import evolve

from invariants.plasma.mvp.rulebook import PLASMA
from tests.plasma.mvp.walks import HARDENED, MVP, SMALL, WIDE
from tests.protocolwide import walk


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
@pytest.mark.parametrize("seed", range(4))
def test_a_scope_without_bad_blocks_has_none(rules, seed):
    scope = evolve(WIDE, bad_blocks=0, blocks=9)
    end = [step.after for step in walk(PLASMA, rules, scope, seed, 600)][-1]
    assert end.ghost.bad_blocks == 0
    assert all(view.alarm is None for view in end.knowledge.values())


def test_a_scope_with_bad_blocks_has_no_more_than_it_says():
    seen = {
        step.after.ghost.bad_blocks
        for seed in range(8)
        for step in walk(PLASMA, MVP, evolve(SMALL, blocks=5), seed, 200)
    }
    assert seen == {0, SMALL.bad_blocks}
