"""Any state as nested tuples of non-negative ints: the key that nobody has to trust."""

from collections.abc import Hashable, Mapping
from enum import Enum
from functools import cache
from hashlib import blake2b
from typing import Any

from attrs import fields, has

WHOLE = (int, bool)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a record; None for what is no record."""
    return tuple([field.name for field in fields(kind)]) if has(kind) else None


@cache
def _tag(kind: type) -> int:
    """A number for a type, the same in every process."""
    name = f"{kind.__module__}.{kind.__qualname__}".encode()
    return int.from_bytes(blake2b(name, digest_size=6).digest(), "big")


def in_order(members: list[Any]) -> tuple[Any, ...]:
    """Members of a set in an order of their own, of whatever kinds they are."""
    try:
        return tuple(sorted(members))
    except TypeError:
        return tuple(sorted(members, key=repr))


def flat(value: Any) -> Hashable:
    """The whole value, times included: equal exactly for values that are equal and of one type.

    Numbers are numbers, what is not there is the empty tuple, and all else begins with what it is:
    a record, a tuple, a mapping or a set, a member of which Enum. Mappings that differ only in the
    order of their entries are equal.
    """
    if value.__class__ in WHOLE:
        number: int = value + 2  # NOBODY is -1
        return number
    if value is None:
        return ()
    if isinstance(value, str):
        return (6, *value.encode())
    if isinstance(value, tuple):
        return (1, *[flat(member) for member in value])
    kind: Any = type(value)
    if isinstance(value, Enum):
        return (2, _tag(kind), kind._member_names_.index(value.name))
    names = _field_names(kind)
    if names is not None:
        return (3, _tag(kind), *[flat(getattr(value, name)) for name in names])
    if isinstance(value, Mapping):
        return (4, *in_order([(flat(k), flat(v)) for k, v in value.items()]))
    if isinstance(value, frozenset):
        return (5, *in_order([flat(member) for member in value]))
    raise TypeError(f"{value!r} in a state: {kind.__name__} has no place in a key")
