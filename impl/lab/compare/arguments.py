"""What the arguments of a decision function can be, where nothing is known but their types."""

import inspect
import typing
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import attrs

from spec.kernel.basics import NOBODY, Party

SOME = 3
"""How many parties there are, where a number is needed."""


def takes_rules(hint: Any, record: Any) -> bool:
    """Does a parameter take the rules: the record itself, or the part of it that a protocol class
    asks for?"""
    return hint is type(record) or (
        getattr(hint, "_is_protocol", False)
        and all(hasattr(record, name) for name in vars(hint) if not name.startswith("_"))
    )


def hints_of(function: Callable[..., Any]) -> dict[str, Any]:
    """The types of a function's parameters, or of an object's that can be called. Raises what an
    annotation that means nothing raises."""
    inner: Any = function
    while isinstance(inner, partial):
        inner = inner.func
    hints = typing.get_type_hints(inner if inspect.isroutine(inner) else type(inner).__call__)
    return {name: hints[name] for name in inspect.signature(function).parameters if name in hints}


def sizes_of(hint: Any, name: str, most: int) -> Iterator[tuple[str, Any]]:
    """How many parties and how long tuples to look at: enough for a decision to show."""
    if isinstance(hint, typing.NewType):
        yield hint.__name__, (NOBODY, *range(SOME)) if hint is Party else SOME
    elif attrs.has(hint):
        for field, inner in typing.get_type_hints(hint).items():
            yield from sizes_of(inner, field, most)
    elif typing.get_origin(hint) is tuple and Ellipsis in typing.get_args(hint):
        yield name, most
        yield from sizes_of(typing.get_args(hint)[0], "", most)
