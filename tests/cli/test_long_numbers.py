"""A number is told however long it is: by its size for people, whole for programs."""

import json
import subprocess
import sys

import pytest
from attrs import evolve

from invariants.kernel.claims import Finding, Rulebook
from invariants.kernel.numerals import numeral
from tests.cli.toy import TOY, VAULT


def finds(number: int) -> Rulebook:
    def explain(state, rules):
        return Finding("paid too soon", {"amount": number, "days": 3})

    claim = evolve(TOY.invariants[0], explain=lambda *_: explain(None, None))
    others = TOY.invariants[1:]
    protocol = evolve(VAULT, name="long")
    return evolve(TOY, protocol=protocol, invariants=(claim, *others), cases=())


LONG, NEGATIVE, LONGER = finds(10**5000), finds(-(10**5000)), finds(10**200_000)
SAID = {"LONG": "about 10^5000", "NEGATIVE": "about -10^5000", "LONGER": "about 10^200000"}
WHOLE = {"LONG": str(10**4000) + "0" * 1000, "NEGATIVE": f"-{10**4000}" + "0" * 1000}
WHOLE["LONGER"] = hex(10**200_000)


@pytest.mark.parametrize("line", ["explore long/toy-hasty", "fuzz long/toy-hasty --steps 2000"])
@pytest.mark.parametrize("name", SAID)
def test_what_is_found_is_told_with_its_numbers(shell, name, line):
    book = {"EXITGAME_RULEBOOK": f"tests.cli.test_long_numbers:{name}"}
    code, out, said = shell.inside(line, **book)
    assert (code, said) == (1, "")
    assert f"amount {SAID[name]}, days 3" in " ".join(out.split())
    code, out, said = shell.inside(f"{line} --json", **book)
    assert (code, said) == (1, "")
    (found,) = json.loads(out)["counterexamples"]
    assert found["numbers"] == {"amount": WHOLE[name], "days": 3}


@pytest.mark.parametrize("name", ["LONG", "NEGATIVE"])
def test_it_is_kept_and_told_again(shell, name):
    book = {"EXITGAME_RULEBOOK": f"tests.cli.test_long_numbers:{name}"}
    (found,) = json.loads(shell("explore long/toy-hasty --json", **book).stdout)["counterexamples"]
    assert found["unkept"] is None and found["report_failed"] is None
    assert SAID[name] in (shell.folder / found["report"]).read_text()
    for line in ("replay {}", "replay {} --json", "report {}", "export {} --itf"):
        code, _, said = shell.inside(line.format(found["hash"]), **book)
        assert code in (0, 1) and said == "", (line, said)
    limit = sys.get_int_max_str_digits()
    assert limit > 0, "a command leaves Python as it was"


def test_one_that_no_file_holds_is_told_all_the_same(shell):
    book = {"EXITGAME_RULEBOOK": "tests.cli.test_long_numbers:LONGER"}
    (found,) = json.loads(shell("explore long/toy-hasty --json", **book).stdout)["counterexamples"]
    assert "65,536 bytes" in found["unkept"] and found["run"]


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (-1_234, "-1,234"), (10**59, f"{10**59:,}"), (10**60, "about 10^60")],
)
def test_short_ones_stay_as_they_are(value, said):
    assert numeral(value) == said


def test_the_installed_command_tells_them_too(shell):
    """In a process of its own, with others that are asked."""
    done = subprocess.run(
        [sys.executable, "-m", "impl.cli.main", "explore", "long/toy-hasty", "--time", "20s"],
        cwd=shell.folder,
        env=shell.environment | {"EXITGAME_RULEBOOK": "tests.cli.test_long_numbers:LONG"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1 and SAID["LONG"] in done.stdout and done.stderr == ""
