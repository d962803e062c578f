"""`exitgame fuzz` of a rule change: prove, explore, walk at random, and say what came of each."""

from pathlib import Path
from time import monotonic
from typing import Any

import attrs
from attrs import frozen

from impl.attack.hunt import Explored, Hit, Hunt, Limits
from impl.attack.places import Place, to_explore, to_walk
from impl.attack.proofs import Verdict, verdicts
from impl.attack.reads import Touched, touched
from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED
from impl.cli.options import ScopeChoice, writable
from impl.cli.reports import (
    PAGES,
    Found,
    change_document,
    found_document,
    keep_trace,
    never_seen,
    result_document,
    scope_document,
    with_page,
)
from impl.cli.screen import plural
from impl.cli.waiting import ticker, words
from impl.evidence import Progress, Word
from impl.monitor import FAULTS
from impl.rulechange import RuleChange

TIME = 60.0
"""Seconds for everything, where neither --time nor --steps says otherwise."""
PROVING = 0.12
"""How much of the time the prover may take, once it is known what to ask."""


@frozen
class Kept:
    """A counterexample as it is kept, and how it was found."""

    found: Found
    hit: Hit


@frozen
class Attack:
    """All that was done with a rule change."""

    change: RuleChange
    scope: ScopeChoice | None
    """The one that was asked for; None where the rulebook's own were gone through."""
    seed: int
    touched: Touched
    verdicts: tuple[Verdict, ...]
    proving: float
    hunt: Hunt
    kept: tuple[Kept, ...]
    """What only the change breaks first."""
    interrupted: bool
    taken: float

    @property
    def lost(self) -> list[Verdict]:
        """Theorems that held before the change."""
        return [verdict for verdict in self.verdicts if verdict.lost]

    @property
    def word(self) -> Word:
        """What may be said of all of it together."""
        if self.kept:
            fault = self.kept[0].found.trace.invariant in FAULTS
            return Word.ERROR if fault else Word.BROKEN
        if self.lost:
            return Word.REFUTED
        if self.interrupted:
            return Word.INTERRUPTED
        explored = self.hunt.explored.values()
        if not self.hunt.looked:
            return Word.UNKNOWN
        if self.hunt.walked.steps and not (explored and all(e.exhausted for e in explored)):
            return Word.SAMPLED
        return Word.EXHAUSTED if all(e.exhausted for e in explored) else Word.BOUNDED

    @property
    def code(self) -> int:
        """What it means for a script."""
        if self.word in (Word.BROKEN, Word.ERROR, Word.REFUTED, Word.UNKNOWN):
            return BROKEN
        return INTERRUPTED if self.word is Word.INTERRUPTED else HOLDS


def attack(
    change: RuleChange,
    scope: ScopeChoice | None,
    seed: int,
    steps: int | None,
    time: float | None,
    workers: int,
    keep_going: bool,
    out: Path,
) -> Attack:
    """Do all of it, within the time. Raises BadInput."""
    folder = writable(out)
    start = monotonic()
    if time is None and steps is None:
        time = TIME
    deadline = None if time is None else start + time
    places = None if scope is None else (Place(scope.title, scope.record),)
    book = change.rulebook
    said: list[Verdict] = []
    about, interrupted = Touched((), ()), False
    with ticker() as say:

        def progress(place: Place, at: Progress) -> None:
            # A walk goes through several scopes by turns; naming one of them would only flicker.
            where = f"explore {place.name}" if at.method == "explore" else "fuzz"
            say(f"{where}  {words(at)}")

        hunt = Hunt(
            change,
            places or to_explore(book),
            places or to_walk(book),
            seed,
            Limits(deadline, steps, keep_going, workers),
            progress,
        )
        try:
            about = touched(change)
            until = None if time is None else monotonic() + time * PROVING
            for verdict in verdicts(
                about.decisions, change, deadline=until, say=lambda name: say(f"prove  {name}")
            ):
                said.append(verdict)
        except KeyboardInterrupt:
            interrupted = True
        proving = monotonic() - start
        if not interrupted:
            hunt.run()
            interrupted = hunt.interrupted
    kept = _keep(change, hunt, folder)
    return Attack(
        change, scope, seed, about, tuple(said), proving, hunt, kept, interrupted,
        monotonic() - start,
    )  # fmt: skip


