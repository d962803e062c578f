"""Rulebooks of one's own are named on the line, in the environment and in a pyproject.toml, and
whatever is started or pasted later finds the same ones."""

import json
import os
import random
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from impl.lab.campaign import cluster
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules import places as rulebook_places
from impl.lab.rules.change import RuleChange
from impl.show.pages.store import Store

ROOT = Path(__file__).parents[2]
QUARRY = """
from attrs import evolve
from tests.cli.toy import TOY

QUARRY = evolve(TOY, protocol=evolve(TOY.protocol, name="quarry"))
OTHER = evolve(TOY, protocol=evolve(TOY.protocol, name="other"))
TWIN = evolve(TOY, protocol=evolve(TOY.protocol, name="quarry"))
PLASMA = evolve(TOY, protocol=evolve(TOY.protocol, name="plasma-mvp"))
SAME = QUARRY
"""
OPTION = "--rulebook quarry:QUARRY"
TABLE = '[tool.exitgame]\nrulebooks = ["quarry:QUARRY"]\n'


@pytest.fixture(autouse=True)
def quarry(shell, monkeypatch):
    """A module with rulebooks in the folder, which nobody has named yet."""
    shell.environment["EXITGAME_RULEBOOK"] = ""
    shell.write("quarry.py", QUARRY)
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in ("quarry", "below", "broken"):
            del sys.modules[name]


def protocols(shell, options: str = "") -> list[str]:
    shipped = 6
    return [each["protocol"] for each in shell.json(f"list {options}")["protocols"]][shipped:]


def started(shell, line: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which does not have the folder on its path."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "impl.cli.main", *shlex.split(line)],
        cwd=shell.folder, capture_output=True, text=True, timeout=120,
        env={**shell.environment, "PYTHONPATH": str(ROOT)} | environment,
    )  # fmt: skip


@pytest.mark.parametrize("line", [f"list quarry {OPTION}", f"{OPTION} list quarry"])
def test_the_option_stands_before_or_behind_a_command(shell, line):
    path = list(sys.path)
    assert shell(line).returncode == 0
    assert sys.path == path
    assert "no protocol or rule set named 'quarry'" in shell.refuses("list quarry")


def test_every_command_takes_it(shell):
    for name in ("check", "list", "rules", "prove", "explore", "keys", "fuzz", "mutate", "compare",
                 "bisect", "campaign", "replay", "report", "pin", "export"):  # fmt: skip
        assert "--rulebook MODULE:NAME" in shell(f"{name} --help").stdout, name


def test_all_three_ways_add_up_and_the_same_one_is_one(shell):
    assert protocols(shell) == []
    assert protocols(shell, f"{OPTION} --rulebook quarry:OTHER") == ["quarry", "other"]
    assert protocols(shell, f"{OPTION} {OPTION} --rulebook quarry:SAME") == ["quarry"]
    shell.write("pyproject.toml", TABLE)
    assert protocols(shell) == ["quarry"]
    assert protocols(shell, "--rulebook quarry:OTHER") == ["other", "quarry"]
    shell.environment["EXITGAME_RULEBOOK"] = "quarry:QUARRY, tests.cli.toy:TOY"
    assert protocols(shell, "--rulebook quarry:OTHER") == ["other", "quarry", "toy"]


def test_two_protocols_of_one_name_are_told_in_a_line(shell):
    said = shell.refuses(f"list {OPTION} --rulebook quarry:TWIN")
    assert said == (
        "--rulebook quarry:TWIN: its protocol is named 'quarry', as that of --rulebook"
        " quarry:QUARRY: give it another name"
    )
    assert "as one that is shipped" in shell.refuses("list --rulebook quarry:PLASMA")
    shell.write("pyproject.toml", TABLE.replace("QUARRY", "TWIN"))
    assert shell.refuses(f"list {OPTION}").startswith(
        "pyproject.toml: [tool.exitgame] rulebooks: quarry:TWIN: its protocol is named 'quarry'"
    )


