"""Every move worth trying in a state, in a fixed order, and what comes of it.

The order is: the families' proposals, each choice sequence counted up like an odometer; then the
answers that honest parties owe, which they may give at any time; then the waits to the critical
instants. A move is named by its place in this order, so a run is a list of small ints.
"""

from collections.abc import Callable, Iterator
from itertools import count, islice
from typing import Any

from impl.ground.watchdog import RuleHangs
from impl.lab.claims.monitor import Broken, Monitor, Tally, rule_error
from impl.lab.reading.notes import Dates
from impl.lab.reading.reader import Reader
from spec.kernel.basics import Seconds
from spec.kernel.clock import DeadlinePending, Wait, answers_fit, critical_instants, moments
from spec.kernel.protocol import Family, Obligation, Protocol
from spec.kernel.refusal import Refusal

NO_MOVE = 0xFFFF_FFFF
"""Stands for a move's place where the fault lies in proposing moves, not in one of them."""

Waits = Callable[[Any, tuple[Obligation, ...]], tuple[Seconds, ...]]
"""The durations to try in a state whose obligations are known."""


class Odometer:
    """A Choose that runs through every sequence of choices, the first all zeros."""

    __slots__ = ("at", "digits", "sizes")

    def __init__(self, digits: list[int] | None = None) -> None:
        """Start from the given digits; what is chosen beyond them is 0."""
        self.digits: list[int] = [] if digits is None else digits
        self.sizes: list[int] = [0] * len(self.digits)
        self.at = 0

    def choose(self, n: int) -> int:
        """The digit whose turn it is, in range(n)."""
        at = self.at
        self.at = at + 1
        if at == len(self.digits):
            if n < 1:
                raise ValueError("choose(n) needs at least one alternative")
            self.digits.append(0)
            self.sizes.append(n)
            return 0
        self.sizes[at] = n
        return self.digits[at]

    def advance(self) -> bool:
        """Go to the next sequence. False when all were seen."""
        digits, sizes = self.digits, self.sizes
        del digits[self.at :], sizes[self.at :]
        self.at = 0
        while digits:
            if digits[-1] + 1 < sizes[-1]:
                digits[-1] += 1
                return True
            digits.pop()
            sizes.pop()
        return False


def proposals(
    family: Family[Any, Any, Any], state: Any, rules: Any, scope: Any, most: int | None = None
) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """All actions of a family, with the choices that lead to them; no action twice. `most`: the
    family is asked no more often; one that only random runs use may have no end of actions."""
    if family.every is not None:
        places: dict[Any, tuple[int, ...]] = {}
        for n, action in enumerate(islice(family.every(state, rules, scope), most)):
            places.setdefault(action, (n,))
        yield from places.items()
        return
    wheel = Odometer()
    choose, propose = wheel.choose, family.propose
    known = set()
    for _ in count() if most is None else range(most):
        action = propose(state, rules, scope, choose)
        if action is not None and action not in known:
            known.add(action)
            yield action, tuple(wheel.digits[: wheel.at])
        if not wheel.advance():
            return


