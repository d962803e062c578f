"""Values compared, copied and written down by what they are, not by which objects they are."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

from attrs import fields, has

ATOMS = (int, bool, str, bytes, float, type(None))


@cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """The fields of a record; None for what is no record."""
    return tuple([field.name for field in fields(kind)]) if has(kind) else None


def copied(value: Any, kept: type) -> Any:
    """An equal value made of new objects, numbers and texts apart. Records of the type `kept` (the
    rules) and what is no plain value stay as they are."""
    kind = value.__class__
    if kind in ATOMS or kind is kept:
        return value
    if isinstance(value, tuple):
        members = [copied(member, kept) for member in value]
        return kind(*members) if hasattr(kind, "_fields") else tuple(members)
    if isinstance(value, list):
        return [copied(member, kept) for member in value]
    if isinstance(value, frozenset | set):
        return kind([copied(member, kept) for member in value])
    if kind is dict:
        return {copied(k, kept): copied(v, kept) for k, v in value.items()}
    names = _fields(kind)
    if names is None or isinstance(value, BaseException | Enum):
        return value
    twin = object.__new__(kind)
    for name in names:
        object.__setattr__(twin, name, copied(getattr(value, name), kept))
    if hasattr(value, "_attrs_cached_hash"):
        object.__setattr__(twin, "_attrs_cached_hash", None)
    return twin


def written(value: Any) -> str:
    """A value as text: the same in every process, however sets and mappings are ordered there."""
    kind = value.__class__
    if kind in ATOMS:
        return repr(value)
    if isinstance(value, Enum):
        return f"{kind.__name__}.{value.name}"
    if isinstance(value, tuple | list):
        return f"({','.join([written(member) for member in value])})"
    if isinstance(value, Mapping):
        entries = sorted([f"{written(k)}:{written(v)}" for k, v in value.items()])
        return f"{{{','.join(entries)}}}"
    if isinstance(value, frozenset | set):
        return f"{{{','.join(sorted([written(member) for member in value]))}}}"
    names = _fields(kind)
    if names is not None:
        return f"{kind.__name__}({','.join([written(getattr(value, n)) for n in names])})"
    return str(getattr(value, "__qualname__", kind.__qualname__))


def same(one: Any, two: Any) -> bool:
    """Are two answers the same: equal, or at least not to be told apart by what they consist of?"""
    if one.__class__ is two.__class__ and bool(one == two):
        return True
    return written(one) == written(two)
