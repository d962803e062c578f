"""The command in a real terminal: colour where it belongs, progress, Ctrl-C."""

import re
import signal

import pexpect
import pytest

from tests.cli.conftest import COMMAND

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def typed(shell, line, columns=80, rows=40, **environment):
    return pexpect.spawn(
        str(COMMAND),
        line.split(),
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm-256color", **environment},
        dimensions=(rows, columns),
        encoding="utf-8",
        timeout=90,
    )


def screen(child) -> str:
    child.expect(pexpect.EOF)
    child.close()
    return child.before


@pytest.mark.parametrize(
    ("line", "columns"),
    [
        ("list", 80),
        ("rules toy", 120),
        ("explore toy --rules.delay 1d", 80),
        ("check toy", 80),
        ("check toy", 120),
        ("fuzz toy --steps 900", 120),
    ],
)
def test_no_line_is_wider_than_the_terminal(shell, line, columns):
    seen = ESCAPE.sub("", screen(typed(shell, line, columns)))
    shown = [part for row in seen.split("\n") for part in row.split("\r")]
    assert max(len(part) for part in shown) <= columns


def test_what_is_broken_is_red_in_a_terminal_and_plain_elsewhere(shell):
    coloured = screen(typed(shell, "explore toy --rules.delay 1d"))
    assert "\x1b[1;31mbroken" in coloured
    plain = screen(typed(shell, "explore toy --rules.delay 1d", NO_COLOR="1"))
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", plain) and "broken" in plain
    assert "\x1b" not in shell("explore toy --rules.delay 1d").stdout


def test_progress_is_seen_in_a_terminal_only(shell):
    seen = screen(typed(shell, "fuzz toy --steps 30000 --workers 1"))
    assert re.search(r"fuzz  [\d,]+ of 30,\d+ steps", ESCAPE.sub("", seen))
    assert shell("fuzz toy --steps 3000").stderr == ""


def test_ctrl_c_leaves_what_was_found_so_far(shell):
    child = typed(shell, "explore toy --scope.users 3 --workers 1")
    child.expect("states, depth")
    child.kill(signal.SIGINT)
    seen = ESCAPE.sub("", screen(child))
    assert "interrupted" in seen and "Traceback" not in seen
    assert re.search(r"TakeOut +[\d,]+", seen)
    assert child.exitstatus == 130


def test_ctrl_c_in_check_leaves_the_lines_that_are_done(shell):
    child = typed(shell, "check toy --workers 1", EXITGAME_RULEBOOK="tests.cli.toy:LONG")
    child.expect("done, 1 to go")
    child.sendintr()
    seen = ESCAPE.sub("", screen(child))
    assert "INTERRUPTED: 1 line not examined" in seen and "Traceback" not in seen
    assert child.exitstatus == 130


def test_a_reader_that_leaves_early_is_no_fault(shell):
    child = pexpect.spawn(
        "/bin/sh", ["-c", f"{COMMAND} list | head -1; echo done"], env=shell.environment,
        cwd=shell.folder, encoding="utf-8", timeout=60,
    )  # fmt: skip
    seen = screen(child)
    assert "done" in seen and "Traceback" not in seen and "fault of" not in seen
