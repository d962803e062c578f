"""Tests a protocol's reduced key before anything is claimed with its help.

A wrong key silently prunes behaviour: two states that can still behave differently are taken for
one. So a sample of reachable states is grouped by the key and the members of a group are compared
in everything that they can do next; and states are moved in time, which must change nothing, so
that a rule which reads the absolute time is noticed. A sample is a test, not a proof.
"""

from random import Random
from typing import Any, Literal

from attrs import frozen

from impl.ground.faults import BadInput
from impl.ground.watchdog import is_hang, let_through, watchdog
from impl.lab.claims.monitor import Broken, Monitor, Tally
from impl.lab.keys.fingerprint import check_plain, key_of
from impl.lab.purity.doubts import doubt
from impl.lab.reading.ticking import times_of
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, Seconds
from spec.kernel.clock import Wait, move
from spec.kernel.refusal import Refusal

Key = Literal["reduced", "relative", "exact"]

ODD_WAITS: tuple[Seconds, ...] = (3600, DAY, 3 * DAY, 40 * DAY, 1000 * DAY)
"""Durations beside the critical ones, so that the sample has states of uneven ages. As in the
search itself, something always fits between two points in time."""
SHIFTS: tuple[Seconds, ...] = (1, DAY, 5 * DAY + 17, 10_000 * DAY)
MEMBERS = 4
"""States of one group whose next steps are compared; all of them are held against the claims."""
WALK = 25
AGAIN = 3
"""So often two states that differ are asked again, before the key or a rule's time is blamed."""


@frozen
class KeyReport:
    """What the test of a key saw."""

    passed: bool
    summary: str
    """One line: the sample that was covered, or the difference that was found."""
    states: int
    groups: int
    """Groups of at least two different states with the same key."""
    shifts: int
    example: tuple[Any, Any] | None = None
    """Two states that the key takes for one although they behave differently."""


class _Difference(Exception):
    """Two states that the key takes for one are not."""


