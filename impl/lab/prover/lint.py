"""What a proof would silently misread: an unknown value is no int, and is no object to compare.

Reads all files and folders given, whether a proof enters them or not; see `syntax` for what is
rejected. Exits with 1 if it found any: `python -m impl.lab.prover.lint spec invariants`.
"""

import ast
import sys
from collections.abc import Sequence
from pathlib import Path

from impl.lab.prover.syntax import Complaint, wrong


def complaints(source: str, file: str = "<source>") -> list[Complaint]:
    """Everything in a source text that a proof would misread, in order."""
    found = {
        (node.lineno, message)  # type: ignore[attr-defined]
        for node in ast.walk(ast.parse(source, file))
        for message in wrong(node)
    }
    return [Complaint(file, line, message) for line, message in sorted(found)]


def files(places: Sequence[str]) -> list[Path]:
    """The Python files in the folders and among the files given, in order."""
    return sorted(
        file
        for place in map(Path, places)
        for file in (place.rglob("*.py") if place.is_dir() else [place])
    )


def main(places: Sequence[str]) -> int:
    """Print the complaints about the places; 1 if there are any, 2 if there is nothing to read."""
    paths = files(places)
    if not paths:
        print("usage: python -m impl.lab.prover.lint PLACE...", file=sys.stderr)
        return 2
    found = [c for path in paths for c in complaints(path.read_text("utf-8"), str(path))]
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
