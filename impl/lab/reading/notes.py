"""What reading comes to: what a key does not hold, in words, and what was noted on the way."""

import linecache
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from typing import Any

from attrs import define, field, fields, frozen, has

import spec
from impl.lab.reading.asked import FREE, Asked
from impl.lab.reading.bounds import Fact
from spec.kernel.basics import Seconds


@frozen
class Loose:
    """Something that rules ask of time and the key does not hold."""

    file: str
    line: int
    what: str
    """In words: what was asked, and in which part of the rules it makes a difference."""
    constant: Seconds
    """What the time was compared with; 0 where that is of no use."""
    dates: frozenset[Seconds] = frozenset()
    """Points in time that have to be gone to because they are asked for by their date."""

    def __str__(self) -> str:
        """As one line."""
        return f"{self.file}:{self.line} {self.what}" if self.file else self.what


@define
class Notes:
    """What reading the states of a search came to."""

    read: int = 0
    """States whose key holds everything."""
    unit: Seconds = 0
    """Of the regions; 0 where the key has none."""
    skipped: dict[str, int] = field(factory=dict)
    """Why waits between two visited moments may differ from both, and in how many states."""
    dated: dict[str, int] = field(factory=dict)
    """Where rules ask for a date, that is not how long something takes, and in how many states."""
    missing: dict[str, int] = field(factory=dict)
    """Where rules look at moments that the protocol's `instants` does not name, and how often."""
    loose: Loose | None = None
    """What ended the reading."""
    rest: dict[bytes, frozenset[Hashable]] = field(factory=dict)
    """By what is left of states at rest, what can still be done in them (`rest.py`)."""
    restless: str = ""
    """Why what is left does not say that; empty where it does."""

    def rests(self, left: bytes, can: frozenset[Hashable]) -> None:
        """Note what can be done in a state at rest."""
        if self.rest.setdefault(left, can) != can:
            self.restless = self.restless or "not all of them can do the same"

    def add(self, other: "Notes") -> None:
        """Take over what another worker noted."""
        self.read += other.read
        for why, count in other.skipped.items():
            self.skipped[why] = self.skipped.get(why, 0) + count
        for place, count in other.dated.items():
            self.dated[place] = self.dated.get(place, 0) + count
        self.unit = max(self.unit, other.unit)
        for place, count in other.missing.items():
            self.missing[place] = self.missing.get(place, 0) + count
        self.restless = self.restless or other.restless
        for left, can in other.rest.items():
            self.rests(left, can)


@frozen
class Dates:
    """Points in time that a search goes to because rules ask for them by their date."""

    known: frozenset[Seconds] = frozenset()
    open: bool = True
    """Are others to be named?"""


def durations(rules: Any) -> frozenset[Seconds]:
    """The knobs of rules that can be a duration, however deep they stand."""
    found: set[Seconds] = set()
    for each in fields(type(rules)):
        value = getattr(rules, each.name)
        if has(type(value)):
            found |= durations(value)
        elif type(value) is int and value > 1:
            found.add(value)
    return frozenset(found)


# In words ----------------------------------------------------------------------------------------


def unheld(fact: Fact, who: str) -> Loose:
    """A fact that a key has only after a move."""
    _, _, low, high = fact
    constant = low if low == high else low - 1 if low > -FREE else high
    return Loose("", 0, f"after {who} the key says of times what it did not know before", constant)


ENDLESS = Loose("", 0, "rules do not return where a time is far from zero", 0)


def unread(error: BaseException) -> Loose:
    """Where reading failed: either the rules fail there in any case, or they can't be read."""
    frame = extract_tb(error.__traceback__)[-1]
    what = f"cannot be read: {type(error).__name__}: {error}"
    return Loose(shown_file(frame.filename), frame.lineno or 0, what, 0)


def loose_at(asked: Asked, who: str) -> Loose:
    """A question whose answer makes a difference and is not in the key."""
    file = asked.code.co_filename
    text = linecache.getline(file, asked.line).strip()
    how = "asks of times what the key does not hold"
    if asked.number:
        how = f"uses a time as a number ({asked.number}), which the key does not hold"
    constant = 0 if asked.number else asked.constant
    return Loose(shown_file(file), asked.line, f"{how}: `{text}` ({who})", constant)


def shown_file(file: str) -> str:
    """A file as a reader would name it: below here, or below where this project is."""
    for root in (Path.cwd(), Path(spec.__file__).parents[1]):
        with suppress(ValueError):
            return str(Path(file).relative_to(root))
    return Path(file).name
