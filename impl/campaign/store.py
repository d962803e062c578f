"""A campaign on disk: what is done, what was learnt, what was found; and how it is taken up again.

    campaign.json   whose campaign this is, what it has done, the corpus in its order
    examples/       the corpus, in the format of Hypothesis' example database
    findings/       one trace for each (invariant, cause)
    round/          the shards of the round that is not finished yet
    set-aside/      what could not be read

A round's files are written first and campaign.json last, so a campaign that is killed at any
moment has either the whole round or none of it, and its finished shards beside it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cbor2
from attrs import define, field

from impl.campaign.corpus import Candidate
from impl.campaign.examples import Examples
from impl.campaign.shards import Shard
from impl.campaign.shelf import CannotKeep, write_whole
from impl.evidence import Coverage, Trace
from impl.faults import BadInput
from impl.files import PART
from impl.fuzz.walker import Failure
from impl.monitor import Broken
from impl.rulechange import RuleChange
from impl.traces import decode, encode, save_trace, trace_of
from invariants.kernel.claims import Finding

FORMAT, VERSION = "exitgame campaign", 1
STATE, EXAMPLES = "campaign.json", "examples"


def identity(change: RuleChange, scope: Any) -> dict[str, Any]:
    """What makes two campaigns one: the protocol, the rules, and the scope."""
    nothing = Broken("", Finding("", {}))
    sample = trace_of(change.rulebook, change.rules, scope, (), nothing)
    return {
        "protocol": change.rulebook.protocol.name,
        "rule_set": change.rule_set.name,
        "differences": [[d.field, d.before, d.after] for d in change.differences],
        "digest_of_change": change.digest,
        "scope": json.loads(json.dumps(dict(sample.scope), default=str)),
    }


def database_key(change: RuleChange, scope: Any) -> bytes:
    """Under which key of the example database the corpus stands."""
    return b"exitgame " + json.dumps(identity(change, scope), sort_keys=True).encode()


@define
class State:
    """What campaign.json says."""

    seed: int
    shards: int = 0
    """Finished ones, all of finished rounds."""
    steps: int = 0
    runs: int = 0
    entries: list[tuple[str, int]] = field(factory=list)
    """The corpus in its order: file name, visits."""
    coverage: Coverage = Coverage()
    series: list[dict[str, int]] = field(factory=list)
    findings: list[str] = field(factory=list)
    """File names, in the order in which they were found."""


class Store:
    """The folder of one campaign."""

    def __init__(self, folder: Path, change: RuleChange, scope: Any) -> None:
        """Nothing is read or written yet."""
        self.folder, self.change, self.scope = folder, change, scope
        self.examples = Examples(folder / EXAMPLES, database_key(change, scope))
        self.findings, self.round = folder / "findings", folder / "round"
        self.aside = folder / "set-aside"

    def begin(self, seed: int | None, otherwise: int) -> State:
        """The campaign as it stands; a new one with the seed, or `otherwise`, where there is none.

        Raises BadInput where the folder belongs to another campaign, or cannot be read.
        """
        path = self.folder / STATE
        for left in self.folder.rglob(f"*{PART}"):
            left.unlink(missing_ok=True)  # half a file of a campaign that was killed
        try:
            text = path.read_text()
        except FileNotFoundError:
            return State(otherwise if seed is None else seed)
        except (OSError, UnicodeDecodeError) as failure:
            raise BadInput(f"{path}: cannot be read ({failure})") from None
        try:
            state, whose = _read(json.loads(text))
        except Exception:
            raise BadInput(
                f"{path}: not the state of a campaign; --fresh puts the folder aside and starts"
                " a new one"
            ) from None
        mine = identity(self.change, self.scope)
        if whose != mine:
            other = next(name for name in mine if whose.get(name) != mine[name])
            raise BadInput(
                f"--corpus {self.folder}: a campaign of another {WHAT[other]} lives there"
                f" ({_short(whose.get(other))} instead of {_short(mine[other])}); name another"
                " folder, or --fresh to put it aside"
            )
        if seed not in (None, state.seed):
            raise BadInput(
                f"--corpus {self.folder}: the campaign there has seed {state.seed}, not {seed};"
                " leave --seed out to go on with it, or name another folder"
            )
        return state

    def write(self, state: State) -> None:
        """Make a round count. Raises CannotKeep."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "identity": identity(self.change, self.scope),
            "seed": state.seed,
            "shards": state.shards,
            "steps": state.steps,
            "runs": state.runs,
            "coverage": {
                "applied": dict(state.coverage.applied),
                "refused": {kind: dict(why) for kind, why in state.coverage.refused.items()},
                "witnesses": dict(state.coverage.witnesses),
            },
            "series": state.series,
            "findings": state.findings,
            "entries": state.entries,
        }
        write_whole(self.folder / STATE, json.dumps(content, indent=1).encode(), lasting=True)

    # --- findings ---

    def keep(self, trace: Trace) -> str:
        """Keep a finding; returns its file's name. Raises CannotKeep."""
        try:
            return save_trace(trace, self.findings).name
        except BadInput as failure:
            raise CannotKeep(str(failure)) from None

    def found(self, names: Sequence[str]) -> tuple[list[Trace], list[str]]:
        """The traces of some findings, and a line for each file that cannot be read."""
        traces, lines = [], []
        for name in names:
            path = self.findings / name
            try:
                traces.append(self._trace(path.read_bytes(), path.name))
            except (OSError, BadInput) as failure:
                reason = failure.strerror if isinstance(failure, OSError) else failure
                lines.append(f"finding {name}: {reason}")
        return traces, lines

    def _trace(self, data: bytes, whose: str) -> Trace:
        rulebook = self.change.rulebook
        return decode(data, {rulebook.protocol.name: rulebook}, whose)

    # --- the round that is not finished ---

    def note(self, shard: Shard, seed: int) -> None:
        """Keep a finished shard of an unfinished round, findings and all. Raises CannotKeep."""
        change = self.change
        content = {
            "seed": seed,
            "number": shard.number,
            "steps": shard.steps,
            "runs": shard.runs,
            "failures": [
                encode(trace_of(change.rulebook, change.rules, self.scope, f.actions, f.broken))
                for f in shard.failures
            ],
            "applied": dict(shard.coverage.applied),
            "refused": {kind: dict(why) for kind, why in shard.coverage.refused.items()},
            "witnesses": dict(shard.coverage.witnesses),
            "candidates": [[c.data, list(c.behaviours)] for c in shard.candidates],
            "visits": dict(shard.visits),
        }
        lasting = bool(shard.failures)
        write_whole(self._noted(shard.number), cbor2.dumps(content), lasting=lasting)

    def noted(self, state: State) -> dict[int, Shard]:
        """The finished shards of the unfinished round; those that cannot be read are forgotten,
        because playing them again gives the same."""
        found = {}
        for path in sorted(self.round.glob("*.shard")):
            try:
                raw = cbor2.loads(path.read_bytes())
                shard = self._shard(raw)
                if raw["seed"] == state.seed and shard.number >= state.shards:
                    found[shard.number] = shard
                    continue
            except Exception:
                pass
            path.unlink(missing_ok=True)
        return found

    def forget(self, numbers: Sequence[int]) -> None:
        """Remove the shards of a round that counts now."""
        for number in numbers:
            self._noted(number).unlink(missing_ok=True)

    def _noted(self, number: int) -> Path:
        return self.round / f"{number}.shard"

    def _shard(self, raw: Mapping[str, Any]) -> Shard:
        failures = []
        for data in raw["failures"]:
            trace = self._trace(data, "a shard")
            failures.append(Failure(trace.actions, Broken(trace.invariant, trace.finding)))
        return Shard(
            raw["number"],
            raw["steps"],
            raw["runs"],
            tuple(failures),
            Coverage(raw["applied"], raw["refused"], raw["witnesses"]),
            tuple(Candidate(data, tuple(shown)) for data, shown in raw["candidates"]),
            raw["visits"],
        )


WHAT = {
    "protocol": "protocol",
    "rule_set": "rule set",
    "differences": "rule change",
    "digest_of_change": "text of the change file",
    "scope": "scope",
}


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _read(raw: Any) -> tuple[State, Mapping[str, Any]]:
    if (raw["format"], raw["version"]) != (FORMAT, VERSION):
        raise ValueError(raw["version"])
    coverage = raw["coverage"]
    state = State(
        seed=int(raw["seed"]),
        shards=int(raw["shards"]),
        steps=int(raw["steps"]),
        runs=int(raw["runs"]),
        entries=[(str(name), int(visits)) for name, visits in raw["entries"]],
        coverage=Coverage(coverage["applied"], coverage["refused"], coverage["witnesses"]),
        series=[{str(k): int(v) for k, v in point.items()} for point in raw["series"]],
        findings=[str(name) for name in raw["findings"]],
    )
    return state, dict(raw["identity"])
