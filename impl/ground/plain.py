"""Values as plain data: what a JSON document can hold."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import attrs

BITS = 14_000
"""A number of more bits is a string in JSON: Python, for one, reads none of over 4,300 digits."""
DECIMAL = 400_000
"""From so many bits on it is hexadecimal: to make its decimal digits would take seconds."""


def plain(value: Any) -> Any:
    """A value as JSON data: records become objects that name their type, functions their names."""
    if isinstance(value, int) and value.bit_length() > BITS:
        return str(int(value)) if value.bit_length() < DECIMAL else hex(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    if attrs.has(type(value)):
        fields = {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value))}
        return {"type": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((plain(each) for each in value), key=str)
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if callable(value):
        return str(getattr(value, "__qualname__", type(value).__name__))
    return str(value)


def _key(key: Any) -> str:
    if isinstance(key, tuple):
        return ",".join(_key(each) for each in key)
    return str(plain(key))
