"""What commands said of these very sources, kept so that a page of prose is built in seconds.

Nothing in here was written down by anybody: every answer was given by the command that the page
names, of the sources that the page is built from. With other sources everything is asked again.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from shutil import rmtree

from attrs import frozen

import spec
from impl.ground.faults import BadInput
from impl.lab.rules.places import VARIABLE, environment

ROOT = Path(spec.__file__).resolve().parents[1]
SOURCES = ("spec", "invariants", "impl", "docs/examples")
NOT_ASKED = ("impl/show/pages", "impl/show/report")
"""Sources on which no answer of a command depends."""
COLUMNS = "88"
PATIENCE = 900


@frozen
class Said:
    """How a command ended, and what it printed."""

    code: int
    text: str


class Store:
    """Answers by question, for one state of the sources."""

    def __init__(self, folder: Path) -> None:
        """Keep answers in a folder of their own within this one; older ones go."""
        self.folder = folder / sources_digest()
        self.folder.mkdir(parents=True, exist_ok=True)
        for other in folder.iterdir():
            if other.is_dir() and other != self.folder:
                rmtree(other, ignore_errors=True)

    def remembered(self, question: str, answer: Callable[[], str]) -> str:
        """The answer to a question, asked once."""
        name = blake2b(question.encode(), digest_size=12).hexdigest()
        path = self.folder / f"{name}.txt"
        if path.exists():
            return path.read_text(encoding="utf-8")
        text = answer()
        whole = path.with_suffix(f".{os.getpid()}")
        whole.write_text(text, encoding="utf-8")
        whole.replace(path)
        return text

    def command(self, arguments: Sequence[str]) -> str:
        """What exitgame prints; broken (exit code 1) is an answer too. Raises BadInput."""

        here = environment()

        def ask() -> str:
            with tempfile.TemporaryDirectory() as folder:
                said = run(arguments, Path(folder), here)
            if said.code not in (0, 1):
                raise BadInput(f"exitgame {' '.join(arguments)}: {said.text.strip()}")
            return said.text

        return self.remembered("\0".join((here[VARIABLE], *arguments)), ask)


def run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None
) -> Said:
    """Run exitgame in a folder, as wide as a page of the site."""
    done = subprocess.run(
        [sys.executable, "-m", "impl.cli.main", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": COLUMNS, "NO_COLOR": "1"} | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Said(done.returncode, done.stdout or done.stderr)


def sources_digest() -> str:
    """Names every file that a command's answer can depend on, with its content."""
    digest = blake2b(sys.version.encode(), digest_size=12)
    for path in sorted(path for place in SOURCES for path in (ROOT / place).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(NOT_ASKED):
            digest.update(name.encode() + b"\0" + path.read_bytes())
    digest.update((ROOT / "constraints.txt").read_bytes())
    return digest.hexdigest()
