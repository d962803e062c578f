"""A knob between two values: the rules at each of them, and the values that matter.

What a protocol does hangs on the order of points in time, and these are small sums of its knobs.
So where a claim begins to fail, a knob is nearly always a small multiple or fraction of another
one, or the sum or difference of two; these are tried first.
"""

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from impl.ground.faults import BadInput
from impl.lab.rules.change import RuleChange
from impl.lab.rules.knobs import SECONDS, UNITS, Knob, change, knobs, read, replace

FACTORS = (1, 2, 3)
MOST_DAYS = 10_000
"""Beyond so many, days are no finer a scale than seconds are."""
DOTS = ".."


@frozen
class Scale:
    """The rules as a function of one knob."""

    change: RuleChange
    """Everything else that was typed."""
    knob: Knob
    low: int
    high: int

    def rules(self, value: int) -> Any:
        """The rules with the knob at a value."""
        return replace(self.change.rules, {self.knob.path: value})

    def at(self, value: int) -> RuleChange:
        """The same as a change that a trace can name."""
        changes = {**self.change.changes, self.knob.name: self.text(value)}
        return RuleChange(
            self.change.rulebook,
            self.change.rule_set,
            self.rules(value),
            changes,
            self.change.digest,
        )

    def text(self, value: int) -> str:
        """A value as it would be typed."""
        return exact(value) if self.knob.unit == SECONDS else str(value)

    def critical(self) -> list[int]:
        """Values between the ends at which something may happen, in their order."""
        others = [
            value
            for other in knobs(self.change.rules)
            if other.unit == self.knob.unit and other.path != self.knob.path
            for value in [_value(self.change.rules, other.path)]
            if type(value) is int
        ]
        ratios = {v * m // d for v in others for m in FACTORS for d in FACTORS}
        sums = {a + sign * b for a in others for b in others for sign in (1, -1)}
        halves = {total // 2 for total in sums}
        near = {value + by for value in ratios | sums | halves for by in (-1, 0, 1)}
        return sorted(value for value in near if self.low < value < self.high)

    def rounded(self, value: int) -> int:
        """The nearest whole day, where the ends are days apart: rules that ask of odd times have
        many more states."""
        day = UNITS["d"]
        if self.knob.unit != SECONDS or self.high - self.low < 2 * day:
            return value
        return (value + day // 2) // day * day

    def round(self) -> list[int]:
        """Whole days between the ends, and the seconds beside them; of no use for other units."""
        if self.knob.unit != SECONDS or self.high - self.low > MOST_DAYS * UNITS["d"]:
            return []
        days = range(self.low // UNITS["d"] * UNITS["d"], self.high + 2, UNITS["d"])
        near = {day + by for day in days for by in (-1, 0, 1)}
        return sorted(value for value in near if self.low < value < self.high)


def scale(change_: RuleChange, name: str, text: str) -> Scale:
    """The knob and the ends that were typed as `LO..HI`. Raises BadInput."""
    option = f"--rules.{name} {text}"
    rules = change_.rules
    hyphened = name.replace("_", "-")
    found = [knob for knob in knobs(rules) if knob.name == hyphened]
    low_text, _, high_text = text.partition(DOTS)
    if not found:
        change(rules, [(name, low_text)], "rules")
    knob = found[0]
    if knob.kind is not int:
        raise BadInput(f"{option}: this knob has no values between two others")
    ends = []
    for end in (low_text, high_text):
        try:
            ends.append(read(knob, end))
        except ValueError as failure:
            reason = f"{end}: {failure}" if end else "one end is missing"
            raise BadInput(f"{option}: {reason}; write LO{DOTS}HI") from failure
    low, high = ends
    if low >= high:
        raise BadInput(f"{option}: the first value has to be smaller than the second")
    for end in (low_text, high_text):
        change(rules, [(name, end)], "rules")
    return Scale(change_, knob, low, high)


def exact(value: int) -> str:
    """Seconds as typed, to the second: `7d1s`."""
    parts = []
    for unit in ("d", "h", "m", "s"):
        count, value = divmod(value, UNITS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _value(record: Any, path: Iterable[str]) -> Any:
    for name in path:
        record = getattr(record, name)
    return record
