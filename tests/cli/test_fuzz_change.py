"""`exitgame fuzz` of a rule change: what it breaks, what it does not, and what was not covered."""

import json
import re
import signal
import subprocess
import time

import pytest

import impl.show.report
from impl.lab.explore import explore
from impl.lab.rulebooks.registry import choose
from impl.lab.rules.change import rule_change
from impl.show.text.found import keep
from tests.cli.conftest import COMMAND
from tests.cli.test_terminal import ESCAPE, screen, typed

SAFE_EXIT = ("PL-SAFE-EXIT", "a forged output was paid before an older claim")
BOND = ("PL-BOND-AT-STAKE", "the coalition challenged its own exit and got the bond back")


def pairs(document: dict, old: bool) -> list[tuple[str, str]]:
    found = [f for f in document["counterexamples"] if f["breaks_base"] is old]
    return [(f["invariant"], f["cause"]) for f in found]


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory) -> dict:
    folder = tmp_path_factory.mktemp("weeks")
    line = "fuzz plasma-mvp --rules.exit-period 14d --scope tiny --seed 1 --time 120s --json"
    done = subprocess.run(
        [COMMAND, *line.split()], cwd=folder, capture_output=True, text=True, timeout=240
    )
    return {**json.loads(done.stdout), "folder": folder}


def test_the_run_that_only_the_change_breaks_comes_first(two_weeks):
    assert two_weeks["exit_code"] == 1
    first = two_weeks["counterexamples"][0]
    assert (first["invariant"], first["cause"]) == SAFE_EXIT
    assert len(first["actions"]) == 7 and not first["breaks_base"]
    assert "mvp holds: action 6 is refused" in first["under_base"]
    assert "unchanged, scope tiny: exhausted" in first["under_base"]
    assert "none breaks this in that way" in first["under_base"] and first["sure"]
    assert BOND in pairs(two_weeks, old=True)


def test_what_is_shown_has_a_page_beside_its_trace(two_weeks):
    first = two_weeks["counterexamples"][0]
    assert first["report"] == f"out/{first['hash']}.html"
    assert (two_weeks["folder"] / first["report"]).is_file()
    assert (two_weeks["folder"] / first["file"]).is_file()


def test_touched_theorems_are_asked_about_the_changed_rules(two_weeks):
    said = {t["id"]: t for t in two_weeks["theorems"]}
    order = said["PL-T-ORDER-KNOBS"]
    assert (order["word"], order["without_the_change"], order["lost"]) == (
        "refuted", "proved", True,
    )  # fmt: skip
    assert {id for id, theorem in said.items() if theorem["lost"]} == {"PL-T-ORDER-KNOBS"}
    assert order["needs"] == "needs minimum_age >= 2 * exit_period"
    assert order["values"]["honest.started"] > 0
    assert said["PL-T-MATURITY"]["word"] == "proved"
    assert said["PL-T-ORDER"]["word"] == "vacuous"
    assert "PL-T-ORDER-ANY-KNOBS" not in said, "it asks the same of fixed knobs"
    assert "PL-T-STEP/Wait" in two_weeks["theorems_not_asked"]


def test_the_page_tells_it_all(shell):
    shell.write("my.py", "def mine(amount, rules) -> int:\n    return 2 * amount\n")
    done = shell("fuzz toy-hasty --change my.py:mine --seed 3 --steps 6000 --keep-going")
    page = " ".join(done.stdout.split())
    assert done.returncode == 1
    assert "payout whole -> mine (my.py) (against toy/toy-hasty)" in page
    assert "no theorem about decisions reads this" in page
    assert re.search(r"explore +pair ", done.stdout) and "SOLVENT" in page
    assert re.search(r"report +out/\w+\.html\n", done.stdout)
    assert re.search(r"exitgame replay \w+ --change my.py:mine", page)
    assert re.search(r"exitgame pin \w+ --change my.py:mine", page)
    assert "toy-hasty has these without the change" in page and "paid too soon (pair)" in page
    assert done.stdout.index("SOLVENT") < done.stdout.index("NOT-SOON")


def test_keep_going_collects_one_run_for_each_weakness(shell):
    shell.write("my.py", "def mine(amount, rules) -> int:\n    return 2 * amount\n")
    line = "fuzz toy-vault --change my.py:mine --rules.delay 1d --seed 3 --steps 6000"
    assert len(shell.json(line)["counterexamples"]) == 1
    document = shell.json(f"{line} --keep-going")
    found = pairs(document, old=False)
    assert len(found) == len(set(found)) == 2 and not pairs(document, old=True)


def test_a_weakness_that_was_there_before_is_not_blamed_on_the_change(shell):
    document = shell.json("fuzz toy-hasty --rules.wallet.patience 2d --seed 1 --steps 2000")
    assert document["exit_code"] == 0 and pairs(document, old=False) == []
    assert pairs(document, old=True) == [("NOT-SOON", "paid too soon")]


