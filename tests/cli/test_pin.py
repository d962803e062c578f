"""`exitgame pin`: what a search found becomes a test that a person reads and that runs for ever."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGE = "def soon(started, rules):\n    return started + 86_400\n"


@pytest.fixture(autouse=True)
def tests_folder(shell):
    """Where pinned tests are written."""
    (shell.folder / "tests").mkdir()


def passes(folder, *files) -> subprocess.CompletedProcess[str]:
    """Pinned tests are run as a person runs them, and know nothing of EXITGAME_RULEBOOK.

    They need no Hypothesis, whose plugin takes three times as long to load as all the rest.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("EXITGAME_RULEBOOK", None)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-p", "no:hypothesispytest", *map(str, files)],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def ruff(*arguments) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruff", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def well_formed(file) -> bool:
    """As this repository would have it among its tests."""
    checked = ruff("check", "--config", ROOT / "pyproject.toml", "--ignore", "D", file)
    formatted = ruff("format", "--check", "--config", ROOT / "pyproject.toml", file)
    return checked.returncode == formatted.returncode == 0


def test_a_run_is_pinned_as_a_test_that_passes_and_reads_well(shell, kept):
    said = shell(f"pin {kept}")
    assert said.returncode == 0
    (file,) = (shell.folder / "tests/pinned").glob("test_*.py")
    assert file.name in said.stdout and file.name == f"test_not_soon_{kept}.py"
    text = file.read_text()
    assert text.startswith('"""Nobody is paid within two days of asking.\n')
    assert "under toy/toy-vault with delay 1d" in text
    assert re.search(r"4  day 1  alice  takes it out \(escrow 1 -> 0\)", text)
    assert 'assert outcome.refused == {4: "TooEarly"}' in text, (
        "what the unchanged rules make of it"
    )
    assert well_formed(file)
    done = passes(shell.folder, "tests/pinned")
    assert done.returncode == 0 and "2 passed" in done.stdout


def test_a_pinned_test_fails_when_the_run_no_longer_breaks_the_claim(shell, kept):
    shell(f"pin {kept} --name soon")
    file = shell.folder / "tests/pinned/test_soon.py"
    file.write_text(file.read_text().replace('"paid too soon"', '"paid twice"'))
    done = passes(shell.folder, file)
    assert done.returncode == 1 and "1 failed, 1 passed" in done.stdout


def test_pinning_twice_changes_nothing_and_keeps_a_persons_edits(shell, kept):
    shell(f"pin {kept}")
    (file,) = (shell.folder / "tests/pinned").glob("test_*.py")
    mine = file.read_text().replace("RUN = pinned", "# Looked at by me.\nRUN = pinned")
    file.write_text(mine)
    again = shell.json(f"pin {kept} --name other")
    assert again["written"] is False and again["test"].endswith(file.name)
    assert "already there" in shell(f"pin {kept}").stdout
    assert file.read_text() == mine
    assert len(list((shell.folder / "tests/pinned").iterdir())) == 2


def test_a_file_of_somebody_else_is_never_written_over(shell, kept):
    (shell.folder / "tests/pinned").mkdir()
    shell.write("tests/pinned/test_soon.py", "mine = 1\n")
    assert "about something else: give another --name" in shell.refuses(f"pin {kept} --name soon")
    assert [f.name for f in (shell.folder / "tests/pinned").iterdir()] == ["test_soon.py"]


def test_repaired_rules_are_held_to_surviving_the_run(shell, kept):
    assert "the run still breaks NOT-SOON, paid too soon" in shell.refuses(f"pin {kept} --holds")
    shell(f"pin {kept} --holds --rule-set toy-vault --rules.delay 3d")
    (file,) = (shell.folder / "tests/pinned").glob("test_*.py")
    text = file.read_text()
    assert 'outcome = RUN.under("toy-vault", knobs={"delay": "3d"})' in text
    assert "with delay 7d -> 3d it breaks nothing" in " ".join(text.split())
    assert well_formed(file) and "1 passed" in passes(shell.folder, file).stdout
    file.write_text(text.replace('"3d"', '"1d"'))
    assert "1 failed" in passes(shell.folder, file).stdout
    assert shell.json(f"pin {kept}")["written"] is True, "that it is broken is another test"


def test_a_change_is_copied_beside_the_test_that_needs_it(shell):
    shell.write("my.py", CHANGE)
    found = shell.json("explore toy --change my.py:soon")["counterexamples"][0]["hash"]
    assert "give it again (exitgame pin" in shell.refuses(f"pin {found}")
    answer = shell.json(f"pin {found} --change my.py:soon --into tests")
    copy = Path(answer["beside"][1])
    assert re.fullmatch(r"my-[0-9a-f]{8}\.change", copy.name)
    (shell.folder / "my.py").unlink()
    test = shell.folder / answer["test"]
    assert well_formed(test) and "2 passed" in passes(shell.folder, test).stdout
    shell.write(str(copy), CHANGE.replace("86_400", "0"))
    edited = passes(shell.folder, test)
    assert "1 failed, 1 passed" in edited.stdout and "not the text that was pinned" in edited.stdout


def test_a_repaired_change_is_pinned_with_its_new_text(shell):
    shell.write("my.py", CHANGE)
    found = shell.json("explore toy --change my.py:soon")["counterexamples"][0]["hash"]
    shell.write("my.py", CHANGE.replace("86_400", "4 * 86_400"))
    assert "its text is not the one" in shell.refuses(f"pin {found} --change my.py:soon")
    answer = shell.json(f"pin {found} --holds --change my.py:soon")
    assert "1 passed" in passes(shell.folder, answer["test"]).stdout


def test_a_change_that_leans_on_another_file_is_not_pinned(shell):
    shell.write("helper.py", "SOON = 86_400\n")
    shell.write(
        "my.py", "from helper import SOON\n\ndef soon(started, rules):\n    return started + SOON\n"
    )
    done = shell.json("explore toy --change my.py:soon")
    found = done["counterexamples"][0]["hash"]
    said = shell.refuses(f"pin {found} --change my.py:soon")
    assert "it imports helper, which lies beside it" in said
    assert not (shell.folder / "tests/pinned").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--rule-set toy-hasty", "to pin that it breaks nothing under others, add --holds"),
        ("--rules.delay 2d", "to pin that it breaks nothing under others, add --holds"),
        ("--name ...", "write letters, digits and underscores"),
        ("--into /proc/nowhere", "cannot write the trace"),
        ("--change gone.py:f --holds", "there is no file gone.py"),
    ],
)
def test_what_cannot_be_pinned_is_said_in_one_line(shell, kept, options, says):
    assert says in shell.refuses(f"pin {kept} {options}")
    assert not (shell.folder / "tests/pinned").exists()


def test_elsewhere_than_beside_the_tests_one_line_says_so(shell, kept):
    (shell.folder / "tests").rmdir()
    assert "there is no folder tests in" in shell.refuses(f"pin {kept}")
    assert not (shell.folder / "tests").exists()


def test_a_corrupt_trace_is_not_pinned(shell, kept):
    (file,) = (shell.folder / "out").glob("*.trace")
    file.write_bytes(file.read_bytes()[:-3])
    assert "truncated or corrupt" in shell.refuses(f"pin {kept}")