def _keep(change: RuleChange, hunt: Hunt, folder: Path) -> tuple[Kept, ...]:
    """Save every run; those that are told in full get a page."""
    hits = [*hunt.new, *hunt.old]
    if not hunt.limits.keep_going:
        hits = hunt.new[:1] + hunt.old
    full = len(hunt.new) or 1
    kept = []
    for n, hit in enumerate(hits):
        found = keep_trace(change, hit.place.record, hit.trace, folder)
        found = attrs.evolve(found, old=hit.old, under_base=_under_base(found, hit))
        if n < min(full, PAGES):
            found = with_page(change, hit.place.record, found, folder)
        kept.append(Kept(found, hit))
    return tuple(kept)


def _under_base(found: Found, hit: Hit) -> str:
    """What the same actions do without the change, and what other runs do."""
    parts = [found.under_base, hit.looked_back]
    return "; ".join(part for part in parts if part)


# For programs -----------------------------------------------------------------------------------


def document(done: Attack) -> dict[str, Any]:
    """Everything, as one document."""
    hunt, coverage = done.hunt, done.hunt.coverage()
    return {
        "command": "fuzz",
        **change_document(done.change),
        "scope": None if done.scope is None else scope_document(done.scope),
        "seed": done.seed,
        "theorems": [_verdict_document(verdict) for verdict in done.verdicts],
        "theorems_not_asked": [theorem.id for theorem in done.touched.steps],
        "explored": [
            {
                "scope": each.place.name,
                "exhausted": each.exhausted,
                "evidence": explored_text(each),
                "result": result_document(each.result),
            }
            for each in hunt.explored.values()
        ],
        "walked": {
            "scopes": hunt.walked.scopes,
            "steps": hunt.walked.steps,
            "runs": hunt.walked.runs,
            "complete": hunt.walked.complete,
        },
        "result": {
            "word": done.word,
            "summary": _summary(done),
            "interrupted": done.interrupted,
            "applied": coverage.applied,
            "refused": coverage.refused,
            "witnesses": coverage.witnesses,
            "never_seen": never_seen(coverage),
        },
        "counterexamples": [
            {
                **found_document(kept.found),
                "scope": kept.hit.place.name,
                "method": kept.hit.method,
                "looked_back": kept.hit.looked_back,
            }
            for kept in done.kept
        ],
        "seconds": round(done.taken, 3),
        "exit_code": done.code,
    }


def _verdict_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.id,
        "claim": verdict.claim,
        "word": verdict.word,
        "without_the_change": verdict.before,
        "lost": verdict.lost,
        "needs": verdict.needs,
        "summary": verdict.said,
        "values": verdict.values,
        "seconds": round(verdict.seconds, 3),
    }


def _summary(done: Attack) -> str:
    """What came out, in one sentence."""
    new = [kept for kept in done.kept if not kept.hit.old]
    if new:
        shortest = len(new[0].found.trace.actions)
        return f"{len(new)} found that only the change breaks, the shortest of {shortest} actions"
    if done.lost:
        return f"{plural(len(done.lost), 'theorem')} refuted, and no run found that shows it"
    if done.kept:
        return "nothing was found that only the change breaks"
    if done.word is Word.UNKNOWN:
        return "there was no time to look at anything"
    return "interrupted; nothing was found" if done.interrupted else "nothing was found"


def explored_text(each: Explored) -> str:
    """What was looked at in one scope."""
    result = each.result
    states = plural(result.states, "state")
    if each.exhausted:
        return f"every reachable state: {states}, the last after {result.depth - 1} actions"
    if result.traces:
        return f"broken after {plural(len(result.traces[0].actions), 'action')}; {states}"
    return f"every run of up to {plural(result.depth, 'action')}: {states}; longer ones not"
