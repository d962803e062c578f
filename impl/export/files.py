"""Files for people: whole or not at all, and one line where they cannot be written."""

import os
import stat
import tempfile
from pathlib import Path

from impl.faults import BadInput


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, all of it or nothing; what is no ordinary file (a pipe, a device) is written to
    directly. Raises BadInput."""
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb", buffering=0) as stream:
                stream.write(data)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as failure:
        reason = failure.strerror or type(failure).__name__
        raise BadInput(
            f"{path}: cannot be written ({reason}); name a file in a writable folder"
        ) from None


def _umask() -> int:
    """What the person's other files may not be: mkstemp makes files for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
