"""How each mutant is killed, kept in a file: so that whoever looks again need not search again.

A file has a line for each run that is needed and one for each mutant, sorted, in JSON. A kept kill
is not believed: it is played again, under the mutant and under the rules.
"""

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any

from attrs import frozen

from impl.ground.faults import BadInput
from impl.ground.files import put_for, taken
from impl.lab.mutants.runs import Run
from impl.lab.traces.format import plain_actions, structured_actions
from invariants.kernel.claims import Rulebook

FORMAT, VERSION = "exitgame kills", 1
FILE, EFFECTS = "mutants.kills", "effects.kills"
LARGEST = 64 * 1024 * 1024
"""Bytes of it."""


class Kind(Enum):
    """What became of a mutant, the best first."""

    INVARIANT = "invariant"
    """A claim breaks in a run."""
    THEOREM = "theorem"
    """A theorem does not come out as it should."""
    ERROR = "rule error"
    """A rule crashes in a run, or cannot be loaded."""
    WITNESS = "witness"
    """A run that must be possible is not."""
    RUN = "run"
    """A run comes out differently, and no claim says that it should not. The weakest."""
    EQUIVALENT = "equivalent"
    """No mistake: z3 finds the same answers for all values."""
    EXPLAINED = "explained"
    """No mistake, for a reason given in words."""
    GAP = "known gap"
    """A mistake, and known not to be noticed."""
    SURVIVED = "survived"


KILLS = (Kind.INVARIANT, Kind.THEOREM, Kind.ERROR, Kind.WITNESS, Kind.RUN)


@frozen
class Kill:
    """How a mutant is killed, or is shown to be no mistake."""

    kind: Kind
    by: str
    """The id of the invariant, theorem or witness; what the proof or the run says otherwise."""
    cause: str = ""
    run: Run | None = None


def load_kills(path: Path, rulebook: Rulebook) -> dict[str, Kill]:
    """The kept kills by mutant; none where there is no file. Raises BadInput."""
    try:
        text = taken(path, LARGEST).decode()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path}: cannot be read ({error}); --fresh --keep writes it again"
        ) from None
    runs: dict[str, Run] = {}
    kills: dict[str, Kill] = {}
    for number, line in enumerate(text.splitlines(), 1):
        try:
            _read(json.loads(line), rulebook, runs, kills)
        except (
            BadInput,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            reason = str(error) or type(error).__name__
            raise BadInput(
                f"{path}, line {number}: {reason}; --fresh --keep writes the file again"
            ) from None
    return kills


def _read(entry: Any, rulebook: Rulebook, runs: dict[str, Run], kills: dict[str, Kill]) -> None:
    if "format" in entry:
        wanted = FORMAT, VERSION, rulebook.protocol.name
        if (entry["format"], entry["version"], entry["protocol"]) != wanted:
            raise BadInput(f"not a file of kills of {rulebook.protocol.name}, version {VERSION}")
    elif "mutant" in entry:
        run = runs[entry["run"]] if "run" in entry else None
        kills[entry["mutant"]] = Kill(Kind(entry["kind"]), entry["by"], entry["cause"], run)
    else:
        if entry["scope"] not in rulebook.scopes:
            raise BadInput(f"no scope named {entry['scope']!r}")
        rulebook.rules_named(entry["rules"])
        actions = structured_actions(rulebook, entry["actions"])
        runs[entry["run"]] = Run(entry["rules"], entry["scope"], actions)


def written(kills: Mapping[str, Kill], rulebook: Rulebook) -> str:
    """The text of a file."""
    runs: dict[str, dict[str, Any]] = {}
    lines = []
    for mutant, kill in sorted(kills.items()):
        entry = {"mutant": mutant, "kind": kill.kind.value, "by": kill.by, "cause": kill.cause}
        if kill.run is not None:
            said = _plain(kill.run)
            name = blake2b(_line(said).encode(), digest_size=6).hexdigest()
            runs[name] = {"run": name, **said}
            entry["run"] = name
        lines.append(_line(entry))
    first = {"format": FORMAT, "version": VERSION, "protocol": rulebook.protocol.name}
    return "\n".join([_line(first), *(_line(runs[name]) for name in sorted(runs)), *lines, ""])


def _plain(run: Run) -> dict[str, Any]:
    return {"rules": run.rule_set, "scope": run.scope, "actions": plain_actions(run.actions)}


def _line(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, separators=(",", ":"), ensure_ascii=True)


def save_kills(path: Path, kills: Mapping[str, Kill], rulebook: Rulebook) -> None:
    """Write the file, whole or not at all. Raises BadInput where that fails."""
    put_for("the kills", path, written(kills, rulebook).encode())


def runs_of(kills: Iterable[Kill]) -> tuple[Run, ...]:
    """The runs that kill something, each once: those that kill most first."""
    counts: dict[Run, int] = {}
    for kill in kills:
        if kill.run is not None:
            counts[kill.run] = counts.get(kill.run, 0) + 1
    return tuple(sorted(counts, key=lambda run: -counts[run]))
