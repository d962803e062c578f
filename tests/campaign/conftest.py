"""Small campaigns: rounds of a few short shards, on the toy protocols."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from impl.cli.main import main
from impl.lab.campaign import run, shards
from impl.lab.campaign.engines import on_processes
from impl.lab.campaign.run import Outcome, campaign
from impl.lab.rules.change import RuleChange
from tests.checkers.toy import EARLY, GOOD, TOY
from tests.cli.conftest import Shell, shell  # noqa: F401

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


class Typed:
    """Commands typed in this process, where rounds are small."""

    def __init__(self, shell: Shell) -> None:  # noqa: F811
        self.shell, self.folder = shell, shell.folder

    def __call__(self, line: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, self.shell.environment),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            pytest.raises(SystemExit) as left,
        ):
            main(line.split())
        return int(left.value.code or 0), out.getvalue(), err.getvalue()

    def json(self, line: str) -> Any:
        return json.loads(self(f"{line} --json")[1])


@pytest.fixture
def typed(shell: Shell) -> Typed:  # noqa: F811
    return Typed(shell)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds that take a fraction of a second."""
    monkeypatch.setattr(shards, "STEPS", STEPS)
    monkeypatch.setattr(run, "ROUND", ROUND)
