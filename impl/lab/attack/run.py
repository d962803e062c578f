"""All that is done with a rule change: prove, explore, walk at random."""

from collections.abc import Callable
from time import monotonic

from attrs import frozen

from impl.ground.evidence import Progress
from impl.ground.watchdog import Interrupted, Stopped, stoppable
from impl.lab.attack.hunt import Hunt, Limits
from impl.lab.attack.known import Known, known_mistake
from impl.lab.attack.places import Place, to_explore, to_walk
from impl.lab.attack.proofs import Verdict, verdicts
from impl.lab.attack.reads import Touched, touched
from impl.lab.rules.change import RuleChange

TIME = 60.0
"""Seconds for everything, where neither --time nor --steps says otherwise."""
READING = 0.2
"""How much of it may be taken to see which theorems read what was changed."""
PROVING = 0.12
"""How much of the time the prover may take, once it is known what to ask."""


@frozen
class Attacked:
    """What was looked at, and what was found."""

    touched: Touched
    verdicts: tuple[Verdict, ...]
    proving: float
    hunt: Hunt
    interrupted: bool
    deadline: float | None

    def known(self) -> Known | None:
        """A known mistake in just these rules, which was not found here."""
        if self.interrupted or self.hunt.new:
            return None
        scopes = [place.record for place in self.hunt.places]
        change = self.hunt.change
        return known_mistake(change.rulebook, change.rules, scopes, self.deadline)


def attacked(
    change: RuleChange,
    place: Place | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    keep_going: bool,
    asked: Callable[[str], None],
    progress: Callable[[Place, Progress], None],
) -> Attacked:
    """Do all of it, within the time; `asked` is told each theorem, `progress` how far searches are.

    Without a place, those of the rulebook are gone through.
    """
    start = monotonic()
    if time is None and steps is None:
        time = TIME
    deadline = None if time is None else start + time
    places = None if place is None else (place,)
    book = change.rulebook
    said: list[Verdict] = []
    about, interrupted = Touched((), ()), False
    hunt = Hunt(
        change,
        places or to_explore(book),
        places or to_walk(book),
        seed,
        Limits(deadline, steps, keep_going, workers),
        progress,
    )
    try:
        with stoppable(deadline):
            until = None if time is None else monotonic() + time * READING
            about = touched(change, deadline=until)
            until = None if time is None else monotonic() + time * PROVING
            for verdict in verdicts(about.decisions, change, deadline=until, say=asked):
                said.append(verdict)
    except Stopped as stop:
        interrupted = isinstance(stop, Interrupted)
    proving = monotonic() - start
    if not interrupted:
        hunt.run()
        interrupted = hunt.interrupted
    return Attacked(about, tuple(said), proving, hunt, interrupted, deadline)
