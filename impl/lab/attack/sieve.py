"""What only a rule change breaks, apart from what breaks without it, too: scope by scope.

A weakness is an invariant with a cause. It may be new in one scope and old in another: then it is
kept as both.
"""

from collections.abc import Callable
from typing import Any

from attrs import frozen

from impl.ground.evidence import Trace
from impl.ground.watchdog import Stopped
from impl.lab.attack.places import Place
from impl.lab.attack.unchanged import NOT_JUDGED, Before, Effort, Pair, Unchanged, at_first
from impl.lab.claims.monitor import FAULTS, RULE_IMPURE, Broken
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Player
from impl.lab.traces.format import trace_of


@frozen
class Hit:
    """A broken claim, and how it was found."""

    trace: Trace
    place: Place
    method: str
    """explore: a shortest run of its scope. fuzz: a walk, shrunk."""
    before: Before
    """What the unchanged rules make of it, in the same scope."""
    effort: Effort
    """What went into it."""

    @property
    def old(self) -> bool:
        """Do the unchanged rules have the weakness too?"""
        return self.before.old

    @property
    def pair(self) -> Pair:
        """What tells one weakness from another."""
        return self.trace.invariant, self.trace.finding.cause


class Sieve:
    """The weaknesses that were found so far."""

    def __init__(
        self, change: RuleChange, unchanged: Unchanged, seed: int | None, claim: str = ""
    ) -> None:
        """`claim`: the only invariant that counts; empty: all do."""
        self.change, self.unchanged, self.seed, self.claim = change, unchanged, seed, claim
        self._hits: dict[tuple[Pair, bool], Hit] = {}
        self._places: dict[str, set[Pair]] = {}

    @property
    def new(self) -> list[Hit]:
        """What only the change breaks: what is known to be so first, then the shortest run."""
        return self._sorted(False)

    @property
    def old(self) -> list[Hit]:
        """What the unchanged rules break as well, the shortest run first."""
        return self._sorted(True)

    def old_in(self, place: Place) -> int:
        """How many weaknesses of the unchanged rules were met, and passed over, in a scope."""
        return len(self._places.get(place.name, ()))

    def _sorted(self, old: bool) -> list[Hit]:
        hits = [hit for (_, was), hit in self._hits.items() if was is old]
        return sorted(hits, key=lambda h: (not h.before.sure, len(h.trace.actions), h.pair))

    def known(self, pair: Pair) -> Hit | None:
        """The run that is kept for a weakness that only the change has."""
        return self._hits.get((pair, False))

    def spares(
        self, place: Place, pair: Pair, run: Callable[[], tuple[Any, ...]], effort: Effort
    ) -> bool:
        """Is a break to be passed over, because it is old or beside the question?"""
        if self.beside(pair):
            return True
        if pair[0] == RULE_IMPURE:
            return False
        known = self.unchanged.known(place, pair)
        if known is not None:
            return known.old
        actions = run()
        before = self.unchanged.judged(place, pair, actions, effort)
        if before.old:
            broken = self._broken(place, actions, pair)
            if broken is not None:
                self._keep(
                    Hit(self.trace(place, actions, broken), place, "explore", before, effort)
                )
        return before.old

    def beside(self, pair: Pair) -> bool:
        """Is this not what is asked for? A rule that fails always is."""
        return self.claim not in ("", pair[0]) and pair[0] not in FAULTS

    def add(self, place: Place, method: str, trace: Trace, effort: Effort) -> None:
        """Note a weakness, and judge it if that was not done yet; a rule that is no function of its
        arguments needs no judging."""
        pair = trace.invariant, trace.finding.cause
        if pair[0] == RULE_IMPURE:
            self._keep(Hit(trace, place, method, Before(False, True, ""), effort))
            return
        try:
            before = self.unchanged.judged(place, pair, trace.actions, effort)
        except Stopped:
            self._keep(Hit(trace, place, method, Before(False, False, NOT_JUDGED), effort))
            raise
        self._keep(Hit(trace, place, method, before, effort))

    def _keep(self, hit: Hit) -> None:
        """Of two runs that show the same, the one that says more stays, then the shorter."""
        if hit.old:
            self._places.setdefault(hit.place.name, set()).add(hit.pair)
        known = self._hits.get((hit.pair, hit.old))
        if known is None or _rank(hit) < _rank(known):
            self._hits[hit.pair, hit.old] = hit

    def _broken(self, place: Place, actions: tuple[Any, ...], pair: Pair) -> Broken | None:
        """What the actions break under the change, with its numbers."""
        player = Player(self.change.rulebook, self.change.rules, place.record)
        state = player.initial
        found = [broken for broken in at_first(player) if broken.pair == pair]
        for action in () if found else actions:
            played = player.play(state, action)
            found = [broken for broken in played.broken if broken.pair == pair]
            if found:
                break
            state = played.after
        return found[0] if found else None

    def trace(self, place: Place, actions: tuple[Any, ...], broken: Broken) -> Trace:
        """A run under the change, to be kept."""
        change = self.change
        return trace_of(change.rulebook, change.rules, place.record, actions, broken, self.seed)


def _rank(hit: Hit) -> tuple[bool, int]:
    return not hit.before.sure, len(hit.trace.actions)
