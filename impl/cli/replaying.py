"""`exitgame replay`: play a kept run again, under its own rules or under others."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from impl.cli.answer import BROKEN, HOLDS, Answer
from impl.cli.kept import kept
from impl.cli.options import Command, out_option, rules_options
from impl.cli.stepping import interactive, print_all, walk
from impl.lab.traces.kept import as_kept, what_became
from impl.show.telling.runs import finding_text, run_table, told, verdict_text
from impl.show.telling.screen import BAD, GOOD, labelled
from impl.show.text.found import change_document, change_rows
from impl.show.text.frames import Side, Steps


@click.command("replay", cls=Command)
@click.argument("trace", metavar="TRACE")
@rules_options
@click.option("--step", is_flag=True, help="Walk through it, one action at a time.")
@out_option
def replay_trace(
    trace: str, rule_set: str | None, change: str | None, step: bool, out: Path
) -> Answer:
    """Play a kept run again and say whether it still breaks the claim.

    TRACE is a file, or the hash of a run kept in the --out folder. With --rule-set the run is
    played under those rules instead of its own. --step shows what every action did, and where the
    run goes another way than under its own rules (or, under these, than without the change): with
    the arrow keys in a terminal, one step below the other elsewhere.
    """
    found = kept("replay", trace, out, rule_set, change)
    run, rules, again = found.trace, found.rules, found.played()
    lines = told(found.book, again)
    code = HOLDS if again.holds else BROKEN
    now = as_kept(run, again)
    sentence = what_became(run, again)
    document: dict[str, Any] = {
        "command": "replay",
        **change_document(rules),
        "scope": found.scope,
        "actions": run.actions,
        "run": lines,
        "expected": {"invariant": run.invariant, "finding": run.finding},
        "broken": again.broken,
        "breaks_at": again.breaks[0][0] if again.breaks else None,
        "as_kept": now is not None,
        "verdict": sentence,
        "exit_code": code,
    }

    steps = None
    if step:
        beside = None if found.beside is None else Side.of(found.beside, found.under(found.beside))
        steps = Steps(Side.of(rules, again), beside)
    if steps is not None:
        document["steps"] = tuple(steps.frames())
        document["beside"] = None if steps.other is None else steps.other.name

    def show(page: Console) -> None:
        if steps is not None and interactive():
            walk(page, steps)
        page.print(labelled(change_rows(rules)))
        if steps is None:
            page.print(run_table(lines) if lines else "no action: this is about the first state")
        elif not interactive():
            page.print()
            print_all(page, steps)
        page.print(
            labelled(
                [
                    ("kept as", verdict_text(run)),
                    ("kept for", finding_text(run.finding))
                    if now is None
                    else ("why", finding_text(now.finding)),
                    ("now", Text(sentence, style=GOOD if again.holds else BAD)),
                ]
            )
        )

    return Answer(code, document, show)
