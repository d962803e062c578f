"""Before a rule runs, nothing is said of rules: what is missing is named, in one line."""

import json
import os
from time import monotonic

import pytest

from impl.cli.waiting import cores
from impl.ground.codes import FAULT


def before(folder) -> str:
    """A path on which a folder stands before all others."""
    return os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))


def without(shell, package: str) -> None:
    """Python, as if the package were not installed."""
    shell.write("sitecustomize.py", f"import sys\nsys.modules[{package!r}] = None\n")


@pytest.mark.parametrize("package", ["rich", "click", "attrs", "attr"])
def test_a_package_that_is_not_installed_is_named(shell, package):
    without(shell, package)
    done = shell.process("list", PYTHONPATH=before(shell.folder))
    assert (done.returncode, done.stdout) == (FAULT, "")
    said = f"could not start: {package} is not installed here; 'make setup' installs it"
    assert done.stderr == f"exitgame: {said}\n"


def test_one_that_only_some_commands_need_is_named_by_those(shell):
    without(shell, "z3")
    assert shell.process("list", PYTHONPATH=before(shell.folder)).returncode == 0
    done = shell.process("prove toy", PYTHONPATH=before(shell.folder))
    assert (done.returncode, done.stdout) == (FAULT, "")
    assert done.stderr == "exitgame: z3 is not installed here; 'make setup' installs it\n"


def test_a_program_is_told_so_as_well(shell):
    without(shell, "rich")
    done = shell.process("list --json", PYTHONPATH=before(shell.folder))
    document = json.loads(done.stdout)
    assert document["exit_code"] == done.returncode == FAULT
    assert "rich is not installed here" in document["error"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", "could not start: SyntaxError: "),
        ("Console = 1\n", "could not start: "),
        ("import os\nos._exit(3)\n", "its process ended (exit code 3) while it was loaded"),
        ("import os\nos.kill(os.getpid(), 9)\n", "could not start: its process died (SIGKILL)"),
    ],
    ids=["damaged", "another", "leaves", "killed"],
)
def test_what_it_needs_is_there_and_does_not_work(shell, text, said):
    shell.write("rich.py", text)
    done = shell.process("list", PYTHONPATH=before(shell.folder))
    assert done.returncode == FAULT and done.stdout == "" and done.stderr.count("\n") == 1
    assert said in done.stderr or "rich is not installed here" in done.stderr
    assert "a rule ended" not in done.stderr


def test_a_rule_that_ends_the_process_is_still_said_to(shell):
    shell.write("leaves.py", "import os\nos._exit(0)\n")
    done = shell.process("list", EXITGAME_RULEBOOK="leaves:X", PYTHONPATH=before(shell.folder))
    assert done.returncode == 1 and "a rule ended the process" in done.stderr


# --- how many work at once ---


@pytest.mark.parametrize("command", ["fuzz toy --steps 9 --seed 1", "explore toy", "keys toy"])
def test_more_processes_than_the_machine_has_a_use_for_are_refused(shell, command):
    most = max(16, 4 * cores())
    start = monotonic()
    said = shell.refuses(f"{command} --workers 99999")
    assert f"99999 are more than this machine can use: at most {most}" in said
    assert monotonic() - start < 2.0


def test_the_most_that_can_be_asked_for_give_the_same_answer(shell):
    most = max(16, 4 * cores())
    one, many = (
        shell.json(f"fuzz toy --steps 900 --seed 1 --workers {n}")["result"] for n in (1, most)
    )
    for answer in (one, many):
        answer.pop("cpu_seconds", None)
        answer.pop("details", None)
    assert one == many
