"""One exploration of a scope under a rule change, old weaknesses passed over.

What may be said of it then is less: behind what the unchanged rules break, too, nothing was looked
at.
"""

from collections.abc import Callable

import attrs

from impl.ground.evidence import Progress, Result, Word
from impl.lab.attack.hunt import Explored
from impl.lab.attack.places import Place
from impl.lab.attack.sieve import Sieve
from impl.lab.attack.unchanged import Effort, Unchanged
from impl.lab.explore.search import Spares
from impl.lab.rules.change import RuleChange

Report = Callable[[Progress], None]
QUIET = (Word.EXHAUSTED, Word.ASSUMED, Word.BOUNDED)
"""What a search says that found nothing and was not stopped by hand."""


def sifted(
    change: RuleChange,
    place: Place,
    search: Callable[[Spares | None, Report], Result],
    report: Report,
    *,
    deadline: float | None,
    workers: int,
) -> tuple[Result, Sieve]:
    """Explore, and tell what only the change breaks from what is broken without it, too."""
    unchanged = Unchanged(change, deadline=deadline, workers=workers)
    sieve = Sieve(change, unchanged, None)
    seen = 0

    def watch(progress: Progress) -> None:
        nonlocal seen
        seen = progress.done
        report(progress)

    if not change.differences:
        return told(Explored(place, search(None, watch))), sieve
    result = search(lambda pair, run: sieve.spares(place, pair, run, Effort(seen)), watch)
    for trace in result.traces:
        sieve.add(place, "explore", trace, Effort(result.states))
    return told(Explored(place, result, sieve.old_in(place))), sieve


def told(explored: Explored) -> Result:
    """The result in the word that its scope deserves."""
    result = explored.result
    if result.word not in QUIET or explored.word is result.word:
        return result
    if explored.word is Word.UNKNOWN:
        summary = f"no time to look at more than the first state; {result.summary}"
    else:
        summary = f"that nothing new follows an old weakness; {result.summary}"
    return attrs.evolve(result, word=explored.word, summary=summary)
