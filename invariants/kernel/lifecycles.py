"""What has a life cycle in a protocol: an exit, a dispute, an epoch.

A life cycle is only named here. Its diagram is not drawn by anybody: the states of a scope are
explored, and every step in which something changes its stage becomes an arrow.
"""

from collections.abc import Callable, Hashable, Mapping
from enum import Enum
from operator import attrgetter
from typing import Any

from attrs import frozen, has

from spec.kernel.shapes import bare, hints_of


@frozen
class Lifecycle:
    """Something that goes through stages."""

    name: str
    """What goes through them, as in "the life of ...": "an exit", "the escrow"."""
    stages: Callable[[Any], Mapping[Hashable, str]]
    """What there is of it in a state, and the stage of each: "pending", "paid"."""
    where: tuple[tuple[str, str], ...]
    """(rule set, scope) pairs whose states show the stages; small ones."""


def of_stages(state: type, *where: tuple[str, str]) -> tuple[Lifecycle, ...]:
    """The life cycles that the types of a state show: each field of a group that is an Enum."""
    found = []
    for group, hint in hints_of(state):
        kind = bare(hint)[0]
        for name, inner in hints_of(kind) if isinstance(kind, type) and has(kind) else ():
            member = bare(inner)[0]
            if isinstance(member, type) and issubclass(member, Enum):
                stages = _stage_of(group, attrgetter(f"{group}.{name}"))
                found.append(Lifecycle(f"the {group}", stages, where))
    return tuple(found)


def _stage_of(group: str, read: Callable[[Any], Any]) -> Callable[[Any], Mapping[Hashable, str]]:
    return lambda state: {group: read(state).name.lower()}
