"""Runs as files that anybody can repeat.

A trace file is canonical CBOR: a header with the format's name and version, the rules by name and
difference, the scope, the actions as [type name, fields], and what they break. It is named by a
short hash of what matters; the seed does not, so the same run found twice is one file.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import attrs
import cbor2
from cattrs import Converter
from cattrs.gen import make_dict_structure_fn

from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.ground.files import put, taken
from impl.ground.strictcbor import NotOurs, loads
from impl.ground.words import line, printable
from impl.lab.claims.monitor import Broken
from invariants.kernel.claims import Finding, Rulebook
from spec.kernel.basics import DAY, Below
from spec.kernel.clock import CLOCK, Wait
from spec.kernel.shapes import bare

FORMAT, VERSION = "exitgame trace", 1
SUFFIX = ".trace"
SHORTEST_NAME = 8
"""Hexadecimal digits of a trace's hash in its file name; more where two would collide."""
LARGEST = 1024 * 1024
"""Bytes. Nothing that we write comes near it."""
MOST_ACTIONS = 1_000
LONGEST_TEXT = 2_000
"""Characters of a name, a cause or a value as it was typed."""
LONGEST_WAIT = 100_000 * 365 * DAY
"""Seconds. No rule looks further ahead."""

Rulebooks = Mapping[str, Rulebook]
"""By protocol name."""


class _Foreign(Exception):
    """Not what a trace of ours contains."""


def trace_of(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    actions: tuple[Any, ...],
    broken: Broken,
    seed: int | None = None,
) -> Trace:
    """A run as a trace; the rules are named by the rule set that they differ least from."""
    name, changes = difference(rulebook, rules)
    return Trace(
        protocol=rulebook.protocol.name,
        rule_set=name,
        changes=changes,
        scope=_CONVERTER.unstructure(scope),
        seed=seed,
        actions=actions,
        invariant=broken.invariant,
        finding=broken.finding,
    )


def difference(rulebook: Rulebook, rules: Any) -> tuple[str, dict[str, str]]:
    """The nearest rule set's name, and the knobs and functions in which the rules differ."""
    best: tuple[str, dict[str, str]] | None = None
    sets = sorted(rulebook.rule_sets, key=lambda each: each.name != rulebook.default_rules)
    for each in sets:
        if type(each.rules) is not type(rules):
            continue
        changes = {
            f.name: _shown(getattr(rules, f.name))
            for f in attrs.fields(type(rules))
            if getattr(rules, f.name) != getattr(each.rules, f.name)
        }
        if best is None or len(changes) < len(best[1]):
            best = each.name, changes
    return best or (rulebook.default_rules, {})


def _shown(value: Any) -> str:
    return getattr(value, "__name__", None) or str(value)


# --- to and from plain values ---


def _converter() -> Converter:
    converter = Converter(unstruct_collection_overrides={}, detailed_validation=False)

    def strict(kind: type) -> None:
        def structure(value: Any, _: Any) -> Any:
            if type(value) is not kind:
                raise _Foreign(f"{line(repr(value))} is not of type {kind.__name__}")
            return value

        converter.register_structure_hook(kind, structure)

    for kind in (int, str, bytes, bool, float):
        strict(kind)
    converter.register_structure_hook_func(lambda kind: bool(_ends(kind)), _within)
    converter.register_structure_hook_factory(
        attrs.has,
        lambda cls: make_dict_structure_fn(
            cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=False
        ),
    )
    return converter


def _ends(kind: Any) -> list[int]:
    """Below what an int of this type has to be, so that it can be said at all."""
    return [mark.end for mark in bare(kind)[1] if isinstance(mark, Below)]


def _within(value: Any, kind: Any) -> Any:
    if type(value) is not int or not 0 <= value < min(_ends(kind)):
        raise _Foreign(f"{line(repr(value))} is not from 0 to {min(_ends(kind)) - 1}")
    return value


_CONVERTER = _converter()


def _types(rulebook: Rulebook) -> dict[str, type]:
    return {kind.__name__: kind for kind in (*rulebook.protocol.actions, Wait)}


