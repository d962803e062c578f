"""Where on the scale of a knob a theorem begins to fail.

A theorem is decided at both ends. Where the answers differ, for which values of the knob it holds
is found by eliminating all else: then the boundary is exact, and whether it is the only one is
known, too. Where that can't be done, it is closed in on by proofs. Either way both neighbours are
proved and refuted in the end.
"""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import attrs
import z3
from attrs import frozen

from impl.ground.crew import Desk
from impl.ground.evidence import Word
from impl.lab.attack.proofs import PATIENCE, Answer, about, alike, plain_answer
from impl.lab.attack.reads import touched
from impl.lab.attack.scale import Scale
from impl.lab.prover.knobs import safe_knobs
from impl.lab.prover.paths import Unfaithful, Unsupported
from impl.lab.rules.change import RuleChange
from invariants.kernel.theorems import Theorem

SWITCHES = 5
"""Boundaries of one theorem that are listed."""


@frozen
class ProvedBoundary:
    """Where a theorem begins or ends to hold."""

    id: str
    claim: str
    holds: int
    fails: int
    """A neighbour of `holds`."""
    said: str
    """What the prover says at the value that holds."""
    against: str
    """What it says at its neighbour."""
    others: tuple[int, ...]
    """Further values at which the answer changes, each the smaller of two neighbours."""
    exact: bool
    """Found by elimination; else by bisection with proofs, which assumes one boundary."""
    needs: str
    """The condition on the knob that elimination found; empty otherwise."""


@frozen
class _Clerk:
    """Decides theorems with the knob at a value; runs in the prover's own process."""

    scale: Scale
    theorems: tuple[Theorem, ...]

    def at(self, number: int, value: int) -> Answer:
        return plain_answer(about(self.theorems[number], self.scale.rules(value)))

    def switches(self, number: int) -> tuple[str, list[int]] | None:
        """The condition on the knob, and where it changes; None where it can't be found."""
        knob = self.scale.knob
        if len(knob.path) > 1:
            return None
        free = about(self.theorems[number], self.scale.rules(self.scale.low), knob.path)
        try:
            found = safe_knobs(free)
        except (ValueError, Unsupported, Unfaithful):
            return None
        variables = _variables(found.term)
        if len(variables) > 1:
            return None
        point = z3.Int("point")
        here, next_ = (
            z3.substitute(found.term, *((v, at) for v in variables)) for at in (point, point + 1)
        )
        solver = z3.Solver()
        solver.add(point >= self.scale.low, point < self.scale.high, here != next_)
        places: list[int] = []
        while len(places) < SWITCHES and solver.check() == z3.sat:
            places.append(solver.model()[point].as_long())
            solver.add(point != places[-1])
        return str(found), sorted(places)


def _variables(term: Any) -> list[Any]:
    if z3.is_const(term):
        return [] if z3.is_int_value(term) or z3.is_bool(term) else [term]
    found: dict[int, Any] = {}
    for child in term.children():
        found |= {v.get_id(): v for v in _variables(child)}
    return list(found.values())


def proved_boundaries(
    scale: Scale, claim: str, deadline: float | None, say: Callable[[str], None]
) -> Iterator[ProvedBoundary]:
    """The theorems about decisions that hold at one end and are refuted at the other, as far as the
    time (monotonic) goes."""
    base = attrs.evolve(scale.change.rule_set, rules=scale.rules(scale.low))
    ends = RuleChange(scale.change.rulebook, base, scale.rules(scale.high))
    theorems: list[Theorem] = []
    for theorem in touched(ends, frozenset((scale.knob.name,)), deadline).decisions:
        now = about(theorem, ends.rules)
        same = [n for n, other in enumerate(theorems) if alike(about(other, ends.rules), now)]
        if claim and theorem.id != claim:
            continue
        if not same:
            theorems.append(theorem)
        elif theorem.safe_when and not theorems[same[0]].safe_when:
            theorems[same[0]] = theorem
    desk = Desk(lambda: _Clerk(scale, tuple(theorems)))
    try:
        for number, theorem in enumerate(theorems):
            if deadline is not None and monotonic() > deadline:
                break
            say(theorem.id)
            boundary = _proved(desk, scale, number, theorem, deadline)
            if boundary is not None:
                yield boundary
    finally:
        desk.close()


def _proved(
    desk: Desk, scale: Scale, number: int, theorem: Theorem, deadline: float | None
) -> ProvedBoundary | None:
    known: dict[int, Answer | None] = {}

    def left() -> float:
        return PATIENCE if deadline is None else max(0.0, min(PATIENCE, deadline - monotonic()))

    def at(value: int) -> Word:
        if value not in known:
            known[value] = desk.ask("at", number, value, patience=left())
        answer = known[value]
        return Word.UNKNOWN if answer is None else answer[0]

    decided = (Word.PROVED, Word.REFUTED)
    ends = at(scale.low), at(scale.high)
    if ends[0] not in decided or ends[1] not in decided or ends[0] is ends[1]:
        return None
    switches = desk.ask("switches", number, patience=left())
    if switches and switches[1]:
        needs, places = switches
        low = places[0]
    else:
        needs, places = "", []
        low, high = scale.low, scale.high
        while high - low > 1:
            middle = (low + high) // 2
            if at(middle) not in decided:
                return None
            low, high = (middle, high) if at(middle) is ends[0] else (low, middle)
    if at(low) not in decided or at(low + 1) not in decided or at(low) is at(low + 1):
        return None
    holds, fails = (low, low + 1) if at(low) is Word.PROVED else (low + 1, low)
    said, against = known[holds], known[fails]
    assert said is not None and against is not None
    return ProvedBoundary(
        theorem.id, theorem.claim, holds, fails, said[1], against[1], tuple(places[1:]),
        bool(places), needs,
    )  # fmt: skip
