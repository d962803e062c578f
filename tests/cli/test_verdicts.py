"""What a script and a person may rely on: exit codes, last words, and what these rest on."""

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from impl.cli.main import main
from impl.lab.check.jobs import jobs
from impl.lab.rulebooks.registry import rulebooks
from impl.show.telling.assumed import OF_PROOFS, assumed_text, honest_parties
from impl.show.text.evidence import assumed_of
from tests.cli.conftest import COMMAND

TWICE = "def mine(amount, rules) -> int:\n    return 2 * amount\n"


CODES = [
    # nothing is broken
    ("explore toy", 0),
    ("fuzz toy --steps 300 --seed 1", 0),
    ("explore toy --rules.delay 8d", 0),
    ("fuzz toy --rules.delay 8d --steps 300", 0),
    # it was broken before, and the change leaves it so
    ("explore toy-hasty --rules.wallet.patience 2d", 0),
    ("fuzz toy-hasty --rules.wallet.patience 2d --steps 300", 0),
    ("campaign toy-hasty --rules.wallet.patience 2d --shards 1 --seed 1 --workers 1", 0),
    ("bisect toy --rules.delay 1h..1d --steps 300 --seed 1", 0),
    # the change breaks it
    ("explore toy --rules.delay 1d", 1),
    ("fuzz toy --rules.delay 1d --steps 300", 1),
    ("fuzz toy-hasty --change twice.py:mine --steps 300", 1),
    # broken, and nothing was changed
    ("fuzz toy-hasty --steps 300 --seed 1", 1),
    # there was no time to look
    ("fuzz toy --rules.delay 8d --time 0s", 1),
    ("explore toy --time 0s", 1),
    ("bisect toy --rules.delay 3d..7d --time 0s", 1),
    # wrong questions
    ("fuzz toy --rules.dely 8d", 2),
    ("explore toy --scope nowhere", 2),
]


@pytest.fixture
def shop(shell):
    shell.write("twice.py", TWICE)
    return shell


@pytest.mark.parametrize(("line", "code"), CODES)
def test_the_exit_code_is_about_what_the_change_breaks(shop, line, code):
    done = shop(line)
    assert done.returncode == code, done.stdout + done.stderr


@pytest.mark.parametrize("time", ["1s", "2s"])
def test_what_was_broken_before_is_no_break_whatever_the_time(shell, time):
    done = shell(f"fuzz toy-hasty --rules.wallet.patience 2d --time {time}")
    page = " ".join(done.stdout.split())
    assert done.returncode == 0
    assert "not new: 1 weakness that toy-hasty has without the change, in the same scope" in page


def test_nothing_excuses_what_only_the_change_breaks(shop):
    for line in ("fuzz toy-hasty --change twice.py:mine --steps 100 --keep-going",
                 "explore toy-hasty --change twice.py:mine --keep-going"):  # fmt: skip
        page = shop(line).stdout
        assert "not to blame" not in page
        assert page.index("broken        SOLVENT") < page.index("has these without the change")
        document = shop.json(line)
        new = [
            found["invariant"] for found in document["counterexamples"] if not found["breaks_base"]
        ]
        assert new and document["counterexamples"][0]["invariant"] == new[0] == "SOLVENT"
        assert document["counterexamples"][0]["sure"]


def test_a_lost_theorem_is_the_last_word_and_nothing_stands_beside_it(shell):
    done = shell("fuzz plasma-mvp --rules.exit-period 8d --scope reverting --seed 1 --steps 150")
    page = " ".join(done.stdout.split())
    assert done.returncode == 1 and "broken " not in page
    assert "verdict REFUTED: PL-T-ORDER-KNOBS: the change breaks what these say" in page
    assert "not new" not in page and "not to blame" not in page


VERDICTS = [
    "explore toy", "explore toy --rules.delay 1d", "fuzz toy --steps 300 --seed 1",
    "fuzz toy --rules.delay 8d --steps 300", "fuzz toy --rules.delay 1d --steps 300",
    "compare toy toy-hasty --scope alone --depth 4 --steps 100",
    "bisect toy --rules.delay 3d..7d --steps 300 --seed 1",
    "prove toy TOY-LATER",
]  # fmt: skip
RESTS_ON = (
    "honest: alice, by each deadline, at worst its last moment, in no time; all others collude in"
    " any of the 3 kinds of moves proposed; ideal: signatures, hashes, main chain"
)


@pytest.mark.parametrize("line", VERDICTS)
def test_every_verdict_ends_with_what_it_rests_on(shell, line):
    page = shell(line).stdout.rstrip()
    said = OF_PROOFS if line.startswith("prove") else RESTS_ON
    if line.startswith("compare"):
        said += "; that waits between the instants that were read are alike"
    assert " ".join(page[page.rindex("\nassumed") :].split()) == f"assumed {said}"


@pytest.mark.parametrize("line", [VERDICTS[n] for n in (0, 3, 6, 7)])
def test_programs_are_told_the_same(shell, line):
    said = OF_PROOFS if line.startswith("prove") else RESTS_ON
    assert shell.json(line)["assumed"] == said