def _plain(value: Any) -> Any:
    """Tuples and lists alike become lists: CBOR does not tell them apart."""
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def content(trace: Trace) -> dict[str, Any]:
    """What is written: the header and the trace as plain values."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "protocol": trace.protocol,
        "rule_set": trace.rule_set,
        "changes": dict(trace.changes),
        "scope": _plain(trace.scope),
        "seed": trace.seed,
        "actions": plain_actions(trace.actions),
        "invariant": trace.invariant,
        "finding": {"cause": trace.finding.cause, "numbers": dict(trace.finding.numbers)},
        "digest_of_change": trace.digest_of_change,
    }


def plain_actions(actions: Iterable[Any]) -> list[list[Any]]:
    """Actions as [type name, fields], of plain values only."""
    return [[type(action).__name__, _plain(_CONVERTER.unstructure(action))] for action in actions]


def structured_actions(rulebook: Rulebook, raw: Iterable[Any]) -> tuple[Any, ...]:
    """What `plain_actions` made plain. Raises BadInput for what is no action of the protocol."""
    try:
        return _structured(rulebook, raw)
    except _Foreign as error:
        raise BadInput(str(error)) from None


def _structured(rulebook: Rulebook, raw: Iterable[Any]) -> tuple[Any, ...]:
    types = _types(rulebook)
    actions: list[Any] = []
    for number, pair in enumerate(raw, start=1):
        kind = pair[0] if isinstance(pair, list) and len(pair) == 2 else None
        if not isinstance(kind, str) or kind not in types:
            raise _Foreign(f"action {number} is of an unknown type {line(repr(kind or pair), 80)}")
        action: Any = None
        try:
            action = _CONVERTER.structure(pair[1], types[kind])
        except Exception:
            raise _Foreign(f"action {number}, {kind}: fields are missing or wrong") from None
        if isinstance(action, Wait) and not 1 <= action.seconds <= LONGEST_WAIT:
            raise _Foreign(
                f"action {number} waits {line(action.seconds, 40)} seconds; the clock goes forward,"
                f" at least 1 and at most {LONGEST_WAIT:,}"
            )
        if isinstance(action, Wait) and action.by != CLOCK:
            raise _Foreign(f"action {number}, Wait: only the clock waits, not party {action.by}")
        actions.append(action)
    return tuple(actions)


def encode(trace: Trace) -> bytes:
    """The file's bytes."""
    return cbor2.dumps(content(trace), canonical=True)


def full_hash(trace: Trace) -> str:
    """The hash that names a trace; the same run found with another seed has the same."""
    lasting = {key: value for key, value in content(trace).items() if key != "seed"}
    return blake2b(cbor2.dumps(lasting, canonical=True), digest_size=16).hexdigest()


def decode(data: bytes, rulebooks: Rulebooks, whose: str) -> Trace:
    """The trace in a file's bytes. Raises BadInput, naming the file by `whose`."""
    try:
        return _decode(data, rulebooks)
    except (_Foreign, BadInput) as error:
        raise BadInput(f"{whose}: {error}") from None
    except Exception as error:
        raise BadInput(
            f"{whose}: not a readable trace ({type(error).__name__}); "
            "write it again with a checker that finds the run"
        ) from None


def _decode(data: bytes, rulebooks: Rulebooks) -> Trace:
    if len(data) > LARGEST:
        raise _Foreign(f"larger than any trace ({LARGEST:,} bytes)")
    try:
        raw = loads(data)
    except NotOurs as wrong:
        raise _Foreign(f"not a trace: {wrong}") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise _Foreign(f"CBOR, but not a trace: the header {FORMAT!r} is missing")
    if raw.get("version") != VERSION:
        version = line(repr(raw.get("version")), 40)
        raise _Foreign(f"trace version {version}; this release reads {VERSION}")
    name = raw.get("protocol")
    rulebook = rulebooks.get(name) if isinstance(name, str) else None
    if rulebook is None:
        known = ", ".join(sorted(rulebooks)) or "none"
        raise _Foreign(f"unknown protocol {line(repr(name), 80)}; known: {known}")
    if len(_of(list, raw, "actions")) > MOST_ACTIONS:
        raise _Foreign(f"more than {MOST_ACTIONS:,} actions, which no checker takes in a run")
    actions = _structured(rulebook, raw["actions"])
    scope = _of(dict, raw, "scope")
    structured_scope(rulebook, scope)
    finding = _of(dict, raw, "finding")
    trace = Trace(
        protocol=rulebook.protocol.name,
        rule_set=_of(str, raw, "rule_set"),
        changes=_CONVERTER.structure(_of(dict, raw, "changes"), dict[str, str]),
        scope=scope,
        seed=None if raw.get("seed") is None else _of(int, raw, "seed"),
        actions=actions,
        invariant=_of(str, raw, "invariant"),
        finding=Finding(
            _of(str, finding, "cause"),
            _CONVERTER.structure(_of(dict, finding, "numbers"), dict[str, int]),
        ),
        digest_of_change=_of(str, raw, "digest_of_change"),
    )
    if encode(trace) != data:
        raise _Foreign("the contents are not in the form in which a trace is written")
    _shows(trace)
    return trace


