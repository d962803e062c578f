"""What pages about a search share: what was changed, what was found, what was never seen."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.ground.codes import BROKEN, HOLDS, INTERRUPTED
from impl.ground.evidence import Coverage, Result, Trace, Word
from impl.ground.faults import BadInput
from impl.ground.watchdog import TimeIsUp, let_through, stoppable
from impl.lab.rules.change import CHANGE, RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.lab.rules.places import typed_again
from impl.lab.runs.replay import Replay, replay
from impl.lab.traces.format import SHORTEST_NAME, SUFFIX, full_hash, save_trace
from impl.lab.traces.kept import first_refused, kept_options
from impl.show.telling.runs import Line, cause_text, claim_of, run_table, told, verdict_text
from impl.show.telling.screen import BAD, DIM, GOOD, WARN, labelled, number, plural, table

STYLE = {
    Word.PROVED: GOOD,
    Word.EXHAUSTED: GOOD,
    Word.ASSUMED: WARN,
    Word.BOUNDED: GOOD,
    Word.SAMPLED: GOOD,
    Word.REFUTED: BAD,
    Word.BROKEN: BAD,
    Word.ERROR: BAD,
    Word.UNKNOWN: WARN,
    Word.VACUOUS: WARN,
    Word.INTERRUPTED: WARN,
}


By = Callable[[], float | None]
"""When the answer has to be made, on the monotonic clock, as far as is known when it is asked."""
PAGES = 20
"""Counterexamples of one command that get a page of their own; the others can be asked for."""


@frozen
class Found:
    """A counterexample as it is told and kept."""

    trace: Trace
    file: Path
    lines: tuple[Line, ...]
    under_base: str
    """What the unchanged rule set makes of the same actions; empty where nothing was changed."""
    old: bool
    """Does the unchanged rule set have the same weakness?"""
    report: Path | None = None
    """The page about it; None where none was made."""
    unwritten: str = ""
    """Why none could be written."""
    unkept: str = ""
    """Why the run itself could not be saved: then it is told here, and nowhere else."""

    @property
    def hash(self) -> str:
        """What `exitgame replay` takes."""
        return self.file.stem


def keep(change: RuleChange, scope: Any, result: Result, folder: Path, by: By) -> tuple[Found, ...]:
    """Save a result's traces, with the change as it was typed; what is new with it comes first.

    The first ones get a page each. What cannot be saved is told all the same.
    """
    found = sorted(
        (keep_trace(change, scope, trace, folder, by) for trace in result.traces),
        key=lambda each: each.old,
    )
    paged = [with_page(change, scope, each, folder, by) for each in found[:PAGES]]
    return (*paged, *found[PAGES:])


def keep_trace(change: RuleChange, scope: Any, trace: Trace, folder: Path, by: By) -> Found:
    """Save a trace, if that is possible, and tell its run, also without the change."""
    kept = attrs.evolve(
        trace,
        rule_set=change.rule_set.name,
        changes=dict(change.changes),
        digest_of_change=change.digest,
    )
    file, unkept = folder / f"{full_hash(kept)[:SHORTEST_NAME]}{SUFFIX}", ""
    try:
        file = save_trace(kept, folder)
    except BadInput as failure:
        unkept = str(failure)
    lines: tuple[Line, ...] = ()
    sentence, old = "", False
    with suppress(TimeIsUp), stoppable(by(), hears=False):
        lines = told(change.rulebook, replay(change.rulebook, change.rules, scope, trace.actions))
        if change.differences:
            base = replay(change.rulebook, change.rule_set.rules, scope, trace.actions)
            sentence = under_base(change.rule_set.name, base)
            old = (trace.invariant, trace.finding.cause) in {b.pair for b in base.broken}
    return Found(kept, file, lines, sentence, old, unkept=unkept)


def with_page(change: RuleChange, scope: Any, found: Found, folder: Path, by: By) -> Found:
    """Write the page about a counterexample beside its trace."""
    from impl.show.report import write_report

    if found.unkept:
        return found
    try:
        with stoppable(by(), hears=False):
            page = write_report(change, scope, found.trace, folder)
    except TimeIsUp:
        return attrs.evolve(found, unwritten="there was no time for a page")
    except BadInput as failure:
        return attrs.evolve(found, unwritten=str(failure))
    except BaseException as fault:
        let_through(fault)
        # The run is saved and worth more than its page: it is not lost with it.
        said = f"the page could not be made ({type(fault).__name__}: {fault})"
        return attrs.evolve(found, unwritten=said)
    return attrs.evolve(found, report=page)


def under_base(name: str, run: Replay) -> str:
    """What the rule set without the change makes of a run, in words."""
    if run.broken:
        causes = "; ".join(f"{b.invariant}, {b.finding.cause}" for b in run.broken)
        return f"{name} breaks in the same {plural(len(run.steps), 'action')}: {causes}"
    refused = first_refused(run)
    if refused is None:
        return f"{name} holds: the same {plural(len(run.steps), 'action')} break nothing"
    return f"{name} holds: {refused}, and nothing breaks"


FEW_VALUES = 12
"""A refutation with more values than these is told in full only where it is asked for alone."""


def proof_summary(protocol: str, result: Result) -> str:
    """What the prover said of a theorem, in a table: long counterexamples by their size."""
    values = many_values(result)
    if not values:
        return result.summary
    where = f"exitgame prove {protocol} {result.subject}{typed_again()}"
    return f"{result.details['complaint']} (replayed) for {len(values)} values: {where}"


def many_values(result: Result) -> Mapping[str, Any]:
    """The values that refute a theorem, if they are too many for a line."""
    values: Mapping[str, Any] = result.details.get("leaves", {})
    return values if result.word is Word.REFUTED and len(values) > FEW_VALUES else {}


def exit_code(result: Result) -> int:
    """What a result means for a script."""
    if result.traces or result.word in (Word.BROKEN, Word.REFUTED, Word.ERROR):
        return BROKEN
    if result.word is Word.INTERRUPTED:
        return INTERRUPTED
    return BROKEN if result.word in (Word.UNKNOWN, Word.VACUOUS) else HOLDS


def change_rows(change: RuleChange) -> list[tuple[str, Text]]:
    """Which rules, and how they differ from the rule set that they start from."""
    base = f"{change.rulebook.protocol.name}/{change.rule_set.name}"
    if not change.differences:
        return [("rules", Text.assemble(base, ("  unchanged", DIM)))]
    rows = []
    for n, each in enumerate(change.differences):
        against = f"  (against {base})" if n == 0 else ""
        text = Text.assemble(
            f"{each.field} ", (each.before, DIM), " -> ", (each.after, "bold"), (against, DIM)
        )
        rows.append(("rule change" if n == 0 else "", text))
    return rows


def change_document(change: RuleChange) -> dict[str, Any]:
    """The rules of a run, for programs."""
    return {
        "protocol": change.rulebook.protocol.name,
        "rule_set": change.rule_set.name,
        "changes": change.changes,
        "differences": [
            {"field": d.field, "before": d.before, "after": d.after} for d in change.differences
        ],
    }


def scope_document(scope: ScopeChoice) -> dict[str, Any]:
    """A scope, for programs."""
    return {"name": scope.name, "changes": scope.settings, "fields": scope.record}


def result_document(result: Result) -> dict[str, Any]:
    """What a checker said, for programs; the traces are listed apart."""
    return {
        "word": result.word,
        "method": result.method,
        "subject": result.subject,
        "summary": result.summary,
        "states": result.states,
        "transitions": result.transitions,
        "depth": result.depth,
        "cpu_seconds": round(result.cpu_seconds, 3),
        "applied": result.coverage.applied,
        "refused": result.coverage.refused,
        "witnesses": result.coverage.witnesses,
        "never_seen": never_seen(result.coverage),
        "details": result.details,
    }


def found_document(found: Found) -> dict[str, Any]:
    """A counterexample, for programs."""
    return {
        "hash": found.hash,
        "file": None if found.unkept else str(found.file),
        "unkept": found.unkept or None,
        "report": None if found.report is None else str(found.report),
        "report_failed": found.unwritten or None,
        "invariant": found.trace.invariant,
        "claim": claim_of(found.trace),
        "cause": found.trace.finding.cause,
        "numbers": found.trace.finding.numbers,
        "raised": found.trace.finding.raised and attrs.asdict(found.trace.finding.raised),
        "seed": found.trace.seed,
        "actions": found.trace.actions,
        "run": [attrs.asdict(line) for line in found.lines],
        "under_base": found.under_base,
        "breaks_base": found.old,
    }


def show_found(page: Console, found: Found) -> None:
    """A counterexample: the claim, the run, why, the base rules' view, how to see it again."""
    page.print()
    page.print(labelled([("broken", verdict_text(found.trace))]))
    page.print(run_table(found.lines))
    rows = [("why", cause_text(found.trace))]
    if found.under_base:
        rows.append(("without it", Text(found.under_base)))
    if found.report is not None:
        rows.append(("report", Text(str(found.report))))
    elif found.unwritten:
        rows.append(("report", Text(found.unwritten, style=WARN)))
    if found.unkept:
        rows.append(("NOT KEPT", Text(found.unkept, style=BAD)))
    else:
        rows.append(("kept in", Text(str(found.file))))
        rows.append(("again", Text(replay_command(found), style="bold")))
        rows.append(("pin it", Text(command_about(found, "pin"), style="bold")))
    page.print(labelled(rows))


