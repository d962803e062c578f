"""Do the rules without a change break in the same way? Asked in the same scope only.

The same actions are played first. Where they break nothing, the unchanged rules are searched for
another run, with no less than what went into the find: as many states and as deep; for what random
play found, by the same seed in the same shards as well. A weakness in another scope, or under other
knobs, says nothing here. Nor does what an author expects: a case of somebody's own rulebook counts
where it finds its run. Where the time is up before that, it is not known, and said so.
"""

from collections.abc import Sequence
from contextlib import closing
from itertools import takewhile
from time import monotonic
from typing import Any

from attrs import evolve, frozen

from impl.ground.evidence import Result, Word
from impl.ground.watchdog import Interrupted, Stopped, put_off
from impl.lab.attack.known import found_again
from impl.lab.attack.places import Place
from impl.lab.attack.walks import Walks, tasks
from impl.lab.claims.monitor import RULE_ERROR, Broken, rule_error
from impl.lab.explore import explore
from impl.lab.rulebooks.shipped import is_shipped
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Player
from invariants.kernel.claims import Case, Rulebook

Pair = tuple[str, str]
"""What tells one weakness from another: the invariant and the cause."""
LEAST = 20_000
"""States of the unchanged rules that are looked at, even where the find took fewer."""
NOT_JUDGED = (
    "NOT KNOWN whether the unchanged rules break in this way, too: there was no time to see it"
)
DEEPER = 5
"""How many times more states they may take to get as deep as the find, where no time is set."""


@frozen
class Effort:
    """What went into a find."""

    states: int = 0
    """States that were told apart in its scope, at most."""
    shard: int | None = None
    """The random shard that found it; None where exploring did."""


@frozen
class Before:
    """What the unchanged rules make of a weakness."""

    old: bool
    """Do they have it too?"""
    sure: bool
    """Is that known? Not where the time was up before they were searched as far as the others."""
    said: str
    """What was looked at, in words; empty where the same actions break them."""