def check_key(
    rulebook: Rulebook,
    rules: Any,
    scope: Any,
    *,
    name: Key = "reduced",
    transitions: int = 12_000,
    times: bool = True,
) -> KeyReport:
    """Does a key, by default the reduced one, tell apart all that can still behave differently?

    Without `times` only states of the same ages are held against each other: what a key leaves out
    beside times.

    Bisimulation: states with the same key must break the same claims and reach the same keys by
    the same kinds of actions. Shift: a state made later must keep its key and its successors'.
    The sample is bounded by the number of steps taken; the same call gives the same answer.
    """
    protocol = rulebook.protocol
    initial = protocol.initial(scope, rules)
    test = _Test(rulebook, rules, scope, initial, name, times)
    try:
        if name == "reduced":
            key = protocol.key(initial, rules)(initial.main.now)
            check_plain(key, f"the reduced key of {protocol.name}")
        with watchdog(test.tally.total):
            test.sample(initial, transitions // 3)
            test.claims()
            test.shifts(transitions // 3)
            test.bisimulation(transitions * 2 // 3)
    except _Difference as difference:
        return test.report(False, f"key NOT used: {difference}")
    except BadInput as error:
        return test.report(False, f"key NOT used: {error}")
    except BaseException as error:
        let_through(error)
        return test.report(False, f"key NOT used: {type(error).__name__} during its test")
    return test.report(
        True,
        f"key tested on {len(test.states):,} states: {test.groups:,} groups agree, "
        f"{test.shifted:,} moves in time change nothing",
    )


class _Test:
    def __init__(
        self, rulebook: Rulebook, rules: Any, scope: Any, initial: Any, name: Key, times: bool
    ) -> None:
        self.rulebook = rulebook
        self.protocol, self.rules, self.scope = rulebook.protocol, rules, scope
        self.moves = Moves(self.protocol, rules, scope)
        self.monitor = Monitor(rulebook, rules, initial)
        self.key = key_of(self.protocol, rules, name)
        self.tally = Tally(len(rulebook.witnesses))
        self.states: list[Any] = []
        """No two of them the same, as far as the key can tell."""
        self.times = times
        self.grouped: dict[Any, list[Any]] = {}
        """The same states by their keys (and their ages, where these are not to be tested)."""
        self.groups = self.shifted = self.steps = 0
        self.example: tuple[Any, Any] | None = None

    def report(self, passed: bool, summary: str) -> KeyReport:
        example = None if passed else self.example
        return KeyReport(passed, summary, len(self.states), self.groups, self.shifted, example)

    def sample(self, initial: Any, budget: int) -> None:
        """Reachable states: breadth first to a small bound, then along random walks."""
        self._add(initial)
        queue, taken = [initial], 0
        for state in queue:
            for _, _, after in self._successors(state)[0]:
                taken += 1
                if self._add(after):
                    queue.append(after)
            if taken > budget // 2:
                break
        random = Random(20_240_229)
        while taken < budget:
            state = initial
            for _ in range(WALK):
                taken += 1
                action = self._draw(state, random)
                if action is None:
                    continue
                try:
                    state = move(self.protocol, state, action, self.rules)
                except Refusal:
                    continue
                self._add(state)

    def _add(self, state: Any) -> bool:
        """Put a state into the sample, unless it is there."""
        mark: Any = self.key(state)
        if not self.times:
            mark = mark, times_of(self.protocol, state)
        group = self.grouped.setdefault(mark, [])
        if state in group:
            return False
        group.append(state)
        self.states.append(state)
        return True

    def _draw(self, state: Any, random: Random) -> Any:
        if random.random() < 0.4:
            waits = self.moves.waits(state, self.protocol.obligations(state, self.rules))
            return Wait(random.choice(waits + ODD_WAITS))
        family = random.choice(self.protocol.families)
        return family.propose(state, self.rules, self.scope, random.randrange)

    def claims(self) -> None:
        """Every member of every group breaks what the first one breaks."""
        for members in self.grouped.values():
            broken = self.monitor.at(members[0]) if len(members) > 1 else ()
            for other in members[1:]:
                if self.monitor.at(other) != broken:
                    self.example = members[0], other
                    raise _Difference("of two states with the same key one breaks a claim")

    def bisimulation(self, budget: int) -> None:
        self.steps = 0
        for members in self.grouped.values():
            if len(members) < 2:
                continue
            if self.steps > budget:
                return
            self.groups += 1
            first = self._profile(members[0])
            for other in members[1:MEMBERS]:
                self.example = members[0], other
                what = "two states with the same key differ"
                self._compare(members[0], other, what, first)

    def shifts(self, budget: int) -> None:
        stride = max(1, len(self.states) // 97)
        for n, state in enumerate(self.states[::stride]):
            if self.steps > budget:
                return
            later = self.protocol.shift(state, SHIFTS[n % len(SHIFTS)])
            self.example = state, later
            by = f"{SHIFTS[n % len(SHIFTS)]:,} s"
            if self.key(later) != self.key(state):
                raise _Difference(f"moving a state by {by} changes its key")
            self.shifted += 1
            self._compare(
                state, later, f"a rule reads the absolute time (states moved by {by} differ)"
            )

    def _profile(self, state: Any) -> set[tuple[str, Any]]:
        """What a state breaks, and what can happen next; waiting that leads nowhere new is left
        out, since one state of a group may stand where there is nothing to wait for."""
        monitor, here = self.monitor, self.key(state)
        seen: set[tuple[str, Any]] = {("breaks", i.id) for i in monitor.at(state)}
        steps, faults = self._successors(state)
        self.steps += len(steps) + 1
        for _, action, after in steps:
            bits = monitor.changes(state, after)
            broken = monitor.across(state, action, after, bits, self.tally.witnessed)
            mark = self.key(after)
            still = bits == monitor.clock and isinstance(action, Wait)
            if still and self.key.waited(state, after) != mark:
                raise _Difference("waiting changes more of the key than its times")
            if still and mark == here and not broken:
                continue
            seen.add((type(action).__name__, (mark, tuple(i.id for i in broken))))
        seen.update(("rule error", fault.pair) for _, fault in faults)
        return seen

    def _successors(
        self, state: Any
    ) -> tuple[list[tuple[int, Any, Any]], list[tuple[int, Broken]]]:
        steps, faults, _ = self.moves.successors(state, self.tally)
        if faults and is_hang(faults[-1][1].finding.cause):
            raise _Difference("a rule does not return")
        return steps, faults

    def _compare(
        self, state: Any, other: Any, what: str, first: set[tuple[str, Any]] | None = None
    ) -> None:
        """Raises _Difference where two states differ in what they can do (`first`: what is known
        of the one). Rules that say two things of one state are to blame before the key is."""
        one = self._profile(state) if first is None else first
        two = self._profile(other)
        if one == two:
            return
        kinds = ", ".join(sorted({kind for kind, _ in one ^ two}))
        for _ in range(AGAIN):
            if self._profile(state) != one or self._profile(other) != two:
                raise _Difference(
                    f"a rule, asked twice about a state, answers in two ways: {kinds}"
                )
        kept = doubt(self.rulebook, self.rules)
        if kept:
            raise _Difference(f"states differ in {kinds}, and it is only assumed {kept}")
        raise _Difference(f"{what} in {kinds}")
