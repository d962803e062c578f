"""One step on both sides: two worlds under two rule sets, in which everybody does the same.

Both worlds start in the same scope and have one clock. An action that only one rule set accepts
happens on that side only. Time passes on both sides or on none: where the time rule lets it pass on
one side and somebody honest still has an answer to give on the other, the worlds cannot go on
together.

THE TWO RULE SETS DIFFER in a step if one accepts the action and the other does not, or if both
accept it and it moves other amounts of money. A difference in the books alone is none yet: it may
become one later, so the search goes on from states that are not the same. Of a run, the first such
step counts; what differs behind it may follow from it.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from random import Random
from typing import Any

from attrs import frozen

from impl.ground.watchdog import RuleHangs
from impl.lab.claims.monitor import Broken, Monitor, rule_error
from impl.lab.keys.fingerprint import Prints, key_of
from impl.lab.reading.plain import has_users
from impl.lab.runs.moves import Moves
from invariants.kernel.claims import Rulebook
from spec.kernel.basics import DAY, Asset, Party, Seconds
from spec.kernel.clock import DeadlinePending, Wait, answers_fit, moments, move
from spec.kernel.protocol import Obligation
from spec.kernel.refusal import Refusal

WAITS, ANSWERS = 0.3, 0.3
"""How often a random run waits, and how often somebody honest answers."""

Outcome = Any
"""The state after an action, the Refusal, or a Broken where the rule failed."""
Account = tuple[Party, Asset]
Money = Mapping[Account, int]


class Differs(Enum):
    """In what a step differs between two rule sets."""

    ACCEPTS = "accepts"
    """One of them accepts the action, the other does not."""
    PAYS = "pays"
    """Both accept it, and it moves other amounts."""
    WAITS = "waits"
    """Somebody honest has to answer sooner under one of them, and nothing else differs yet."""
    ENDS = "ends"
    """Nobody has anything left to do, and somebody has gained what others have lost."""


@frozen
class Step:
    """What one action does on both sides."""

    action: Any
    first: Outcome
    second: Outcome

    @property
    def accepted(self) -> tuple[bool, bool]:
        """Which sides accept it."""
        return happened(self.first), happened(self.second)


Pair = tuple[Any, Any]
"""The states of both worlds."""
Covers = frozenset[Seconds] | None
"""The critical instants of the pair from which a wait led here."""


def happened(outcome: Outcome) -> bool:
    """Did the rules accept the action?"""
    return not isinstance(outcome, Refusal | Broken)


class Sides:
    """The two rule sets of a comparison, in one scope."""

    def __init__(self, rulebook: Rulebook, rules: tuple[Any, Any], scope: Any) -> None:
        """Make the first state of both worlds."""
        self.rulebook, self.protocol = rulebook, rulebook.protocol
        self.rules, self.scope = rules, scope
        self.moves = tuple(self._moves(each) for each in rules)
        self.taken = 0
        """How many actions were tried on both sides."""
        self.hangs = False
        """Did a rule not return? Then nothing more is tried."""
        self._weights = [family.weight for family in self.protocol.families]
        self.initial: Pair = (
            self.protocol.initial(scope, rules[0]),
            self.protocol.initial(scope, rules[1]),
        )

    def _moves(self, rules: Any) -> Moves:
        """The moves on one side. What is asked of time is read where rules are not shipped ones:
        the protocol's `instants` need not name it."""
        book, scope = self.rulebook, self.scope
        if not has_users(rules, book.protocol):
            return Moves(book.protocol, rules, scope)
        monitor = Monitor(book, rules, book.protocol.initial(scope, rules))
        return Moves(
            book.protocol,
            rules,
            scope,
            key=key_of(book.protocol, rules, "reduced").key,
            monitor=monitor,
        )

    def steps(self, pair: Pair, covered: Covers = None) -> tuple[list[Step], Covers]:
        """Every move that is worth trying on either side, and what it does on both; and the
        critical instants that the waits among them cover (None where one was refused).

        The order is that of the explorer: what the first side proposes, then what the second one
        proposes beside it, then the waits to the critical instants of either. `covered` are the
        instants of the pair from which a wait led here: a wait behind it is not worth trying.
        """
        protocol = self.protocol
        dues = tuple(
            protocol.obligations(state, rules)
            for state, rules in zip(pair, self.rules, strict=True)
        )
        actions: dict[Any, None] = {}
        for moves, state, due in zip(self.moves, pair, dues, strict=True):
            actions.update(dict.fromkeys(moves.candidates(state, due)))
        found = []
        for action in actions:
            found.append(Step(action, *self.both(pair, action)))
            if self.hangs:
                return found, None
        waits, covers = self._ahead(pair, dues, covered)
        bars = [_bar(pair[side].main.now, dues[side], found, side) for side in (0, 1)]
        for seconds in waits:
            outcomes = [
                self._waited(side, pair[side], seconds, dues[side], bars[side]) for side in (0, 1)
            ]
            step = Step(Wait(seconds), outcomes[0], outcomes[1])
            found.append(step)
            if step.accepted != (True, True):
                covers = None
        return found, covers

    def both(self, pair: Pair, action: Any) -> tuple[Outcome, Outcome]:
        """What an action that is no wait does on both sides."""
        self.taken += 1
        return self._tried(pair[0], action, 0), self._tried(pair[1], action, 1)

    def played(self, pair: Pair, action: Any) -> Step:
        """What one action does on both sides, waits included."""
        self.taken += 1
        outcomes: list[Outcome] = []
        for state, rules in zip(pair, self.rules, strict=True):
            try:
                outcomes.append(move(self.protocol, state, action, rules))
            except Refusal as refusal:
                outcomes.append(refusal)
            except BaseException as error:
                outcomes.append(self._failed(error))
        return Step(action, outcomes[0], outcomes[1])

    def drawn(self, pair: Pair, random: Random) -> Step:
        """A random move of either side, and what it does on both.

        Honest answers are drawn as often as other moves are, and time passes as often as that.
        """
        side = random.randrange(2)
        state, rules, moves = pair[side], self.rules[side], self.moves[side]
        due = self.protocol.obligations(state, rules)
        way = random.random()
        if way < WAITS:
            waits = moves.waits(state, due)
            action = Wait(random.choice(waits)) if waits else None
        elif due and way < WAITS + ANSWERS:
            action = random.choice(due).action
        else:
            (family,) = random.choices(self.protocol.families, self._weights)
            action = family.propose(state, rules, self.scope, random.randrange)
        if action is None:
            action = Wait(DAY)
        return self.played(pair, action)

    def _tried(self, state: Any, action: Any, side: int) -> Outcome:
        try:
            return self.protocol.step(state, action, self.rules[side])
        except Refusal as refusal:
            return refusal
        except BaseException as error:
            return self._failed(error)

    def _failed(self, error: BaseException) -> Broken:
        self.hangs = self.hangs or isinstance(error, RuleHangs)
        return rule_error(error)

    def _ahead(
        self, pair: Pair, dues: tuple[tuple[Obligation, ...], ...], covered: Covers
    ) -> tuple[tuple[Seconds, ...], Covers]:
        now: Seconds = pair[0].main.now
        instants = frozenset(
            instant
            for side in (0, 1)
            for instant in self.moves[side].instants(pair[side], dues[side])
        )
        if covered is not None and instants <= covered:
            return (), None
        return tuple([moment - now for moment in moments(now, instants)]), instants

    def _waited(
        self,
        side: int,
        state: Any,
        seconds: Seconds,
        due: tuple[Obligation, ...],
        bar: Obligation | None,
    ) -> Outcome:
        until = state.main.now + seconds
        if bar is not None and bar.bar < until:
            return DeadlinePending(bar.by, bar.bar, until)
        try:
            if due and self.protocol.room is not None:
                answers_fit(self.protocol.room, state, self.rules[side], due, until)
        except Refusal as refusal:
            return refusal
        return self._tried(state, Wait(seconds), side)


