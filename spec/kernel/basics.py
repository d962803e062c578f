"""Names for the quantities that all protocols speak of.

Amounts, times and positions are plain non-negative ints: they are compared and added everywhere,
and a proof runs the same code on values that are not known yet. Parties and assets are names, not
quantities; they have types of their own so that nobody adds them up.
"""

from collections.abc import Mapping
from typing import NewType, TypeAlias, TypeVar

Seconds: TypeAlias = int
"""A point in time or a duration, in seconds since the start of the run."""

Wei: TypeAlias = int
"""An amount of one asset, in its smallest unit."""

Position: TypeAlias = int
"""Where an output stands in a side chain, packed into one number."""

Party = NewType("Party", int)
"""Somebody who acts. 0 is the party that runs the protocol (operator, leader...)."""

Asset = NewType("Asset", int)
"""Something that can be owned in amounts: 0 is ether, tokens follow."""

ETHER = Asset(0)
NOBODY = Party(-1)
"""The signer that a failed signature recovery yields. No party has this name."""

HOUR: Seconds = 3_600
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
