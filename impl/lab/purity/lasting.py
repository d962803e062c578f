"""What a thing may keep from one call to the next, as far as the thing itself says.

Numbers, texts, frozen records and tuples keep nothing. A list or a mapping does where somebody
changes it; an iterator always, because whoever reads it uses it up. Of what comes from elsewhere
(the machine, a generator of random numbers) nobody knows.
"""

import functools
import sys
from collections import deque
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import invariants
import spec
from impl.lab.prover.places import is_authors, is_pythons

CHANGEABLE = (list, dict, set, bytearray)
BUILT_IN = (
    BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, MethodDescriptorType,
    MethodWrapperType, WrapperDescriptorType,
)  # fmt: skip
PLAIN_MODULES = frozenset(
    [
        "abc", "attr", "attrs", "collections", "dataclasses", "enum", "functools", "itertools",
        "math", "operator", "types", "typing", "_collections", "_operator", "_functools",
        "_collections_abc", "fractions", "decimal", "re", "string", "bisect", "heapq", "_bisect",
        "_heapq", "_abc", "datetime", "__future__", "hashlib", "_hashlib", "_sha2", "_blake2",
    ]
)  # fmt: skip
"""What stands in them answers from its arguments alone, but for the clock of a date."""
OUTSIDE = frozenset(
    [
        "id", "hash", "open", "input", "globals", "locals", "vars", "dir", "eval", "exec",
        "compile", "setattr", "delattr", "__import__", "breakpoint", "exit", "quit", "now",
        "utcnow", "today", "memoryview", "methodcaller", "__loader__", "__spec__",
    ]
)  # fmt: skip
"""Built-in functions that look at more than values, or change what they are given by name."""
HERE = tuple(str(Path(package.__path__[0]).resolve()) for package in (spec, invariants))


@functools.cache
def is_users(file: str) -> bool:
    """Is the file a user's own: no part of Python, of this project or of what was installed?"""
    return is_authors(file) and not str(Path(file).resolve()).startswith(HERE)


def can_change(value: Any) -> bool:
    """Is it a list, a mapping or a set?"""
    return isinstance(value, CHANGEABLE)


def holds_changeable(value: Any, depth: int = 3) -> bool:
    """Is there something in it that can be changed, itself left out?"""
    members = list(members_of(value))
    return any(can_change(each) for each in members) or (
        depth > 0 and any(holds_changeable(each, depth - 1) for each in members)
    )


def members_of(value: Any) -> Iterator[Any]:
    """What a tuple, list, set, mapping or record holds; nothing of a class or a function."""
    if isinstance(value, Mapping):
        yield from list(value.keys())
        yield from list(value.values())
    elif isinstance(value, tuple | list | set | frozenset):
        yield from list(value)
    elif isinstance(value, Enum):
        yield value.value
    elif not isinstance(value, type | ModuleType | FunctionType | BaseException):
        yield from own_values(value).values()


def own_values(value: Any) -> dict[str, Any]:
    """The attributes of one object, those in slots too."""
    found = dict(getattr(value, "__dict__", None) or {})
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def foreign(value: Any) -> str:
    """What a function does with such a thing that its arguments say nothing of: 'uses up', 'calls',
    'looks at', 'shares'; empty for functions and for what keeps nothing but its parts."""
    if isinstance(value, type):
        return "" if _is_plain_class(value) else "calls"
    if isinstance(value, BUILT_IN):
        return "" if _is_plain_built_in(value) else "calls"
    if isinstance(value, ModuleType):
        file = getattr(value, "__file__", None)
        ours = file is not None and (is_users(file) or file.startswith(HERE))
        return "" if ours or value.__name__.partition(".")[0] in PLAIN_MODULES else "looks at"
    if isinstance(value, FunctionType | MethodType | functools.partial):
        return ""
    if hasattr(value, "__next__"):
        return "uses up"
    if isinstance(value, (*CHANGEABLE, deque)) and type(value) not in CHANGEABLE:
        return "shares"
    return "" if _is_plain_class(type(value)) else "looks at"


def _is_plain_class(kind: type) -> bool:
    if kind.__module__ == "builtins" or kind.__module__.partition(".")[0] in PLAIN_MODULES:
        return kind.__name__ not in OUTSIDE
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return issubclass(kind, BaseException) or (file is not None and not is_pythons(file))


def _is_plain_built_in(value: Any) -> bool:
    holder = getattr(value, "__self__", None)
    if holder is not None and not isinstance(holder, type | ModuleType):
        return not can_change(holder) and not foreign(holder)
    of = getattr(value, "__objclass__", holder)
    home = getattr(value, "__module__", None) or getattr(of, "__module__", None) or "builtins"
    plain = home == "builtins" or home.partition(".")[0] in PLAIN_MODULES
    return plain and value.__name__ not in OUTSIDE
