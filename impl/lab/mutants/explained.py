"""Survivors that are no mistakes, with the reason: a file that people write and read.

    [[mutant]]
    id = "spec.plasma.mvp.rules.half_the_bond:..."
    change = "what it changes, as the table of survivors shows it"
    kind = "equivalent"      # nobody can ever tell the difference
    proof = "z3"             # optional: and z3 says so, for these sizes
    sizes = { entries = 2 }  # optional
    reason = "why"

`kind = "sound"` stands for other rules under which every claim still holds, such as a moved knob.
That no run reaches a line is no reason. `kind = "gap"` explains nothing: it is a mistake that no
search has noticed yet, and the reason says what would have to. It is counted by itself, and
`exitgame mutate` ends with 1 while there is one.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

from impl.ground.faults import BadInput
from impl.ground.files import taken

FILE, EFFECTS = "mutants_explained.toml", "effects_explained.toml"
LARGEST = 16 * 1024 * 1024
"""Bytes of it."""
GAP = "gap"
KINDS = ("equivalent", "sound", GAP)
FIELDS = {"id", "change", "kind", "reason", "proof", "sizes"}


@frozen
class Explained:
    """Why a mutant may survive."""

    id: str
    change: str
    kind: str
    reason: str
    proof: str = ""
    sizes: Mapping[str, Any] = field(factory=dict)


def load_explained(path: Path) -> dict[str, Explained]:
    """The explanations by mutant; none where there is no file. Raises BadInput."""
    try:
        document = tomllib.loads(taken(path, LARGEST).decode())
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    entries = document.get("mutant", [])
    if set(document) - {"mutant"} or not isinstance(entries, list):
        raise BadInput(f"{path}: holds something else than [[mutant]] entries")
    found: dict[str, Explained] = {}
    for number, entry in enumerate(entries, 1):
        explained = _read(entry, f"{path}, entry {number}")
        if explained.id in found:
            raise BadInput(f"{path}, entry {number}: {explained.id} is explained twice")
        found[explained.id] = explained
    return found


def _read(entry: Any, where: str) -> Explained:
    if not isinstance(entry, dict) or set(entry) - FIELDS:
        raise BadInput(f"{where}: the fields are {', '.join(sorted(FIELDS))}")
    for name in ("id", "change", "kind", "reason"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise BadInput(f"{where}: {name!r} is missing or empty")
    if entry["kind"] not in KINDS:
        raise BadInput(f"{where}: kind {entry['kind']!r}; there are {', '.join(KINDS)}")
    if entry.get("proof", "z3") != "z3" or not isinstance(entry.get("sizes", {}), dict):
        raise BadInput(f"{where}: proof can only be 'z3', and sizes a table")
    return Explained(**entry)
