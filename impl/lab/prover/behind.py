"""What the code under proof leaves changed behind it: then a second run is another one."""

import sys
from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from enum import Enum
from types import CellType, FunctionType, ModuleType
from typing import Any

import attrs

from impl.lab.prover import records
from impl.lab.prover.lifting import package_of, spaces_of
from impl.lab.prover.places import is_authors
from impl.lab.prover.values import Symbolic


class Behind:
    """What the modules around some functions hold, noted before they run."""

    def __init__(self, functions: Iterable[FunctionType]) -> None:
        """Note what is there."""
        self._functions = tuple(functions)
        self._before = held(self._functions)

    def changed(self) -> str:
        """The name of something that is not as it was; empty where all is."""
        after = held(self._functions)
        for (module, name), value in self._before.items():
            if after.get((module, name)) != value:
                return f"{module}.{name}" if module else name
        return ""


def held(functions: Iterable[FunctionType]) -> Mapping[tuple[str, str], Hashable]:
    """What the author's modules around some functions hold that could be changed, by module and
    name; those of spec/ and invariants/ hold nothing of the kind."""
    found: dict[tuple[str, str], Hashable] = {}
    for function in functions:
        found["", function.__qualname__] = _of_function(function, 0)
    for space in spaces_of(functions):
        module = space.get("__name__", "")
        if not package_of(module):
            found |= {
                (module, name): _contents(value, 0)
                for name, value in list(space.items())
                if not name.startswith("__")
            }
    return found


def _contents(value: Any, depth: int) -> Hashable:
    """What is in a value, by identity where that cannot change."""
    if isinstance(value, Symbolic) or depth > _DEPTH:
        return id(type(value))
    if isinstance(value, list | tuple | deque | set | frozenset):
        return type(value), tuple([_contents(each, depth + 1) for each in value])
    if isinstance(value, dict):
        return dict, tuple((id(key), _contents(each, depth + 1)) for key, each in value.items())
    if isinstance(value, bytearray):
        return bytes(value)
    if isinstance(value, FunctionType):
        return _of_function(value, depth + 1)
    if isinstance(value, int | str | bytes | ModuleType | Enum):
        return id(value)
    if isinstance(value, type):
        own = vars(value).items() if is_authors(_file_of(value)) else ()
        return id(value), tuple(
            (n, _contents(v, depth + 1)) for n, v in own if not n.startswith("__")
        )
    if attrs.has(type(value)) or not hasattr(value, "__dict__"):
        return id(value), tuple(
            _contents(v, depth + 1) for v in (records.parts(value) or ((), ()))[1]
        )
    if not is_authors(_file_of(type(value))):
        return id(value)
    return id(value), _contents(vars(value), depth + 1)


_DEPTH = 4


def _of_function(function: FunctionType, depth: int) -> Hashable:
    cells = [cell for cell in function.__closure__ or () if _is_filled(cell)]
    return id(function), tuple(
        _contents(each, depth)
        for each in (
            function.__defaults__,
            function.__kwdefaults__,
            vars(function),
            [cell.cell_contents for cell in cells],
        )
    )


def _is_filled(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _file_of(kind: type) -> str:
    return getattr(sys.modules.get(kind.__module__), "__file__", None) or "<nowhere>"
