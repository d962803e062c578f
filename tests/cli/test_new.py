"""`exitgame new` writes a protocol that runs at once, with its tests, and writes over nothing."""

import keyword
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from impl.ground import files
from impl.lab.starting import texts
from impl.lab.starting.names import name_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def fresh(shell, tmp_path):
    """Nobody has named a rulebook; what is imported from the folder is forgotten."""
    shell.environment["EXITGAME_RULEBOOK"] = ""
    yield
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


def held(folder: Path) -> dict[str, bytes | None]:
    """All that is in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if "__pycache__" not in path.parts
    }


def run(shell, *typed: str) -> subprocess.CompletedProcess[str]:
    """What a person types next, with nothing on Python's path but exitgame."""
    program = ("impl.cli.main", *typed[1:]) if typed[0] == "exitgame" else typed
    return subprocess.run(
        [sys.executable, "-P", "-m", *program],
        cwd=shell.folder, capture_output=True, text=True, timeout=120,
        env={**shell.environment, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["tollgate", "two-way_tollgate2"])
def test_what_it_writes_runs_at_once(shell, name):
    done = shell(f"new {name}")
    assert done.returncode == 0, done.stderr
    protocol, module = name.replace("_", "-"), name.replace("-", "_")
    assert set(held(shell.folder)) == {f"{module}.py", f"test_{module}.py", "pyproject.toml"}
    typed = re.findall(r"(?:next)? +((?:exitgame|pytest) .*?) *$", done.stdout, re.MULTILINE)
    assert typed == [f"exitgame check {protocol}", f"pytest test_{module}.py"]
    checked, tested = (run(shell, *line.split()) for line in typed)
    assert checked.returncode == 0 and "6 of 6 lines as expected" in checked.stdout
    assert tested.returncode == 0 and "9 passed" in tested.stdout, tested.stdout


def test_its_tests_fail_where_its_rules_are_broken(shell):
    shell("new tollgate")
    file = shell.folder / "tollgate.py"
    text = file.read_text()
    assert "return now > opened + rules.lifetime" in text
    shell.write("tollgate.py", text.replace("return now > opened", "return now >= opened"))
    done = run(shell, "pytest", "-q", "test_tollgate.py")
    assert done.returncode == 1 and "test_its_cases_come_out_as_expected" in done.stdout
    assert "test_its_theorems_come_out_as_expected" in done.stdout


def test_its_tests_find_it_however_pytest_is_set_up(shell):
    """In a package, with another mode of import, where every warning is an error."""
    shell.write("pyproject.toml", "[tool.pytest.ini_options]\nfilterwarnings = ['error']\n")
    shell.write("__init__.py", "")
    shell("new tollgate")
    for mode in ("prepend", "importlib"):
        done = run(
            shell, "pytest", "-q", f"--import-mode={mode}", "test_tollgate.py", "-k", "APART"
        )
        assert "2 passed" in done.stdout, done.stdout


def test_it_is_the_example_under_another_name(shell):
    shell("new tollgate")
    mine = (shell.folder / "tollgate.py").read_text().splitlines()
    example = (ROOT / "docs/examples/escrow.py").read_text().splitlines()
    assert len(mine) == len(example)
    other = [(a, b) for a, b in zip(mine, example, strict=True) if a != b]
    assert other and all(
        re.search(r"ES-|ESCROW|\"escrow\"|this tutorial|\"\"\"A", b) for _, b in other
    )
    assert not re.search(r'"ES-|ESCROW|"escrow"|tutorial', "\n".join(mine))
    settings = ["--config", str(ROOT / "pyproject.toml"), "--ignore", "D,I"]
    made = [str(shell.folder / "tollgate.py"), str(shell.folder / "test_tollgate.py")]
    for line in (["check", *settings], ["format", "--check", *settings[:2]]):
        assert run(shell, "ruff", *line, *made).returncode == 0


def test_a_wheel_has_the_example_where_it_is_looked_for():
    text = (ROOT / "impl" / "root" / "wheel_hook.py").read_text("utf-8")
    there = f"exitgame/house/{texts.SHIPPED.relative_to(ROOT)}"
    for name in texts.EXAMPLES:
        assert f'"docs/examples/{name}.py": "{there}/{name}.py"' in text


def test_a_program_is_told_the_same(shell):
    document = shell.json("new tollgate --like escrow")
    assert document["rulebook"] == "tollgate:TOLLGATE" and document["to_add"] == ""
    assert document["written"] == ["tollgate.py", "test_tollgate.py", "pyproject.toml"]
    assert document["next"] == ["exitgame check tollgate", "pytest test_tollgate.py"]


# --- names ---


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "",
            "'' is no name for a protocol: write small letters, digits, hyphens, such as two-words",
        ),
        ("Tollgate", "such as tollgate"),
        ("My Tollgate!", "such as my-tollgate"),
        ("2tollgate", "such as tollgate"),
        ("tollgate-", "such as tollgate"),
        ("a--b", "such as a-b"),
        ("a/b", "such as a-b"),
        ("../tollgate", "such as tollgate"),
        ("tollgate.py", "such as tollgate-py"),
        ("brücke", "is no name"),
        ("b" * 31, "is too long: at most 30 characters"),
        ("B" * 999, "is no name"),
        ("class", "is a word of Python's own"),
        ("random", "is a module of Python's standard library"),
        ("test-tollgate", "is what pytest takes for tests"),
        ("conftest", "is what pytest takes for tests"),
        ("payment", "is a protocol that is shipped"),
        ("plasma-mvp", "is a protocol that is shipped"),
        ("plasma_mvp", "is a protocol that is shipped"),
        ("hardened", "is a rule set of plasma-mvp"),
        ("attrs", "is a module that Python finds elsewhere"),
        ("impl", "is a module that Python finds elsewhere"),
        ("alice", "the example has something else named ALICE"),
        ("sound", "is a rule set of multiparty"),
        ("machine", "the example has something else named MACHINE"),
    ],
)
def test_what_is_no_name_for_a_protocol(shell, name, says):
    assert says in shell.refuses(["new", name])
    assert held(shell.folder) == {}


