"""Bytes to runs and back: every byte string is a run, and every run found can be written as bytes.

A step is one byte for the kind of move, by weight, and then one byte (two where there are more
than 256 alternatives) for each choice that the move's family asks for. Refused moves are skipped,
so any bytes will do, and a shorter or smaller byte string tends to be a simpler run: that is what
Hypothesis needs to search, replay and shrink with ONE binary draw per run.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from attrs import frozen

from impl.lab.claims.monitor import Broken
from impl.lab.runs.moves import Moves, Odometer, proposals
from impl.lab.runs.replay import Player
from invariants.kernel.claims import Rulebook
from invariants.kernel.hostile import HOSTILE
from spec.kernel.clock import Wait
from spec.kernel.protocol import Choose

Digits = tuple[int, ...]
"""The choices that lead to an action."""

LOOKED_THROUGH = 3_000
"""Alternatives among which an action is looked for. No shipped scope has as many;
a family that asks for many choices at once could have more than anybody can list."""


class Sources:
    """Where moves come from: the families, then the honest answers, then the clock."""

    def __init__(self, rulebook: Rulebook, rules: Any, scope: Any) -> None:
        """For one protocol under one set of rules in one scope."""
        self.protocol, self.rules, self.scope = rulebook.protocol, rules, scope
        self.moves = Moves(self.protocol, rules, scope)
        self.families = self.protocol.families
        self.answer = len(self.families)
        self.listed = [n for n, family in enumerate(self.families) if family.name != HOSTILE]
        self.listed.append(self.answer)
        self.wait = self.answer + 1
        weights = [family.weight for family in self.families]
        fair = max(1, sum(weights) // 6)
        self.weights = (*weights, fair, fair)
        self.table = tuple(n for n, weight in enumerate(self.weights) for _ in range(weight))

    def draw(self, source: int, state: Any, choose: Choose) -> Any:
        """An action of one source, or None where it has none here."""
        if source < self.answer:
            return self.families[source].propose(state, self.rules, self.scope, choose)
        due = self.protocol.obligations(state, self.rules)
        if source == self.answer:
            return due[choose(len(due))].action if due else None
        waits = self.moves.waits(state, due)
        return Wait(waits[choose(len(waits))]) if waits else None

    def alternatives(self, source: int, state: Any) -> Iterator[tuple[Any, Digits]]:
        """All actions of one source, the smallest choices first."""
        if source < self.answer:
            yield from proposals(self.families[source], state, self.rules, self.scope)
            return
        due = self.protocol.obligations(state, self.rules)
        if source == self.answer:
            yield from ((duty.action, (n,)) for n, duty in enumerate(due))
        else:
            waits = self.moves.waits(state, due)
            yield from ((Wait(seconds), (n,)) for n, seconds in enumerate(waits))

    def locate(self, state: Any, action: Any) -> tuple[int, Digits] | None:
        """Which source and choices give an action; None for one that no source offers here, or not
        among the first `LOOKED_THROUGH`."""
        where = (self.wait,) if isinstance(action, Wait) else self.listed
        offers = (
            (source, offered, digits)
            for source in where
            for offered, digits in self.alternatives(source, state)
        )
        for source, offered, digits in islice(offers, LOOKED_THROUGH):
            if offered == action:
                return source, digits
        return None

    def sizes(self, source: int, state: Any, digits: Digits) -> list[int]:
        """Among how many alternatives each choice was made."""
        wheel = Odometer(list(digits))
        self.draw(source, state, wheel.choose)
        return wheel.sizes[: wheel.at]


class BytesUsedUp(Exception):
    """The end of the bytes is the end of the run."""


class Reader:
    """A Choose that reads bytes; after their end it answers 0."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        """From the first byte."""
        self.data, self.at = data, 0

    def byte(self) -> int:
        """The next byte. Raises BytesUsedUp."""
        if self.at >= len(self.data):
            raise BytesUsedUp
        self.at += 1
        return self.data[self.at - 1]

    def choose(self, n: int) -> int:
        """One of n alternatives."""
        if n <= 1:
            if n < 1:
                raise ValueError("choose(n) needs at least one alternative")
            return 0
        width = _width(n)
        value = int.from_bytes(self.data[self.at : self.at + width])
        self.at += width
        return value % n


def _width(n: int) -> int:
    return 0 if n <= 1 else 1 if n <= 256 else 2 if n <= 65_536 else 4


def written(choice: int, n: int) -> bytes:
    """The bytes of a choice among n alternatives; none where there is only one."""
    return choice.to_bytes(_width(n))


@frozen
class Run:
    """What a byte string stands for."""

    actions: tuple[Any, ...]
    """The accepted ones; the last one breaks something where `broken` says so."""
    broken: tuple[Broken, ...]


def run_from_bytes(
    rulebook: Rulebook, rules: Any, scope: Any, data: bytes, *, player: Player | None = None
) -> Run:
    """Play the run that some bytes stand for, to its end or to what it breaks first."""
    player = player or Player(rulebook, rules, scope)
    sources = Sources(rulebook, rules, scope)
    reader, state = Reader(data), player.initial
    actions: list[Any] = []
    table = sources.table
    while True:
        try:
            source = table[reader.byte() % len(table)]
        except BytesUsedUp:
            return Run(tuple(actions), ())
        action = sources.draw(source, state, reader.choose)
        if action is None:
            continue
        played = player.play(state, action)
        if played.refusal is not None:
            continue
        actions.append(action)
        if played.broken:
            return Run(tuple(actions), played.broken)
        state = played.after


def actions_from_bytes(rulebook: Rulebook, rules: Any, scope: Any, data: bytes) -> tuple[Any, ...]:
    """The accepted actions of the run that some bytes stand for."""
    return run_from_bytes(rulebook, rules, scope, data).actions


def bytes_from_actions(rulebook: Rulebook, rules: Any, scope: Any, actions: Sequence[Any]) -> bytes:
    """The bytes of a run, leaving out what is refused or what no source offers."""
    player, sources = Player(rulebook, rules, scope), Sources(rulebook, rules, scope)
    state, data = player.initial, bytearray()
    for action in actions:
        place = sources.locate(state, action)
        if place is None:
            continue
        source, digits = place
        data.append(sources.table.index(source))
        for digit, size in zip(digits, sources.sizes(source, state, digits), strict=True):
            data += written(digit, size)
        state = player.play(state, action).after
    return bytes(data)
