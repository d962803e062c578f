"""Commands that a page shows: run one after the other, in a folder of the page's own."""

import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from json import dumps, loads
from pathlib import Path

from attrs import asdict, field, frozen

from impl.lab.rules.places import OPTION as RULEBOOK
from impl.lab.rules.places import VARIABLE
from impl.show.pages.store import ROOT, Said, Store, run

TRACE = "TRACE"
"""Stands in a shown command for the counterexample that was kept last."""
KEPT = re.compile(r"out/([0-9a-f]{8})\.trace")
BLOCK = re.compile(r"^```\{exitgame\} (?P<line>.+)\n(?P<body>(?:.*\n)*?)```$", re.MULTILINE)
OPTION = re.compile(r"^:(\w+): *(.*)$")


@frozen
class Shown:
    """One command of a page, and what the page says of it."""

    line: str
    """Without the leading `exitgame`."""
    exit: int = 0
    rulebook: str = ""
    """Of the reader's own, as after --rulebook; found in docs/examples."""
    needs: tuple[str, ...] = ()
    """Lines that have to be there; `...` stands for anything within a line."""
    report: str = ""
    """A name for the page of the counterexample, where the site is to have it."""


@frozen
class Ran:
    """What became of a command."""

    typed: str
    """As a person types it."""
    code: int
    text: str
    wrong: tuple[str, ...] = field(default=())
    """Where it is not what the page says."""
    report: str = ""
    """The page of the counterexample, if it was asked for."""


def shown_in(page: str) -> Iterator[Shown]:
    """The commands of a page of Markdown, in order."""
    for block in BLOCK.finditer(page):
        options: dict[str, str] = {}
        needs = []
        for line in block["body"].splitlines():
            option = OPTION.match(line)
            if option:
                options[option[1]] = option[2]
            elif line.strip():
                needs.append(line)
        yield Shown(
            block["line"].strip(),
            int(options.get("exit", "0")),
            options.get("rulebook", ""),
            tuple(needs),
            options.get("report", ""),
        )


def play(commands: Sequence[Shown], store: Store | None) -> tuple[Ran, ...]:
    """Run the commands of a page in order, in one folder; from the store where it has them."""
    if store is None:
        return _play(commands)
    question = "shown " + dumps([asdict(command) for command in commands])
    text = store.remembered(question, lambda: dumps([asdict(ran) for ran in _play(commands)]))
    return tuple(
        Ran(each["typed"], each["code"], each["text"], tuple(each["wrong"]), each["report"])
        for each in loads(text)
    )


def _play(commands: Sequence[Shown]) -> tuple[Ran, ...]:
    ran = []
    kept = ""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "docs").symlink_to(ROOT / "docs")
        for command in commands:
            arguments = [kept if part == TRACE else part for part in shlex.split(command.line)]
            environment = {VARIABLE: ""}
            if command.rulebook:
                arguments += [RULEBOOK, command.rulebook]
                before = os.environ.get("PYTHONPATH")
                path = filter(None, (before, str(ROOT / "docs" / "examples")))
                environment["PYTHONPATH"] = os.pathsep.join(path)
            said = run(arguments, folder, environment)
            found = KEPT.findall(said.text)
            kept = found[0] if found else kept
            typed = f"exitgame {shlex.join(arguments)}"
            wrong, report = list(_wrong(command, said)), ""
            if command.report:
                page = folder / "out" / f"{kept}.html"
                if page.exists():
                    report = page.read_text(encoding="utf-8")
                else:
                    wrong.append(f"exitgame {command.line}: wrote no report")
            ran.append(Ran(typed, said.code, said.text.rstrip(), tuple(wrong), report))
    return tuple(ran)


def _wrong(command: Shown, said: Said) -> tuple[str, ...]:
    wrong = []
    if said.code != command.exit:
        wrong.append(f"exitgame {command.line}: ended with {said.code}, not {command.exit}")
    for need in command.needs:
        parts = [re.escape(part.strip()) for part in need.split("...")]
        if not re.search(".*".join(parts).replace("\\ ", " +"), said.text):
            wrong.append(f"exitgame {command.line}: no line such as {need.strip()!r}")
    return tuple(wrong)
