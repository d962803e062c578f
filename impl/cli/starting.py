"""`exitgame new`: a protocol that runs at once, with its tests, to be made into one's own."""

import os
from pathlib import Path
from typing import Any

import click
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.cli.answer import HOLDS, Answer
from impl.cli.options import Command
from impl.ground.faults import BadInput
from impl.ground.files import put_new
from impl.lab.rules.places import FILE, KEY, OPTION, in_file, nearest, shown_file
from impl.lab.starting.names import Name, is_free, name_of
from impl.lab.starting.texts import EXAMPLES, protocol_text, test_text
from impl.show.telling.screen import labelled


class Starting(Command):
    """It is about no rulebook that there is."""

    about_rulebooks = False


@click.command("new", cls=Starting)
@click.argument("name", metavar="NAME")
@click.option(
    "--like",
    type=click.Choice(EXAMPLES),
    default=EXAMPLES[0],
    show_default=True,
    help="The example that it is a copy of.",
)
def start_new(name: str, like: str) -> Answer:
    """Write a protocol of your own that runs at once, with its tests.

    NAME is in small letters, with hyphens between words. Written in this folder: NAME.py, a copy of
    an example; test_NAME.py, for pytest; and where there is no pyproject.toml, one that names the
    rulebook, so that every command finds it. Nothing that exists is overwritten.
    """
    folder = _here()
    called = name_of(name, folder)
    named = _named(called, folder)
    module, tests = Path(f"{called.module}.py"), Path(f"test_{called.module}.py")
    files = {
        module: protocol_text(like, called).encode(),
        tests: test_text(like, called).encode(),
    }
    if named.here:
        files[Path(FILE)] = f'[tool.exitgame]\n{KEY} = ["{called.place}"]\n'.encode()
    if os.path.lexists(called.module):
        raise BadInput(f"{called.module} is there already, and Python may take it for {module}")
    put_new(files)
    option = "" if named.here or named.already else f" {OPTION} {called.place}"
    then = (f"exitgame check {called.protocol}{option}", f"pytest {tests}")
    document: dict[str, Any] = {
        "command": "new",
        "protocol": called.protocol,
        "rulebook": called.place,
        "written": [str(each) for each in files],
        "to_add": named.to_add,
        "next": list(then),
        "exit_code": HOLDS,
    }

    def show(page: Console) -> None:
        rows = [
            ("protocol", Text(str(module), style="bold")),
            ("its tests", Text(str(tests), style="bold")),
        ]
        if named.here:
            rows.append(("named in", Text(FILE, style="bold")))
        elif named.to_add:
            rows.append(("to add", Text(f"{named.to_add}, and {OPTION} need not be typed")))
        rows += [("next" if n == 0 else "", Text(each)) for n, each in enumerate(then)]
        page.print(labelled(rows))

    return Answer(HOLDS, document, show)


@frozen
class _Named:
    """How every command is to find the rulebook."""

    here: bool = False
    """There is no pyproject.toml: one is written."""
    already: bool = False
    """One names it, though it was not there yet."""
    to_add: str = ""
    """Which line has to be added where, in words; empty where none can help."""


def _named(name: Name, folder: Path) -> _Named:
    """Raises BadInput where a pyproject.toml cannot be read."""
    file = nearest(folder)
    if file is None:
        if os.path.lexists(folder / FILE):
            line = f'[tool.exitgame] {KEY} = ["{name.place}"]'
            return _Named(to_add=f"{line} in {FILE} (two lines)")
        return _Named(here=True)
    steps = folder.relative_to(file.parent).parts
    place = ".".join((*steps, name.place))
    if place in [each.written for each in in_file(file)]:
        return _Named(already=True)
    if not all(step.isidentifier() for step in steps):
        return _Named()
    if steps and not is_free(steps[0], file.parent):
        return _Named()
    return _Named(to_add=f'"{place}" to {KEY} in {shown_file(file)}')


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError:
        raise BadInput("the present folder is gone: go to another one") from None