def test_the_nearest_file_with_the_table_counts_and_its_folder_is_importable(shell):
    shell.write("pyproject.toml", '[tool.exitgame]\nrulebooks = ["quarry:OTHER"]\n')
    inner = shell.folder / "a" / "b"
    inner.mkdir(parents=True)
    (shell.folder / "a/pyproject.toml").write_text("[project]\nname = 'a'\n")
    shell.folder = inner
    assert protocols(shell) == ["other"]
    (inner / "pyproject.toml").write_text("[tool.exitgame]\n")
    assert protocols(shell) == []
    (inner / "pyproject.toml").write_text("[tool.exitgame\n")
    assert shell.refuses("list").startswith("pyproject.toml: not TOML: ")
    (inner / "pyproject.toml").unlink()
    (inner.parent / "pyproject.toml").write_text("[tool.exitgame]\nrulebooks = 1\n")
    assert "../pyproject.toml: [tool.exitgame] rulebooks is a number" in shell.refuses("list")


# --- what is wrong is said in one line ---


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "write it as package.module:NAME"),
        ("quarry", "--rulebook quarry: write it as package.module:NAME"),
        ("quarry.py:QUARRY", "write it as package.module:NAME, without .py: quarry:QUARRY"),
        ("./a/quarry.py:QUARRY", "without .py: a.quarry:QUARRY"),
        ("quarry:", "write it as"),
        (":QUARRY", "write it as"),
        ("quarry:QUARRY,quarry:OTHER", "write it as"),
        ("nowhere:X", "--rulebook nowhere:X: there is no module nowhere in "),
        ("quarry.inner:X", "there is no module quarry.inner in "),
        (
            "quarry:QUARY",
            "no rulebook in quarry named 'QUARY'; did you mean QUARRY? There are: TOY, QUARRY",
        ),
        ("quarry:evolve", "is a function, not a Rulebook"),
        ("broken:X", "broken.py line 1: ZeroDivisionError"),
        ("below.leans:X", "below/leans.py line 1: ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_wrong_options(shell, typed, says):
    shell.write("broken.py", "1 / 0\n")
    (shell.folder / "below").mkdir()
    shell.write("below/leans.py", "import nowhere\n")
    assert says in shell.refuses(["list", "--rulebook", typed])
    assert "requires an argument" in shell.refuses("list --rulebook")


def test_a_module_that_never_ends(shell, monkeypatch):
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 0.5)
    shell.write("broken.py", "while True:\n    pass\n")
    assert shell.refuses("list --rulebook broken:X") == (
        "--rulebook broken:X: importing it does not end"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[tool.exitgame", "pyproject.toml: not TOML: "),
        (b"\xff\xfe", "pyproject.toml: not TOML: it has to be text in UTF-8"),
        (b"x = " + b"[" * 99_999, "not TOML: nested too deeply"),
        (b"#" * 2**21, "pyproject.toml: cannot be read (larger than 1,048,576 bytes"),
        (b"[tool]\nexitgame = 3", "tool.exitgame is a number; write a table [tool.exitgame] with"),
        (b"[[tool.exitgame]]", "tool.exitgame is a list; write a table"),
        (b"[tool.exitgame]\nrulebook = []", "has an unknown key 'rulebook'; the only one is"),
        (b'[tool.exitgame]\nrulebooks = "a:B"', 'is a text; write a list: rulebooks = ["package.'),
        (b"[tool.exitgame]\nrulebooks = 2020-01-01", "rulebooks is a date or time; write a list"),
        (b"[tool.exitgame.rulebooks]", "rulebooks is a table; write a list"),
        (b'[tool.exitgame]\nrulebooks = ["quarry:QUARRY", true]', "rulebooks holds true or false"),
        (
            b'[tool.exitgame]\nrulebooks = ["quarry"]',
            "rulebooks: quarry: write it as package.module:",
        ),
        (b'[tool.exitgame]\nrulebooks = ["nowhere:X"]', "rulebooks: nowhere:X: there is no module"),
        (b'[tool.exitgame]\nrulebooks = ["quarry:NO"]', "no rulebook in quarry named 'NO'"),
    ],
)
def test_wrong_files(shell, text, says):
    (shell.folder / "pyproject.toml").write_bytes(text)
    for line in ("list", "explore plasma-mvp"):
        said = shell.refuses(line)
        assert "pyproject.toml: " in said and says in said


