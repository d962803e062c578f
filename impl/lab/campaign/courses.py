"""Plays byte strings and random walks, and notes what behaviour each run shows, and where.

A run is written down in the codec's bytes as it is played, accepted steps only, so that every run
can be had again from its bytes. What counts as a behaviour:

- a step's way through the rules: the kind of action, what became of it (accepted, or which
  refusal), and the set of branches taken;
- how often each witness was shown up to here, counted to `COUNTED`.

A refused step is written down only where it shows something that the run had not shown yet.
"""

from bisect import bisect
from collections.abc import Container
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import Any

from attrs import define, field

from impl.lab.campaign.branches import Branches
from impl.lab.claims.monitor import Monitor, Tally, rule_error
from impl.lab.fuzz.codec import BytesUsedUp, Reader, Sources, written
from impl.lab.fuzz.walker import COUNTED, SWARM, TIRED, Failure, timely
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import Seconds
from spec.kernel.clock import Wait
from spec.kernel.protocol import Choose, Obligation
from spec.kernel.refusal import Refusal

LONGEST = 4_096
"""Bytes that are read of one script; more than the longest run needs."""

Behaviour = int
"""A hash of what was shown, the same in every process."""


@define
class Course:
    """A run as far as it was played."""

    state: Any
    actions: list[Any] = field(factory=list)
    data: bytearray = field(factory=bytearray)
    """The codec's bytes of it."""
    witnessed: list[int] = field(factory=list)
    shown: dict[Behaviour, int] = field(factory=dict)
    """Each behaviour, and after how many bytes it was first shown."""
    before: Any = None
    """The state before the last accepted step."""
    failures: tuple[Failure, ...] = ()
    due: tuple[Obligation, ...] | None = None
    waits: tuple[Seconds, ...] | None = None

    def branched(self) -> "Course":
        """A course that goes on from here, and leaves this one as it is."""
        return Course(
            self.state,
            list(self.actions),
            self.data[:],
            list(self.witnessed),
            dict(self.shown),
            self.before,
        )


