"""A command stops when it is told to: by --time, by Ctrl-C, whatever the rules do meanwhile."""

import json
import os
import random
import re
import signal
import subprocess
import time
from itertools import cycle

import pytest

from tests.cli.conftest import COMMAND

LATER = """CALLS = [0]
def payout(amount, rules):
    CALLS[0] += 1
    if CALLS[0] < 6:
        return amount
"""
"""A rule that is as it should be for the first few calls: while it is tried on samples."""
LOOPS = f"{LATER}    while True:\n        pass\n"
SWALLOWS = f"""{LATER}    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""
SLEEPS = f"import time\n{LATER}    time.sleep(3)\n    return amount\n"
IN_C = f"import itertools\n{LATER}    return sum(itertools.repeat(1))\n"
LEAVES = f"import os\n{LATER}    os._exit(0)\n"
BOUND = 20
"""Seconds, on a machine that does much else. Measured alone: a second or two more than --time."""

COMMANDS = [
    "explore toy --time 1s --change my.py:payout",
    "explore toy --time 1s --workers 2 --change my.py:payout",
    "fuzz toy --time 1s --seed 1 --change my.py:payout",
    "compare toy --time 1s --change my.py:payout",
    "bisect toy --rules.delay 1d..7d --time 1s --change my.py:payout",
    "campaign toy --time 1s --workers 1 --change my.py:payout",
    "campaign toy --time 1s --workers 2 --change my.py:payout",
]


@pytest.mark.parametrize(
    ("line", "rule"), list(zip(COMMANDS, cycle((LOOPS, SWALLOWS, SLEEPS)), strict=False))
)
def test_the_time_holds_whatever_a_rule_does(shell, line, rule):
    shell.write("my.py", rule)
    start = time.monotonic()
    document = shell.json(line)
    assert time.monotonic() - start < BOUND
    assert document["exit_code"] in (0, 1)


@pytest.mark.parametrize("name", ["explore toy --time 3s", "fuzz toy --seed 1 --time 3s"])
def test_the_rule_in_which_the_time_was_over_is_named(shell, name):
    shell.write("my.py", LOOPS)
    done = shell(f"{name} --change my.py:payout")
    assert done.returncode == 1
    assert re.search(r"payout \(my\.py line \d+\)", " ".join(done.stdout.split()))


@pytest.mark.parametrize(
    "line", ["explore toy", "fuzz toy", "compare toy", "bisect toy --rules.delay 1d..2d"]
)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("while True:\n    pass\n", r"<module> \(my\.py line \d\)"),
        (
            "def payout(amount, rules):\n    while True:\n        pass\n",
            r"payout \(my\.py line \d\)",
        ),
    ],
)
def test_a_change_is_read_and_tried_in_time(shell, line, text, says):
    shell.write("my.py", text)
    start = time.monotonic()
    code, out, said = shell.inside(f"{line} --time 1s --change my.py:payout")
    assert time.monotonic() - start < BOUND
    assert (code, out, said.count("\n")) == (1, "", 1)
    assert re.search(rf"NOT KNOWN: --time was over while the rules were read, in {says}", said)


@pytest.fixture
def patient(monkeypatch):
    """Nothing but --time ends what does not return."""
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 600.0)


@pytest.mark.parametrize("line", ["check never", "explore never", "fuzz never", "keys never"])
def test_a_first_state_that_is_never_made_ends_every_command_in_time(shell, line, patient):
    start = time.monotonic()
    code, _, said = shell.inside(f"{line} --time 1s", EXITGAME_RULEBOOK="tests.cli.never:INITIAL")
    assert time.monotonic() - start < BOUND
    assert code == 1 and "NOT KNOWN" in said and "in never (never.py line" in said


def test_a_first_state_that_is_never_made_is_complained_of_where_no_time_is_set(shell, monkeypatch):
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 1.0)
    code, _, said = shell.inside("explore never", EXITGAME_RULEBOOK="tests.cli.never:INITIAL")
    assert code == 2 and "protocol.initial (scope pair) does not return" in said


@pytest.mark.parametrize("part", ["PARTY", "HONEST", "DESCRIBE", "SETTLED"])
@pytest.mark.parametrize("line", ["explore never/toy-hasty", "compare never/toy-hasty toy-vault"])
def test_what_was_found_is_told_where_a_name_never_comes(shell, line, part, patient):
    book = {"EXITGAME_RULEBOOK": f"tests.cli.never:{part}"}
    start = time.monotonic()
    code, out, said = shell.inside(f"{line} --time 1s --json", **book)
    assert time.monotonic() - start < BOUND
    document = json.loads(out)
    assert code == document["exit_code"] == 1 and said == ""
    if part == "HONEST":
        assert "NOT KNOWN (never (never.py line" in document["assumed"]
    if part in ("HONEST", "PARTY"):
        assert document.get("counterexamples") or document["runs"]


@pytest.mark.parametrize("part", ["HOLDS", "PROPOSE"])
@pytest.mark.parametrize("line", ["campaign never --workers 1", "fuzz never"])
def test_a_search_that_took_no_step_is_not_known(shell, line, part):
    book = {"EXITGAME_RULEBOOK": f"tests.cli.never:{part}"}
    code, out, said = shell.inside(f"{line} --time 1s", **book)
    assert code == 1 and said == ""
    told = " ".join(out.split())
    assert "unknown NOT KNOWN: no step was taken" in told or "stopped by the time limit" in told


def test_a_line_of_check_has_its_time_and_all_of_them_have_theirs(shell):
    def check(limit):
        line = f"check hanging --json {limit}"
        return json.loads(shell(line, EXITGAME_RULEBOOK="tests.cli.never:HANGING").stdout)

    document = check("--line-time 2s --workers 2")
    hanging = next(line for line in document["lines"] if line["id"] == "HANG-1")
    assert document["exit_code"] == 1 and document["complete"]
    assert re.search(r"NOT EXAMINED.*, in never_paid \(never\.py line", hanging["evidence"])
    document = check("--time 2s --workers 2")
    assert document["exit_code"] == 1 and document["ended_by"] == "--time"
    assert re.search("OUT OF TIME: .* not examined: .*HANG-1", document["not_covered"][-1])


def test_prove_stops_and_says_how_many_were_not_asked(shell):
    begun = time.monotonic()
    document = shell.json("prove multiparty --time 1s")
    assert time.monotonic() - begun < BOUND
    assert document["not_asked"] > 0 and not document["interrupted"]
    assert document["exit_code"] == 1


def test_prove_ends_where_a_decision_does_not(shell):
    shell.write("my.py", "def matures(started, rules):\n    while started:\n        pass\n")
    document = shell.json("prove plasma-mvp PL-T-ISOLATED --time 1s")
    assert document["theorems"][0]["result"]["word"] in ("proved", "unknown")


# --- what rules print ---


ANSWERS = [
    "fuzz noisy --rules.delay 2d --steps 300 --seed 1 --workers 2",
    "explore noisy",
    "fuzz noisy --steps 600 --seed 1 --workers 2",
    "compare noisy --rules.delay 2d --depth 4 --steps 0",
    "check noisy --workers 1",
    "rules noisy",
    "mutate noisy --only nothing",
    "campaign noisy --shards 1 --seed 1 --workers 1",
]


@pytest.mark.parametrize("line", ANSWERS)
def test_standard_output_is_the_answer_alone(shell, line):
    run = shell.process if line == ANSWERS[0] else shell
    done = run(f"{line} --json", EXITGAME_RULEBOOK="tests.cli.toy:NOISY")
    json.loads(done.stdout)
    assert not re.search("PRINTED|WRITTEN|RAW", done.stdout)


# --- what can't be ended from within ---


def test_a_rule_that_never_comes_back_from_c_is_ended_and_named(shell):
    shell.write("my.py", IN_C)
    done = shell.process("explore toy --time 1s --json --change my.py:payout")
    document = json.loads(done.stdout)
    assert done.returncode == document["exit_code"] == 1
    assert "payout (my.py line 7) does not return and cannot be stopped" in document["error"]
    assert done.stderr == f"exitgame: {document['error']}\n"


def test_a_rule_that_ends_the_process_is_no_success(shell):
    shell.write("my.py", LEAVES)
    done = shell.process("explore toy --change my.py:payout")
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "os._exit" in done.stderr


# --- Ctrl-C ---


def interrupted(shell, line, after):
    """Exit code, output and complaints of a command that is interrupted after some seconds; the
    seconds that it took to end, and the processes that are left."""
    running = subprocess.Popen(
        [COMMAND, *line.split()],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    time.sleep(after)
    start = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    taken = time.monotonic() - start
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)
    return running.returncode, out, err, taken


TO_INTERRUPT = [
    "explore toy --scope.users 4 --workers 2",
    "fuzz toy --rules.delay 8d --time 60s",
    "prove plasma-mvp",
    "campaign toy --time 60s",
]


@pytest.mark.parametrize("seed", range(2))
def test_ctrl_c_at_any_moment_ends_it_soon_without_a_trace(shell, seed):
    chance = random.Random(seed)
    line = chance.choice(TO_INTERRUPT)
    code, out, err, taken = interrupted(shell, line, chance.uniform(0.2, 3.0))
    assert code == 130, (line, out, err)
    assert "Traceback" not in err and "Exception ignored" not in err and taken < BOUND
    assert out or err == "exitgame: interrupted before there was anything to show\n"