class Moves:
    """The moves of one protocol under one set of rules, in one scope."""

    def __init__(
        self,
        protocol: Any,
        rules: Any,
        scope: Any,
        waits: Waits | None = None,
        key: Callable[[Any, Any], Callable[[Any], Any]] | None = None,
        monitor: Monitor | None = None,
        dates: Dates | None = None,
    ) -> None:
        """Waits: the durations to try instead of those to the critical instants. With a key and a
        monitor, what is asked of time is read in every state and held against the key; `dates` are
        critical instants in all states."""
        self.protocol: Protocol[Any, Any, Any] = protocol
        self.rules = rules
        self.scope = scope
        self.waits = waits or self.critical
        self.reader: Reader | None = None
        if key is not None and monitor is not None:
            self.reader = Reader(protocol, rules, self.candidates, key, monitor, dates)
        self._dates = frozenset[Seconds]() if dates is None else dates.known
        self.due: tuple[Obligation, ...] = ()
        """What honest parties owe in the state that was expanded last."""
        self.answered: set[Any] = set()
        """The actions among these that the rules accept there."""
        self.barred = False
        """Were there waits to try there, and all refused?"""

    def under(self, rules: Any) -> "Moves":
        """The moves of the same protocol in the same scope under other rules."""
        return Moves(self.protocol, rules, self.scope)

    def offers(self, family: Family[Any, Any, Any], state: Any, most: int) -> list[Any]:
        """The first actions of a family, in order."""
        return [action for action, _ in proposals(family, state, self.rules, self.scope, most)]

    def critical(self, state: Any, due: tuple[Obligation, ...]) -> tuple[Seconds, ...]:
        """To each critical instant ahead, between any two of them, and after the last."""
        now: Seconds = state.main.now
        return tuple([moment - now for moment in moments(now, self.instants(state, due))])

    def instants(self, state: Any, due: tuple[Obligation, ...]) -> frozenset[Seconds]:
        """What the protocol says, and what is read off the rules."""
        said = critical_instants(self.protocol, state, self.rules, due)
        if self._dates:
            now = state.main.now
            said |= {date for date in self._dates if date >= now}
        return said if self.reader is None else said | self.reader.read(state, said)

    def _ahead(
        self, state: Any, due: tuple[Obligation, ...], covered: frozenset[Seconds] | None
    ) -> tuple[tuple[Seconds, ...], frozenset[Seconds] | None]:
        """The waits to try, and the instants that they cover.

        After a wait, another one leads nowhere that a longer first one does not, as long as no
        critical instant is new; so where `covered` holds them all there is nothing to wait for.
        """
        if self.waits != self.critical:
            return self.waits(state, due), None
        instants = self.instants(state, due)
        if covered is not None and instants <= covered:
            return (), None
        now = state.main.now
        return tuple([moment - now for moment in moments(now, instants)]), instants

    def candidates(self, state: Any, due: tuple[Obligation, ...]) -> list[Any]:
        """Every action but the waits, in order, none twice."""
        rules, scope = self.rules, self.scope
        known: dict[Any, None] = {}
        wheel = Odometer()
        choose, advance = wheel.choose, wheel.advance
        for family in self.protocol.families:
            if family.every is not None:
                for action in family.every(state, rules, scope):
                    known[action] = None
                continue
            propose = family.propose
            wheel.at = 0
            more = True
            while more:
                action = propose(state, rules, scope, choose)
                if action is not None:
                    known[action] = None
                more = advance()
        for duty in due:
            known[duty.action] = None
        return list(known)

    def successors(
        self, state: Any, tally: Tally, covered: frozenset[Seconds] | None = None
    ) -> tuple[list[tuple[int, Any, Any]], list[tuple[int, Broken]], frozenset[Seconds] | None]:
        """The accepted moves as (place, action, state after), the moves whose rule failed, and the
        critical instants that the waits among them cover (None where one was refused).

        Same answers as calling `move` with every candidate, but every rule runs only once: the
        clock's bar is the earliest deadline of an obligation whose action was accepted. `covered`
        are the instants of the state from which a wait led here.
        """
        protocol, rules = self.protocol, self.rules
        step, applied, refused = protocol.step, tally.applied, tally.refused
        reached: list[tuple[int, Any, Any]] = []
        faults: list[tuple[int, Broken]] = []
        self.due, self.answered, self.barred = (), set(), False
        try:
            due = protocol.obligations(state, rules)
            actions = self.candidates(state, due)
            waits, covers = self._ahead(state, due, covered)
        except BaseException as error:
            return reached, [(NO_MOVE, rule_error(error))], None
        self.due, answered = due, self.answered
        owed = {duty.action for duty in due}
        place = -1
        for place, action in enumerate(actions):
            try:
                after = step(state, action, rules)
            except Refusal as refusal:
                pair = action.__class__, refusal.__class__
                refused[pair] = refused.get(pair, 0) + 1
                continue
            except BaseException as error:
                faults.append((place, rule_error(error)))
                if isinstance(error, RuleHangs):
                    return reached, faults, covers
                continue
            if owed and action in owed:
                answered.add(action)
            kind = action.__class__
            applied[kind] = applied.get(kind, 0) + 1
            reached.append((place, action, after))
        now = state.main.now
        bar = min(
            (d.bar for d in due if now < d.opens <= d.bar or d.action in answered),
            default=None,
        )
        for seconds in waits:
            place += 1
            if bar is not None and bar < now + seconds:
                refused[Wait, DeadlinePending] = refused.get((Wait, DeadlinePending), 0) + 1
                covers = None
                continue
            action = Wait(seconds)
            try:
                if due and protocol.room is not None:
                    answers_fit(protocol.room, state, rules, due, now + seconds)
                after = step(state, action, rules)
            except Refusal as refusal:
                pair = Wait, refusal.__class__
                refused[pair] = refused.get(pair, 0) + 1
                covers = None
                continue
            except BaseException as error:
                faults.append((place, rule_error(error)))
                if isinstance(error, RuleHangs):
                    return reached, faults, covers
                continue
            applied[Wait] = applied.get(Wait, 0) + 1
            reached.append((place, action, after))
        self.barred = bool(waits) and not (reached and type(reached[-1][1]) is Wait)
        return reached, faults, covers

    def named(self, state: Any, place: int) -> Any:
        """The action at a place of the order."""
        due = self.protocol.obligations(state, self.rules)
        actions = self.candidates(state, due)
        if place < len(actions):
            return actions[place]
        return Wait(self.waits(state, due)[place - len(actions)])