def test_a_pass_says_what_was_not_covered(shell):
    line = "fuzz toy --rules.delay 8d --seed 5 --steps 3000"
    done = shell(line)
    page = " ".join(done.stdout.split())
    assert done.returncode == 0 and "verified" not in page.lower()
    assert re.search(r"seed +5\n", done.stdout)
    assert (
        "pair exhausted, assuming that waits between the instants that were read are alike" in page
    )
    assert "sampled 3," in page
    assert "nothing found that the change breaks exhausted, assuming 1 of 1 scope" in page
    assert re.search(r"TakeOut +[\d,]+ +.*TooEarly [\d,]+", done.stdout)
    assert "witnesses PAID" in page
    document = shell.json(line)
    assert document["result"]["never_seen"] == []
    assert document["explored"][0]["exhausted"] and document["walked"]["complete"]
    assert document["counterexamples"] == [] and document["exit_code"] == 0


def test_a_witness_that_was_never_seen_is_warned_of(shell):
    done = shell("fuzz toy --rules.delay 8d --scope alone --seed 5 --steps 500")
    assert done.returncode == 0 and "NEVER SEEN: MALLORY-PAID" in done.stdout


def test_without_a_change_only_random_runs_are_played(shell):
    document = shell.json("fuzz toy --seed 2 --steps 1500")
    assert document["result"]["method"] == "fuzz" and "explored" not in document


OF_THE_MACHINE = {"seconds", "cpu_seconds", "workers"}


def lasting(value):
    """A document without what the clock and the number of workers put into it."""
    if isinstance(value, dict):
        return {k: lasting(v) for k, v in value.items() if k not in OF_THE_MACHINE}
    if isinstance(value, list):
        return [lasting(each) for each in value]
    return re.sub(r", [\d.]+ s$", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize(
    "line",
    [
        "fuzz toy --rules.delay 8d --seed 5 --steps 6000",
        "fuzz payment --rules.window 12h --seed 5 --steps 1500 --scope tiny",
    ],
)
def test_seed_and_steps_decide_everything(shell, line):
    one, two = (
        lasting(shell.json(f"{line} --workers {n}")) for n in (1, 2)
    )  # fmt: skip
    assert one == two


def test_a_rule_that_fails_is_found_with_its_run(shell):
    shell.write("my.py", "def mine(amount, rules) -> int:\n    return amount // (rules.fee - 9)\n")
    document = shell.json("fuzz toy --change my.py:mine --rules.fee 9 --seed 1 --time 5s")
    assert document["exit_code"] == 1
    assert document["counterexamples"][0]["invariant"] == "RULE-ERROR"


def test_the_time_is_kept(shell):
    start = time.monotonic()
    done = shell("fuzz plasma-mvp --rules.exit-bond 3 --seed 1 --time 2s")
    assert done.returncode in (0, 1)
    assert time.monotonic() - start < 20


def test_ctrl_c_leaves_the_result_so_far(shell):
    child = typed(shell, "fuzz hardened --rules.exit-bond 3 --seed 1 --time 100s", 120)
    child.expect("states, depth")
    child.kill(signal.SIGINT)
    seen = " ".join(ESCAPE.sub("", screen(child)).split())
    assert child.exitstatus == 130
    assert "this is what was seen until then" in seen and "Traceback" not in seen


def test_without_time_nothing_is_claimed(shell):
    done = shell("fuzz toy --rules.delay 8d --time 0s")
    assert done.returncode == 1 and "there was no time to look at anything" in done.stdout


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("fuzz toy --rules.delay 8d --seed 1 --steps 900", 80),
        ("fuzz toy-hasty --rules.wallet.patience 2d --seed 1 --steps 900", 120),
        ("bisect toy --rules.delay 1d..7d --seed 1 --steps 900", 80),
    ],
)
def test_no_line_is_wider_than_the_terminal(shell, line, columns):
    seen = ESCAPE.sub("", screen(typed(shell, line, columns)))
    shown = [part for row in seen.split("\n") for part in row.split("\r")]
    assert max(len(part) for part in shown) <= columns


def test_progress_names_the_scope_in_a_terminal(shell):
    seen = screen(typed(shell, "fuzz plasma-mvp --rules.exit-bond 3 --seed 1 --steps 900"))
    assert re.search(r"explore tiny  [\d,]+ states, depth \d+", ESCAPE.sub("", seen))


def test_a_page_that_cannot_be_made_loses_nothing(shell, monkeypatch):
    monkeypatch.setenv("EXITGAME_RULEBOOK", "tests.cli.toy:TOY")
    change = rule_change(choose("toy", None), [("delay", "1d")])
    scope = change.rulebook.scopes["pair"]
    result = explore(change.rulebook, change.rules, scope)

    def fails(*_):
        raise ZeroDivisionError("of the page")

    monkeypatch.setattr(impl.show.report, "write_report", fails)
    (found,) = keep(change, scope, result, shell.folder, lambda: None)
    assert found.file.is_file() and found.report is None
    assert found.unwritten == "the page could not be made (ZeroDivisionError: of the page)"
