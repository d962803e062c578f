"""`exitgame report`: make the page of a kept run, or make it again."""

from pathlib import Path

import click

from impl.cli.answer import HOLDS, Answer
from impl.cli.kept import kept
from impl.cli.options import Command, out_option, rules_options
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.change import CHANGE
from impl.lab.traces.format import load_trace
from impl.show.text.replay import Replayed, report_document, show_report


@click.command("report", cls=Command)
@click.argument("trace", metavar="TRACE")
@rules_options
@out_option
def report_trace(trace: str, rule_set: str | None, change: str | None, out: Path) -> Answer:
    """Make the page of a kept run: one HTML file, to be read without a network.

    TRACE is a file, or the hash of a run kept in the --out folder. The page shows the run beside
    what it departs from; --rule-set and --rules.KNOB name other rules to set it beside. The page
    stands in the --out folder. The run is played first: what a file says is not repeated unless it
    happens.
    """
    from impl.show.report import write_report

    run = load_trace(trace, rulebooks(), out)
    needed = CHANGE in run.changes
    typed = click.get_current_context().meta
    beside = None
    if rule_set is not None or typed.get("rules") or (change is not None and not needed):
        # The change that the run was found with belongs to the run, not to another rule set.
        others = None if needed and rule_set is not None else change
        beside = kept("report", trace, out, rule_set, others).rules
        typed["rules"] = []
    own = kept("report", trace, out, None, change if needed else None)
    done = Replayed(own, own.played())
    path = write_report(own.rules, own.scope, own.trace, out, beside)
    return Answer(
        HOLDS, report_document(done, beside, path), lambda page: show_report(page, done, path)
    )
