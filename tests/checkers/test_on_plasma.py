"""The checkers on a protocol of real size."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.fuzz.codec import actions_from_bytes, bytes_from_actions
from impl.lab.runs.replay import replay
from impl.lab.traces.format import load_trace, save_trace, structured_scope
from invariants.plasma.mvp.rulebook import PLASMA

BOOKS = {PLASMA.protocol.name: PLASMA}
MVP = PLASMA.rules_named("mvp").rules
HARDENED = PLASMA.rules_named("hardened").rules
SMALL = PLASMA.scopes["small"]


@pytest.fixture(scope="module")
def found():
    return explore(PLASMA, MVP, SMALL, key="reduced").traces[0]


def test_the_published_rules_break_and_the_file_of_the_run_breaks_them_again(found, tmp_path: Path):
    again = load_trace(save_trace(found, tmp_path).stem, BOOKS, tmp_path)
    assert again == found and structured_scope(PLASMA, again.scope) == SMALL
    pairs = [b.pair for b in replay(PLASMA, MVP, SMALL, again.actions).broken]
    assert (found.invariant, found.finding.cause) in pairs


def test_a_walk_shrinks_to_the_length_that_the_explorer_proves_shortest(found):
    walked = fuzz(PLASMA, MVP, SMALL, seed=1, steps=3000, keep_going=True)
    pair = (found.invariant, found.finding.cause)
    lengths = [len(t.actions) for t in walked.traces if (t.invariant, t.finding.cause) == pair]
    assert lengths == [len(found.actions)]


def test_workers_agree():
    one, two = (
        explore(PLASMA, HARDENED, SMALL, depth=3, workers=workers, key="reduced")
        for workers in (1, 2)
    )
    assert one.word is two.word is Word.BOUNDED and one.depth == two.depth
    assert one.states == pytest.approx(two.states, rel=0.02)
    assert one.transitions == pytest.approx(two.transitions, rel=0.02)


@given(st.binary(max_size=150))
@settings(deadline=None, max_examples=25)
def test_bytes_are_runs(data):
    actions = actions_from_bytes(PLASMA, HARDENED, SMALL, data)
    again = bytes_from_actions(PLASMA, HARDENED, SMALL, actions)
    assert actions_from_bytes(PLASMA, HARDENED, SMALL, again) == actions
