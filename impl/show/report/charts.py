"""Charts of counts, worked out as numbers that a template draws: no library, no script."""

import math
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

WIDTH, HEIGHT = 340, 170
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 12, 26
"""Margins of a line chart, in pixels."""


@frozen
class Bar:
    """One row of a bar chart."""

    label: str
    values: tuple[tuple[str, int, float], ...]
    """(kind, count, part of the width in per cent)."""
    note: str = ""


def bars(
    rows: Iterable[tuple[str, Mapping[str, int], str]], logarithmic: bool = True
) -> tuple[Bar, ...]:
    """Rows of counts as bars on one scale, by label, kind and note.

    Counts of searches span many orders of magnitude; so the scale is logarithmic unless told
    otherwise, and a zero has no bar.
    """
    listed = list(rows)
    most = max((count for _, counts, _ in listed for count in counts.values()), default=0)

    def part(count: int) -> float:
        if count <= 0 or most <= 0:
            return 0.0
        if logarithmic:
            return round(100 * math.log10(1 + count) / math.log10(1 + most), 2)
        return round(100 * count / most, 2)

    return tuple(
        Bar(label, tuple((kind, count, part(count)) for kind, count in counts.items()), note)
        for label, counts, note in listed
    )


@frozen
class Lines:
    """One quantity over another, as a line."""

    title: str
    x_title: str
    points: str
    """For an SVG polyline."""
    last: tuple[float, float]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    summary: str
    """What a reader who does not see the chart is told."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def line(title: str, x_title: str, points: Sequence[tuple[float, float]]) -> Lines | None:
    """A chart of points in the order of x; None where there are too few to draw a line."""
    if len(points) < 2:
        return None
    most_x, most_y = max(x for x, _ in points), max(y for _, y in points)
    x_marks, y_marks = marks(most_x), marks(most_y)
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    end_x, end_y = max(most_x, 1e-9), max(y_marks[-1], most_y, 1e-9)

    def at(x: float, y: float) -> tuple[float, float]:
        return round(LEFT + wide * x / end_x, 1), round(HEIGHT - BOTTOM - high * y / end_y, 1)

    placed = [at(x, y) for x, y in points]
    first, final = points[0], points[-1]
    return Lines(
        title=title,
        x_title=x_title,
        points=" ".join(f"{x},{y}" for x, y in placed),
        last=placed[-1],
        x_ticks=tuple((at(mark, 0)[0], short(mark)) for mark in x_marks if mark <= end_x),
        y_ticks=tuple((at(0, mark)[1], short(mark)) for mark in y_marks),
        summary=(
            f"{title}: from {first[1]:,.0f} at {first[0]:,.0f} {x_title}"
            f" to {final[1]:,.0f} at {final[0]:,.0f}"
        ),
    )


def marks(most: float) -> list[float]:
    """Round numbers from 0 to what is needed, three to six of them."""
    if most <= 0:
        return [0.0, 1.0]
    rough = most / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * n for n in (1, 2, 5, 10) if power * n >= rough * 0.999)
    step = max(step, 1)
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]


def short(number: float) -> str:
    """A number in few characters: 950, 1.2k, 40k, 3M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{letter}"
    return f"{number:.3g}"
