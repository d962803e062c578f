"""All generated pages of the site, written into one folder."""

import inspect
from pathlib import Path
from typing import Any

from impl.pages.commands import commands_page
from impl.pages.dependencies import dependencies_page
from impl.pages.evidence import evidence_page
from impl.pages.markdown import Page, prose
from impl.pages.protocol import protocol_page
from impl.pages.rules import rules_page
from impl.pages.source import says
from impl.pages.store import ROOT, Store
from impl.registry import rulebooks


def write_pages(folder: Path, store: Store) -> None:
    """Write every page; one that says what it said before keeps its time of change.

    `folder` lies in the site's sources. A page `../NAME.md` beside it, named as a protocol's rules
    package, is linked as what was found out about that protocol. Raises BadInput and NotAsExpected.
    """
    pages = {
        "commands.md": commands_page(),
        "dependencies.md": dependencies_page(ROOT / "pyproject.toml"),
        "protocols/index.md": _index(),
    }
    for book in rulebooks().values():
        name = book.protocol.name
        notes = f"{_package(book.protocol)}.md"
        has_notes = (folder.parent / notes).exists()
        pages[f"protocols/{name}.md"] = protocol_page(book, f"../../{notes}" if has_notes else "")
        pages[f"protocols/{name}-rules.md"] = rules_page(book, store)
        pages[f"protocols/{name}-evidence.md"] = evidence_page(book, store)
    for path in folder.rglob("*.md"):
        if path.relative_to(folder).as_posix() not in pages:
            path.unlink()
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _package(protocol: Any) -> str:
    """The last name of the package that a protocol's rules are in."""
    module: str = protocol.step.__module__
    return module.rpartition(".")[0].rpartition(".")[2]


def _promise(protocol: Any) -> str:
    """The first paragraph of what the protocol's machine says of it."""
    told = says(inspect.getmodule(protocol.step)).split("\n\n")
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
