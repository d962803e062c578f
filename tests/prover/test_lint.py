"""The lint finds what a proof would misread, and nothing in the rules."""

from pathlib import Path

import pytest

from impl.lab.prover.lint import complaints, main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "line",
    [
        "x is True",
        "status is Status.PAID",
        "a is not b",
        "type(x) is int",
        "type(x) == bool",
        "isinstance(x, int)",
        "isinstance(x, (Exit, bool))",
        "table[str(x)]",
        "table[f'{x}']",
        "~flag",
        "match x:\n    case Exit(paid=False): pass",
        "match x:\n    case True: pass",
        "match x:\n    case int(): pass",
    ],
)
def test_what_a_proof_would_misread_is_rejected(line: str) -> None:
    (complaint,) = complaints(f"\n{line}\n", "rules.py")
    assert str(complaint).startswith(("rules.py:2: ", "rules.py:3: "))


@pytest.mark.parametrize(
    "line",
    [
        "x is None",
        "None is not x",
        "status == Status.PAID",
        "isinstance(action, Deposit)",
        "match x:\n    case Exit(position=p): pass\n    case None: pass",
        "match x:\n    case Status.PAID: pass",
        "numbers[f'{x} owed'] = 3",
        "not flag",
    ],
)
def test_what_a_proof_understands_is_accepted(line: str) -> None:
    assert complaints(line) == []


def test_the_rules_and_the_claims_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ROOT / "spec"), str(ROOT / "invariants")]) == 0, capsys.readouterr().out


def test_complaints_end_in_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.py"
    file.write_text("x = 1\ny = x is 1\n")
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"{file}:2: ")
