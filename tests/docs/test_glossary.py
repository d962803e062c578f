"""The glossary names things that exist."""

import importlib
import re
from pathlib import Path

import attrs
import pytest

GLOSSARY = Path(__file__).resolve().parents[2] / "docs" / "glossary.md"
ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<english>[^|]+) \| [^|]+ \| `(?P<name>[\w.]+)` \|$")
ROWS = [match for line in GLOSSARY.read_text("utf-8").splitlines() if (match := ROW.match(line))]


def test_every_line_of_the_tables_is_read() -> None:
    lines = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")]
    headers = sum("| in the code |" in line for line in lines)
    assert len(ROWS) == len(lines) - headers
    assert len(ROWS) > 40


@pytest.mark.parametrize("name", sorted({row["name"] for row in ROWS}))
def test_what_the_glossary_names_is_in_the_code(name: str) -> None:
    assert exists(name)


def test_a_name_that_is_gone_would_be_noticed() -> None:
    assert not exists("spec.plasma.mvp.exits.StartEscape")
    assert not exists("spec.plasma.mvp.exits.StartExit.speed")
    assert not exists("spec.plasma.mvp.nowhere.StartExit")


def test_no_term_is_explained_twice() -> None:
    terms = [row["chinese"] for row in ROWS]
    assert len(terms) == len(set(terms))


def exists(name: str) -> bool:
    """A module, something in it, or a field of a record in it."""
    parts = name.split(".")
    for split in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:split]))
        except ModuleNotFoundError:
            continue
        for part in parts[split:]:
            if attrs.has(thing) and part in attrs.fields_dict(thing):
                return True
            if not hasattr(thing, part):
                return False
            thing = getattr(thing, part)
        return True
    return False
