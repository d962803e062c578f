"""What has a life cycle in a protocol: an exit, a dispute, an epoch.

A life cycle is only named here. Its diagram is not drawn by anybody: the states of a scope are
explored, and every step in which something changes its stage becomes an arrow.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from attrs import frozen


@frozen
class Lifecycle:
    """Something that goes through stages."""

    name: str
    """What goes through them, as in "the life of ...": "an exit", "the escrow"."""
    stages: Callable[[Any], Mapping[Hashable, str]]
    """What there is of it in a state, and the stage of each: "pending", "paid"."""
    where: tuple[tuple[str, str], ...]
    """(rule set, scope) pairs whose states show the stages; small ones."""