def _shows(trace: Trace) -> None:
    """Every text of it can be shown as it is. Raises _Foreign: none of ours would not."""
    texts = {"rule_set": trace.rule_set, "invariant": trace.invariant}
    texts |= {"finding": trace.finding.cause, "digest_of_change": trace.digest_of_change}
    texts |= {f"change {name}": f"{name} {text}" for name, text in trace.changes.items()}
    texts |= {f"number {name}": name for name in trace.finding.numbers}
    for where, text in texts.items():
        if printable(text) != text or "\n" in text or len(text) > LONGEST_TEXT:
            raise _Foreign(f"its {line(where, 40)} is no text that a trace holds: {line(text, 80)}")


def _of(kind: type, raw: dict[str, Any], field: str) -> Any:
    value = raw.get(field)
    if type(value) is not kind:
        raise _Foreign(f"field {field!r} is missing or not of type {kind.__name__}")
    return value


def structured_scope(rulebook: Rulebook, fields: Mapping[str, Any]) -> Any:
    """The scope that a trace was found in. Raises BadInput where the fields do not fit."""
    kind = type(rulebook.scopes[rulebook.default_scope])
    try:
        return _CONVERTER.structure(fields, kind)
    except Exception:
        wanted = ", ".join(f.name for f in attrs.fields(kind))
        raise BadInput(f"the trace's scope does not fit: it needs the fields {wanted}") from None


# --- files ---


def save_trace(trace: Trace, folder: Path | str) -> Path:
    """Write a trace into a folder, all of it or nothing. Raises BadInput where that fails."""
    folder = Path(folder)
    data, name = encode(trace), full_hash(trace)
    try:
        loads(data)
    except NotOurs as wrong:
        raise BadInput(f"no file can keep this run: it {wrong}") from None
    try:
        path = _free_path(folder, name, trace)
        put(path, data)
    except OSError as error:
        raise BadInput(
            f"{folder}: cannot write the trace ({error.strerror}); name a writable folder"
        ) from None
    return path


def _free_path(folder: Path, name: str, trace: Trace) -> Path:
    for length in range(SHORTEST_NAME, len(name)):
        path = folder / f"{name[:length]}{SUFFIX}"
        if not path.exists() or _same(path, trace):
            return path
    return folder / f"{name}{SUFFIX}"


def _same(path: Path, trace: Trace) -> bool:
    try:
        raw = loads(taken(path, LARGEST))
        return {**raw, "seed": None} == {**content(trace), "seed": None}
    except Exception:
        return False


def load_trace(path_or_hash: str | Path, rulebooks: Rulebooks, folder: Path | str) -> Trace:
    """Read a trace by path, or by the first digits of its hash in a folder.

    Raises BadInput for whatever is not a trace of a known protocol.
    """
    path = _located(str(path_or_hash), Path(folder))
    try:
        data = taken(path, LARGEST)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    return decode(data, rulebooks, str(path))


def _located(text: str, folder: Path) -> Path:
    if not text:
        raise BadInput("no trace named: give a path, or a hash from an earlier run")
    if "\0" in text:
        raise BadInput(f"{text!r}: neither a path nor a hash")
    path = Path(text)
    if path.suffix or path.exists():
        return path
    if not text or any(digit not in "0123456789abcdef" for digit in text):
        raise BadInput(f"{text!r}: neither a file nor the beginning of a trace's hash")
    try:
        matches = sorted(folder.glob(f"{text}*{SUFFIX}"))
    except OSError:
        matches = []
    if not matches:
        raise BadInput(f"no trace {text} in {folder}; give a path or run the checker again")
    if len(matches) > 1:
        names = ", ".join(match.stem for match in matches[:4])
        raise BadInput(f"{text} is the beginning of several traces: {names}; give more digits")
    return matches[0]
