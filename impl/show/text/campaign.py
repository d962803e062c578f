"""What a campaign looks like: while it runs, and when it has stopped."""

from pathlib import Path
from typing import Any

from attrs import frozen
from rich.console import Console, RenderableType
from rich.text import Text

from impl.ground.evidence import Result
from impl.lab.campaign.run import Outcome, Status
from impl.lab.rules.change import RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.show.telling.assumed import assumed_row, assumed_text
from impl.show.telling.screen import BAD, DIM, WARN, labelled, plural, seconds, table
from impl.show.text.found import (
    STYLE,
    Found,
    change_document,
    change_rows,
    found_document,
    replay_command,
    result_document,
    scope_document,
    show_coverage,
    show_found,
)

REASONS = 3
"""Refusals that are named while it runs."""


def panel_of(status: Status) -> RenderableType:
    """What a running campaign looks like."""
    coverage = status.coverage
    rate = status.new_steps / status.seconds if status.seconds else 0
    applied = sum(coverage.applied.values())
    reasons: dict[str, int] = {}
    for why in coverage.refused.values():
        for name, count in why.items():
            reasons[name] = reasons.get(name, 0) + count
    most = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))[:REASONS]
    named = ", ".join(f"{name} {count:,}" for name, count in most)
    seen = sum(1 for count in coverage.witnesses.values() if count)
    idle = sum(1 for count in coverage.applied.values() if not count)
    rows: list[tuple[str, RenderableType]] = [
        (
            "campaign",
            f"{plural(status.shards, 'shard')}, {plural(status.steps, 'step')},"
            f" {rate:,.0f} a second, {status.seconds:.0f} s",
        ),
        ("behaviours", f"{status.behaviours:,}, {status.new_behaviours:,} of them new"),
        (
            "actions",
            f"{applied:,} applied, {plural(idle, 'kind')} never;"
            f" {sum(reasons.values()):,} refused" + (f": {named}" if named else ""),
        ),
        ("witnesses", f"{seen} of {len(coverage.witnesses)} seen"),
    ]
    found = Text(f"{len(status.found)}", style=BAD if status.found else "")
    for n, (invariant, cause) in enumerate(status.found):
        found.append(f"{': ' if n == 0 else '; '}{invariant}, {cause}", style="")
    found.truncate(240, overflow="ellipsis")
    rows.append(("failures", found))
    return labelled(rows)


@frozen
class Campaigned:
    """A campaign, and where it lives."""

    rules: RuleChange
    scope: ScopeChoice
    outcome: Outcome
    engine: str
    workers: int
    home: Path


def campaign_document(
    run: Campaigned, result: Result, found: tuple[Found, ...], code: int
) -> dict[str, Any]:
    """The whole campaign, for programs."""
    state, outcome = run.outcome.state, run.outcome
    told = result_document(result)
    return {
        "command": "campaign",
        **change_document(run.rules),
        "scope": scope_document(run.scope),
        "seed": state.seed,
        "engine": run.engine,
        "workers": run.workers,
        "corpus": str(run.home),
        "shards": state.shards,
        "steps": state.steps,
        "runs": state.runs,
        "entries": len(state.entries),
        "behaviours": outcome.behaviours,
        "series": state.series,
        **{name: told[name] for name in ("applied", "refused", "witnesses", "never_seen")},
        "counterexamples": [found_document(each) for each in found],
        "word": result.word,
        "complete": not outcome.stopped_by,
        "stopped_by": outcome.stopped_by,
        "seconds": round(outcome.seconds, 3),
        "assumed": assumed_text(run.rules.rulebook, [run.scope.record], [run.rules.rules]),
        "exit_code": code,
    }


def show_campaign(
    page: Console,
    rules: RuleChange,
    scope: ScopeChoice,
    outcome: Outcome,
    result: Result,
    home: Path,
    found: tuple[Found, ...],
    overview: Path | None,
) -> None:
    """The whole campaign: how far it is, what it found, what it did and did not see."""
    said = Text.assemble(
        (result.word.value, STYLE[result.word]),
        f"  {result.summary}",
        (f"  {seconds(outcome.seconds)} this time", DIM),
    )
    if outcome.stopped_by:
        said.append(f"; stopped: {outcome.stopped_by}", style=WARN)
    rows: list[tuple[str, RenderableType]] = [
        *change_rows(rules),
        ("scope", Text.assemble(scope.title, (f"  ({scope.fields})", DIM))),
        ("seed", str(outcome.state.seed)),
        ("campaign", said),
        (
            "corpus",
            f"{outcome.behaviours:,} behaviours in"
            f" {plural(len(outcome.state.entries), 'run')}, kept in {home}",
        ),
        *(("note", Text(note, style=WARN)) for note in outcome.notes),
    ]
    page.print(labelled(rows))
    _show_all(page, rules, found)
    show_coverage(page, result.coverage)
    page.print()
    last = [] if overview is None else [("page", Text(str(overview)))]
    assumed = assumed_row(assumed_text(rules.rulebook, [scope.record], [rules.rules]))
    page.print(labelled([*last, assumed]))


def _show_all(page: Console, rules: RuleChange, found: tuple[Found, ...]) -> None:
    """The first counterexample in full, the others in a table."""
    if not found:
        return
    show_found(page, found[0])
    if len(found) == 1:
        return
    rows: list[list[Any]] = []
    for each in found:
        old = Text(" (without the change, too)" if each.old else "", style=DIM)
        cause = Text.assemble(each.trace.finding.cause, old)
        name = Text("not kept", style=BAD) if each.unkept else each.hash
        rows.append([name, each.trace.invariant, str(len(each.trace.actions)), cause])
    page.print()
    page.print(
        table(
            ("found", "claim", "actions", "cause"),
            rows,
            right=("actions",),
            tight=("found", "claim"),
        )
    )
    page.print()
    again = replay_command(found[0]).replace(found[0].hash, "FOUND", 1)
    page.print(labelled([("again", Text(again, style="bold"))]))
