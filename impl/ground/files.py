"""Files are written whole or not at all: beside their place first, then put there in one move."""

import errno
import os
import signal
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from impl.ground.faults import BadInput

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
"""What could end a command in the midst of it."""
PART = ".part"
"""How a file's name ends while it is written."""


def put(path: Path, data: bytes, *, lasting: bool = False) -> None:
    """Write a file, all of it or nothing; `lasting`: it is on the disk when this returns.

    Raises OSError, and then nothing of it is left.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=PART)
        with os.fdopen(handle, "wb") as file:
            fill(file.fileno(), data)
            if lasting:
                os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise


def taken(path: Path, most: int, *, follow: bool = True) -> bytes:
    """What is in an ordinary file of at most so many bytes; `follow` says whether a link will do.

    A device, a pipe that nobody writes to or a file without end is refused at once. Raises OSError.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        descriptor = os.open(path, flags)
    except ValueError:
        raise OSError(errno.EINVAL, "not a name that a file can have") from None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if stat.S_ISDIR(about.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(about.st_mode):
            raise OSError(errno.EINVAL, "not an ordinary file")
        data = file.read(most + 1) if about.st_size <= most else b""
    if len(data) > most or about.st_size > most:
        raise OSError(errno.EFBIG, f"larger than {most:,} bytes, which none of ours is")
    return data


def fill(descriptor: int, data: bytes) -> None:
    """Write all of the data, now."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def put_for(what: str, path: Path, data: bytes) -> Path:
    """Write somebody's file, such as "the page", whole or not at all.

    What is no ordinary file (a pipe, a device) is written to directly. Raises BadInput, which names
    the file and what would be right.
    """
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb", buffering=0) as stream:
                fill(stream.fileno(), data)
        else:
            put(path, data)
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise BadInput(
            f"{path}: cannot write {what} ({reason}); name a file in a writable folder"
        ) from None
    return path


def put_new(files: Mapping[Path, bytes]) -> None:
    """Write files of somebody's that are not there yet, all of them or none. Raises BadInput."""
    made: list[Path] = []
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        for path, data in files.items():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
            made.append(path)
            with os.fdopen(handle, "wb") as file:
                fill(file.fileno(), data)
    except BaseException as failure:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(failure, FileExistsError):
            raise BadInput(
                f"{failure.filename} is there already: nothing was written, for nothing that"
                " exists is written over"
            ) from None
        if isinstance(failure, OSError):
            reason = failure.strerror or type(failure).__name__
            raise BadInput(f"cannot write {path} ({reason}): nothing was written") from None
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _umask() -> int:
    """What the user withholds from others; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