def test_what_is_no_file_is_said_so(shell):
    (shell.folder / "pyproject.toml").mkdir()
    assert "pyproject.toml: cannot be read (Is a directory)" in shell.refuses("list")
    (shell.folder / "pyproject.toml").rmdir()
    (shell.folder / "pyproject.toml").symlink_to("gone")
    assert "cannot be read (No such file" in shell.refuses("list")
    (shell.folder / "pyproject.toml").unlink()
    os.mkfifo(shell.folder / "pyproject.toml")
    assert "cannot be read (not an ordinary file)" in shell.refuses("list")


def test_a_damaged_file_is_an_answer_or_one_line(shell):
    """Cut off anywhere, with a character lost, doubled or replaced."""
    chance = random.Random(1)
    text = '[project]\nname = "x"\n\n' + TABLE
    ended = set()
    for n in range(80):
        at = chance.randrange(len(text))
        put = ("", text[at] * 2, chance.choice("\0\"'[]{}=\n.#:,\\\u202e é"))[n % 3]
        damaged = text[:at] if n % 4 == 0 else text[:at] + put + text[at + 1 :]
        (shell.folder / "pyproject.toml").write_text(damaged, encoding="utf-8")
        code, _, said = shell.inside("list quarry")
        assert code in (0, 2), damaged
        assert said.count("\n") == (1 if code else 0), (damaged, said)
        ended.add(code)
    assert ended == {0, 2}


def test_other_tables_are_no_matter(shell):
    for text in ("", "tool = 3\n", "[tool]\n", "[tool.other]\nrulebooks = 1\n"):
        shell.write("pyproject.toml", text)
        assert protocols(shell) == []


# --- what is pasted, and what is started anew ---


@pytest.mark.parametrize("named", ["option", "environment", "file"])
def test_what_is_printed_to_be_pasted_works(shell, named):
    option = OPTION if named == "option" else ""
    if named == "environment":
        shell.environment["EXITGAME_RULEBOOK"] = "quarry:QUARRY"
    if named == "file":
        shell.write("pyproject.toml", TABLE)
    said = shell(f"explore quarry --rules.delay 1d {option}")
    pasted = re.findall(r"exitgame ((?:replay|pin) .*?) *$", said.stdout, re.MULTILINE)
    assert [each.split()[0] for each in pasted] == ["replay", "pin"]
    assert all(each.endswith(OPTION) is (named == "option") for each in pasted)
    assert "still broken: NOT-SOON" in shell(pasted[0]).stdout
    page = next((shell.folder / "out").glob("*.html")).read_text()
    assert (f"exitgame {pasted[0]}" in page) and (f"exitgame {pasted[1]}" in page)

    pinned = shell(f"{pasted[1]} --into kept/ever")
    assert pinned.returncode == 0
    (test,) = (shell.folder / "kept/ever").glob("test_*.py")
    assert re.search(r'rulebook="quarry:QUARRY", path="../.."', test.read_text())
    assert f"`exitgame {pasted[1]}`" in " ".join(test.read_text().split())
    if named != "option":
        assert "already there" in shell(f"{pasted[1]} --into kept/ever {OPTION}").stdout
    environment = {**shell.environment, "PYTHONPATH": str(ROOT), "EXITGAME_RULEBOOK": ""}
    (shell.folder / "pyproject.toml").unlink(missing_ok=True)
    run = subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-p", "no:hypothesispytest", "--import-mode=importlib", str(test)],
        cwd=shell.folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "2 passed" in run.stdout, run.stdout


def test_a_change_that_imports_the_protocol_is_pinned_with_it(shell):
    shell.write(
        "soon.py",
        "from quarry import QUARRY\n\n\ndef matures(started, rules):\n"
        "    return started + (1 if QUARRY else 0)\n",
    )
    found = shell.json(f"explore quarry --change soon.py:matures {OPTION}")["counterexamples"][0]
    done = shell(f"pin {found['hash']} --into . --change soon.py:matures {OPTION}")
    assert done.returncode == 0, done.stderr


