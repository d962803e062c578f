"""Rules and scopes as people type them: a field is a knob with a name, a unit and a value.

A field annotated `Seconds` is a duration and is typed with a unit (`7d`, `36h`, `1d12h`); a
duration without one is refused, because a week and seven seconds look alike otherwise. Numbers
without a unit are just that, flags are `yes` or `no`, members of an enum go by name, and tuples of
numbers have commas between. A field that is itself a record is entered with a dot.
"""

import ast
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any

import attrs
from attrs import frozen

from impl.ground.faults import BadInput
from impl.ground.words import unknown

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
SECONDS = "seconds"


@frozen
class Knob:
    """A field that can be set from the command line."""

    name: str
    """As typed: hyphens, and dots between a record and its field."""
    path: tuple[str, ...]
    unit: str
    """`seconds`, or empty."""
    kind: Any
    """The type of its values."""


def knobs(record: Any) -> tuple[Knob, ...]:
    """Every field of a record, and of the records in it, that can be set by a typed value."""
    found: list[Knob] = []
    for field, value in _fields(record):
        if _is_part(value):
            for inner in knobs(value):
                path = (field.name, *inner.path)
                found.append(Knob(hyphens(path), path, inner.unit, inner.kind))
        elif not callable(value) and _kind(record, field) is not None:
            path = (field.name,)
            unit = _unit(type(record), field)
            found.append(Knob(hyphens(path), path, unit, _kind(record, field)))
    return tuple(found)


def decisions(record: Any) -> Mapping[str, Callable[..., Any]]:
    """Every function in a record of rules, by its name as typed."""
    found: dict[str, Callable[..., Any]] = {}
    for field, value in _fields(record):
        if _is_part(value):
            for name, function in decisions(value).items():
                found[f"{hyphens((field.name,))}.{name}"] = function
        elif callable(value):
            found[hyphens((field.name,))] = value
    return found


def change(record: Any, settings: Iterable[tuple[str, str]], option: str) -> Any:
    """The record with knobs set to typed values, all at once.

    `option` is `rules` or `scope`, as in `--rules.KNOB`. Raises BadInput for an unknown knob, a
    value that cannot be read, and one that the record itself refuses.
    """
    known = {knob.name: knob for knob in knobs(record)}
    values: dict[tuple[str, ...], Any] = {}
    typed: list[str] = []
    for name, text in settings:
        hyphened = name.replace("_", "-")
        if hyphened not in known:
            raise BadInput(_no_such_knob(record, hyphened, option, known))
        knob = known[hyphened]
        try:
            values[knob.path] = read(knob, text)
        except ValueError as failure:
            raise BadInput(f"--{option}.{hyphened} {text}: {failure}") from failure
        typed.append(f"--{option}.{hyphened} {text}")
    try:
        for value in values.values():
            _not_negative(value)
        return replace(record, values)
    except (ValueError, TypeError) as failure:
        reason = failure.args[0] if failure.args else type(failure).__name__
        raise BadInput(f"{' '.join(typed)}: {one_line(reason)}") from failure


def replace(record: Any, values: Mapping[tuple[str, ...], Any]) -> Any:
    """The record with the fields at these paths set, in one evolution per record."""
    here: dict[str, Any] = {}
    below: dict[str, dict[tuple[str, ...], Any]] = {}
    for (field, *rest), value in values.items():
        if rest:
            below.setdefault(field, {})[tuple(rest)] = value
        else:
            here[field] = value
    for field, inner in below.items():
        here[field] = replace(getattr(record, field), inner)
    return attrs.evolve(record, **here)


def read(knob: Knob, text: str) -> Any:
    """The value that a typed text means for a knob. Raises ValueError with what would be right."""
    if text.lower() == "none" and type(None) in typing.get_args(knob.kind):
        return None
    kind = _without_none(knob.kind)
    if kind is bool:
        return _read_flag(text)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _read_member(kind, text)
    if typing.get_origin(kind) is tuple:
        return tuple(_read_int(part, knob.unit) for part in text.split(",") if part.strip())
    return _read_int(text, knob.unit)


def show(knob: Knob, value: Any) -> str:
    """A knob's value as it would be typed."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, tuple):
        return ",".join(show(knob, each) for each in value)
    return duration(value) if knob.unit == SECONDS else str(value)


def fields_shown(record: Any) -> list[tuple[str, str]]:
    """A record's fields as typed; those that cannot be typed are left out."""
    shown = []
    for knob in knobs(record):
        value = record
        for step in knob.path:
            value = getattr(value, step)
        shown.append((knob.name, show(knob, value)))
    return shown


