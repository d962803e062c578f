"""What else could have been done at each step, and what would have come of it."""

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from impl.ground.watchdog import is_hang, let_through, watchdog
from impl.lab.claims.monitor import Monitor
from impl.lab.runs.moves import Moves
from impl.lab.runs.replay import Player
from impl.show.report.values import Speller
from impl.show.telling.names import action_said
from impl.show.telling.runs import elapsed
from invariants.kernel.claims import Rulebook
from spec.kernel.clock import CLOCK, Wait

ACCEPTED_AT_MOST, REFUSED_AT_MOST = 14, 10
"""Moves of a kind that are listed; the rest is counted."""
TRIED_AT_MOST = 400
"""Moves that are tried in one state."""


@frozen
class Other:
    """One move that was open, or that the rules refuse."""

    party: str
    action: str
    outcome: str
    """Empty where it is accepted and breaks nothing."""
    kind: str
    """`breaks`, `accepted` or `refused`."""
    taken: bool
    """Is it the run's own?"""
    hangs: bool = False
    """Does its rule not return?"""


@frozen
class Others:
    """The moves in one state."""

    shown: tuple[Other, ...] = ()
    left_out: Mapping[str, int] = field(factory=dict)
    """How many are not listed, by kind."""
    fault: str = ""
    """Why there are none: a rule fails in proposing them."""

    def count(self, kind: str) -> int:
        """How many of a kind there are in all."""
        return sum(each.kind == kind for each in self.shown) + self.left_out.get(kind, 0)


class Alternatives:
    """Tries all moves that checkers would try."""

    def __init__(
        self, book: Rulebook, rules: Any, scope: Any, speller: Speller, hangs: bool = False
    ) -> None:
        """The moves are those of the explorer: proposals, honest answers, critical waits.

        Each move into a rule that hangs costs long; once one is met (or is known to be there),
        nothing more is tried.
        """
        self.hangs = hangs
        self.player = Player(book, rules, scope)
        self.moves = Moves(book.protocol, rules, scope)
        self.speller = speller
        self.monitor: Monitor = self.player.monitor

    def at(self, state: Any, taken: Any) -> Others:
        """What could be done in a state; `taken` is what the run does."""
        protocol = self.moves.protocol
        if self.hangs:
            return Others(fault="Not tried: a rule hangs")
        try:
            with watchdog(int):
                due = protocol.obligations(state, self.moves.rules)
                actions = self.moves.candidates(state, due)
                actions += [Wait(seconds) for seconds in self.moves.waits(state, due)]
        except BaseException as error:
            let_through(error)
            return Others(fault=f"{type(error).__name__} while listing what could be done")
        if taken not in actions:
            actions.insert(0, taken)
        tried: list[Other] = []
        for action in actions[:TRIED_AT_MOST]:
            tried.append(self._tried(state, action, action == taken))
            if tried[-1].hangs:
                self.hangs = True
                break
        return _selected(tried, len(actions) - len(tried))

    def _tried(self, state: Any, action: Any, taken: bool) -> Other:
        played = self.player.play(state, action)
        party, clause = self.told(action)
        if played.refusal is not None:
            return Other(party, clause, self.speller.refusal(played.refusal), "refused", taken)
        if played.broken:
            first = played.broken[0]
            said = f"{first.invariant}: {first.finding.cause}"
            return Other(party, clause, said, "breaks", taken, is_hang(first.finding.cause))
        return Other(party, clause, "", "accepted", taken)

    def told(self, action: Any) -> tuple[str, str]:
        """Who does what."""
        if isinstance(action, Wait):
            return "", elapsed(action.seconds)
        party = "" if action.by == CLOCK else self.speller.party(action.by)
        return party, action_said(self.moves.protocol, action)


def _selected(tried: list[Other], untried: int) -> Others:
    shown: list[Other] = []
    left: dict[str, int] = {}
    for kind, most in (
        ("breaks", None),
        ("accepted", ACCEPTED_AT_MOST),
        ("refused", REFUSED_AT_MOST),
    ):
        mine = sorted((o for o in tried if o.kind == kind), key=lambda o: not o.taken)
        shown += mine[:most]
        if most is not None and len(mine) > most:
            left[kind] = len(mine) - most
    if untried:
        left["not tried"] = untried
    return Others(tuple(shown), left)
