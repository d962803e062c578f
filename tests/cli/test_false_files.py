"""What a file says of a run is not repeated: the run is played, and what it does is told."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from impl.ground.words import printable, quoted
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.traces.format import load_trace, save_trace
from invariants.kernel.claims import Finding
from spec.kernel.clock import Wait
from tests.cli.toy import TOY

CHANGE = "my rules.py:matures"
TEXT = "def matures(started, rules):\n    return started + 86400\n"


@pytest.fixture
def trace(shell, kept):
    """A run that breaks a claim, and how to keep a false one about it."""
    found = load_trace(shell.folder / f"out/{kept}.trace", {**rulebooks(), "toy": TOY}, ".")

    def false(**fields: Any) -> str:
        return save_trace(evolve(found, **fields), shell.folder / "out").stem

    return found, false


def lies(found: Any) -> dict[str, dict[str, Any]]:
    """Fields of the trace that say something that does not happen."""
    cause, numbers = found.finding.cause, dict(found.finding.numbers)
    return {
        "nothing breaks": {"actions": found.actions[:-1]},
        "another cause": {"finding": Finding("all is stolen", numbers)},
        "another claim": {"invariant": "TOY-W"},
        "an unknown claim": {"invariant": "NO-SUCH-CLAIM"},
        "a fault": {"invariant": "RULE-ERROR", "finding": Finding("TypeError in step", {})},
        "no action": {"actions": ()},
        "waits only": {"actions": (Wait(5),)},
        "an unknown party": {"actions": (evolve(found.actions[0], by=77), *found.actions)},
        "other numbers": {"finding": Finding(cause, dict.fromkeys(numbers, 666666))},
    }


LIES = (
    "nothing breaks",
    "another cause",
    "another claim",
    "an unknown claim",
    "a fault",
    "no action",
    "waits only",
    "an unknown party",
    "other numbers",
)


@pytest.mark.parametrize("lie", LIES)
def test_what_does_not_happen_is_not_said(shell, trace, lie):
    found, false = trace
    fields = lies(found)[lie]
    hash = false(**fields)
    truly = lie in ("other numbers", "an unknown party")
    for command in ("replay", "report"):
        done = shell(f"{command} {hash}")
        said = " ".join(done.stdout.split())
        assert done.returncode in (0, 1) and done.stderr == ""
        assert ("still broken" in said) == truly, (command, said)
        if not truly:
            assert "nothing breaks any more" in said or "not as it was kept" in said
        assert "666,666" not in said
    document = shell.json(f"report {hash}")
    assert document["as_kept"] == truly
    page = (shell.folder / document["report"]).read_text()
    assert "666,666" not in page
    claimed = fields.get("finding", found.finding).cause
    assert (f"Broken: {claimed}." in page) == truly
    assert ("and not so. Played, the run breaks" in page) == (not truly)
    pinned = shell(f"pin {hash} --into pinned")
    assert pinned.returncode == (0 if truly else 2)
    if truly:
        assert all("666" not in each.read_text() for each in shell.folder.glob("pinned/*.py"))
    for form in ("--itf", "--mermaid"):
        drawn = shell(f"export {hash} {form}").stdout
        claim = fields.get("invariant", found.invariant)
        lie = re.compile(f"{claim}( broken)?: {claimed}")
        assert truly or not lie.search(drawn)
        assert "666" not in drawn.replace("6666666", "")


def test_a_change_that_is_another_one_is_not_taken_for_the_runs_own(shell):
    shell.write("my rules.py", TEXT)
    found = shell.json(["explore", "toy", "--change", CHANGE])["counterexamples"][0]
    whole = load_trace(shell.folder / found["file"], {**rulebooks(), "toy": TOY}, ".")
    for digest in ("", "0" * 32):
        hash = save_trace(evolve(whole, digest_of_change=digest), shell.folder / "out").stem
        for command in ("replay", "report", "pin"):
            code, out, said = shell.inside([command, hash, "--change", CHANGE])
            assert (code, out) == (2, "") and "its text is not the one" in said


NAMES = ("it's", 'say "x"', "$(touch pwned)", "-dash", "new`id`&;*")


@pytest.mark.parametrize("name", NAMES)
def test_a_printed_command_means_what_it_says_in_a_shell(shell, name):
    """Folder and change file have names that a shell would take apart."""
    shell.write(f"{name}.py", TEXT)
    done = shell(["explore", "toy", "--change", f"{name}.py:matures", f"--out={name} out"])
    assert done.returncode == 1, done.stderr
    page = next((shell.folder / f"{name} out").glob("*.html")).read_text()
    for label in ("again", "pin it"):
        command = _labelled(done.stdout, label)
        typed = _as_a_shell_reads(command, shell.folder)
        assert typed == shlex.split(command)
        again = shell([*typed[1:], "--into", "pinned"] if label == "pin it" else typed[1:])
        assert again.returncode == (0 if label == "pin it" else 1), again.stderr
    assert "exitgame replay" in page
    assert not (shell.folder / "pwned").exists()


def _labelled(page: str, label: str) -> str:
    rows = re.split(r"\n(?=\S)", page)
    row = next(row for row in rows if row.startswith(label))
    return " ".join(part.strip() for part in row.removeprefix(label).splitlines()).strip()


def _as_a_shell_reads(command: str, folder: Path) -> list[str]:
    program = f"printf '%s\\0' {command}"
    done = subprocess.run(["bash", "-c", program], cwd=folder, capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize("word", ["\x1b[31m", "a\nb", "\u202egnp", "t\t", "\udcff", "'\x07'", "\\"])
def test_what_cannot_be_seen_is_written_out_in_a_command(word):
    typed = quoted(word)
    assert printable(typed) == typed and "\n" not in typed
    done = subprocess.run(["bash", "-c", f"printf %s {typed}"], capture_output=True, check=True)
    assert done.stdout.decode("utf-8", "surrogateescape") == word


@pytest.mark.parametrize("text", ["\x1b[2J\x1b]0;x\x07", "\u202edetrever", "\x9b31m", "a\rb"])
@pytest.mark.parametrize("stream", ["terminal", "file"])
def test_no_text_does_anything_on_a_terminal(monkeypatch, capsys, text, stream):
    from rich.text import Text

    from impl.show.telling.screen import labelled, screen, table

    if stream == "terminal":
        monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
        monkeypatch.setenv("NO_COLOR", "1")
    page = screen(sys.stdout)
    page.print(labelled([(text, text), ("why", Text(f"[bold red]{text}[/]"))]))
    page.print(table([text], [[Text(text)], [f"[link=x]{text}"]]))
    page.print(text)
    said = capsys.readouterr().out
    ours = re.sub(r"\x1b\[[0-9;]*m", "", said)  # the colours of labels
    assert not set(ours) & set("\x1b\x07\u202e\x9b\r")
    assert "[bold red]" in ours


@pytest.mark.parametrize("kind", ["named", "typed"])
def test_complaints_hold_no_control_characters(shell, kind):
    line = {"named": ["explore", "to\x1b[31m"], "typed": ["replay", "\u202ex.trace"]}[kind]
    for more in ([], ["--json"]):
        code, out, err = shell.inside([*line, *more])
        assert code == 2 and err.count("\n") == 1
        assert "\x1b" not in out + err and "\u202e" not in out + err


def test_the_folder_is_tried_without_touching_what_is_there(shell):
    victim = shell.folder / "victim"
    victim.write_text("precious")
    (shell.folder / "out").mkdir()
    (shell.folder / "out" / ".write-test").symlink_to(victim)
    shell("explore toy")
    assert victim.read_text() == "precious" and victim.exists()
