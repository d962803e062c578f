"""A run in the Informal Trace Format, which Apalache, Quint and their tools read.

Every group of the state is a variable; beside them stand the time, the action that led to the state
and what became of it. Format: https://apalache-mc.org/docs/adr/015adr-trace.html

    records      objects, field by field           maps     {"#map": [[key, value], ...]}
    tuples       lists; as a map's key {"#tup"}    sets     {"#set": [...]}, sorted
    numbers      {"#bigint": "12"}                 nothing  {"tag": "None", "value": {"#tup": []}}
    enums        their names                       bytes    "0x..."
"""

import json
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

from impl.ground.evidence import Trace
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Played, Replay
from impl.lab.traces.kept import as_kept

FORMAT = "https://apalache-mc.org/docs/adr/015adr-trace.html"
NOTHING: Mapping[str, Any] = {"tag": "None", "value": {"#tup": []}}
ACTION, OUTCOME, BROKEN = "action", "outcome", "broken"
"""The variables that are not groups of the state."""


def itf(trace: Trace, rules: RuleChange, run: Replay) -> dict[str, Any]:
    """The run as an ITF document: the first state, then the state after every action."""
    protocol = rules.rulebook.protocol
    names = {group: _identifier(group) for group in protocol.groups(run.initial)}

    def state(index: int, record: Any, step: Played | None) -> dict[str, Any]:
        groups = protocol.groups(record)
        return {
            "#meta": {"index": index},
            **{name: value(groups[group]) for group, name in names.items()},
            ACTION: NOTHING if step is None else _variant(step.action),
            OUTCOME: "" if step is None else _outcome(step),
            BROKEN: [{"#tup": list(b.pair)} for n, b in run.breaks if n == index],
        }

    return {
        "#meta": {
            "format": "ITF",
            "format-description": FORMAT,
            "source": f"{protocol.name}/{rules.rule_set.name}",
            "description": _description(trace, run),
            "status": "ok" if run.holds else "violation",
            "rules": {d.field: f"{d.before} -> {d.after}" for d in rules.differences},
            "scope": json.loads(json.dumps(trace.scope)),
        },
        "vars": [*names.values(), ACTION, OUTCOME, BROKEN],
        "states": [
            state(0, run.initial, None),
            *(state(n, step.after, step) for n, step in enumerate(run.steps, 1)),
        ],
    }


def _description(trace: Trace, run: Replay) -> str:
    """What the run breaks when it is played, whatever it was kept for."""
    now = as_kept(trace, run)
    broken = run.broken if now is None else (now,)
    return "; ".join(f"{b.invariant}: {b.finding.cause}" for b in broken) or "breaks nothing"


def text(document: Mapping[str, Any]) -> str:
    """The document as JSON, one state per line: short enough to read, and to compare by line."""
    states = ",\n".join(json.dumps(state) for state in document["states"])
    meta, names = json.dumps(document["#meta"]), json.dumps(document["vars"])
    return f'{{"#meta": {meta},\n"vars": {names},\n"states": [\n{states}\n]}}\n'


def value(thing: Any) -> Any:
    """A value of a state or an action as ITF has it."""
    if thing is None:
        return NOTHING
    if isinstance(thing, bool | str):
        return thing
    if isinstance(thing, Enum):
        return thing.name
    if isinstance(thing, int):
        return {"#bigint": str(thing)}
    if isinstance(thing, bytes):
        return f"0x{thing.hex()}"
    if attrs.has(type(thing)):
        return {f.name: value(getattr(thing, f.name)) for f in attrs.fields(type(thing))}
    if isinstance(thing, Mapping):
        pairs = [[_key(key), value(each)] for key, each in thing.items()]
        return {"#map": sorted(pairs, key=lambda pair: _order(pair[0]))}
    if isinstance(thing, frozenset | set):
        return {"#set": sorted(map(value, thing), key=_order)}
    if isinstance(thing, tuple | list):
        return [value(each) for each in thing]
    return {"#unserializable": type(thing).__name__}


def _key(key: Any) -> Any:
    """A tuple as a key is a pair or triple of different things, not a sequence."""
    return {"#tup": [value(each) for each in key]} if isinstance(key, tuple) else value(key)


def _order(thing: Any) -> str:
    return json.dumps(thing, sort_keys=True)


def _variant(action: Any) -> dict[str, Any]:
    return {"tag": type(action).__name__, "value": value(action)}


def _outcome(step: Played) -> str:
    return "accepted" if step.accepted else f"refused: {step.refusal}" if step.refusal else "failed"


def _identifier(group: str) -> str:
    name = re.sub(r"\W", "_", group)
    return f"{name}_" if name in (ACTION, OUTCOME, BROKEN) else name
