"""The kernel reference: nothing is left out of it, and its examples answer as it says."""

import ast
import doctest
from types import SimpleNamespace

import attrs
import escrow
import pytest

from impl.show.pages.kernel import CHAPTERS, examples, kernel_page, names_in, space
from impl.show.pages.store import ROOT
from spec.kernel.derived_key import lasting

NAMES = [each for chapter in CHAPTERS for each in names_in(chapter)]
OUTSIDE = {"attrs", "collections.abc", "enum", "escrow"}


@pytest.fixture(scope="module")
def prompt() -> dict:
    first = escrow.MACHINE.initial(escrow.Scope(), escrow.SOUND)
    opened = escrow.MACHINE.step(first, escrow.Open(escrow.ALICE, 2), escrow.SOUND)
    more = {
        "FIRST": first,
        "OPENED": opened,
        "lasting": lasting,
        "frozen": attrs.frozen,
        "attrs": attrs,
    }
    more |= {"field": attrs.field, "evolve": attrs.evolve, "SimpleNamespace": SimpleNamespace}
    return space() | vars(escrow) | more | {"__name__": "examples"}


@pytest.mark.parametrize("name", examples())
def test_an_example_answers_as_it_says(name: str, prompt: dict) -> None:
    test = doctest.DocTestParser().get_doctest(examples()[name] + "\n", prompt, name, None, 0)
    assert test.examples
    said: list[str] = []
    test.globs = prompt
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    failed = runner.run(test, out=said.append, clear_globs=False).failed
    assert not failed, "".join(said)


def test_every_name_has_an_example_and_every_example_a_name() -> None:
    assert sorted(each.name for each in NAMES) == sorted(examples())


@pytest.mark.parametrize("each", NAMES, ids=lambda each: each.name)
def test_every_name_says_what_it_is(each) -> None:
    assert each.says and not each.says.endswith(","), each.name
    for name, kind, told in each.fields:
        assert kind, name
        assert told, f"{each.name}.{name} says nothing"


@pytest.mark.parametrize("example", ["escrow", "bridge", "forgetful"])
def test_what_authors_import_is_there(example: str) -> None:
    text = (ROOT / "docs" / "examples" / f"{example}.py").read_text("utf-8")
    listed = {(each.module, each.name) for each in NAMES}
    listed |= {("spec.kernel.basics", name) for name in ("DAY", "WEEK")}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and node.module not in OUTSIDE:
            for each in node.names:
                assert (node.module, each.name) in listed, each.name


def test_the_page_shows_what_is_raised() -> None:
    page = kernel_page()
    assert "Raises CannotAfford." in page and "CannotAfford(party=1" in page
    assert "| `deadline` | `Instant` |" in page
