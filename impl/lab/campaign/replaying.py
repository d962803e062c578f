"""Replays a campaign's corpus as a Hypothesis test, so that a test suite keeps what was learnt.

One binary draw is one run. The corpus is only read: Hypothesis would delete every run that breaks
nothing, and those are the ones that a later change of the rules may break.

    test_corpus = corpus_test(rule_change(choose("hardened")), scope, Path("corpus/hardened"))
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase

from impl.ground.faults import BadInput
from impl.lab.campaign.store import EXAMPLES, database_key
from impl.lab.fuzz.codec import run_from_bytes
from impl.lab.fuzz.machine import ClaimBroken
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Player


def corpus_test(change: RuleChange, scope: Any, folder: Path) -> Callable[[], None]:
    """A test that plays every run of a campaign's folder under its rules; ClaimBroken where one of
    them breaks a claim.

    Raises BadInput where the folder has no run of these rules in this scope.
    """
    corpus = _Corpus(folder / EXAMPLES, database_key(change, scope))
    count = sum(1 for _ in corpus.fetch(b""))
    if not count:
        raise BadInput(f"{folder}: no corpus of these rules in this scope")
    player = Player(change.rulebook, change.rules, scope)

    @settings(
        database=corpus,
        phases=(Phase.reuse,),
        max_examples=count + 1,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.binary())
    def replayed(data: bytes) -> None:
        run = run_from_bytes(change.rulebook, change.rules, scope, data, player=player)
        if run.broken:
            raise ClaimBroken(run.broken[0], run.actions)

    test: Callable[[], None] = replayed
    return test


class _Corpus(ExampleDatabase):
    """The runs under one key, whatever a test is called; nothing is ever written or deleted."""

    def __init__(self, folder: Path, key: bytes) -> None:
        super().__init__()
        self._runs, self._key = DirectoryBasedExampleDatabase(folder), key

    def fetch(self, key: bytes) -> Iterable[bytes]:
        """The corpus, in place of a test's own examples."""
        if not key.endswith((b".secondary", b".pareto")):
            yield from self._runs.fetch(self._key)

    def save(self, key: bytes, value: bytes) -> None:
        """Only campaigns add to a corpus."""

    def delete(self, key: bytes, value: bytes) -> None:
        """A run that breaks nothing is what the corpus is for."""
