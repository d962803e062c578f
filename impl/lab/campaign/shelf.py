"""Files of a campaign, each written whole or not at all, and the lock on its folder."""

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from impl.ground.faults import BadInput
from impl.ground.files import PART, put

LOCK = "lock"
LONGEST = 20
"""Bytes in a lock."""
PATIENCE = 50
"""Tenths of a second in which the workers of a campaign that was killed let go of its folder."""


class CannotKeep(Exception):
    """Something could not be written: what is on disk is whole, what is in memory still there."""


def write_whole(path: Path, data: bytes, lasting: bool = False) -> None:
    """Write a file, all of it or nothing; `lasting`: it is on the disk when this returns.

    Raises CannotKeep.
    """
    try:
        put(path, data, lasting=lasting)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise CannotKeep(f"{path.parent}: cannot write there ({reason})") from failure


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Have a folder for oneself. The system lets go of it when the process dies, however it does.

    Yields the lock's descriptor, for children to close. Raises BadInput where somebody else has the
    folder, or where it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(folder / LOCK, flags, 0o644)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise BadInput(
            f"--corpus {folder}: cannot write there: {reason}; name a writable folder"
        ) from None
    try:
        if not _is_a_lock(descriptor):
            raise BadInput(f"--corpus {folder}: its file {LOCK!r} is none of ours; move it away")
        holder = _taken_by(descriptor)
        if holder is not None:
            who = f" (process {holder})" if holder else ""
            raise BadInput(
                f"--corpus {folder}: another campaign is at work there{who};"
                " wait for it, or name another folder"
            )
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except OSError:
            pass  # the lock counts, not what is written in it
        yield descriptor
    finally:
        os.close(descriptor)


def _is_a_lock(descriptor: int) -> bool:
    """Is it what we write into a lock: nothing, or a number? Anything else is somebody's."""
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode) or about.st_nlink > 1 or about.st_size > LONGEST:
        return False
    return re.fullmatch(rb"\d*\n?", os.pread(descriptor, LONGEST, 0)) is not None


def own_folder(folder: Path) -> None:
    """Raises BadInput where a folder in a campaign's is a link, or no folder: what is written there
    would land elsewhere."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadInput(
            f"{folder}: no folder of a campaign's own, but a link or a file; move it away, or name"
            " another --corpus"
        )


def half_written(folder: Path) -> Iterator[Path]:
    """What a campaign that was killed has left in one of its folders."""
    for left in folder.glob(f"tmp????????{PART}"):
        if left.is_file() and not left.is_symlink():
            yield left


def _taken_by(descriptor: int) -> str | None:
    """Lock the file; who has it where somebody else has, None where we have it now.

    The workers of a campaign that was killed need a moment to notice.
    """
    for patience in range(PATIENCE, -1, -1):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return None
        except OSError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
            if not patience or not holder.isdecimal() or _lives(int(holder)):
                return holder
            sleep(0.1)
    raise AssertionError("the last try answers")


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass  # somebody else's
    return True


def put_aside(folder: Path) -> Path | None:
    """Rename a campaign's folder out of the way; None where there is none.

    Raises BadInput where a campaign is at work there, or where it cannot be renamed.
    """
    if not folder.exists():
        return None
    if folder.name in ("", ".."):
        raise BadInput(f"--fresh: {folder} cannot be put aside; name the campaign's own folder")
    with locked(folder):
        numbers = (n for n in range(1, 10_000) if not _older(folder, n).exists())
        older = _older(folder, next(numbers))
        try:
            folder.rename(older)
        except OSError as failure:
            raise BadInput(
                f"--fresh: {folder} cannot be put aside ({failure.strerror}); name another folder"
            ) from None
    return older


def _older(folder: Path, number: int) -> Path:
    return folder.with_name(f"{folder.name}.{number}")
