"""`exitgame report`: the page of a kept run, made again, also beside other rules."""

from pathlib import Path

import pytest

from impl.lab.traces.format import save_trace
from tests.cli.conftest import Shell, shell  # noqa: F401  (a fixture)
from tests.report.runs import answered, hasty


@pytest.fixture
def kept(shell: Shell) -> str:  # noqa: F811
    return save_trace(hasty().trace, shell.folder / "out").stem


def test_makes_the_page_beside_the_trace(shell: Shell, kept: str) -> None:  # noqa: F811
    said = shell(f"report {kept}")
    assert said.returncode == 0
    assert f"out/{kept}.html" in said.stdout and "NOT-SOON" in said.stdout
    page = shell.folder / "out" / f"{kept}.html"
    assert "toy-vault with delay 1d" in page.read_text()
    assert f"exitgame replay {kept}<" in page.read_text()


def test_sets_the_run_beside_other_rules(shell: Shell, kept: str) -> None:  # noqa: F811
    document = answered(shell, f"report {kept} --rule-set toy-hasty")
    assert document["beside"]["rule_set"] == "toy-hasty"
    assert document["rule_set"] == "toy-vault" and document["changes"] == {"delay": "1d"}
    text = Path(shell.folder / document["report"]).read_text()
    assert "toy-hasty" in text and document["bytes"] == len(text.encode())


def test_sets_the_run_beside_another_knob(shell: Shell, kept: str) -> None:  # noqa: F811
    document = answered(shell, f"report {kept} --rules.fee 1")
    assert document["changes"] == {"delay": "1d"}
    assert document["beside"]["changes"] == {"delay": "1d", "fee": "1"}


def test_a_run_of_a_changed_function_needs_it_again(shell: Shell) -> None:  # noqa: F811
    shell.write("soon.py", "def soon(started, rules):\n    return started + 86400\n")
    found = answered(shell, "explore toy --change soon.py:soon --depth 5 --workers 1")[
        "counterexamples"
    ][0]
    assert "--change soon.py:soon" in shell.refuses(f"report {found['hash']}")
    document = answered(shell, f"report {found['hash']} --change soon.py:soon --rule-set toy-hasty")
    assert document["changes"] == {"change": "soon.py:soon"}
    assert document["beside"]["changes"] == {}
    text = (shell.folder / document["report"]).read_text()
    assert "return started + 86400" in text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("report 00", "no trace 00 in out"),
        ("report KEPT --rule-set nothing", "no rule set of toy named 'nothing'"),
        ("report KEPT --rules.delay 7", "7 has no unit"),
    ],
)
def test_a_wrong_question_is_one_line(
    shell: Shell,  # noqa: F811
    kept: str,
    line: str,
    said: str,
) -> None:
    assert said in shell.refuses(line.replace("KEPT", kept))
