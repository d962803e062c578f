"""The corpus in the format of Hypothesis' example database, so that any test run can replay it.

One file per run: a folder named by a hash of the database key, a file named by a hash of its
contents, and in it the run's bytes as the one binary choice of a test. We write these files
ourselves, because Hypothesis keeps quiet where it cannot.
"""

import hashlib
import re
from pathlib import Path

from hypothesis.database import choices_from_bytes, choices_to_bytes

from impl.ground.files import PART, taken
from impl.lab.campaign.shelf import CannotKeep, write_whole

NAME = re.compile(r"[0-9a-f]{16}")
LARGEST = 1024 * 1024
"""Bytes of a run; ours have some hundred."""
KEYS = b".hypothesis-keys"


class Examples:
    """The runs kept under one key of a database folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        """Nothing is read or written yet."""
        self.folder, self.key = folder, key
        self.place = folder / _named(key)

    def save(self, data: bytes) -> str:
        """Keep a run; returns the name of its file. Raises CannotKeep."""
        value = choices_to_bytes((data,))
        name = _named(value)
        keys = self.folder / _named(KEYS)
        for path, content in ((keys / _named(self.key), self.key), (self.place / name, value)):
            if not path.exists():
                write_whole(path, content)
        return name

    def load(self, name: str) -> bytes:
        """The run in a file. Raises ValueError, saying what is wrong with it."""
        if not NAME.fullmatch(name):
            raise ValueError("is corrupt: it has no name of ours")
        try:
            value = taken(self.place / name, LARGEST, follow=False)
        except FileNotFoundError:
            raise ValueError("is missing") from None
        except OSError as failure:
            raise ValueError(f"cannot be read ({failure.strerror})") from None
        try:
            choices = choices_from_bytes(value)
        except Exception:
            choices = None
        if _named(value) != name or choices is None or len(choices) != 1:
            raise ValueError("is corrupt")
        data = choices[0]
        if not isinstance(data, bytes):
            raise ValueError("is no run of bytes")
        return data

    def names(self) -> list[str]:
        """The names of all files under the key, sorted."""
        try:
            return sorted(p.name for p in self.place.iterdir() if p.suffix != PART)
        except OSError:
            return []

    def folders(self) -> tuple[Path, ...]:
        """All that is written into."""
        return self.folder, self.place, self.folder / _named(KEYS)

    def set_aside(self, name: str, folder: Path) -> None:
        """Move a file of the corpus out of the way. Raises CannotKeep."""
        if Path(name).name != name:
            return  # it lies somewhere else, if anywhere, and is none of ours
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (self.place / name).rename(folder / name)
        except FileNotFoundError:
            return
        except OSError as failure:
            raise CannotKeep(f"{folder}: cannot write there ({failure.strerror})") from failure


def _named(data: bytes) -> str:
    """As Hypothesis names files."""
    return hashlib.sha384(data).hexdigest()[:16]
