"""Commands as a person types them, in a folder of their own with the toy protocol added."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from impl.cli.main import main

sys.path.append(str(Path(__file__).parents[2] / "docs" / "examples"))

COMMAND = Path(sys.executable).with_name("exitgame")


def nobody(change: object) -> tuple[str, ...]:
    """Other processes are asked in tests of their own, and where the command has its own: to start
    two for each line that is typed would cost more than all the rest."""
    return ()


class Shell:
    """A folder in which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "EXITGAME_RULEBOOK": "tests.cli.toy:TOY",
            "TMPDIR": str(folder),
        }
        for fixed in ("COLUMNS", "LINES"):
            self.environment.pop(fixed, None)

    def __call__(
        self, line: str | list[str], **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """A command in this process, which saves the start of one."""
        code, out, err = self.inside(line, **environment)
        return subprocess.CompletedProcess(line, code, out, err)

    def process(self, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The installed command, in a process of its own."""
        return subprocess.run(
            [COMMAND, *line.split()],
            cwd=self.folder,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def json(self, line: str | list[str]) -> dict:
        """What a command with --json says; stdout holds nothing else."""
        typed = f"{line} --json" if isinstance(line, str) else [*line, "--json"]
        return json.loads(self(typed).stdout)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def inside(self, line: str | list[str], **environment: str) -> tuple[int, str, str]:
        """Exit code, output and complaints of a command in this process."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, self.environment | environment, clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch("impl.lab.elsewhere.processes.in_doubt", nobody),
            mock.patch("impl.lab.attack.hunt.in_doubt", nobody),
            pytest.raises(SystemExit) as left,
        ):
            main(line.split() if isinstance(line, str) else line)
        return left.value.code, out.getvalue(), err.getvalue()

    def refuses(self, line: str | list[str]) -> str:
        """The one line with which a command is refused."""
        code, out, said = self.inside(line)
        assert code == 2
        assert out == ""
        assert said.count("\n") == 1 and said.startswith("exitgame: ")
        return said.removeprefix("exitgame: ").strip()


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which a run was kept that breaks the toy's hasty rules; its hash."""
    shell = Shell(tmp_path_factory.mktemp("found"))
    document = shell.json("explore toy --rules.delay 1d")
    return shell.folder / "out", document["counterexamples"][0]["hash"]


@pytest.fixture
def kept(shell: Shell, found: tuple[Path, str]) -> str:
    """The hash of this run, which is kept in the folder."""
    shutil.copytree(found[0], shell.folder / "out")
    return found[1]