def test_what_is_missing_or_unknown(shell):
    assert "Missing argument 'NAME'" in shell.refuses("new")
    assert "'plasma' is not 'escrow'" in shell.refuses("new tollgate --like plasma")
    assert "No such option" in shell.refuses("new tollgate --rulebook a:B")
    assert held(shell.folder) == {}


def test_a_protocol_of_ones_own_has_its_name_already(shell):
    shell("new tollgate")
    (shell.folder / "other").mkdir()
    shell.folder = shell.folder / "other"
    assert "tollgate is a protocol of yours already" in shell.refuses("new tollgate")


def test_any_text_is_a_good_name_or_one_line(tmp_path):
    """What is taken for a name is one, for a file, a module, a constant and the command line."""
    chance = random.Random(1)
    good = 0
    for _ in range(3_000):
        letters = "".join(
            chance.choices("abcz059-_ .A/\\é\n\0", (9,) * 7 + (3,) * 2 + (1,) * 8, k=4)
        )
        try:
            name = name_of(letters[: chance.randrange(5)], tmp_path)
        except texts.BadInput as wrong:
            assert "\n" not in str(wrong)
            continue
        good += 1
        assert name.module.isidentifier() and not keyword.iskeyword(name.module)
        assert re.fullmatch(r"[a-z][a-z0-9-]*", name.protocol)
        assert re.fullmatch(r"[A-Z][A-Z0-9]", name.initials), name
    assert good > 500


# --- nothing is written over, and nothing is left half done ---


@pytest.mark.parametrize("there", ["tollgate.py", "test_tollgate.py", "tollgate"])
@pytest.mark.parametrize("kind", ["file", "folder", "link to nowhere"])
def test_nothing_that_exists_is_written_over(shell, there, kind):
    path = shell.folder / there
    if kind == "file":
        path.write_text("mine")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("nowhere")
    before = held(shell.folder)
    assert f"{there} is there already" in shell.refuses("new tollgate")
    assert held(shell.folder) == before


@pytest.mark.parametrize("after", [0, 1, 2])
def test_all_of_it_or_nothing(shell, monkeypatch, after):
    whole, done = files.fill, []

    def full(descriptor: int, data: bytes) -> None:
        done.append(data)
        if len(done) > after:
            os.write(descriptor, data[:7])
            raise OSError(28, "No space left on device")
        whole(descriptor, data)

    monkeypatch.setattr(files, "fill", full)
    said = shell.refuses("new tollgate")
    assert "(No space left on device): nothing was written" in said
    assert held(shell.folder) == {} and len(done) == after + 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(shell):
    shell.folder.chmod(0o500)
    assert "Permission denied" in shell.refuses("new tollgate")


# --- where the rulebook is named ---


def test_a_pyproject_of_somebody_else_is_not_touched(shell):
    text = "[project]\nname = 'mine'\n"
    shell.write("pyproject.toml", text)
    done = shell("new tollgate")
    said = " ".join(done.stdout.split())
    assert 'add [tool.exitgame] rulebooks = ["tollgate:TOLLGATE"] in pyproject.toml' in said
    assert (shell.folder / "pyproject.toml").read_text() == text
    assert "exitgame check tollgate --rulebook tollgate:TOLLGATE" in said
    assert shell("list tollgate --rulebook tollgate:TOLLGATE").returncode == 0
    shell.write("pyproject.toml", f'{text}[tool.exitgame]\nrulebooks = ["tollgate:TOLLGATE"]\n')
    assert shell("list tollgate").returncode == 0


@pytest.mark.parametrize(
    ("below", "place"),
    [(".", "canal:CANAL"), ("one/two", "one.two.canal:CANAL"), ("not-a-name", ""), ("impl", "")],
)
def test_the_line_to_add_is_the_right_one(shell, below, place):
    """With the line added the protocol is found; where no line would do, none is told."""
    shell.write("pyproject.toml", "[tool.exitgame]\nrulebooks = []\n")
    above, shell.folder = shell.folder, shell.folder / below
    shell.folder.mkdir(parents=True, exist_ok=True)
    document = shell.json("new canal")
    assert document["next"][0] == "exitgame check canal --rulebook canal:CANAL"
    assert shell("list canal --rulebook canal:CANAL").returncode == 0
    assert document["to_add"].startswith(f'"{place}" to rulebooks in ' if place else "")
    assert bool(document["to_add"]) is bool(place)
    if place:
        (above / "pyproject.toml").write_text(f'[tool.exitgame]\nrulebooks = ["{place}"]\n')
        assert shell("list canal").returncode == 0


def test_a_line_that_waits_for_it_is_seen(shell):
    shell.write("pyproject.toml", '[tool.exitgame]\nrulebooks = ["tollgate:TOLLGATE"]\n')
    assert "there is no module tollgate" in shell.refuses("list")
    document = shell.json("new tollgate")
    assert document["to_add"] == "" and document["next"][0] == "exitgame check tollgate"
    assert shell("list tollgate").returncode == 0


@pytest.mark.parametrize("text", ["[tool", "[tool.exitgame]\nbooks = 1\n", "tool.exitgame = 1\n"])
def test_a_damaged_pyproject_is_told_before_anything_is_written(shell, text):
    shell.write("pyproject.toml", text)
    assert shell.refuses("new tollgate").startswith("pyproject.toml: ")
    assert list(held(shell.folder)) == ["pyproject.toml"]
