"""`exitgame export`: a kept run for other tools and other pages."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from impl.cli.answer import HOLDS, Answer
from impl.cli.kept import kept
from impl.cli.options import Command, out_option, rules_options
from impl.cli.output import output
from impl.ground.faults import BadInput
from impl.ground.files import put_for
from impl.ground.words import printable
from impl.lab.traces.kept import Kept
from impl.show.export import itf, mermaid, pytestfile
from impl.show.export.pinning import pinned_test
from impl.show.telling.screen import labelled


def _itf(found: Kept, _change: str | None, _folder: Path) -> str:
    return itf.text(itf.itf(found.trace, found.rules, found.played()))


def _mermaid(found: Kept, _change: str | None, _folder: Path) -> str:
    return mermaid.mermaid(found.trace, found.rules, found.played())


def _pytest(found: Kept, change: str | None, folder: Path) -> str:
    return pytestfile.text(pinned_test(found, folder, change)[0])


FORMS: Mapping[str, Callable[[Kept, str | None, Path], str]] = {
    "itf": _itf,
    "pytest": _pytest,
    "mermaid": _mermaid,
}


@click.command("export", cls=Command)
@click.argument("trace", metavar="TRACE")
@click.option("--itf", "form", flag_value="itf", help="Informal Trace Format: Apalache, Quint.")
@click.option("--pytest", "form", flag_value="pytest", help="The test that `pin` writes.")
@click.option("--mermaid", "form", flag_value="mermaid", help="A sequence diagram.")
@click.option(
    "--to",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=True),
    help="Write a file instead of the standard output.",
)
@rules_options
@out_option
def export_trace(
    trace: str,
    form: str | None,
    to: Path | None,
    rule_set: str | None,
    change: str | None,
    out: Path,
) -> Answer:
    """Print a kept run in another form.

    TRACE is a file, or the hash of a run kept in the --out folder. With --rule-set the run is
    exported as it goes under those rules.
    """
    if form is None:
        raise BadInput("say in which form: --itf, --pytest or --mermaid")
    found = kept("export", trace, out, rule_set, change)
    content = printable(FORMS[form](found, change, Path() if to is None else to.parent))
    if to is not None:
        put_for("the run", to, content.encode())
    document: dict[str, Any] = {
        "command": "export",
        "form": form,
        "file": None if to is None else str(to),
        "content": content,
        "exit_code": HOLDS,
    }

    def show(page: Console) -> None:
        if to is None:
            # Not through rich: no line may be wrapped.
            output().write(content)
        else:
            page.print(labelled([("written", Text(str(to), style="bold"))]))

    return Answer(HOLDS, document, show)
