"""`exitgame replay`: play a kept run again, under its own rules or under others."""

from pathlib import Path

import click
from rich.console import Console

from impl.cli.answer import Answer
from impl.cli.kept import kept
from impl.cli.options import Command, out_option, rules_options
from impl.cli.stepping import interactive, walk
from impl.show.text.replay import Replayed, document, show, stepped


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
    again = found.played()
    done = Replayed(found, again, stepped(found, again) if step else None)

    def show_it(page: Console) -> None:
        if done.steps is not None and interactive():
            walk(page, done.steps)
        show(page, done, every=not interactive())

    return Answer(done.code, document(done), show_it)
