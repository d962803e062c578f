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
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import cbor2
from attrs import define, evolve, field

from impl.ground.evidence import Coverage, Trace
from impl.ground.faults import BadInput
from impl.ground.files import taken
from impl.ground.strictcbor import loads
from impl.ground.words import line
from impl.lab.campaign.corpus import Candidate
from impl.lab.campaign.examples import NAME, Examples
from impl.lab.campaign.shards import ROUND, Shard
from impl.lab.campaign.shelf import CannotKeep, half_written, own_folder, write_whole
from impl.lab.claims.monitor import Broken
from impl.lab.fuzz.walker import Failure
from impl.lab.rules.change import RuleChange
from impl.lab.traces.format import LARGEST as MOST_OF_A_TRACE
from impl.lab.traces.format import SUFFIX, decode, encode, save_trace, trace_of
from impl.lab.traces.kept import as_kept, play_again, what_became
from invariants.kernel.claims import Finding

FORMAT, VERSION = "exitgame campaign", 1
LARGEST, LARGEST_SHARD = 64 * 1024 * 1024, 8 * 1024 * 1024
"""Bytes of campaign.json after months, and of a shard."""
MOST = 2**63
FINDING = re.compile(rf"[0-9a-f]{{8,32}}{re.escape(SUFFIX)}")
"""What the file of a finding is called."""
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
        folders = (*self.examples.folders(), self.findings, self.round, self.aside)
        for each in folders:
            own_folder(each)
        for each in (self.folder, *folders):
            for left in half_written(each):
                left.unlink(missing_ok=True)
        try:
            text = taken(path, LARGEST, follow=False)
        except FileNotFoundError:
            return State(otherwise if seed is None else seed)
        except OSError as failure:
            raise BadInput(f"{path}: cannot be read ({failure.strerror})") from None
        try:
            state, whose = read_state(json.loads(text))
        except Exception:
            raise BadInput(
                f"{path}: not the state of a campaign; --fresh puts the folder aside and starts"
                " a new one"
            ) from None
        mine = identity(self.change, self.scope)
        if whose != mine:
            other = next((name for name in mine if whose.get(name) != mine[name]), "protocol")
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

    def found(self, names: Sequence[str], seed: int) -> tuple[list[Trace], list[str]]:
        """The traces of some findings, and a line for each file that cannot be read."""
        traces, lines = [], []
        for name in names:
            try:
                data = taken(self.findings / name, MOST_OF_A_TRACE, follow=False)
                traces.append(self._happens(self._trace(data, f"finding {name}"), seed))
            except OSError as failure:
                lines.append(f"finding {name}: {failure.strerror}")
            except BadInput as failure:
                lines.append(str(failure))
        return traces, lines

    def _happens(self, trace: Trace, seed: int) -> Trace:
        """A finding as it is when it is played under the campaign's rules. Raises BadInput where
        it does not break what it is kept for."""
        change = self.change
        again = play_again(change.rulebook, change.rules, self.scope, trace)
        now = as_kept(trace, again)
        if now is None:
            raise BadInput(
                f"finding {trace.invariant} ({trace.finding.cause}): {what_became(trace, again)}"
            )
        ours = trace_of(change.rulebook, change.rules, self.scope, trace.actions, now, seed)
        return evolve(
            ours,
            rule_set=change.rule_set.name,
            changes=dict(change.changes),
            digest_of_change=change.digest,
        )

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
                raw = loads(taken(path, LARGEST_SHARD, follow=False))
                shard = self._shard(raw, state)
                ahead = state.shards <= shard.number < state.shards + ROUND
                if raw["seed"] == state.seed and ahead and self._noted(shard.number) == path:
                    found[shard.number] = shard
                    continue
            except Exception:
                pass
            with suppress(OSError):
                path.unlink()
        return found

    def forget(self, numbers: Sequence[int]) -> None:
        """Remove the shards of a round that counts now."""
        for number in numbers:
            self._noted(number).unlink(missing_ok=True)

    def _noted(self, number: int) -> Path:
        return self.round / f"{number}.shard"

    def _shard(self, raw: Mapping[str, Any], state: State) -> Shard:
        """A finished shard as it was noted. Raises anything where it is none."""
        failures = []
        for data in raw["failures"]:
            trace = self._happens(self._trace(data, "a shard"), state.seed)
            failures.append(Failure(trace.actions, Broken(trace.invariant, trace.finding)))
        visits = dict(raw["visits"])
        if not all(type(n) is int and 0 <= n < len(state.entries) for n in visits):
            raise ValueError("visits to what is not there")
        return Shard(
            count(raw["number"]),
            count(raw["steps"]),
            count(raw["runs"]),
            tuple(failures),
            read_coverage(raw),
            tuple(_candidate(data, shown) for data, shown in raw["candidates"]),
            {n: whole(visited) for n, visited in visits.items()},
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


def read_state(raw: Any) -> tuple[State, Mapping[str, Any]]:
    """What campaign.json says, and whose campaign it is. Raises anything where it says nonsense."""
    if (raw["format"], raw["version"]) != (FORMAT, VERSION):
        raise ValueError(raw["version"])
    names = [str(name) for name in raw["findings"]]
    if not all(map(FINDING.fullmatch, names)):
        raise ValueError("a finding with a name that is none of ours")
    state = State(
        seed=raw["seed"],
        shards=count(raw["shards"]),
        steps=count(raw["steps"]),
        runs=count(raw["runs"]),
        entries=[(text(name), whole(visits)) for name, visits in raw["entries"]],
        coverage=read_coverage(raw["coverage"]),
        series=[{text(k): count(v) for k, v in point.items()} for point in raw["series"]],
        findings=names,
    )
    if type(state.seed) is not int or state.seed < 0:
        raise ValueError("a seed that is none")
    if not all(NAME.fullmatch(name) for name, _ in state.entries):
        raise ValueError("an entry with a name that is none of ours")
    return state, dict(raw["identity"])


def read_coverage(raw: Any) -> Coverage:
    """Counts by name. Raises anything where they are none."""
    return Coverage(
        _counts(raw["applied"]),
        {text(kind): _counts(why) for kind, why in raw["refused"].items()},
        _counts(raw["witnesses"]),
    )


def _counts(raw: Any) -> dict[str, int]:
    return {text(name): count(number) for name, number in raw.items()}


def _candidate(data: Any, shown: Any) -> Candidate:
    if type(data) is not bytes:
        raise ValueError("a run that is none")
    return Candidate(data, tuple(count(each) for each in shown))


def whole(value: Any) -> int:
    """A number, as it is written. Raises ValueError."""
    if type(value) is not int or abs(value) > MOST:
        raise ValueError("not a number that a campaign comes to")
    return value


def count(value: Any) -> int:
    """A number of things. Raises ValueError."""
    if whole(value) < 0:
        raise ValueError("less than none")
    return whole(value)


def text(value: Any) -> str:
    """A name that can be shown. Raises ValueError."""
    if type(value) is not str or line(value) != value:
        raise ValueError("not a name")
    return value
