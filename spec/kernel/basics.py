"""Names for the quantities that all protocols speak of.

Amounts, times and positions are plain non-negative ints: they are compared and added everywhere,
and a proof runs the same code on values that are not known yet. Parties and assets are names, not
quantities; they have types of their own so that nobody adds them up.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NewType, TypeAlias, TypeVar

from attrs import frozen


@frozen
class Duration:
    """Marks an int that is a duration."""


@frozen
class Moment:
    """Marks an int that is a point in time."""


Seconds: TypeAlias = Annotated[int, Duration()]
"""A duration, in seconds."""

Instant: TypeAlias = Annotated[int, Moment()]
"""A point in time, in seconds since the start of the run. What is one is moved with the state
(`spec.kernel.derived`); a duration is not."""


@frozen
class Until:
    """The last moment at which a field that is an `Instant` matters."""

    last: Callable[[Any, Any], Any]
    of_state: bool


def until(last: Callable[[Any, Any], Any], *, of_state: bool = False) -> Mapping[str, Until]:
    """Metadata of a field that is an `Instant`: last(record, rules), or last(state, rules), is the
    last moment at which it can still make a difference; None: it makes none. Of a pair, or any
    tuple of a fixed length, it gives one for each. A derived key forgets it then. Without this it
    matters for as long as all durations of the rules together, from itself."""
    return {"until": Until(last, of_state)}


@frozen
class Unseen:
    """Marks what a key may leave out."""


UNSEEN: Mapping[str, Unseen] = {"unseen": Unseen()}
"""Metadata of a field that no rule ever looks at, only people do: a derived key leaves it
out. Whether that is so is tested on a sample, and every answer that rests on it says so."""


GHOST: Mapping[str, bool] = {"ghost": True}
"""Metadata of a field of the state that a run is measured by: steps keep it up to date, claims read
it, and no guard, decision or duty may. A rulebook in which one is seen to do so is refused."""


@frozen
class Only:
    """While what holds, of its record or of the whole state, a field is a point in time."""

    holds: Callable[[Any], bool]
    of_state: bool


def only(holds: Callable[[Any], bool], *, of_state: bool = False) -> Mapping[str, Only]:
    """Metadata of a field that is an `Instant` only while something holds, of its record or of the
    whole state: otherwise it has no meaning, and does not move with the others."""
    return {"only": Only(holds, of_state)}


@frozen
class Below:
    """Marks an int of which only those from 0 up to a number can be said at all: the interface of a
    contract, or of a message, takes no others."""

    end: int


@frozen
class InAnyOrder:
    """Marks a tuple whose order says nothing."""


T = TypeVar("T")
AnyOrder: TypeAlias = Annotated[tuple[T, ...], InAnyOrder()]
"""A tuple whose order no rule goes by: a derived key takes it for the same in any order, as it does
with mappings. Whether that is so is tested on a sample, and every answer that rests on it says
so."""

Wei: TypeAlias = int
"""An amount of one asset, in its smallest unit."""

Position: TypeAlias = int
"""Where an output stands in a side chain, packed into one number."""

Party = NewType("Party", int)
"""Somebody who acts. 0 is the party that runs the protocol (operator, leader...)."""

Asset = NewType("Asset", int)
"""Something that can be owned in amounts: 0 is ether, tokens follow."""

ETHER = Asset(0)
"""The main chain's own coin, in wei."""
NOBODY = Party(-1)
"""The signer that a failed signature recovery yields. No party has this name."""

HOUR: Seconds = 3_600
"""With DAY and WEEK: times are written in these."""
DAY: Seconds = 24 * HOUR
WEEK: Seconds = 7 * DAY

K = TypeVar("K")
V = TypeVar("V")


def put(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """The mapping with one entry set; the original is untouched."""
    return {**mapping, key: value}


def drop(mapping: Mapping[K, V], key: K) -> Mapping[K, V]:
    """The mapping without one entry; the original is untouched."""
    return {k: v for k, v in mapping.items() if k != key}
