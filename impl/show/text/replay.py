"""A kept run that was played again: under its own rules, or under others."""

from pathlib import Path
from typing import Any

from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.ground.codes import BROKEN, HOLDS
from impl.lab.claims.monitor import Broken
from impl.lab.rules.change import RuleChange
from impl.lab.runs.replay import Replay
from impl.lab.traces.format import full_hash
from impl.lab.traces.kept import Kept, as_kept, what_became
from impl.show.telling.runs import finding_text, run_table, told, verdict_text
from impl.show.telling.screen import BAD, GOOD, labelled
from impl.show.text.found import change_document, change_rows
from impl.show.text.frames import Side, Steps, print_all


@frozen
class Replayed:
    """What a kept run does when it is played."""

    kept: Kept
    again: Replay
    steps: Steps | None = None
    """Where every step is shown."""

    @property
    def now(self) -> Broken | None:
        """What it was kept for, where that happens again."""
        return as_kept(self.kept.trace, self.again)

    @property
    def sentence(self) -> str:
        """What it does, against what its file says of it."""
        return what_became(self.kept.trace, self.again)

    @property
    def code(self) -> int:
        """What it means for a script."""
        return HOLDS if self.again.holds else BROKEN


def stepped(kept: Kept, again: Replay) -> Steps:
    """The run step by step, beside the rules that it is compared with."""
    beside = None if kept.beside is None else Side.of(kept.beside, kept.under(kept.beside))
    return Steps(Side.of(kept.rules, again), beside)


def document(done: Replayed) -> dict[str, Any]:
    """What the run does, for programs."""
    run, again, steps = done.kept.trace, done.again, done.steps
    said: dict[str, Any] = {
        "command": "replay",
        **change_document(done.kept.rules),
        "scope": done.kept.scope,
        "actions": run.actions,
        "run": told(done.kept.book, again),
        "expected": {"invariant": run.invariant, "finding": run.finding},
        "broken": again.broken,
        "breaks_at": again.breaks[0][0] if again.breaks else None,
        "as_kept": done.now is not None,
        "verdict": done.sentence,
        "exit_code": done.code,
    }
    if steps is not None:
        said["steps"] = tuple(steps.frames())
        said["beside"] = None if steps.other is None else steps.other.name
    return said


def show(page: Console, done: Replayed, every: bool) -> None:
    """What the run does, for people; `every` step in full, where there are steps."""
    run, now = done.kept.trace, done.now
    page.print(labelled(change_rows(done.kept.rules)))
    if done.steps is None:
        lines = told(done.kept.book, done.again)
        page.print(run_table(lines) if lines else "no action: this is about the first state")
    elif every:
        page.print()
        print_all(page, done.steps)
    why = ("kept for", run.finding) if now is None else ("why", now.finding)
    page.print(
        labelled(
            [
                ("kept as", verdict_text(run)),
                (why[0], finding_text(why[1])),
                ("now", Text(done.sentence, style=GOOD if done.again.holds else BAD)),
            ]
        )
    )


def report_document(done: Replayed, beside: RuleChange | None, path: Path) -> dict[str, Any]:
    """The page of a kept run, for programs."""
    run = done.kept.trace
    return {
        "command": "report",
        **change_document(done.kept.rules),
        "beside": None if beside is None else change_document(beside),
        "hash": full_hash(run),
        "kept_as": {"invariant": run.invariant, "finding": run.finding},
        "broken": done.again.broken,
        "as_kept": done.now is not None,
        "verdict": done.sentence,
        "report": str(path),
        "bytes": path.stat().st_size,
        "exit_code": HOLDS,
    }


def show_report(page: Console, done: Replayed, path: Path) -> None:
    """Where the page of a kept run is, and what the run does."""
    page.print(
        labelled(
            [
                *change_rows(done.kept.rules),
                ("kept as" if done.now is None else "broken", verdict_text(done.kept.trace)),
                ("now", Text(done.sentence, style=GOOD if done.again.holds else BAD)),
                ("report", Text(str(path), style="bold")),
            ]
        )
    )
