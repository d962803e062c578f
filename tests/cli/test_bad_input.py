"""Whatever is typed wrongly is answered by one line that says what would be right."""

import os
import re

import pytest

GOOD_CHANGE = """
def whole(amount, rules):
    return amount
"""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("explore toi", "no protocol or rule set named 'toi'; did you mean toy?"),
        ("explore payment --scope.funded 1,2,3", "Length of 'funded' must be <= 2: 3"),
        ("explore watchtower --scope.deposits 1", "Length of 'deposits' must be >= 2: 1"),
        ("explore conditional --scope.payers 3", "'payers' must be in (0, 1) (got 3)"),
        ("explore application --scope.start 1,2", "are 3 numbers, not 2"),
        ("explore toy/toy-vaul", "no rule set of toy named 'toy-vaul'; did you mean toy-vault?"),
        ("explore toy --rule-set toy-hurry", "There are: toy-vault, toy-hasty"),
        ("explore toy-vault --rule-set toy-hasty", "write toy --rule-set toy-hasty"),
        ("explore toy/toy-vault --rule-set toy-hasty", "name two rule sets: drop one"),
        ("explore toy --scope par", "no scope of toy named 'par'; did you mean pair?"),
        ("explore toy --scope.user 3", "no scope field named 'user'; did you mean users?"),
        ("explore toy --scope.users many", "--scope.users many: not a whole number"),
        ("explore toy --scope.users -1", "may not be negative"),
        ("explore toy --rules.dela 3d", "no knob named 'dela'; did you mean delay?"),
        ("explore toy --rules.delay 600", "600 has no unit: write 600s or 600d"),
        ("explore toy --rules.delay soon", "not a duration: write a number and a unit"),
        ("explore toy --rules.delay 1y", "not a duration"),
        ("explore toy --rules.delay 11w", "--rules.delay 11w: 'delay' must be <= 6048000"),
        ("explore toy --rules.fee 2d", "this is a plain number: write 2, without a unit"),
        ("explore toy --rules.fee -1", "--rules.fee -1: may not be negative"),
        ("explore toy --rules.fee", "--rules.fee needs a value"),
        ("explore toy --rules.payout 3", "payout is a decision function"),
        ("explore toy --rules.wallet 3", "set one of its knobs, wallet.patience"),
        ("explore toy --rules.wallet.patienc 3d", "did you mean wallet.patience?"),
        ("explore toy --depth 0", "0 is not in the range"),
        ("explore toy --workers many", "not a valid integer"),
        ("explore toy --time 5", "5 has no unit"),
        ("explore toy --deepth 3", "No such option"),
        ("explore", "Missing argument 'PROTOCOL'"),
        ("list --rules.delay 1d", "No such option"),
        ("explode toy", "no command named 'explode'; did you mean explore?"),
        ("rules toy --decision mature", "no decision named 'mature'; did you mean matures?"),
        ("prove toy TOY-LATE", "no theorem of toy named 'TOY-LATE'; did you mean TOY-LATER?"),
        ("replay 12ab", "no trace 12ab in out"),
        ("replay nothing.trace", "nothing.trace: cannot be read (No such file or directory)"),
        ("explore toy --change", "requires an argument"),
    ],
)
def test_wrong_words(shell, line, says):
    assert says in shell.refuses(line)
    assert not (shell.folder / "out").exists()


