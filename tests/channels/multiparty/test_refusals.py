"""Every refusal, met in a concrete situation, with the values that it carries."""

from copy import deepcopy

import pytest
from attrs import evolve

from spec.channels.multiparty import consensus
from spec.channels.multiparty import refusals as no
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.kernel.basics import DAY
from spec.kernel.clock import Wait
from spec.kernel.refusal import Refusal
from tests.channels.multiparty.refused import LITERALS, RIGHT, SITUATIONS
from tests.channels.multiparty.situations import ALICE, after, opened
from tests.protocolwide import refusals_of

ALL = {name: (SOUND, *each) for name, each in SITUATIONS.items()}
ALL |= {f"literal: {name}": (LITERAL, *each) for name, each in LITERALS.items()}


@pytest.mark.parametrize("name", ALL)
def test_the_refusal_names_its_guard_and_values_and_leaves_everything_as_it_was(name):
    rules, situation, action, expected = ALL[name]
    state = situation()
    before = deepcopy(state)
    with pytest.raises(Refusal) as said:
        after(state, rules, action)
    assert said.value == expected
    assert state == before


def test_no_refusal_is_left_out():
    met = {type(expected) for _, _, _, expected in ALL.values()}
    assert refusals_of(no) <= met


def test_an_honest_member_is_kept_from_folly_by_its_own_strategy():
    with pytest.raises(no.AgainstStrategy):
        after(
            opened(),
            SOUND,
            Wait(DAY),
            consensus.Propose(ALICE, evolve(RIGHT, balances=(3, 1, 2)), ()),
        )