def replay_command(found: Found) -> str:
    """What to type to see the run again."""
    return command_about(found, "replay")


def command_about(found: Found, name: str) -> str:
    """What to type to do something with a kept counterexample."""
    options = kept_options(found.file.parent, found.trace.changes.get(CHANGE))
    return f"exitgame {name} {found.hash}{options}"


def show_coverage(page: Console, coverage: Coverage) -> None:
    """What was tried and how often, what was refused and why, and what was never seen."""
    rows = []
    for action in sorted({*coverage.applied, *coverage.refused}):
        reasons = coverage.refused.get(action, {})
        ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
        refused = ", ".join(f"{name} {count:,}" for name, count in ordered)
        done = coverage.applied.get(action, 0)
        count = Text(number(done), style="" if done else BAD)
        rows.append((action, count, Text(refused or "-", style=DIM)))
    page.print()
    page.print(
        table(
            ("action", "accepted", "refused, and why"), rows, right=("accepted",), tight=("action",)
        )
    )
    if coverage.witnesses:
        seen = [(name, count) for name, count in coverage.witnesses.items() if count]
        page.print()
        listed = ", ".join(f"{name} {count:,}" for name, count in seen) or "none"
        page.print(labelled([("witnesses", listed), *warnings(coverage)]))


def warnings(coverage: Coverage) -> list[tuple[str, Text]]:
    """What makes a pass weaker than it looks, as labelled rows."""
    rows = []
    missed = never_seen(coverage)
    if missed:
        text = f"NEVER SEEN: {', '.join(missed)}: nothing is said about runs in which they happen"
        rows.append(("warning", Text(text, style=WARN)))
    idle = [name for name, count in coverage.applied.items() if not count]
    if idle:
        text = f"NEVER ACCEPTED: {', '.join(idle)}"
        rows.append(("warning", Text(text, style=WARN)))
    return rows


def never_seen(coverage: Coverage) -> list[str]:
    """Witnesses without which a pass means little."""
    return [name for name, count in coverage.witnesses.items() if not count]