class Runner:
    """Plays the runs of one rulebook under one set of rules in one scope."""

    def __init__(self, rulebook: Rulebook, rules: Any, scope: Any, branches: Branches) -> None:
        """Raises BadInput where a claim does not fit the protocol."""
        self.rulebook, self.rules = rulebook, rules
        self.protocol, self.branches = rulebook.protocol, branches
        self.sources = Sources(rulebook, rules, scope)
        self.initial = self.protocol.initial(scope, rules)
        self.monitor = Monitor(rulebook, rules, self.initial)
        self.tally = Tally(len(rulebook.witnesses))
        self.runs = 0
        self.known: Container[Behaviour] = ()
        """Behaviours that are nothing new."""
        self.landmarks: list[Course] = []
        """Where the run of the moment came to states of a new kind."""
        self._first = [self.sources.table.index(n) for n in range(len(self.sources.weights))]
        self._ways: dict[tuple[type, type | None, bytes], Behaviour] = {}
        self._counts: dict[tuple[int, ...], Behaviour] = {}

    def start(self) -> Course:
        """A run before its first step."""
        return Course(self.initial, witnessed=[0] * len(self.rulebook.witnesses))

    def script(self, course: Course, data: bytes) -> Course:
        """Go on with what some bytes say, to their end or to what they break first."""
        reader = Reader(data[:LONGEST])
        table = self.sources.table
        try:
            while not course.failures:
                self._attempt(course, table[reader.byte() % len(table)], reader.choose)
        except BytesUsedUp:
            pass
        return course

    def walk(self, course: Course, random: Random, length: int) -> Course:
        """Go on at random until so many actions were accepted, or something breaks.

        Every walk draws weights of its own for the kinds of moves, as the fuzzer's runs do.
        """
        uniform = random.random

        def pick(n: int) -> int:
            return int(uniform() * n)

        swarm = [random.choice(SWARM) for _ in self.sources.weights]
        swarm[self.sources.wait] = max(swarm[self.sources.wait], SWARM[1])
        weights = [w * factor for w, factor in zip(self.sources.weights, swarm, strict=True)]
        full = bounds = list(accumulate(weights))
        alive, tired = list(weights), [0] * len(weights)
        total, last = full[-1], len(full) - 1
        while total and len(course.actions) < length and not course.failures:
            source = bisect(bounds, uniform() * total, 0, last)
            accepted = self._attempt(course, source, pick)
            if accepted:
                if bounds is not full:
                    alive, bounds, total = list(weights), full, full[-1]
                tired = [0] * len(weights)
                continue
            tired[source] += 1
            if accepted is None or tired[source] == TIRED:
                alive[source] = 0.0
                bounds = list(accumulate(alive))
                total = bounds[-1]
        return course

    def finish(self, course: Course) -> None:
        """Count the run; SETTLED claims are asked once more where its last step was no wait."""
        self.runs += 1
        if course.failures or not course.actions or isinstance(course.actions[-1], Wait):
            return
        try:
            failed = self.monitor.settled(course.state)
            found = self.monitor.explain(failed, course.before, course.actions[-1], course.state)
        except BaseException as error:
            found = (rule_error(error),)
        course.failures = tuple(Failure(tuple(course.actions), each) for each in found)

    def _attempt(self, course: Course, source: int, pick: Choose) -> bool | None:
        """Try one step. None: this source has nothing here; False: refused."""
        digits = bytearray((self._first[source],))

        def choose(n: int) -> int:
            value = pick(n)
            if n > 1:
                digits.extend(written(value, n))
            return value

        state, rules, branches = course.state, self.rules, self.branches
        action: Any = None
        try:
            if source < self.sources.answer:
                action = self.sources.draw(source, state, choose)
            else:
                action = self._drawn(course, source, choose, digits)
            if action is None:
                return None
            kind = action.__class__
            branches.clear()
            after = self.protocol.step(state, action, rules)
            way = self._way(kind, None)
            monitor, applied = self.monitor, self.tally.applied
            applied[kind] = applied.get(kind, 0) + 1
            course.actions.append(action)
            bits = monitor.changes(state, after)
            witnessed = course.witnessed
            before = sum(witnessed)
            failed = monitor.across(state, action, after, bits, witnessed)
            failed += monitor.changed(after, bits)
            if kind is Wait:
                failed += monitor.settled(after)
            if failed:
                found = monitor.explain(failed, state, action, after)
                course.failures = tuple(Failure(tuple(course.actions), each) for each in found)
                return True
        except Refusal as refusal:
            kind = Wait if action is None else action.__class__
            pair = kind, refusal.__class__
            refused = self.tally.refused
            refused[pair] = refused.get(pair, 0) + 1
            if action is not None:
                way = self._way(kind, refusal.__class__)
                if way not in course.shown:
                    course.data += digits
                    course.shown[way] = len(course.data)
            return False
        except BaseException as error:
            actions = list(course.actions)
            if action is not None and (not actions or actions[-1] is not action):
                actions.append(action)
            course.failures = (Failure(tuple(actions), rule_error(error)),)
            return True
        course.data += digits
        course.before, course.state, course.due, course.waits = state, after, None, None
        if way not in course.shown:
            course.shown[way] = len(course.data)
        if sum(witnessed) != before:
            counted = self._counted(witnessed)
            if counted not in course.shown:
                course.shown[counted] = len(course.data)
                if counted not in self.known:
                    self.landmarks.append(course.branched())
        return True

    def _drawn(self, course: Course, source: int, choose: Choose, digits: bytearray) -> Any:
        """An honest answer, or a wait that no honest deadline forbids; `digits` are its bytes."""
        state, sources = course.state, self.sources
        due = course.due
        if due is None:
            due = course.due = self.protocol.obligations(state, self.rules)
        if source == sources.answer:
            return due[choose(len(due))].action if due else None
        waits = course.waits
        if waits is None:
            waits = course.waits = sources.moves.waits(state, due)
        if not waits:
            return None
        drawn = waits[choose(len(waits))]
        action = timely(self.protocol, self.rules, state, due, drawn)
        if isinstance(action, Wait):
            if action.seconds == drawn:
                return action
            if action.seconds not in waits:
                return None
            digits[1:] = written(waits.index(action.seconds), len(waits))
            return action
        place = next(n for n, duty in enumerate(due) if duty.action is action)
        digits[:] = bytes((self._first[sources.answer],)) + written(place, len(due))
        return action

    def _way(self, kind: type, refusal: type | None) -> Behaviour:
        taken = self.branches.taken()
        way = self._ways.get((kind, refusal, taken))
        if way is None:
            outcome = "" if refusal is None else refusal.__name__
            way = 2 * _hashed(f"{kind.__name__} {outcome} ".encode() + taken)
            self._ways[kind, refusal, taken] = way
        return way

    def _counted(self, witnessed: list[int]) -> Behaviour:
        counts = tuple([count if count < COUNTED else COUNTED for count in witnessed])
        known = self._counts.get(counts)
        if known is None:
            known = self._counts[counts] = 2 * _hashed(b"witnesses " + bytes(counts)) + 1
        return known


def is_state(behaviour: Behaviour) -> bool:
    """Does it tell states apart (by the witnesses shown), rather than steps?"""
    return behaviour % 2 == 1


def _hashed(data: bytes) -> Behaviour:
    return int.from_bytes(blake2b(data, digest_size=7).digest())
