"""`exitgame replay`: play a kept run again, under its own rules or under others."""

import re
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from impl.changefile import digest_of
from impl.cli.answer import BROKEN, HOLDS, Answer
from impl.cli.options import Command, out_option, rules_options
from impl.cli.reports import change_document, change_rows, first_refused
from impl.cli.runs import cause_text, run_table, told, verdict_text
from impl.cli.screen import BAD, GOOD, labelled
from impl.evidence import Trace
from impl.faults import BadInput
from impl.knobs import SECONDS, knobs
from impl.registry import Chosen, rule_set_of, rulebooks
from impl.replay import Replay, replay
from impl.rulechange import CHANGE, RuleChange, rule_change
from impl.traces import load_trace, structured_scope
from invariants.kernel.claims import Rulebook


@click.command("replay", cls=Command)
@click.argument("trace", metavar="TRACE")
@rules_options
@out_option
def replay_trace(trace: str, rule_set: str | None, change: str | None, out: Path) -> Answer:
    """Play a kept run again and say whether it still breaks the claim.

    TRACE is a file, or the hash of a run kept in the --out folder. With --rule-set the run is
    played under those rules instead of its own.
    """
    books = rulebooks()
    run = load_trace(trace, books, out)
    book = books[run.protocol]
    rules = _rules(trace, run, book, rule_set, change)
    scope = structured_scope(book, run.scope)
    again = replay(book, rules.rules, scope, run.actions)
    lines = told(book, again)
    code = HOLDS if again.holds else BROKEN
    sentence = _verdict(run, again)
    document: dict[str, Any] = {
        "command": "replay",
        **change_document(rules),
        "scope": scope,
        "actions": run.actions,
        "run": lines,
        "expected": {"invariant": run.invariant, "finding": run.finding},
        "broken": again.broken,
        "verdict": sentence,
        "exit_code": code,
    }

    def show(page: Console) -> None:
        page.print(labelled(change_rows(rules)))
        page.print(run_table(lines))
        page.print(
            labelled(
                [
                    ("kept as", verdict_text(run)),
                    ("why", cause_text(run)),
                    ("now", Text(sentence, style=GOOD if again.holds else BAD)),
                ]
            )
        )

    return Answer(code, document, show)


def _verdict(run: Trace, again: Replay) -> str:
    """What became of the run, against what it was kept for."""
    refused = first_refused(again)
    if again.holds:
        return f"nothing breaks any more{': ' + refused if refused else ''}"
    kept = (run.invariant, run.finding.cause)
    if any(b.pair == kept for b in again.broken):
        return f"still broken: {kept[0]}, {kept[1]}"
    causes = "; ".join(f"{b.invariant}, {b.finding.cause}" for b in again.broken)
    return f"broken, but not as it was kept: {causes}"


def _rules(
    typed: str, run: Trace, book: Rulebook, rule_set: str | None, change: str | None
) -> RuleChange:
    """The run's own rules, with what is typed on top; only what is typed under --rule-set."""
    here = click.get_current_context().meta.get("rules", [])
    if rule_set is not None:
        return rule_change(Chosen(book, rule_set_of(book, rule_set)), here, change)
    own = Chosen(book, rule_set_of(book, run.rule_set))
    needed = run.changes.get(CHANGE)
    if needed is not None:
        _same_change(typed, run, needed, change)
    settings = [(knob, text) for knob, text in run.changes.items() if knob != CHANGE]
    return rule_change(own, [*_typed(own.rule_set.rules, settings), *here], change)


def _same_change(typed: str, run: Trace, needed: str, change: str | None) -> None:
    if change is None:
        raise BadInput(
            f"this run was found with --change {needed}: give it again (exitgame replay {typed}"
            f" --change {needed}), or name other rules with --rule-set {run.rule_set}"
        )
    if run.digest_of_change and digest_of(change) != run.digest_of_change:
        raise BadInput(
            f"--change {change}: its text is not the one with which this run was found; to play"
            f" the run under the new text: exitgame replay {typed} --rule-set {run.rule_set}"
            f" --change {change}"
        )


def _typed(record: Any, settings: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Settings as a person would type them: programs keep durations as bare seconds."""
    durations = {knob.name for knob in knobs(record) if knob.unit == SECONDS}
    return [
        (
            name,
            f"{text}s"
            if name.replace("_", "-") in durations and re.fullmatch(r"\d+", text)
            else text,
        )
        for name, text in settings
    ]