def test_lines_that_say_how_to_ask_name_it_too(shell):
    shell.write("my.py", "def payout(amount, rules):\n    return 2 * amount\n")
    found = shell.json(f"explore quarry --change my.py:payout {OPTION}")["counterexamples"][0]
    said = shell.refuses(f"replay {found['hash']} {OPTION}")
    assert f"(exitgame replay {found['hash']} {OPTION} --change my.py:payout)" in said
    page = shell(f"compare quarry --rules.delay 1d --scope alone {OPTION}").stdout
    pasted = re.findall(r"exitgame (replay .*?) *$", page, re.MULTILINE)
    assert len(pasted) == 2 and all(OPTION in each for each in pasted)
    assert all(shell(each).returncode in (0, 1) for each in pasted)


@pytest.mark.parametrize("named", ["option", "file above"])
def test_processes_that_are_started_anew_see_the_same_rulebooks(shell, named):
    """Others are asked about a protocol of one's own; they say so if they cannot play it."""
    option = OPTION
    if named == "file above":
        shell.write("pyproject.toml", TABLE)
        (shell.folder / "inner").mkdir()
        shell.folder, option = shell.folder / "inner", ""
    done = started(shell, f"explore quarry --scope alone --json {option}")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)["result"]["summary"]
    assert "10, the last after 4" in summary and "did not answer" not in summary


def test_what_the_site_shows_is_asked_with_the_same_rulebooks(shell, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("EXITGAME_RULEBOOK", "quarry:OTHER")
    monkeypatch.chdir(shell.folder)
    shell.write("pyproject.toml", TABLE)
    store = Store(tmp_path_factory.mktemp("answers"))
    assert "toy-vault" in store.command(["list", "quarry"])
    assert "toy-vault" in store.command(["list", "other"])


def test_workers_have_them(shell):
    for line in (
        "fuzz quarry --steps 400 --seed 1",
        "campaign quarry --shards 2 --seed 1",
        "check quarry",
    ):
        done = shell(f"{line} --workers 2 {OPTION}")
        assert done.returncode == 0, (line, done.stdout, done.stderr)


def test_a_worker_elsewhere_has_them(shell, monkeypatch):
    monkeypatch.setattr(rulebook_places, "_COMMANDS", [])
    monkeypatch.setenv("EXITGAME_RULEBOOK", "")
    monkeypatch.chdir(shell.folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    with rulebook_places.answering(["quarry:QUARRY"]):
        book = rulebooks()["quarry"]
        change = RuleChange(book, book.rule_sets[0], book.rule_sets[0].rules)
        order = cluster.order(change, book.scopes["pair"], 1)
    monkeypatch.chdir("/")
    assert "quarry" not in rulebooks()
    cluster.Player(order)
    assert rulebooks()["quarry"] is book


def test_a_rule_that_goes_elsewhere_changes_nothing(shell, monkeypatch):
    monkeypatch.setenv("EXITGAME_RULEBOOK", "")
    monkeypatch.chdir(shell.folder)
    shell.write("pyproject.toml", TABLE)
    with rulebook_places.answering(()):
        assert "quarry" in rulebooks()
        monkeypatch.chdir("/")
        shell.write("pyproject.toml", "damaged")
        assert "quarry" in rulebooks()


def test_a_folder_that_is_gone(shell):
    gone = shell.folder / "gone"
    gone.mkdir()
    program = (
        "import os, sys\nos.rmdir(os.getcwd())\nfrom impl.cli.main import main\nmain(sys.argv[1:])"
    )
    for line, code in (("list", 0), ("list --rulebook tests.cli.toy:TOY", 0), ("new bridge", 2)):
        gone.mkdir(exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-P", "-c", program, *line.split()],
            cwd=gone, capture_output=True, text=True, timeout=60,
            env={**shell.environment, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert done.stderr.count("\n") == (1 if code else 0)
