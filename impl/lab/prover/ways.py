"""One way through a function: what was asked on it, and what came of it."""

from collections.abc import Hashable
from typing import Any

import z3
from attrs import define, field, frozen

from impl.lab.prover.ends import Stop


@frozen
class Returned:
    """The outcome of a run that returned."""

    value: Any


@frozen
class Raised:
    """The outcome of a run that raised anything: an exception, or what would leave Python."""

    error: BaseException


Outcome = Returned | Raised


@frozen
class Path:
    """One way through a function: what was decided, in order, and what came of it."""

    decisions: tuple[tuple[Any, bool], ...]
    outcome: Outcome
    given: tuple[Any, ...] = ()
    """What holds for every value that the path speaks of: bounds, premises of shapes."""

    def conditions(self) -> tuple[Any, ...]:
        """The decisions as z3 terms that hold on this path."""
        return tuple(term if value else z3.Not(term) for term, value in self.decisions)


@define
class Decision:
    """A question of a path with its present answer."""

    term: Any
    value: bool
    fork: bool
    """Did both answers seem possible? Otherwise the context implies this one."""
    open: bool
    """Is the other answer still to be tried?"""
    scopes: int
    """Height of the solver's stack before this decision."""
    other: Any = None
    """A model of the other way."""


@define
class Given:
    """A condition that holds from here on: bounds of a fresh value, a premise."""

    term: Any
    scopes: int


@define
class Recorded:
    """A folded call: what was asked (with the arguments, to keep terms alive), and the answer."""

    question: Hashable
    alive: Any
    answer: Any


@define
class Frame:
    """One function being enumerated."""

    solved: bool
    parent: "Frame | None"
    scopes: int
    trail: list[Decision | Given | Recorded] = field(factory=list)
    position: int = 0
    facts: dict[int, tuple[bool, Any]] = field(factory=dict)
    """What this run knows of terms, by their id; the term stands beside it to stay alive."""
    free: bool = True
    """Independent of everything decided outside? Only then may the answer be reused elsewhere."""
    stop: Stop | None = None
    """What has ended this run, whatever a rule makes of it."""


@define
class Limits:
    """How far a proof goes before it says unknown."""

    query_ms: int | None = None
    seconds: float | None = None
    decisions: int = 3000
    """On one path with the solver."""
    quick_decisions: int = 60
    """On one path without the solver."""
    quick_paths: int = 64
    """Of one call without the solver."""


def path_of(trail: list[Decision | Given | Recorded], outcome: Outcome) -> Path:
    """The way that was taken."""
    return Path(
        tuple((d.term, d.value) for d in trail if isinstance(d, Decision) and d.fork),
        outcome,
        tuple(g.term for g in trail if isinstance(g, Given)),
    )
