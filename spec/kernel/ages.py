"""Points in time reduced to what can still tell two runs apart.

Rules compare times with each other and with constants. If every constant is a multiple of a unit,
then two states whose points in time lie in the same units, and in the same order within the unit,
have the same future: the region construction of timed automata. The clock's moments
(`clock.moments`) leave room between neighbours, so that seconds behave like dense time. Whether a
protocol's rules keep to it is not assumed: a search reads off the rules what they ask of time, and
holds it against the key (`impl.lab.reading`).
"""

from math import gcd

from spec.kernel.basics import Seconds


def common_unit(*durations: Seconds) -> Seconds:
    """The longest duration of which all these are multiples; at least a second."""
    return gcd(*durations) or 1


def regions(offsets: list[Seconds], unit: Seconds) -> tuple[int, ...]:
    """Offsets from now, in seconds and negative for the past, reduced to non-negative ints.

    Equal results mean: the same units, and the same order of the places within the unit. Now
    itself is a place: whether something lies exactly a number of units away from it is kept.
    """
    if not offsets:
        return ()
    if len(offsets) == 1:
        whole, rest = divmod(offsets[0], unit)
        return (2 * _natural(whole) + (rest > 0),)
    within = [offset % unit for offset in offsets]
    place = sorted({0, *within}).index
    span = len(offsets) + 1
    return tuple(
        [
            _natural(offset // unit) * span + place(rest)
            for offset, rest in zip(offsets, within, strict=True)
        ]
    )


def _natural(whole: int) -> int:
    """A number for each int: 0, -1, 1, -2 ... become 0, 1, 2, 3 ..."""
    return 2 * whole if whole >= 0 else -2 * whole - 1


Lasting = tuple[Seconds, Seconds]
"""A point in time, and the last moment at which it can still matter."""

FOR_EVER: Seconds = 10**15


def ages(points: tuple[Lasting, ...], now: Seconds, unit: Seconds) -> tuple[int, ...]:
    """Points in time as a key sees them: which of them still matter, and how they lie to now."""
    mask = 1
    offsets: list[Seconds] = []
    for point, last in points:
        mask *= 2
        if now <= last:
            mask += 1
            offsets.append(point - now)
    return (mask, *regions(offsets, unit))
