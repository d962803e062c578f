"""Where people name the rulebooks of their own, each as `package.module:NAME`.

They stand after `--rulebook` on the command line, in the environment variable EXITGAME_RULEBOOK
(several with commas between), and in a pyproject.toml:

    [tool.exitgame]
    rulebooks = ["package.module:NAME"]

All that is named is there, beside what is shipped. The nearest pyproject.toml with that table
counts, from the present folder upwards. Modules are found on Python's path; after all of it, in the
folder of that file, and in the present folder for what is named elsewhere.
"""

import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from impl.ground.faults import BadInput
from impl.ground.files import taken
from impl.ground.words import quoted

OPTION, VARIABLE = "--rulebook", "EXITGAME_RULEBOOK"
FILE, KEY = "pyproject.toml", "rulebooks"
EXAMPLE = f'{KEY} = ["package.module:NAME"]'
WRITTEN = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
LARGEST = 1024 * 1024
"""Bytes of a pyproject.toml."""


@frozen
class Place:
    """A rulebook of somebody's own, as it was named."""

    written: str
    """module:NAME."""
    named: str
    """How a complaint begins: where it was named, and how."""
    folder: str = ""
    """Its module may lie in here; empty: only on Python's path."""

    @property
    def module(self) -> str:
        """In which it is defined."""
        return self.written.partition(":")[0]

    @property
    def name(self) -> str:
        """What it is called in there."""
        return self.written.partition(":")[2]

    def wrong(self, what: str) -> BadInput:
        """The one line that says what is wrong with it."""
        return BadInput(f"{self.named}: {what}")

    def importable(self) -> None:
        """Have its module found."""
        if self.folder and self.folder not in sys.path:
            sys.path.append(self.folder)
            if _COMMANDS:
                _COMMANDS[-1].added.append(self.folder)


@define
class _Command:
    """What the command that runs has to do with."""

    typed: tuple[str, ...]
    places: tuple[Place, ...] | None = None
    added: list[str] = field(factory=list)
    """To Python's path."""


_COMMANDS: list[_Command] = []


@contextmanager
def answering(typed: Iterable[str]) -> Iterator[None]:
    """A command runs, with these after --rulebook.

    What is named is looked up once in it: neither a rule that goes to another folder nor somebody's
    edit changes in its midst what there is.
    """
    command = _Command(tuple(dict.fromkeys(typed)))
    _COMMANDS.append(command)
    try:
        yield
    finally:
        _COMMANDS.remove(command)
        for folder in command.added:
            with suppress(ValueError):
                sys.path.remove(folder)


def settle(named: Iterable[Place]) -> None:
    """These and no others are named, for as long as this process lives."""
    _COMMANDS.append(_Command((), tuple(named)))


def places() -> tuple[Place, ...]:
    """All that are named, in order. Raises BadInput."""
    command = _COMMANDS[-1] if _COMMANDS else _Command(())
    if command.places is None:
        command.places = (
            *(_place(each, f"{OPTION} ", _here()) for each in command.typed),
            *_in_the_environment(),
            *in_file(_file()),
        )
    return command.places


def typed_again() -> str:
    """What has to follow a command that is there to be pasted: --rulebook, if it was typed."""
    typed = _COMMANDS[-1].typed if _COMMANDS else ()
    return "".join(f" {OPTION} {quoted(each)}" for each in typed)


def environment() -> dict[str, str]:
    """For a process that is started anew, wherever it works: it has the same rulebooks."""
    named = places()
    path = [each or _here() for each in sys.path] + [each.folder for each in named]
    return {
        VARIABLE: ",".join(dict.fromkeys(each.written for each in named)),
        "PYTHONPATH": os.pathsep.join(filter(None, dict.fromkeys(path))),
    }


def _in_the_environment() -> Iterator[Place]:
    for each in os.environ.get(VARIABLE, "").split(","):
        if each.strip():
            yield _place(each.strip(), f"{VARIABLE}=", _here())


def _place(written: str, before: str, folder: str) -> Place:
    place = Place(written, f"{before}{written}", folder)
    if not WRITTEN.fullmatch(written) or place.module.endswith(".py"):
        raise place.wrong(f"write it as package.module:NAME{_meant(written)}")
    return place


def _meant(written: str) -> str:
    """What somebody may have meant that named a file, as --change does."""
    file, colon, name = written.rpartition(":")
    dotted = file.removeprefix("./").removesuffix(".py").replace("/", ".")
    meant = f"{dotted}:{name}"
    return f", without .py: {meant}" if ".py" in file and WRITTEN.fullmatch(meant) else ""


def _here() -> str:
    try:
        return os.getcwd()
    except OSError:
        return ""  # somebody has removed it


# --- pyproject.toml ---


def table_in(file: Path) -> dict[str, Any] | None:
    """[tool.exitgame] of a pyproject.toml; None where it has none. Raises BadInput."""
    shown = shown_file(file)
    try:
        document = tomllib.loads(taken(file, LARGEST).decode())
    except OSError as failure:
        raise BadInput(f"{shown}: cannot be read ({failure.strerror})") from None
    except UnicodeDecodeError:
        raise BadInput(f"{shown}: not TOML: it has to be text in UTF-8") from None
    except (ValueError, RecursionError) as failure:
        said = "nested too deeply" if isinstance(failure, RecursionError) else failure
        raise BadInput(f"{shown}: not TOML: {said}") from None
    tool = document.get("tool", {})
    if not isinstance(tool, dict) or "exitgame" not in tool:
        return None
    table = tool["exitgame"]
    if not isinstance(table, dict):
        raise BadInput(
            f"{shown}: tool.exitgame is {_kind(table)}; write a table [tool.exitgame] with"
            f" {EXAMPLE}"
        )
    return table


def in_file(file: Path | None) -> tuple[Place, ...]:
    """What [tool.exitgame] in a pyproject.toml names. Raises BadInput."""
    table = table_in(file) if file is not None else None
    if file is None or table is None:
        return ()
    where = f"{shown_file(file)}: [tool.exitgame]"
    for key in table:
        if key != KEY:
            raise BadInput(f"{where} has an unknown key {key!r}; the only one is {EXAMPLE}")
    named = table.get(KEY, [])
    if not isinstance(named, list):
        raise BadInput(f"{where} {KEY} is {_kind(named)}; write a list: {EXAMPLE}")
    for each in named:
        if not isinstance(each, str):
            raise BadInput(f"{where} {KEY} holds {_kind(each)}; write texts: {EXAMPLE}")
    return tuple(_place(each, f"{where} {KEY}: ", str(file.parent)) for each in named)


def nearest(folder: Path) -> Path | None:
    """The nearest pyproject.toml with [tool.exitgame], upwards from a folder. Raises BadInput."""
    for each in (folder, *folder.parents):
        file = each / FILE
        if os.path.lexists(file) and table_in(file) is not None:
            return file
    return None


def shown_file(file: Path) -> str:
    """A file as seen from the present folder."""
    return os.path.relpath(file, _here() or os.sep)


def _file() -> Path | None:
    here = _here()
    return nearest(Path(here)) if here else None


def _kind(value: Any) -> str:
    kinds: Sequence[tuple[type, str]] = (
        (bool, "true or false"),
        (str, "a text"),
        (int, "a number"),
        (float, "a number"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((said for kind, said in kinds if isinstance(value, kind)), "a date or time")
