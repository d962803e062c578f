"""The attack on a rule change: all that came of it, for programs, and in words."""

from typing import Any

from attrs import evolve, frozen

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.ground.evidence import STRENGTH, Word
from impl.lab.attack.hunt import Explored, Hunt
from impl.lab.attack.known import Known
from impl.lab.attack.proofs import Verdict
from impl.lab.attack.reads import Touched
from impl.lab.attack.unchanged import assumes
from impl.lab.claims.monitor import FAULTS
from impl.lab.rules.change import RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.show.telling.assumed import assumed_text
from impl.show.telling.screen import plural
from impl.show.text.found import change_document, never_seen, result_document, scope_document
from impl.show.text.sieved import Kept, hit_document, known_document


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
    known: Known | None
    """A known mistake in just these rules, which was not found here."""
    taken: float

    @property
    def new(self) -> list[Kept]:
        """What only the change breaks."""
        return [kept for kept in self.kept if not kept.hit.old]

    @property
    def old(self) -> list[Kept]:
        """What the rule set breaks without the change, too, in the same scope."""
        return [kept for kept in self.kept if kept.hit.old]

    @property
    def lost(self) -> list[Verdict]:
        """Theorems that are refuted now, and were not before the change."""
        return [verdict for verdict in self.verdicts if verdict.lost]

    @property
    def word(self) -> Word:
        """What may be said of all of it together: of the scopes, what is said of the weakest."""
        if self.new:
            fault = self.new[0].found.trace.invariant in FAULTS
            return Word.ERROR if fault else Word.BROKEN
        if self.lost:
            return Word.REFUTED
        if self.interrupted:
            return Word.INTERRUPTED
        return Word.UNKNOWN if self.hunt.stopped_in else self.hunt.word

    @property
    def code(self) -> int:
        """What it means for a script."""
        if self.word in (Word.BROKEN, Word.ERROR, Word.REFUTED, Word.UNKNOWN):
            return BROKEN
        return INTERRUPTED if self.word is Word.INTERRUPTED else HOLDS


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
                "word": each.word,
                "evidence": explored_text(each),
                "result": result_document(each.result),
            }
            for each in hunt.explored.values()
        ],
        "walked": {
            "scopes": list(hunt.walked.scopes),
            "steps_in": hunt.walked.scopes,
            "steps": hunt.walked.steps,
            "runs": hunt.walked.runs,
            "complete": hunt.walked.complete,
        },
        "result": {
            "word": done.word,
            "scopes": hunt.words,
            "scopes_looked_at": opened_text(done),
            "summary": _summary(done),
            "interrupted": done.interrupted,
            "stopped_in": done.hunt.stopped_in,
            "applied": coverage.applied,
            "refused": coverage.refused,
            "witnesses": coverage.witnesses,
            "never_seen": never_seen(coverage),
        },
        "counterexamples": [hit_document(kept) for kept in done.kept],
        "known_mistake": known_document(done.known),
        "assumed": assumed_text(done.change.rulebook, scopes_of(done.hunt), [done.change.rules]),
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


def scopes_of(hunt: Hunt) -> list[Any]:
    """All scopes that belong to the question."""
    return [place.record for place in hunt.places]


def _summary(done: Attack) -> str:
    """What came out, in one sentence."""
    new = done.new
    if new:
        unsure = "" if new[0].hit.before.sure else ", as far as is known"
        found = len(done.hunt.new)
        shortest = plural(len(new[0].found.trace.actions), "action")
        said = f"{found} found that only the change breaks{unsure}, the shortest of {shortest}"
        return "; ".join([said, *contradictions(done)])
    if done.lost:
        return f"{plural(len(done.lost), 'theorem')} refuted, and no run found that shows it"
    if done.hunt.stopped_in:
        return f"the time was over in {done.hunt.stopped_in}, which had not returned for long"
    if not done.hunt.looked:
        return "there was no time to look at anything"
    said = f"nothing was found that only the change breaks; {opened_text(done)}"
    return f"interrupted; {said}" if done.interrupted else said


def contradictions(done: Attack) -> list[str]:
    """What of the searches does not count, scope by scope, and why."""
    return [
        f"{each.contradicted}: what the search of {each.place.name} said does not count"
        for each in done.hunt.explored.values()
        if each.contradicted
    ]


def opened_text(done: Attack) -> str:
    """How many scopes of how many were looked at, and how far."""
    words = list(done.hunt.words.values())
    opened = [word for word in words if word is not Word.UNKNOWN]
    counts = ", ".join(
        f"{words.count(word)} {word.value}" for word in reversed(STRENGTH) if word in opened
    )
    said = f"{len(opened)} of {plural(len(words), 'scope')} looked at"
    return f"{said}: {counts}" if counts else said


def explored_text(each: Explored) -> str:
    """What was looked at in one scope."""
    if each.contradicted:
        said = explored_text(evolve(each, contradicted=""))
        return f"does NOT count: {each.contradicted}. It said: {said}"
    result = each.result
    states = plural(result.states, "state")
    behind = f", but for what follows {plural(each.old, 'old weakness', 'old weaknesses')}"
    behind = behind if each.old else ""
    if each.exhausted:
        if assumes(result):
            return f"{result.word.value} {result.summary}{behind}"
        last = plural(result.depth - 1, "action")
        return f"every reachable state{behind}: {states}, the last after {last}"
    if result.traces:
        return f"broken after {plural(len(result.traces[0].actions), 'action')}; {states}"
    if each.word is Word.UNKNOWN:
        return f"nothing can be said: {states}"
    depth = plural(result.depth, "action")
    assuming = f", assuming {result.details['assumed']}" if assumes(result) else ""
    return f"up to {depth}{behind}: {states}{assuming}; longer runs not"
