"""Does the reduced key of a rule set hold all that its rules ask of time?"""

from time import monotonic
from typing import Any

from impl.ground.evidence import Result, Word
from impl.lab.explore.omitted import left_out
from impl.lab.explore.rounds import Question, searched
from invariants.kernel.claims import Rulebook


def proved_key(
    book: Rulebook,
    rules: Any,
    scope: Any,
    states: int | None = None,
    *,
    workers: int = 1,
    time_limit: float | None = None,
) -> Result:
    """PROVED: in every state of the scope that was expanded, at most about so many, breadth first.

    REFUTED: the summary says what it does not hold. UNKNOWN: where waits between the moments that
    were visited may differ from them, or where the search was stopped.
    """
    done = searched(
        Question(
            rulebook=book,
            rules=rules,
            scope=scope,
            depth=None,
            workers=workers,
            keep_going=True,
            key="reduced",
            key_sample=0,
            read=True,
            wanted=None,
            spares=None,
            max_states=states,
            seconds=time_limit,
            begun=monotonic(),
            progress=None,
        )
    )
    notes, search = done.notes, done.search
    whole = "all" if search.exhausted else f"breadth first, {search.frontier:,} more are open"
    where = f"{notes.read:,} states, {whole}"
    if notes.loose is not None:
        word, said = Word.REFUTED, str(notes.loose)
    elif notes.skipped:
        why, count = next(iter(notes.skipped.items()))
        word, said = Word.UNKNOWN, f"in {count:,} of {where}, waits are taken to be alike: {why}"
    elif done.stopped is not None or not notes.read:
        word, said = Word.UNKNOWN, f"stopped by {done.stopped_by or 'a rule that fails'} in {where}"
    else:
        word, said = Word.PROVED, where
    return Result(
        word=word,
        method="key",
        subject="reduced key",
        summary=said,
        coverage=search.coverage(),
        states=notes.read,
        depth=search.depth,
        details={
            "unit": notes.unit,
            "exhausted": search.exhausted,
            "assumed": " and ".join(left_out(done)),
        },
    )
