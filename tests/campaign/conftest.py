"""Small campaigns: rounds of a few short shards, on the toy protocols."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impl.campaign import run, shards
from impl.campaign.engines import on_processes
from impl.campaign.run import Outcome, campaign
from impl.rulechange import RuleChange
from tests.checkers.toy import EARLY, GOOD, TOY
from tests.cli.conftest import shell  # noqa: F401

STEPS, ROUND = 150, 5
SCOPE = TOY.scopes["large"]


def toy_change(rules: Any = GOOD) -> RuleChange:
    """The toy's rules as a campaign takes them."""
    return RuleChange(TOY, TOY.rule_sets[0], rules)


def play(folder: Path, shards: int, workers: int = 1, rules: Any = EARLY, **more: Any) -> Outcome:
    """A campaign of the toy's rules; EARLY lets mallory take what is alice's."""
    wanted = {"seed": 1, "otherwise": 0, **more}
    make = wanted.pop("make", None) or on_processes(workers)
    return campaign(toy_change(rules), SCOPE, folder, make, shards=shards, **wanted)


def contents(folder: Path) -> dict[str, bytes]:
    """Everything that a campaign keeps, by name; the lock is not kept."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Rounds that take a fraction of a second."""
    if "full_size" in request.fixturenames:
        return
    monkeypatch.setattr(shards, "STEPS", STEPS)
    monkeypatch.setattr(run, "ROUND", ROUND)


@pytest.fixture
def full_size() -> Callable[[], None]:
    """Rounds as they are."""
    return lambda: None
