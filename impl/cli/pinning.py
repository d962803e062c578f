"""`exitgame pin`: a counterexample becomes a regression test that runs for ever after."""

from pathlib import Path
from typing import Any

import click
from attrs import evolve
from rich.console import Console
from rich.text import Text

from impl.cli.answer import HOLDS, Answer
from impl.cli.kept import kept
from impl.cli.options import Command, out_option, rules_options
from impl.ground.evidence import Trace
from impl.ground.faults import BadInput
from impl.ground.files import put_for, taken
from impl.ground.words import path_typed
from impl.lab.rules.changefile import LARGEST
from impl.lab.rules.places import OPTION
from impl.lab.traces.format import SUFFIX, save_trace
from impl.show.export.pinning import pinned_test
from impl.show.export.pytestfile import PinnedTest, slug, text
from impl.show.telling.runs import verdict_text
from impl.show.telling.screen import labelled

TESTS = Path("tests")
FOLDER = TESTS / "pinned"


@click.command("pin", cls=Command)
@click.argument("trace", metavar="TRACE")
@rules_options
@click.option(
    "--holds",
    is_flag=True,
    help="Pin that the run breaks nothing under these rules: for a rule that was repaired.",
)
@click.option(
    "--into",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=True),
    help=f"Where the test goes.  [default: {FOLDER}]",
)
@click.option("--name", metavar="NAME", help="What the test is called: test_NAME.py.")
@out_option
def pin_trace(
    trace: str,
    rule_set: str | None,
    change: str | None,
    holds: bool,
    into: Path | None,
    name: str | None,
    out: Path,
) -> Answer:
    """Write a test that plays a kept run again, for ever after.

    TRACE is a file, or the hash of a run kept in the --out folder. The test holds the run to what
    it shows today: under its own rules it breaks the claim for the same cause, and the rule set
    without the change makes of it what it makes of it now. With --holds the run breaks nothing,
    under its own rules or those that are named. The run is copied beside the test, and so is the
    text of a change.
    """
    found = kept("pin", trace, out, rule_set, change, other_text=holds)
    folder = _folder(into)
    test, copied = pinned_test(found, folder, change, holds)
    there = _already_there(folder, test)
    path = there or folder / _file_name(test, name)
    if there is None and path.exists():
        raise BadInput(f"{path} is there already, and about something else: give another --name")
    beside = [folder / test.file, *(folder / copy for copy in copied)]
    if there is None:
        _write(folder, path, test, test.trace, copied)
    document: dict[str, Any] = {
        "command": "pin",
        "test": str(path),
        "beside": [str(each) for each in beside],
        "written": there is None,
        "invariant": found.trace.invariant,
        "cause": found.trace.finding.cause,
        "holds": holds,
        "exit_code": HOLDS,
    }

    def show(page: Console) -> None:
        rows = [("pinned" if there is None else "already there", Text(str(path), style="bold"))]
        rows += [("beside it", Text(str(each))) for each in beside]
        rows.append(("survives" if holds else "broken", verdict_text(found.trace)))
        rows.append(("run it", Text(f"pytest {path_typed(path)}", style="bold")))
        page.print(labelled(rows))

    return Answer(HOLDS, document, show)


def _folder(into: Path | None) -> Path:
    if into is not None:
        return into
    if not TESTS.is_dir():
        raise BadInput(
            f"there is no folder {TESTS} in {Path.cwd()}: run this where your tests are, or name a"
            " folder with --into"
        )
    return FOLDER


def _file_name(test: PinnedTest, name: str | None) -> str:
    if name is None:
        digits = test.file.removesuffix(SUFFIX)
        if test.survivor is not None:
            return f"test_{slug(test.survivor.rule_set)}_survives_{digits}.py"
        return f"test_{slug(test.trace.invariant)}_{digits}.py"
    plain = slug(name.removesuffix(".py")).removeprefix("test_")
    if not plain:
        raise BadInput(f"--name {name}: write letters, digits and underscores")
    return f"test_{plain}.py"


def _already_there(folder: Path, test: PinnedTest) -> Path | None:
    """The test that was pinned by the same command, even if somebody has edited it since, or named
    the rulebook elsewhere."""
    command = test.command.partition(f" {OPTION} ")[0]
    wanted = (f"`{command}`", f"`{command} {OPTION} ")
    try:
        for file in sorted(folder.glob("test_*.py")):
            text = taken(file, LARGEST).decode(errors="replace")
            said = " ".join(text.split())
            if any(each in said for each in wanted):
                return file
    except OSError as failure:
        raise BadInput(f"--into {folder}: cannot be read ({failure.strerror})") from None
    return None


def _write(
    folder: Path, path: Path, test: PinnedTest, run: Trace, copied: dict[str, bytes]
) -> None:
    """The test and what it needs; where one cannot be written, none of them stays."""
    new: list[Path] = []
    try:
        before = set(folder.glob(f"*{SUFFIX}"))
        trace = save_trace(run, folder)
        if trace not in before:
            new.append(trace)
        for name, content in copied.items():
            if not (folder / name).exists():
                put_for("what the test needs", folder / name, content)
                new.append(folder / name)
        put_for("the test", path, text(evolve(test, file=trace.name)).encode())
    except BaseException:
        for each in new:
            each.unlink(missing_ok=True)
        raise