def duration(seconds: int) -> str:
    """Seconds in the largest unit, weeks apart, that they are a whole number of: `7d`, `36h`."""
    for unit in ("d", "h", "m"):
        if seconds and seconds % UNITS[unit] == 0:
            return f"{seconds // UNITS[unit]}{unit}"
    return f"{seconds}s"


def read_duration(text: str) -> int:
    """Seconds of a typed duration: `2w`, `7d`, `36h`, `90s`, `1d12h`. Raises ValueError."""
    parts = re.findall(r"(\d+)([wdhms])", text.strip().lower())
    if parts and "".join(n + unit for n, unit in parts) == text.strip().lower():
        return sum(int(n) * UNITS[unit] for n, unit in parts)
    if re.fullmatch(r"\d+", text.strip()):
        if int(text) == 0:
            return 0
        raise ValueError(f"{text} has no unit: write {text}s or {text}d (s, m, h, d, w)")
    raise ValueError("not a duration: write a number and a unit, such as 90s, 10m, 36h, 7d or 2w")


def hyphens(path: Iterable[str]) -> str:
    """A path of fields as typed."""
    return ".".join(part.replace("_", "-") for part in path)


def one_line(reason: object) -> str:
    """A message on one line."""
    return " ".join(str(reason).split())


def _read_int(text: str, unit: str) -> int:
    if unit == SECONDS:
        return read_duration(text)
    if re.fullmatch(r"-?\d+(_\d+)*", text.strip()):
        return int(text)
    if re.fullmatch(r"\d+[wdhms]", text.strip().lower()):
        raise ValueError(f"this is a plain number: write {text.strip()[:-1]}, without a unit")
    raise ValueError("not a whole number")


def _read_flag(text: str) -> bool:
    words = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    if text.lower() not in words:
        raise ValueError("write yes or no")
    return words[text.lower()]


def _read_member(kind: type[Enum], text: str) -> Enum:
    members = {member.name.lower().replace("_", "-"): member for member in kind}
    if text.lower() not in members:
        raise ValueError(f"write one of {', '.join(members)}")
    return members[text.lower()]


def _not_negative(value: Any) -> None:
    for each in value if isinstance(value, tuple) else (value,):
        if isinstance(each, int) and each < 0:
            raise ValueError("may not be negative")


def _no_such_knob(record: Any, name: str, option: str, known: Mapping[str, Knob]) -> str:
    noun = "knob" if option == "rules" else "scope field"
    if name in decisions(record):
        return f"{name} is a decision function, not a number: replace it with --change FILE.py:NAME"
    if any(knob.startswith(f"{name}.") for knob in known):
        inner = ", ".join(knob for knob in known if knob.startswith(f"{name}."))
        return f"{name} is a record: set one of its knobs, {inner}"
    return unknown(noun, name, known)


def _is_part(value: Any) -> bool:
    """Is it a record inside the rules? One that can be called is a decision, as a function is."""
    return attrs.has(type(value)) and not isinstance(value, type) and not callable(value)


def _fields(record: Any) -> list[tuple[Any, Any]]:
    return [(field, getattr(record, field.name)) for field in attrs.fields(type(record))]


def _kind(record: Any, field: Any) -> Any:
    """The type of a settable field; None where no text can be read as its value."""
    record_type: Any = type(record)
    hint = _hints(record_type).get(field.name, field.type)
    kind = _without_none(hint)
    if kind in (int, bool) or (isinstance(kind, type) and issubclass(kind, Enum)):
        return hint
    if typing.get_origin(kind) is tuple and set(typing.get_args(kind)) <= {int, Ellipsis}:
        return hint
    if isinstance(kind, typing.NewType) and kind.__supertype__ is int:
        return int
    return None


def _without_none(hint: Any) -> Any:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        return rest[0] if len(rest) == 1 else hint
    return hint


@cache
def _hints(record_type: Any) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(record_type)
    except Exception:
        return {}


def _unit(record_type: type, field: Any) -> str:
    declared = field.metadata.get("unit")
    if declared is not None:
        return str(declared)
    return SECONDS if field.name in _durations(record_type) else ""


@cache
def _durations(record_type: type) -> frozenset[str]:
    """The fields annotated with the alias `Seconds`, read off the class's source.

    At run time the alias is `int`; only the source still says which ints are durations.
    """
    found: set[str] = set()
    for base in record_type.__mro__:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                names = {n.id for n in ast.walk(node.annotation) if isinstance(n, ast.Name)}
                if "Seconds" in names:
                    found.add(node.target.id)
    return frozenset(found)
