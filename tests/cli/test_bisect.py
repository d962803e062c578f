"""`exitgame bisect`: where a claim begins to fail, with the evidence on both sides."""

import re

import pytest

from tests.cli.conftest import Shell

DAY = 86_400
LINE = "bisect toy --rules.delay 1d..7d --seed 1 --steps 500"
NEAR = LINE.replace("1d..7d", "47h..49h")
"""The same boundary, looked for near it."""


@pytest.fixture(scope="module")
def bisected(tmp_path_factory):
    """A folder in which the delay of the toy's vault was bisected, and what was said."""
    shell = Shell(tmp_path_factory.mktemp("bisected"))
    return shell, shell.json(f"{LINE} --workers 2")


def test_the_boundary_is_exact_to_the_second(bisected):
    _, document = bisected
    assert document["exit_code"] == 1
    boundary = document["boundary"]
    assert (boundary["invariant"], boundary["cause"]) == ("NOT-SOON", "paid too soon")
    assert (boundary["breaks"], boundary["holds"]) == (2 * DAY - 1, 2 * DAY)
    assert (boundary["breaks_text"], boundary["holds_text"]) == ("1d23h59m59s", "2d")
    assert boundary["adjacent"] and boundary["one_boundary"]
    assert boundary["holds_evidence"].startswith("exhausted")


def test_the_first_breaking_run_is_kept_and_can_be_played(bisected):
    shell, document = bisected
    found = document["counterexamples"][0]
    assert len(found["actions"]) == 4 and found["numbers"] == {"waited": 2 * DAY - 1}
    assert (shell.folder / found["report"]).is_file()
    again = shell(f"replay {found['hash']}")
    assert again.returncode == 1 and "still broken: NOT-SOON" in again.stdout
    assert shell(f"replay {found['hash']} --rules.delay 2d").returncode == 0


def test_the_page_shows_both_neighbours(shell):
    done = shell(NEAR)
    assert done.returncode == 1
    assert re.search(r"holds at +2d  exhausted", done.stdout)
    assert re.search(r"breaks at +1d23h59m59s  broken by 4 actions", done.stdout)
    assert "assumes that it is the only one" in " ".join(done.stdout.split())


def test_it_works_under_other_changes(shell):
    shell.write("my.py", "def mine(started, rules) -> int:\n    return started + 2 * rules.delay\n")
    line = "bisect toy --rules.delay 1h..7d --rules.fee 0 --change my.py:mine --seed 1 --steps 2000"
    boundary = shell.json(line)["boundary"]
    assert (boundary["breaks"], boundary["holds"]) == (DAY - 1, DAY)


def test_more_than_one_boundary_is_said_so(shell):
    shell.write(
        "my.py",
        "def mine(started, rules) -> int:\n"
        "    band = 345_600 <= rules.delay < 518_400\n"
        "    return started + (86_400 if band else rules.delay)\n",
    )
    line = "bisect toy --rules.delay 1d..7d --change my.py:mine --seed 1 --steps 500"
    assert "NOT ONE" in shell(line).stdout


def test_both_ends_alike_is_an_answer(shell):
    holds = shell("bisect toy --rules.delay 3d..7d --seed 1 --steps 2000")
    said = "as far as was looked, nothing was found that breaks at 3d and 7d"
    assert holds.returncode == 0 and said in " ".join(holds.stdout.split())
    # The toy's key keeps ages to the second: that waits between instants are alike is not proved.
    assert "exhausted, assuming  1 of 1 scope looked at" in holds.stdout
    breaks = shell("bisect toy --rules.delay 1h..1d --seed 1 --steps 2000")
    assert breaks.returncode == 0, "no boundary: the knob changes nothing between these ends"
    page = " ".join(breaks.stdout.split())
    assert "at both ends" in page and "paid too soon: alike there, passed over" in page


def test_without_time_nothing_is_claimed(shell):
    done = shell("bisect toy --rules.delay 3d..7d --time 0s")
    assert done.returncode == 1 and "there was no time to look at both ends" in done.stdout


def test_a_claim_can_be_picked(shell):
    assert shell.json(f"{NEAR} --claim NOT-SOON")["boundary"]["holds"] == 2 * DAY
    other = shell.json(f"{NEAR} --claim SOLVENT")
    assert other["boundary"] is None and other["exit_code"] == 0


def test_a_theorem_has_an_exact_boundary(shell):
    line = "bisect plasma-mvp --rules.exit-period 1d..30d --claim PL-T-ORDER-KNOBS"
    document = shell.json(line)
    (theorem,) = document["theorems"]
    assert theorem["exact"] and theorem["needs"] == "exit_period <= 604800"
    assert (theorem["holds"], theorem["fails"]) == (7 * DAY, 7 * DAY + 1)
    assert theorem["said"].startswith("for all values") and "is False" in theorem["against"]
    assert theorem["others"] == [] and document["exit_code"] == 1


def test_seed_and_steps_decide_everything(shell, bisected):
    one, two = shell.json(f"{LINE} --workers 1"), bisected[1]
    assert {**one, "seconds": 0} == {**two, "seconds": 0}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "bisect needs the two ends of a knob: --rules.KNOB LO..HI"),
        ("--rules.delay 7d", "bisect needs the two ends of a knob"),
        ("--rules.delay 1d..2d --rules.fee 0..3", "only one knob can be bisected at a time"),
        ("--rules.delay 7d..1d", "--rules.delay 7d..1d: the first value has to be smaller"),
        ("--rules.delay 7d..7d", "the first value has to be smaller"),
        ("--rules.delay 7d..", "one end is missing; write LO..HI"),
        ("--rules.delay ..7d", "one end is missing; write LO..HI"),
        ("--rules.delay 1..7d", "1 has no unit"),
        ("--rules.delay 1d..2d..3d", "not a duration"),
        ("--rules.delay 1d..9999d", "--rules.delay 9999d"),
        ("--rules.dely 1d..2d", "no knob named 'dely'; did you mean delay?"),
        ("--rules.matures 1d..2d", "matures is a decision function"),
        ("--rules.wallet 1d..2d", "wallet is a record: set one of its knobs"),
        ("--rules.delay 1d..2d --claim NOT-SOO", "did you mean NOT-SOON?"),
        ("--rules.delay 1d..2d --scope nowhere", "no scope of toy named 'nowhere'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_line(shell, typed, said):
    assert said in shell.refuses(f"bisect toy {typed}")
