"""The corpus is an example database of Hypothesis, and a test suite can replay it."""

from pathlib import Path

import pytest
from hypothesis.database import DirectoryBasedExampleDatabase, choices_from_bytes

from impl.ground.faults import BadInput
from impl.lab.campaign import corpus_test
from impl.lab.campaign.examples import Examples
from impl.lab.campaign.store import database_key
from impl.lab.fuzz.machine import ClaimBroken
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import rule_change
from tests.campaign.conftest import ROUND, SCOPE, contents, play, toy_change
from tests.checkers.toy import EARLY, GOOD

STORED = Path(__file__).with_name("stored")
"""exitgame campaign hardened --scope tiny --shards 24 --seed 1 --corpus tests/campaign/stored"""

HARDENED = rule_change(choose("hardened"))
test_the_stored_corpus_breaks_nothing = corpus_test(
    HARDENED, HARDENED.rulebook.scopes["tiny"], STORED
)


def test_the_stored_corpus_is_not_empty() -> None:
    key = database_key(HARDENED, HARDENED.rulebook.scopes["tiny"])
    assert len(list(DirectoryBasedExampleDatabase(STORED / "examples").fetch(key))) > 50


def test_files_are_where_hypothesis_puts_them(tmp_path: Path) -> None:
    runs = [b"", b"\1\2\3", bytes(100)]
    theirs = DirectoryBasedExampleDatabase(tmp_path / "theirs")
    ours = Examples(tmp_path / "ours", b"a key")
    for run in runs:
        name = ours.save(run)
        value = (ours.place / name).read_bytes()
        assert choices_from_bytes(value) == (run,)
        theirs.save(b"a key", value)
    assert contents(tmp_path / "ours") == contents(tmp_path / "theirs")
    assert ours.names() == sorted(ours.names()) and len(ours.names()) == 3


def test_a_campaigns_corpus_is_replayed_whole_and_left_as_it_is(tmp_path: Path) -> None:
    state = play(tmp_path, 2 * ROUND, rules=GOOD).state
    before = contents(tmp_path)
    test = corpus_test(toy_change(GOOD), SCOPE, tmp_path)
    test()
    assert contents(tmp_path) == before
    assert len(Examples(tmp_path / "examples", database_key(toy_change(GOOD), SCOPE)).names()) >= (
        len(state.entries)
    )


def test_a_finding_is_among_what_is_replayed(tmp_path: Path) -> None:
    (trace,) = play(tmp_path, 6 * ROUND, rules=EARLY).traces
    test = corpus_test(toy_change(EARLY), SCOPE, tmp_path)
    with pytest.raises(ClaimBroken, match="SOLVENT: alice is robbed") as broken:
        test()
    assert len(broken.value.actions) == len(trace.actions)


def test_a_folder_without_runs_of_these_rules_is_refused(tmp_path: Path) -> None:
    play(tmp_path, ROUND, rules=EARLY)
    with pytest.raises(BadInput, match="no corpus of these rules in this scope"):
        corpus_test(toy_change(GOOD), SCOPE, tmp_path)
