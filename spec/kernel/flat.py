"""Any state as nested tuples of non-negative ints: the key that nobody has to trust."""

from collections.abc import Hashable, Mapping
from functools import cache
from typing import Any

from attrs import fields, has

WHOLE = (int, bool)


@cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a record; None for what is no record."""
    return tuple([field.name for field in fields(kind)]) if has(kind) else None


def flat(value: Any) -> Hashable:
    """The whole value, times included: equal exactly for equal values.

    Records become the tuple of their fields, mappings and sets are sorted, members of an Enum are
    their values. NOBODY is -1 and what is not there is None: both get a number of their own.
    """
    if value.__class__ in WHOLE:
        number: int = value + 2
        return number
    if isinstance(value, tuple):
        return tuple([flat(member) for member in value])
    if value is None:
        return 0
    names = _field_names(value.__class__)
    if names is not None:
        return tuple([flat(getattr(value, name)) for name in names])
    if isinstance(value, Mapping):
        entries: list[Any] = [(flat(k), flat(v)) for k, v in value.items()]
        return tuple(sorted(entries))
    if isinstance(value, frozenset):
        members: list[Any] = [flat(member) for member in value]
        return tuple(sorted(members))
    place: int = value.value
    return place
