"""A measured figure and its target.

Every figure is CPU time, taken between two calibrations. `Figure.scaled` is what it would be on the
machine for which the targets were set; ratios of two programs need no scaling.
"""

from collections.abc import Callable
from time import process_time
from typing import Any

from attrs import frozen

from tests.benchmarks.calibration import REFERENCE, speed


@frozen
class Figure:
    """One line of the table."""

    name: str
    raw: float
    unit: str
    target: float
    at_least: bool
    """Else the target is an upper bound."""
    slowness: float | None = None
    """How much slower than the reference machine this one was; None where that does not matter."""
    note: str = ""

    @property
    def scaled(self) -> float:
        """The figure on the reference machine: rates grow, durations shrink."""
        if self.slowness is None:
            return self.raw
        return self.raw * self.slowness if self.at_least else self.raw / self.slowness

    @property
    def met(self) -> bool:
        """Is the target met on the reference machine?"""
        return self.scaled >= self.target if self.at_least else self.scaled <= self.target


def timed(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a call returns, its CPU seconds here, and how slow the machine was meanwhile."""
    before = speed()
    start = process_time()
    answer = run()
    taken = process_time() - start
    return answer, taken, REFERENCE / ((before + speed()) / 2)