@pytest.mark.parametrize(
    ("written", "text", "says"),
    [
        ("gone.py:f", None, "there is no file gone.py"),
        ("my.py", GOOD_CHANGE + GOOD_CHANGE.replace("whole", "half"), "write FILE.py:NAME"),
        ("my.py:", GOOD_CHANGE, "my.py defines whole"),
        ("my.py:hole", GOOD_CHANGE, "named 'hole'; did you mean whole?"),
        ("my.py:f", "def f(:\n", "my.py line 1: not Python: invalid syntax"),
        ("my.py:f", "\nimport nowhere\n", "my.py line 2: ModuleNotFoundError"),
        ("my.py:f", "\n\nf = 1 / 0\n", "my.py line 3: ZeroDivisionError"),
        ("my.py:f", "raise SystemExit(0)\n", "my.py line 1: SystemExit: 0"),
        ("my.py:f", "f = 7\n", "f is of type int; it has to be a function or a whole Rules"),
        ("my.py:f", "def f(amount): return 1\n", "there are: payout(amount, rules), matures("),
        ("my.py:f", "def f(amount, rules) -> str: return ''\n", "takes what no decision"),
        ("my.py:f", "def f(amount, rules): return 'all'\n",
         "f could be any of payout, takes: give it the name"),
        ("my.py:payout", "def payout(amount, rules): return 'all'\n",
         "payout has to answer with a whole number (an int), and answers with a str on (1, Rules("),
        ("my.py:payout", "def payout(amount, rules): return True\n", "with yes or no (a bool)"),
        ("my.py:payout", "def payout(amount, rules): return None\n", "answers with None"),
        ("my.py:payout", "def payout(amount, rules): return (1, 2)\n", "answers with a tuple of 2"),
        ("my.py:payout", "def payout(amount, rules):\n    return rules.fees\n",
         "my.py line 2: AttributeError"),
        ("my.txt:f", GOOD_CHANGE, "not a Python file"),
    ],
)  # fmt: skip
def test_wrong_change_files(shell, written, text, says):
    if text is not None:
        shell.write(written.partition(":")[0], text)
    assert says in shell.refuses(f"explore toy --change {written}")
    assert not (shell.folder / "out").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("while True:\n    pass\n", "--change my.py: importing it does not end within"),
        (
            "def payout(amount, rules):\n    while True:\n        pass\n",
            "payout does not return within",
        ),
    ],
)
def test_a_change_that_never_ends(shell, monkeypatch, text, says):
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 0.5)
    shell.write("my.py", text)
    assert says in shell.refuses("explore toy --change my.py:payout")


def test_a_function_that_fits_two_decisions_has_to_be_named(shell):
    shell.write("my.py", "def mine(input, signer, output, owner): return True\n")
    said = shell.refuses("rules plasma-mvp --change my.py:mine")
    assert "could be any of cancels-input-exit" in said and "give it the name" in said


@pytest.fixture
def kept(shell):
    done = shell.json("explore toy --rules.delay 1d")
    return shell.folder / done["counterexamples"][0]["file"]


def test_no_damaged_trace_is_played(shell, kept):
    whole = kept.read_bytes()
    for name, data in {
        "empty": b"",
        "half": whole[: len(whole) // 2],
        "longer": whole + b"\0",
        "flipped": whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        "text": b"a picture of a cat",
        "foreign": b"\xa1\x61a\x01",
    }.items():
        damaged = shell.folder / f"{name}.trace"
        damaged.write_bytes(data)
        done = shell(f"replay {damaged.name}")
        assert done.returncode == 2 and done.stderr.count("\n") == 1, (name, done)
    assert "No such" in shell.refuses("replay out/none.trace")
    assert "neither a file nor" in shell.refuses("replay ../xyz")


def test_a_trace_of_a_protocol_that_is_not_here(shell, kept):
    done = shell(f"replay {kept}", EXITGAME_RULEBOOK="")
    assert done.returncode == 2 and "unknown protocol 'toy'" in done.stderr


@pytest.mark.parametrize("place", ["nowhere", "nowhere:TOY", "tests.cli.toy:NONE", "attrs:define"])
def test_a_rulebook_of_ones_own_that_is_none(shell, place):
    done = shell("list", EXITGAME_RULEBOOK=place)
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and place in done.stderr


def test_a_folder_that_cannot_be_written_is_noticed_before_the_work(shell):
    shell.write("taken", "a file")
    for folder in ("taken", "taken/below", "/proc/nowhere"):
        for command in ("explore toy", "fuzz toy", "check toy"):
            assert "cannot write there" in shell.refuses(f"{command} --out {folder}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(shell):
    closed = shell.folder / "closed"
    closed.mkdir(mode=0o500)
    assert "Permission denied" in shell.refuses("fuzz toy --out closed")
    assert list(closed.iterdir()) == []


def test_json_says_what_is_wrong_too(shell):
    done = shell("explore toi --json")
    assert done.returncode == 2
    assert re.fullmatch(r'\{"error": "no protocol .*", "exit_code": 2\}\n', done.stdout)


def test_a_rule_that_raises_in_a_run_is_reported_with_its_run(shell):
    shell.write(
        "bad.py",
        "def matures(started, rules):\n"
        "    return started + rules.delay // (0 if started > 0 else 1)\n",
    )
    done = shell.json("explore toy --change bad.py:matures")
    assert done["exit_code"] == 1
    assert done["result"]["word"] == "rule error"
    found = done["counterexamples"][0]
    assert found["invariant"] == "RULE-ERROR" and "ZeroDivisionError" in found["cause"]
