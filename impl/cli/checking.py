"""`exitgame check`: everything that is claimed of every protocol, in one table of evidence."""

from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import click
from rich.console import Console
from rich.text import Text

from impl.cli.answer import Answer
from impl.cli.options import (
    Command,
    Duration,
    answer_by,
    in_time,
    out_option,
    workers_option,
    writable,
)
from impl.cli.waiting import cores, spinner
from impl.ground.faults import BadInput
from impl.ground.watchdog import TimeIsUp, stoppable
from impl.lab.check.declared import everywhere, undeclared
from impl.lab.check.jobs import LINE_TIME, Job, Outcome, case_of, jobs, run_all
from impl.lab.rulebooks.registry import choose, rulebooks
from impl.lab.rules.change import rule_change
from impl.lab.rules.chosen import Chosen, rule_set_of
from impl.show.report import write_overview
from impl.show.telling.screen import BAD
from impl.show.text.evidence import Evidence
from impl.show.text.evidence import document as evidence_document
from impl.show.text.evidence import show as show_evidence
from impl.show.text.found import Found, keep
from invariants.kernel.claims import Rulebook

PAGE = "check.html"
"""The page of the run, in the folder of the traces."""


@click.command("check", cls=Command)
@click.argument("protocol", metavar="[PROTOCOL]", required=False)
@click.option("--time", type=Duration(), help="Stop after this long: 30s, 5m.")
@click.option(
    "--line-time",
    type=Duration(),
    default=LINE_TIME,
    help=f"At most this long for one line.  [default: {LINE_TIME / 60:g}m]",
)
@workers_option
@out_option
def check(
    protocol: str | None, time: float | None, line_time: float, workers: int | None, out: Path
) -> Answer:
    """Examine everything that is claimed, and print the evidence.

    What there was no time for is listed as not examined.

    Exit codes: 0 all lines came out as expected; 1 some did not, or there was no time for all;
    2 wrong usage; 130 interrupted.
    """
    with in_time("the rules were read"):
        books = [choose(protocol).rulebook] if protocol else list(rulebooks().values())
    folder = writable(out)
    work = jobs(books)
    start = monotonic()
    end = None if time is None else start + time
    with spinner("check") as say:
        unread = tuple(line for book in books for line in _undeclared(book, line_time, end))
        outcomes, ended = run_all(
            work,
            workers or cores(),
            lambda last, left: say(f"{last.job.id} done, {left} to go"),
            line_time,
            end,
        )
    table_of = Evidence(
        books, work, outcomes, ended, monotonic() - start, _kept(outcomes, folder), unread
    )
    document = evidence_document(table_of)
    page, unwritten = None, ""
    try:
        page = write_overview(document, folder / PAGE)
    except BadInput as failure:
        unwritten = str(failure)  # the evidence was dear: it is told all the same
    document |= {"page": None if page is None else str(page), "unwritten": unwritten}

    def show(screen: Console) -> None:
        show_evidence(screen, table_of)
        if page is None:
            screen.print(Text(f"no page: {unwritten}", style=BAD))
        else:
            screen.print(Text.assemble("report  ", (str(page), "bold")))

    return Answer(table_of.code, document, show)


def _kept(outcomes: Sequence[Outcome], folder: Path) -> dict[Job, tuple[Found, ...]]:
    """The runs behind cases that should have held, saved and told."""
    kept = {}
    for outcome in outcomes:
        if outcome.job.kind == "case" and outcome.result is not None and outcome.result.traces:
            case, book = case_of(outcome.job), rulebooks()[outcome.job.protocol]
            if not case.breaks:
                change = rule_change(Chosen(book, rule_set_of(book, case.rule_set)))
                scope = book.scopes[case.scope]
                kept[outcome.job] = keep(change, scope, outcome.result, folder, answer_by)
    return kept


def _undeclared(book: Rulebook, line_time: float | None, end: float | None) -> tuple[str, ...]:
    """What claims read without declaring it, as far as there is time."""
    limits = [end, None if line_time is None else monotonic() + line_time]
    limit = min((each for each in limits if each is not None), default=None)
    try:
        with stoppable(limit, hears=False):
            return undeclared(book, everywhere(book))
    except TimeIsUp:
        return (f"what the claims of {book.protocol.name} read was not examined: out of time",)
