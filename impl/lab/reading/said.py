"""What a key says of times: the facts that all states with the same key share.

`regions` is taken at its word: whole units, and the order within the unit. A tick that stands in
the key itself is known exactly. Of a comparison that the key makes, the answer is known where the
other answer would give another key; a comparison whose answer the key forgets says nothing.
"""

import sys
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from marshal import dumps
from math import gcd
from typing import Any, NamedTuple

from attrs import define, field

from impl.ground.watchdog import let_through, shielded
from impl.lab.reading.asked import FREE, Asked, Forced, Point, lateness, listening
from impl.lab.reading.bounds import Fact
from impl.lab.reading.ticks import Tick, is_tick, plain
from spec.kernel import ages as kernel
from spec.kernel.basics import Seconds
from spec.kernel.flat import WHOLE
from spec.kernel.shapes import REMEMBERED

ORDINARY, ORDINARY_AGES = kernel.regions, kernel.ages


@define
class Said:
    """What one key says."""

    value: Hashable
    """The key, in plain ints."""
    facts: list[Fact]
    asked: list[Asked]
    """What the key itself asked."""
    placed: list["Placed"]
    """What it keeps the place of, among units."""


class Placed(NamedTuple):
    """A time of which a key keeps the place among units: a point and a constant."""

    point: Point
    constant: Seconds
    unit: Seconds
    last: Seconds
    """Until when it does; FREE where that is not known."""


@define
class _Ear:
    """Where `regions` reports what it was asked to keep."""

    facts: list[Fact] = field(factory=list)
    placed: list[Placed] = field(factory=list)
    lasting: list[Seconds] = field(factory=list)
    """The last moments of the points that come next, where `ages` tells."""
    unit: Seconds = 0
    """What all units have to divide into; 0: they are as the protocol says."""
    open: bool = False
    room: Seconds = 1
    """How far two places within a unit are apart at least, unless they are one."""


EAR = _Ear()


def regions(offsets: list[Seconds], unit: Seconds) -> tuple[int, ...]:
    """The kernel's regions, of plain offsets and of ticks, in units no longer than wanted."""
    unit = gcd(unit, EAR.unit)
    if not any(is_tick(offset) for offset in offsets):
        return ORDINARY(offsets, unit)
    bare = [plain(offset) for offset in offsets]
    if EAR.open:
        _note(offsets, bare, unit)
    return ORDINARY(bare, unit)


def ages(points: Any, now: Seconds, unit: Seconds) -> tuple[int, ...]:
    """The kernel's ages; how long each point matters is kept for `regions`."""
    if EAR.open:
        EAR.lasting = [plain(last) for _, last in points if plain(now) <= plain(last)]
    return ORDINARY_AGES(points, now, unit)


def _note(offsets: Sequence[Any], bare: Sequence[int], unit: Seconds) -> None:
    """Each offset in whole units, and which of two comes first within the unit."""
    now = next(offset.minus for offset in offsets if is_tick(offset))
    lasting = EAR.lasting if len(EAR.lasting) == len(offsets) else [FREE] * len(offsets)
    EAR.lasting = []
    known: list[tuple[Point, Seconds, int]] = [(now, 0, 0)]
    for offset, value, last in zip(offsets, bare, lasting, strict=True):
        if not is_tick(offset):
            known.append((now, value, value))
        elif offset.minus == now:
            EAR.placed.append(Placed(offset.plus, offset.constant, unit, last))
            known.append((offset.plus, offset.constant, value))
    for n, (plus, constant, value) in enumerate(known):
        for other, more, least in known[:n]:
            if plus != other:
                low, high = _apart(value, least, unit)
                EAR.facts.append((plus, other, low - constant + more, high - constant + more))


def _apart(one: int, other: int, unit: Seconds) -> tuple[Seconds, Seconds]:
    """How far two offsets can be apart that lie in these units, in this order within the unit."""
    whole, rest = one // unit - other // unit, one % unit - other % unit
    if rest == 0:
        return whole * unit, whole * unit
    if rest < 0:
        whole -= 1
    room = EAR.room if unit > 2 * ROOM else 1
    return whole * unit + room, (whole + 1) * unit - room


