"""Any state as nested tuples of non-negative ints: the key that nobody has to trust."""

from collections.abc import Hashable, Mapping
from enum import Enum
from typing import Any

from attrs import fields, has


def flat(value: Any) -> Hashable:
    """The whole value, times included: equal exactly for equal values.

    Records become the tuple of their fields, mappings and sets are sorted, members of an Enum are
    their values. NOBODY is -1 and what is not there is None: both get a number of their own.
    """
    if has(type(value)):
        return tuple(flat(getattr(value, field.name)) for field in fields(type(value)))
    if isinstance(value, Mapping):
        entries: list[Any] = [(flat(k), flat(v)) for k, v in value.items()]
        return tuple(sorted(entries))
    if isinstance(value, frozenset):
        members: list[Any] = [flat(member) for member in value]
        return tuple(sorted(members))
    if isinstance(value, tuple):
        return tuple(flat(member) for member in value)
    if isinstance(value, Enum):
        return int(value.value)
    return 0 if value is None else value + 2