class Unchanged:
    """The rules without the change, in the scopes in which something broke with it."""

    def __init__(
        self,
        change: RuleChange,
        *,
        seed: int = 0,
        walked: Sequence[Place] = (),
        deadline: float | None = None,
        steps: int | None = None,
        workers: int = 1,
    ) -> None:
        """`walked`: the scopes of the random walks, in their order. `steps`: of these, at most."""
        self.change, self.seed, self.walked = change, seed, tuple(walked)
        self.deadline, self.steps, self.workers = deadline, steps, workers
        self.stopped = False
        """Was the work ended in the midst of a question? Then no more are asked."""
        self._players: dict[tuple[str, str], Player] = {}
        self._known: dict[tuple[str, Pair], Before] = {}

    def known(self, place: Place, pair: Pair) -> Before | None:
        """What was said of the weakness in that scope, if it was asked already."""
        return self._known.get((place.name, pair))

    def judged(self, place: Place, pair: Pair, actions: tuple[Any, ...], effort: Effort) -> Before:
        """Do the unchanged rules have the weakness in that scope? It is searched only once.

        Stopped on the way it is not known, and nothing is searched any more. The search in which it
        was found may take less time than this: it waits.
        """
        found = self.known(place, pair)
        if found is None:
            found = self._known[place.name, pair] = Before(False, False, NOT_JUDGED)
            if not self.stopped:
                try:
                    with put_off(self.deadline):
                        found = self._judged(place, pair, actions, effort)
                except Stopped:
                    self.stopped = True
                    raise
                self._known[place.name, pair] = found
        return found

    def _judged(self, place: Place, pair: Pair, actions: tuple[Any, ...], effort: Effort) -> Before:
        if not self.change.differences:
            return Before(False, True, "")
        if self.same_actions(place, pair, actions):
            return Before(True, True, "")
        found = self._by_a_case(place, pair)
        if found:
            return Before(True, True, f"but {found} (scope {place.name})")
        return self._searched(place, pair, len(actions), effort)

    def _by_a_case(self, place: Place, pair: Pair) -> str:
        """What the rulebook's own evidence finds. That of a shipped rulebook is run by its tests;
        another is searched now: its author may have named the wrong rule set."""
        case, book = self._case(place, pair), self.change.rulebook
        if case is None:
            return ""
        if is_shipped(book):
            return f"{case.id} finds a run that does"
        left = self._time() or 0.0
        end = None if self.deadline is None else monotonic() + left / 2
        narrow = evolve(case, breaks=(pair,), only=())
        length = found_again(alone(book, pair), self.change.rule_set.rules, narrow, end)
        return "" if length is None else f"{case.id} finds a run of {length} actions that does"

    def same_actions(self, place: Place, pair: Pair, actions: tuple[Any, ...]) -> bool:
        """Do the same actions break the same claim for the same cause?"""
        if not self.change.differences:
            return False
        player = self._players.get((place.name, pair[0]))
        if player is None:
            rules = self.change.rule_set.rules
            player = Player(alone(self.change.rulebook, pair), rules, place.record)
            self._players[place.name, pair[0]] = player
        state = player.initial
        if any(broken.pair == pair for broken in at_first(player)):
            return True
        for action in actions:
            played = player.play(state, action)
            if any(broken.pair == pair for broken in played.broken):
                return True
            state = played.after
        return False

    def _case(self, place: Place, pair: Pair) -> Case | None:
        """The rulebook's own line of evidence about just these rules in just this scope."""
        book, rules = self.change.rulebook, self.change.rule_set.rules
        same = (
            case
            for case in book.cases
            if pair in case.breaks and book.scopes.get(case.scope) == place.record
        )
        return next((c for c in same if book.rules_named(c.rule_set).rules == rules), None)

    def _searched(self, place: Place, pair: Pair, depth: int, effort: Effort) -> Before:
        """Explore, as far as the find at least; then walk as far, where a walk found it."""
        least = LEAST if self.steps is None else min(LEAST, self.steps)
        result = self._explored(place, pair, None, max(effort.states, least))
        deep = effort.shard is None
        if deep and not enough(result, depth) and not _runs(result, pair) and self._time():
            more = None if self.deadline is not None else DEEPER * max(effort.states, LEAST)
            result = self._explored(place, pair, depth, more)
        looked = f"unchanged, scope {place.name}: {searched(result)}"
        lengths = _runs(result, pair)
        if lengths:
            return Before(True, True, _another(min(lengths), place))
        if exhausted(result):
            return Before(False, True, f"{looked}, and none breaks this in that way")
        if effort.shard is None:
            if enough(result, depth):
                return Before(False, True, f"{looked}, and none breaks this in that way")
            return Before(False, False, _not_known(looked, result))
        steps, length, complete = self._walks(place, pair, effort.shard)
        if length is not None:
            return Before(True, True, _another(length, place))
        looked = f"{looked}; {steps:,} random steps by the same seed"
        if complete and enough(result, 0) and result.states >= effort.states:
            return Before(False, True, f"{looked}, and none breaks this in that way")
        return Before(False, False, _not_known(looked, result))

    def _time(self) -> float | None:
        """Seconds that are left; without a limit, for ever."""
        return float("inf") if self.deadline is None else max(0.0, self.deadline - monotonic())

    def _explored(self, place: Place, pair: Pair, depth: int | None, states: int | None) -> Result:
        left = self._time()
        result = explore(
            alone(self.change.rulebook, pair),
            self.change.rule_set.rules,
            place.record,
            depth=depth,
            workers=self.workers,
            time_limit=None if self.deadline is None else left,
            max_states=states,
            key_sample=12_000 if states is None else min(12_000, max(4_000, states)),
            wanted=[pair],
        )
        if result.details["stopped_by"] == "Ctrl-C":
            raise Interrupted
        return result

    def _walks(self, place: Place, pair: Pair, last: int) -> tuple[int, int | None, bool]:
        """Steps of the scope's shards up to the last, the run that breaks, and whether all were
        walked to their end."""
        book, rules = alone(self.change.rulebook, pair), self.change.rule_set.rules
        walks = Walks(book, rules, self.walked, self.seed)
        wanted = [
            task
            for task in takewhile(lambda t: t[0] <= last, tasks(len(self.walked), self.steps))
            if walks.place(task[0]) == place
        ]
        taken = count = 0
        with closing(walks.shards(wanted, self.deadline, self.workers)) as shards:
            for shard in shards:
                taken, count = taken + shard.steps, count + 1
                for failure in shard.failures:
                    if failure.broken.pair == pair:
                        return taken, len(failure.actions), True
        return taken, None, count == len(wanted) and bool(self._time())


def at_first(player: Player) -> tuple[Broken, ...]:
    """What the first state breaks already."""
    state, monitor = player.initial, player.monitor
    try:
        return monitor.explain(monitor.at(state), state, None, state)
    except BaseException as error:
        return (rule_error(error),)


def alone(book: Rulebook, pair: Pair) -> Rulebook:
    """The rulebook with one claim only, so that no other one ends a run before."""
    if pair[0] == RULE_ERROR:
        return book
    return evolve(book, invariants=tuple(i for i in book.invariants if i.id == pair[0]))


def exhausted(result: Result) -> bool:
    """Was every reachable state looked at?"""
    return result.details["stopped_by"] == "" and not result.details["frontier"]


def enough(result: Result, depth: int) -> bool:
    """Was every run of so many actions looked at, and each that broke something told?"""
    return exhausted(result) or (result.depth >= depth and not result.details["untold"])


def searched(result: Result) -> str:
    """What was looked at, in its own word."""
    states = f"{result.states:,} states"
    if not exhausted(result):
        return f"{Word.BOUNDED.value} {result.depth}, {states}"
    return f"{Word.ASSUMED.value}, {states}" if assumes(result) else f"exhausted, {states}"


def assumes(result: Result) -> bool:
    """Does the search rest on an assumption that its summary names?"""
    return bool(result.details["assumed"])


def _runs(result: Result, pair: Pair) -> list[int]:
    return [
        len(trace.actions)
        for trace in result.traces
        if (trace.invariant, trace.finding.cause) == pair
    ]


def _another(length: int, place: Place) -> str:
    return f"but another run of {length} actions does (scope {place.name})"


def _not_known(looked: str, result: Result) -> str:
    why = result.details["stopped_by"] or "the time"
    return (
        "NOT KNOWN whether the unchanged rules break in this way, too: searched less than the"
        f" changed ones ({looked}; stopped by {why})"
    )