ROOM: Seconds = 3
"""Moments leave room between any two that differ (`clock.moments`), so that "a second later" is as
good as "just after": two places within a unit that are not one are taken to be so far apart."""

Making = Callable[[], Hashable]
"""Makes a key."""


def said(making: Making, own: bool = False) -> Said:
    """What a key says. `own`: it is what is known of a state; answers that it forgets are left out,
    and there is room."""
    EAR.facts, EAR.placed, EAR.lasting, EAR.open = [], [], [], True
    EAR.room = ROOM if own else 1
    try:
        with listening(flips=own) as asked:
            value = making()
    finally:
        EAR.open = False
    facts = EAR.facts
    bare = bared(value)
    if bare is not value:
        _exact(value, facts)
    for each in asked:
        if own and each.code is not _AGES and not _kept(making, each, bare):
            continue
        facts.append((each.plus, each.minus, each.low, each.high))
    return Said(bare, facts, asked, EAR.placed)


_AGES = ORDINARY_AGES.__code__


def _kept(making: Making, asked: Asked, value: Hashable) -> bool:
    """Would another answer to a question make another key?"""
    return not asked.number and all(
        _other(making, apart) != value for apart in others(asked, -FREE, FREE)
    )


def _other(making: Making, forced: Forced) -> Hashable:
    try:
        with listening(forced):
            other: Hashable = bared(making())
    except BaseException as error:
        let_through(error)
        return None
    return other


def others(asked: Asked, least: Seconds, most: Seconds) -> Iterator[Forced]:
    """How far apart two points would have to be for another answer, between what is possible."""
    for apart in (asked.low - 1, asked.low - 2):
        if asked.low > -FREE and least <= apart <= most:
            yield asked.plus, asked.minus, apart
    for apart in (asked.high + 1, asked.high + 2):
        if asked.high < FREE and least <= apart <= most:
            yield asked.plus, asked.minus, apart


def _exact(value: Any, facts: list[Fact]) -> None:
    """Ticks that stand in the key."""
    if is_tick(value):
        seconds = plain(value) - lateness(value.plus, value.minus) - value.constant
        facts.append((value.plus, value.minus, seconds, seconds))
    elif isinstance(value, tuple | list):
        for part in value:
            _exact(part, facts)


def bared(value: Any) -> Any:
    """A key with plain ints in the place of ticks; itself where there are none."""
    try:
        dumps(value, 2)  # quick, and refuses ticks
    except ValueError:
        return _bared(value)
    return value


def _bared(value: Any) -> Any:
    if is_tick(value):
        return plain(value)
    if isinstance(value, tuple | list):
        return tuple([_bared(part) for part in value])
    return value


# Standing in for the kernel's own ----------------------------------------------------------------


@contextmanager
def units(unit: Seconds = 0) -> Iterator[None]:
    """In the block every key's units divide `unit` (0: are as the protocol says)."""
    before = EAR.unit
    EAR.unit = unit
    swapped = [
        (vars(module), name, ordinary, ours)
        for module in list(sys.modules.values())
        for name, ordinary, ours in STAND_INS
        if module is not None and vars(module).get(name) is ordinary
    ]
    try:
        for space, name, _, ours in swapped:
            space[name] = ours
        yield
    finally:
        with shielded():
            EAR.unit = before
            for space, name, ordinary, _ in swapped:
                space[name] = ordinary


STAND_INS = (
    ("regions", ORDINARY, regions),
    ("ages", ORDINARY_AGES, ages),
    ("WHOLE", WHOLE, (*WHOLE, Tick)),
)


def remembering(packages: Sequence[str]) -> list[tuple[dict[str, Any], str, Any, Any]]:
    """The functions that remember their answers, of modules and those that a key is written of:
    where they stand, and without memory.

    What is remembered was not asked again, and could not be noted.
    """
    found = [(space, name, space[name], space[anew]) for space, name, anew in REMEMBERED]
    for name, module in sorted(sys.modules.items()):
        if module is not None and name.partition(".")[0] in packages:
            for each, value in list(vars(module).items()):
                if hasattr(value, "cache_info") and hasattr(value, "__wrapped__"):
                    found.append((vars(module), each, value, value.__wrapped__))
    return found
