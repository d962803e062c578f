"""Every command that a page shows is run, and says what the page says it does.

Answers are kept for these very sources, so that `make docs` after the tests does not ask again.
"""

import re
from pathlib import Path

import pytest

from impl.cli.commands import COMMANDS
from impl.show.pages.shown import Shown, play, shown_in
from impl.show.pages.store import ROOT, Store

DOCS = ROOT / "docs"
PROSE = [p for p in sorted(DOCS.rglob("*.md")) if "generated" not in p.relative_to(DOCS).parts]
PAGES = [path for path in PROSE if "```{exitgame}" in path.read_text("utf-8")]
NAMED = re.compile(r"exitgame (?P<command>[a-z]+)(?: |`|$)", re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_do_what_the_page_shows(page: Path) -> None:
    commands = tuple(shown_in(page.read_text("utf-8")))
    assert commands
    for ran in play(commands, Store(ROOT / "out" / "docs")):
        assert not ran.wrong, f"{ran.wrong}\n{ran.text}"


@pytest.mark.parametrize("page", [*PROSE, ROOT / "README.md"], ids=lambda page: page.stem)
def test_pages_name_no_command_that_is_not_there(page: Path) -> None:
    text = page.read_text("utf-8")
    code = "\n".join(
        re.findall(r"^(?: {4}|```\{exitgame\} ?|\$ ).*$|`[^`\n]+`", text, re.MULTILINE)
    )
    for named in NAMED.finditer(code):
        assert named["command"] in COMMANDS, named[0]


def test_a_shown_command_is_read_with_its_options() -> None:
    page = "Text.\n\n```{exitgame} explore escrow\n:exit: 1\n:rulebook: a:B\n\nbroken ... X\n```\n"
    (shown,) = shown_in(page)
    assert shown == Shown("explore escrow", 1, "a:B", ("broken ... X",))


def test_a_report_that_the_site_is_to_have_is_kept() -> None:
    (ran,) = play((Shown("explore hasty", 1, "escrow:ESCROW", report="x.html"),), None)
    assert "ES-PAYEE" in ran.report and "</html>" in ran.report


def test_a_report_that_was_not_written_is_missed() -> None:
    (ran,) = play((Shown("list escrow", 0, "escrow:ESCROW", report="x.html"),), None)
    assert ran.wrong == ("exitgame list escrow: wrote no report",)


def test_a_page_that_says_something_else_is_found_out() -> None:
    said = play((Shown("list escrow", 1, "escrow:ESCROW", ("no ... such", "sound")),), None)
    assert len(said[0].wrong) == 2
    assert "ended with 0, not 1" in said[0].wrong[0]
    assert "no line such as 'no ... such'" in said[0].wrong[1]


def test_later_commands_can_name_what_earlier_ones_kept() -> None:
    book = "escrow:ESCROW"
    first, then = play((Shown("explore hasty", 1, book), Shown("replay TRACE", 1, book)), None)
    assert re.search(r"exitgame replay [0-9a-f]{8} --rulebook escrow:ESCROW$", then.typed)
    assert "ES-PAYEE" in first.text and "ES-PAYEE" in then.text


def test_a_command_is_asked_once_while_the_sources_are_the_same(tmp_path: Path) -> None:
    asked = []
    store = Store(tmp_path)
    for _ in range(2):
        assert store.remembered("q", lambda: asked.append(1) or "answer") == "answer"
    assert asked == [1]
    assert Store(tmp_path).remembered("q", lambda: "other") == "answer"


def test_answers_of_other_sources_are_thrown_away(tmp_path: Path) -> None:
    old = tmp_path / "0123"
    old.mkdir()
    (old / "x.txt").write_text("old")
    Store(tmp_path)
    assert not old.exists()