def _bar(
    now: Seconds, due: tuple[Obligation, ...], tried: list[Step], side: int
) -> Obligation | None:
    """The answer that the clock has to wait for: the first to be due of those still possible."""
    if not due:
        return None
    answered = {step.action for step in tried if step.accepted[side]}
    open_ = [d for d in due if now < d.opens <= d.bar or d.action in answered]
    return min(open_, key=lambda duty: duty.bar, default=None)


def next_pair(pair: Pair, step: Step) -> Pair | None:
    """Both worlds after a step; None where nothing happened, or time passed on one side only."""
    accepted = step.accepted
    if accepted == (True, True):
        return step.first, step.second
    if not any(accepted) or isinstance(step.action, Wait):
        return None
    return (step.first, pair[1]) if accepted[0] else (pair[0], step.second)


def moved(before: Any, after: Any) -> Money:
    """What a step adds to each account; accounts that it leaves alone are not there."""
    if before.main.accounts is after.main.accounts:
        return {}
    return gains(before, after)


def gains(one: Any, other: Any) -> Money:
    """What each account holds in the other state beyond what it holds in the one."""
    old, new = one.main.accounts, other.main.accounts
    keys: Iterable[Account] = dict.fromkeys((*old, *new))
    found = {key: new.get(key, 0) - old.get(key, 0) for key in keys}
    return {key: amount for key, amount in found.items() if amount}


def differs(pair: Pair, step: Step) -> Differs | None:
    """In what the two rule sets differ in a step, if they do."""
    accepted = step.accepted
    if accepted[0] != accepted[1]:
        return Differs.WAITS if isinstance(step.action, Wait) else Differs.ACCEPTS
    if accepted[0] and _moves_apart(pair, step):
        return Differs.PAYS
    return None


def _moves_apart(pair: Pair, step: Step) -> bool:
    if (
        pair[0].main.accounts == pair[1].main.accounts
        and step.first.main.accounts == step.second.main.accounts
    ):
        return False
    return moved(pair[0], step.first) != moved(pair[1], step.second)


def ends_apart(sides: Sides, pair: Pair) -> bool:
    """Has nobody anything left to do on either side, and does somebody gain what others lose?

    What is still in a contract may belong to somebody, so a party that merely has more in its
    account has not gained: another one must have less, or both contracts must hold the same.
    """
    first, second = pair
    if first.main.accounts == second.main.accounts:
        return False
    amounts = gains(first, second).values()
    if first.main.escrow != second.main.escrow and (min(amounts) > 0 or max(amounts) < 0):
        return False
    settled = sides.rulebook.settled
    return settled(first, sides.rules[0]) and settled(second, sides.rules[1])


class PairPrints:
    """Fingerprints of pairs: both states by a key, and by how much the money differs."""

    def __init__(self, keys: tuple[Prints, Prints]) -> None:
        """The key of each side."""
        self._first, self._second = keys

    def __call__(self, pair: Pair) -> tuple[int, int, tuple[int, ...]]:
        """What tells a pair apart from others."""
        first, second = pair
        return self._first(first), self._second(second), _apart(first, second)


def _apart(first: Any, second: Any) -> tuple[int, ...]:
    if first.main.accounts == second.main.accounts:
        return ()
    return tuple(
        part
        for (party, asset), amount in gains(first, second).items()
        for part in (party, asset, amount)
    )
