"""`exitgame fuzz` of a rule change: prove, explore, walk at random, and say what came of each."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import attrs
from attrs import frozen
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from impl.attack.hunt import Explored, Hit, Hunt, Limits
from impl.attack.places import Place, to_explore, to_walk
from impl.attack.proofs import Verdict, verdicts
from impl.attack.reads import Touched, touched
from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
from impl.cli.options import ScopeChoice, writable
from impl.cli.reports import (
    PAGES,
    STYLE,
    Found,
    change_document,
    change_rows,
    found_document,
    keep_trace,
    never_seen,
    replay_command,
    result_document,
    scope_document,
    show_coverage,
    show_found,
    with_page,
)
from impl.cli.screen import BAD, DIM, GOOD, WARN, labelled, plural, seconds, table
from impl.cli.waiting import ticker, words
from impl.evidence import Progress, Word
from impl.monitor import RULE_ERROR
from impl.rulechange import CHANGE, RuleChange

TIME = 60.0
"""Seconds for everything, where neither --time nor --steps says otherwise."""
PROVING = 0.12
"""How much of the time the prover may take."""
MANY = 4
"""Values that refute a theorem are shown where there are no more than this many more."""


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
            rule_error = self.kept[0].found.trace.invariant == RULE_ERROR
            return Word.ERROR if rule_error else Word.BROKEN
        if self.lost:
            return Word.REFUTED
        if self.interrupted:
            return Word.INTERRUPTED
        explored = self.hunt.explored.values()
        if self.hunt.walked.steps and not (explored and all(e.exhausted for e in explored)):
            return Word.SAMPLED
        return Word.EXHAUSTED if all(e.exhausted for e in explored) else Word.BOUNDED

    @property
    def code(self) -> int:
        """What it means for a script."""
        if self.word in (Word.BROKEN, Word.ERROR, Word.REFUTED):
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
) -> Answer:
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
            until = None if time is None else start + time * PROVING
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
    done = Attack(
        change, scope, seed, about, tuple(said), proving, hunt, kept, interrupted,
        monotonic() - start,
    )  # fmt: skip
    return Answer(done.code, document(done), lambda page: show(page, done))


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
                "evidence": _explored_text(each),
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


# For people -------------------------------------------------------------------------------------


def show(page: Console, done: Attack) -> None:
    """What was changed, what each checker says, the runs, or what was not covered."""
    rows: list[tuple[str, RenderableType]] = [*change_rows(done.change)]
    if done.scope is not None:
        scope = Text.assemble(done.scope.title, (f"  ({done.scope.fields})", DIM))
        rows.append(("scope", scope))
    rows.append(("seed", Text(str(done.seed))))
    rows.append(("prove", _proofs(done)))
    rows.append(("explore", _explorations(done)))
    rows.append(("fuzz", _walks(done)))
    page.print(labelled(rows))
    new = [kept for kept in done.kept if not kept.hit.old]
    old = [kept for kept in done.kept if kept.hit.old]
    for kept in new or old[:1]:
        show_found(page, kept.found)
    rest = old if new else old[1:]
    if rest:
        _show_old(page, done, rest)
    if not new:
        _show_pass(page, done, bool(old))


def _proofs(done: Attack) -> RenderableType:
    """One line for each theorem that the change touches; what it takes away first."""
    hidden = _not_asked(done)
    if not done.verdicts:
        nothing = "interrupted" if done.interrupted else "no theorem about decisions reads this"
        return Text(f"{nothing}{'; ' + hidden if hidden else ''}", style=DIM)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for verdict in sorted(done.verdicts, key=_weight):
        grid.add_row(verdict.id, _word(verdict), _said(done, verdict))
    if hidden:
        grid.add_row(Text("..."), "", Text(hidden, style=DIM))
    return grid


def _weight(verdict: Verdict) -> int:
    if verdict.lost:
        return 0
    if verdict.word is Word.PROVED:
        return 2
    return 3 if verdict.word is verdict.before else 1


def _word(verdict: Verdict) -> Text:
    style = STYLE[verdict.word]
    if verdict.word is verdict.before:
        style = DIM
    return Text(verdict.word.value.upper(), style=style)


def _said(done: Attack, verdict: Verdict) -> Text:
    """The condition that it needs, or the claim, or what keeps it from being proved."""
    base = done.change.rule_set.name
    if verdict.word is Word.PROVED:
        return Text(verdict.needs or verdict.claim, no_wrap=True, overflow="ellipsis")
    if verdict.word is verdict.before:
        return Text(f"as under {base}", style=DIM)
    if verdict.word is Word.VACUOUS:
        return Text("says nothing any more: what it assumes of the rules is not so")
    if verdict.word is Word.REFUTED:
        said = verdict.needs or f"not so: {verdict.claim}"
        return Text.assemble(said, (_values(verdict), DIM))
    return Text(verdict.said)


def _values(verdict: Verdict) -> str:
    """The values that refute, those that are not 0, if they are few."""
    telling = {name: value for name, value in verdict.values.items() if value}
    if not telling or len(telling) > 2 * MANY:
        return f"; prove it alone for the {len(verdict.values)} values" if verdict.values else ""
    return "; not for " + ", ".join(f"{name} {value:,}" for name, value in telling.items())


def _not_asked(done: Attack) -> str:
    steps = done.touched.steps
    if not steps:
        return ""
    return (
        f"{plural(len(steps), 'theorem')} about whole steps may read it too, and"
        f" {'was' if len(steps) == 1 else 'were'} not asked: {_prove_command(done.change)}"
    )


def _prove_command(change: RuleChange) -> str:
    typed = [
        f"--change {text}" if name == CHANGE else f"--rules.{name} {text}"
        for name, text in change.changes.items()
    ]
    return " ".join(["exitgame prove", change.rule_set.name, *typed])


def _explorations(done: Attack) -> RenderableType:
    explored = list(done.hunt.explored.values())
    if not explored:
        return Text("interrupted" if done.interrupted else "nothing", style=DIM)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for each in explored:
        new = [hit for hit in done.hunt.new if hit.place == each.place and hit.method == "explore"]
        grid.add_row(each.place.name, Text(_explored_text(each), style=BAD if new else ""))
    grid.add_row("", Text(seconds(done.hunt.explore_seconds), style=DIM))
    return grid


def _explored_text(each: Explored) -> str:
    result = each.result
    states = plural(result.states, "state")
    if each.exhausted:
        return f"every reachable state: {states}, the last after {result.depth - 1} actions"
    if result.traces:
        return f"broken after {plural(len(result.traces[0].actions), 'action')}; {states}"
    return f"every run of up to {plural(result.depth, 'action')}: {states}; longer ones not"


def _walks(done: Attack) -> Text:
    walked = done.hunt.walked
    if not walked.scopes:
        return Text("interrupted" if done.interrupted else "not needed any more", style=DIM)
    said = f"sampled {plural(walked.steps, 'step')} in {plural(walked.runs, 'run')}"
    return Text.assemble(
        f"{said}: {', '.join(walked.scopes)}  ", (seconds(done.hunt.walk_seconds), DIM)
    )


def _show_old(page: Console, done: Attack, old: Sequence[Kept]) -> None:
    """Weaknesses that the change is not to blame for, in a line each."""
    page.print()
    page.print(Text(f"{done.change.rule_set.name} has these without the change:", style=DIM))
    rows = [
        (
            kept.found.trace.invariant,
            f"{kept.found.trace.finding.cause} ({kept.hit.place.name})",
            str(len(kept.found.trace.actions)),
            replay_command(kept.found),
        )
        for kept in old
    ]
    columns = ("invariant", "cause (scope)", "actions", "again")
    page.print(table(columns, rows, right=("actions",), tight=("invariant",)))


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
    return "interrupted; nothing was found" if done.interrupted else "nothing was found"


def _show_pass(page: Console, done: Attack, old: bool) -> None:
    """No run was found that only the change breaks: what that does and does not mean."""
    show_coverage(page, done.hunt.coverage())
    rows: list[tuple[str, RenderableType]] = []
    explored = done.hunt.explored.values()
    untouched = [p.name for p in done.hunt.to_explore if p.name not in done.hunt.explored]
    partly = [each.place.name for each in explored if not each.exhausted]
    if partly:
        said = f"longer runs than were explored in {', '.join(partly)}, but for those sampled"
        rows.append(("not covered", Text(said)))
    if untouched:
        rows.append(("not explored", Text(", ".join(untouched))))
    if done.interrupted:
        rows.append(("interrupted", Text("this is what was seen until then", style=WARN)))
    if done.lost:
        names = ", ".join(verdict.id for verdict in done.lost)
        said = f"REFUTED: {names}: the change breaks what these say, but no run was found"
        rows.append(("warning", Text(said, style=WARN)))
    if old:
        said = (
            "the change is not to blame: the unchanged rules break in the same way, and nothing"
            " that only the change breaks was found"
        )
        rows.append(("note", Text(said, style=WARN)))
    elif not done.lost and not done.interrupted:
        rows.append(("verdict", Text(f"nothing broken  {done.word.value}", style=GOOD)))
    page.print()
    page.print(labelled([*rows, ("time", Text(seconds(done.taken), style=DIM))]))
