"""What follows from what is known of the differences of points in time: shortest paths."""

from collections.abc import Iterable

from impl.lab.reading.asked import FREE, ZERO, Point
from spec.kernel.basics import Seconds

LATE: Seconds = 1
"""A time of a state is no zero that stands for "never": it is so late at least, and nothing else is
known of its date."""

Fact = tuple[Point, Point, Seconds, Seconds]
"""One point minus another lies between two numbers of seconds, both included."""


class Bounds:
    """Known facts, and all that follows from them."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """From facts; all points but ZERO are late."""
        known = list(facts)
        points = {ZERO: 0}
        for plus, minus, _, _ in known:
            points.setdefault(plus, len(points))
            points.setdefault(minus, len(points))
        size = len(points)
        far = [[FREE] * size for _ in range(size)]
        for n in range(size):
            far[n][n] = 0
            far[0][n] = -LATE if n else 0
        for plus, minus, low, high in known:
            p, m = points[plus], points[minus]
            if high < far[p][m]:
                far[p][m] = high
            if -low < far[m][p]:
                far[m][p] = -low
        for middle in range(size):
            onward = far[middle]
            for row in far:
                first = row[middle]
                if first < FREE:
                    for n, more in enumerate(onward):
                        if more < FREE and first + more < row[n]:
                            row[n] = first + more
        self._points, self._far = points, far

    def most(self, plus: Point, minus: Point) -> Seconds:
        """The most that one point can be later than another; FREE where nothing is known."""
        if plus == minus:
            return 0
        p, m = self._points.get(plus), self._points.get(minus)
        if p is None or m is None:
            return -LATE if plus == ZERO else FREE
        return self._far[p][m]

    def knows(self, name: Point) -> bool:
        """Is anything known of a point?"""
        return name in self._points

    def pins(self, one: Point, other: Point) -> bool:
        """Is it known to within a span how far apart two points are?"""
        return self.most(one, other) < FREE and self.most(other, one) < FREE