def test_check_says_of_each_protocol_what_it_rests_on():
    for book in rulebooks().values():
        said = assumed_of(book, jobs([book]))
        assert said.startswith("honest: ") and f"of {len(set(scopes_of(book)))} scopes" in said


def scopes_of(book) -> list[str]:
    return [case.scope for case in book.cases]


def test_the_honest_are_those_who_have_answers_to_give():
    """In the first states of every scope, and in all that a few moves reach."""
    for book in rulebooks().values():
        rules = book.rules_named(book.default_rules).rules
        for scope in book.scopes.values():
            honest = honest_parties(book, scope)
            assert honest is not None
            state = book.protocol.initial(scope, rules)
            assert {due.by for due in book.protocol.obligations(state, rules)} <= set(honest)


def test_what_it_rests_on_is_two_lines():
    for book in rulebooks().values():
        rules = [each.rules for each in book.rule_sets]
        for scope in book.scopes.values():
            assert len(assumed_text(book, [scope], rules)) <= 2 * (120 - 14)
        assert len(assumed_text(book, list(book.scopes.values()), rules)) <= 2 * (120 - 14) + 40


MISTAKES = [
    ("payment", "stores-late", "tiny", "PC-C-STORES-LATE", "crash"),
    ("conditional", "mended-without-waiting-for-locks", "direct", "CP-A-LOCKS", "tiny"),
]


@pytest.mark.parametrize(("protocol", "rule_set", "scope", "case", "where"), MISTAKES)
def test_a_known_mistake_in_a_scope_that_cannot_show_it(
    shell, protocol, rule_set, scope, case, where
):
    line = f"explore {protocol}/{rule_set} --scope {scope}"
    page = " ".join(shell(line).stdout.split())
    assert f"its case {case} finds it in scope {where}, by " in page
    document = shell.json(line)
    assert document["known_mistake"]["case"] == case
    assert document["result"]["word"] == "exhausted" and document["exit_code"] == 0
    assert shell.json(f"explore {protocol}/{rule_set} --scope {where}")["known_mistake"] is None


def test_a_known_mistake_that_was_not_looked_at_again_is_not_said_to_be_found(shell):
    page = " ".join(
        shell("explore payment/stores-late --scope tiny --depth 2 --time 0s").stdout.split()
    )
    assert "is said to find it in scope crash; not looked at again" in page


def test_it_is_said_of_the_right_scope_when_it_was_not_searched_far_enough(shell):
    page = " ".join(shell("explore payment/stores-late --scope crash --depth 2").stdout.split())
    assert "finds it in this scope (crash), by " in page


class Gone(io.StringIO):
    """An output that takes nothing."""

    def __init__(self, error: int) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise OSError(self.error, os.strerror(self.error))

    def fileno(self) -> int:
        return os.open(os.devnull, os.O_WRONLY)


LINES = ["list toy", "explore toy-hasty", "explore toy --json", "explore toy --scope no --json"]


@pytest.mark.parametrize("error", [errno.EPIPE, errno.ENOSPC])
@pytest.mark.parametrize("line", LINES)
def test_an_output_that_cannot_be_written_hides_no_answer(shell, line, error, monkeypatch):
    """Who reads no more (`| head`) gets the answer's code; on a full disk nothing is a pass."""
    code = shell(line).returncode
    err = io.StringIO()
    monkeypatch.chdir(shell.folder)
    monkeypatch.setenv("EXITGAME_RULEBOOK", "tests.cli.toy:TOY")
    monkeypatch.setattr(sys, "stdout", Gone(error))
    monkeypatch.setattr(sys, "stderr", err)
    with pytest.raises(SystemExit) as left:
        main(line.split())
    assert left.value.code == (code or 2 if error == errno.ENOSPC else code)
    assert "Traceback" not in err.getvalue() and "fault" not in err.getvalue()
    assert ("cannot be written" in err.getvalue()) is (error == errno.ENOSPC and code != 2)


@pytest.mark.parametrize("ending", ["| true", ">&- 2>&-"])
def test_so_it_is_in_a_shell(shell, ending):
    command = f"set -o pipefail; {COMMAND} explore toy-hasty --scope alone {ending}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=shell.folder, env=shell.environment, capture_output=True,
        text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr + done.stdout and "fault" not in done.stderr


def test_another_run_that_breaks_the_same_makes_a_weakness_old_and_the_pages_say_so(shell):
    """After half a day nothing is paid under the hasty rules; after a day it is, and too soon."""
    done = shell("explore toy-hasty --rules.delay 12h")
    assert done.returncode == 0
    assert "not by this run" in done.stdout and "TOY-3 finds" in done.stdout
    house = Path(__file__).parents[2]
    for page in ("README.md", "docs/concepts/evidence.md"):
        said = " ".join((house / page).read_text().split())
        assert "not by this run without the change" in said, page
