"""Where to look for what a change breaks: the scopes in which searches are made, in their order.

Which scopes can be explored and which are for random walks, the rulebook's own lines of evidence
say. Where they find most, a change is looked at first; of equals in the smaller scope, as its
numbers say. The order decides nothing but how soon something is found.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import attrs
from attrs import frozen

from invariants.kernel.claims import Method, Rulebook

FEW = 4
"""A number in a scope beyond this one is as good as no bound."""


@frozen
class Place:
    """A scope and what it is called."""

    name: str
    record: Any


def to_explore(book: Rulebook) -> tuple[Place, ...]:
    """The scopes that the rulebook's evidence explores: the most used first, then the smallest."""
    named = [case.scope for case in book.cases if case.method is Method.EXPLORE]
    return tuple(
        sorted(
            _places(book, named), key=lambda place: (-named.count(place.name), size(place.record))
        )
    )


def to_walk(book: Rulebook) -> tuple[Place, ...]:
    """The default scope, and those in which the rulebook's evidence walks and nothing may break."""
    named = [c.scope for c in book.cases if c.method is Method.FUZZ and not c.breaks]
    return _places(book, [book.default_scope, *named])


def _places(book: Rulebook, names: Sequence[str]) -> tuple[Place, ...]:
    known = [name for name in dict.fromkeys(names) if name in book.scopes]
    return tuple(Place(n, book.scopes[n]) for n in known or [book.default_scope])


def size(scope: Any) -> int:
    """How much may happen in a scope, roughly: the sum of its numbers and lengths."""
    if isinstance(scope, bool):
        return int(scope)
    if isinstance(scope, int):
        return min(max(scope, 0), FEW)
    if isinstance(scope, Enum):
        return 1
    if isinstance(scope, tuple | list):
        return sum(1 + (size(each) if attrs.has(type(each)) else 0) for each in scope)
    if attrs.has(type(scope)):
        return sum(size(getattr(scope, f.name)) for f in attrs.fields(type(scope)))
    return 0
