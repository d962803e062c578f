"""The README's first rule change: paying exits by arrival robs somebody, and a search shows how."""

from pathlib import Path
from time import process_time

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.fuzz import fuzz
from impl.lab.rules.changefile import changed_rules
from impl.lab.runs.replay import replay
from invariants.plasma.mvp.rulebook import PLASMA
from tests.plasma.mvp.walks import HARDENED, MVP, SMALL
from tests.protocolwide import watching

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "by_arrival.py"
THEFT = "PL-SAFE-EXIT", "a forged output was paid before an older claim"


@pytest.fixture(scope="module")
def by_arrival():
    rules, _ = changed_rules(PLASMA, MVP, f"{EXAMPLE}:by_arrival")
    return rules.priority


@pytest.mark.parametrize("rules", [MVP, HARDENED], ids=["mvp", "hardened"])
def test_a_walk_finds_the_theft_within_seconds_and_not_under_the_rules_as_they_were(
    rules, by_arrival
):
    book = watching(PLASMA, THEFT[0])

    def found(judged):
        result = fuzz(book, judged, SMALL, seed=1, steps=14_000, keep_going=True)
        return {(trace.invariant, trace.finding.cause): trace for trace in result.traces}

    start = process_time()
    thefts = found(evolve(rules, priority=by_arrival))
    assert process_time() - start < 30, "3 s when it was written"
    assert THEFT in thefts and THEFT not in found(rules)
    run = replay(book, rules, SMALL, thefts[THEFT].actions)
    assert THEFT not in [broken.pair for broken in run.broken]


def test_the_shortest_theft_is_found_by_looking_at_everything(by_arrival):
    changed = evolve(HARDENED, priority=by_arrival)
    result = explore(PLASMA, changed, PLASMA.scopes["tiny"], key="reduced", max_states=60_000)
    assert result.word is Word.BROKEN
    assert any(trace.invariant == "PL-SAFE-EXIT" for trace in result.traces)
