"""All generated pages of the site, written into one folder."""

import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import click

from impl.ground.files import put
from impl.ground.homes import home_of
from impl.lab.rulebooks.registry import rulebooks
from impl.show.pages.commands import commands_page
from impl.show.pages.dependencies import dependencies_page
from impl.show.pages.evidence import CHECK, evidence_page
from impl.show.pages.kernel import kernel_page
from impl.show.pages.markdown import Page, prose
from impl.show.pages.protocol import protocol_page
from impl.show.pages.rules import rules_page
from impl.show.pages.shown import play, shown_in
from impl.show.pages.source import says
from impl.show.pages.store import ROOT, Store

REPORTS = "reports"
"""Where pages of counterexamples stand; the site has this folder's files beside its index."""
AT_ONCE = 2
"""Commands that run beside each other; `check` itself works on every core."""


def write_pages(folder: Path, store: Store, exitgame: click.Group) -> None:
    """Write every page; one that says what it said before keeps its time of change.

    `folder` lies in the site's sources. A page `../NAME.md` beside it, named as a protocol, is
    linked as what was found out about that protocol. What the pages of prose show is run here, too,
    so that it is at hand when they are read. `exitgame` has the commands.

    Raises BadInput and NotAsExpected.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        checked = pool.submit(store.command, CHECK)
        shown = [
            (commands, pool.submit(play, commands, store))
            for path in sorted(folder.parent.rglob("*.md"))
            if (commands := tuple(shown_in(path.read_text(encoding="utf-8"))))
        ]
        pages = {
            "commands.md": commands_page(exitgame),
            "kernel.md": kernel_page(),
            "dependencies.md": dependencies_page(ROOT / "pyproject.toml"),
            "protocols/index.md": _index(),
        }
        for book in rulebooks().values():
            notes = f"{book.protocol.name}.md"
            has_notes = (folder.parent / notes).exists()
            page = protocol_page(book, f"../../{notes}" if has_notes else "")
            pages[f"protocols/{book.protocol.name}.md"] = page
            rules = rules_page(book, store)
            pages[f"protocols/{book.protocol.name}-rules.md"] = rules
        for commands, ran in shown:
            for command, each in zip(commands, ran.result(), strict=True):
                if command.report:
                    pages[f"{REPORTS}/{command.report}"] = each.report
        checked.result()
    for book in rulebooks().values():
        pages[f"protocols/{book.protocol.name}-evidence.md"] = evidence_page(book, store)
    _write(folder, pages)


def _write(folder: Path, pages: Mapping[str, str]) -> None:
    for path in [*folder.rglob("*.md"), *folder.rglob("*.html")]:
        if path.relative_to(folder).as_posix() not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            put(path, text.encode())


def _promise(protocol: Any) -> str:
    """The first paragraph of what the protocol's machine says of it."""
    told = says(sys.modules[home_of(protocol)]).split("\n\n")
    return " ".join((told[1] if len(told) > 1 else told[0]).split())


def _index() -> str:
    page = Page()
    page.heading(1, "Protocols")
    page.say("Each page is made from the spec: its docstrings, its tables, its states, its claims.")
    entries = []
    for book in rulebooks().values():
        name = book.protocol.name
        entries += [name, f"{name}-rules", f"{name}-evidence"]
        page.say(
            f"**[{name}]({name}.md)** ([rules]({name}-rules.md), [evidence]({name}-evidence.md)):"
            f" {len(book.rule_sets)} rule sets, {len(book.invariants)} invariants,"
            f" {len(book.theorems)} theorems. " + prose(_promise(book.protocol))
        )
    page.lines += ["```{toctree}", ":hidden:", "", *entries, "```"]
    return page.text
