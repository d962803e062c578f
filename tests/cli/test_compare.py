"""`exitgame compare` as a person types it."""

from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "by_arrival.py"
QUICK = "--scope alone --depth 6 --steps 2000"


def test_two_rule_sets_are_told_side_by_side(shell):
    done = shell(f"compare toy toy-vault toy-hasty {QUICK}")
    assert done.returncode == 1 and done.stderr == ""
    page = done.stdout
    assert "rule change   delay 7d -> 1d  (against toy/toy-vault)" in page
    assert "they differ in what is accepted" in page
    assert "after 4 actions, the shortest run" in page
    assert "toy-vault: refused: TooEarly" in page and "toy-hasty: accepted: alice +1" in page
    assert "toy-hasty breaks NOT-SOON (paid too soon)" in page
    assert "toy-vault breaks nothing" in page
    assert "matures   differ  for started = 0" in page
    assert all(len(line) <= 100 for line in page.splitlines())


def test_the_run_is_kept_and_can_be_played_under_both(shell):
    document = shell.json(f"compare toy toy-hasty {QUICK}")
    (run,) = document["runs"]
    assert document["exit_code"] == 1 and document["differ"]
    assert run["differs"] == [{"in": "accepts", "after": 4, "sampled": False}]
    assert [line["accepted"] for line in run["run"]][-1] == [False, True]
    assert (shell.folder / run["file"]).exists()
    under_second = shell(f"replay {run['hash']}")
    assert under_second.returncode == 1 and "NOT-SOON" in under_second.stdout
    under_first = shell(f"replay {run['hash']} --rule-set toy-vault")
    assert under_first.returncode == 0 and "refused: TooEarly" in under_first.stdout
    assert "Traceback" not in under_first.stderr + under_second.stderr


def test_equal_arguments_give_equal_answers(shell):
    def said():
        document = shell.json("compare toy toy-hasty --scope pair --depth 2 --steps 500 --seed 3")
        decisions = [
            {key: value for key, value in each.items() if key != "said"}
            for each in document["decisions"]
        ]
        return {**document, "seconds": 0, "decisions": decisions}

    assert said() == said()


def test_without_a_difference_it_says_what_was_looked_at(shell):
    shell.write(
        "mine.py",
        "def payout(amount: int, rules) -> int:\n    return -rules.fee + amount\n",
    )
    done = shell("compare toy mine.py --scope alone")
    assert done.returncode == 0
    assert "rule change   payout whole -> payout (mine.py)" in done.stdout
    assert "no difference in any run of this scope" in done.stdout
    assert "payout    equivalent  whole and payout: for all values of amount" in done.stdout
    assert "nobody's: no run that was looked at differs (all runs of this scope)" in done.stdout
    bounded = shell("compare toy mine.py --scope pair --depth 2 --steps 100")
    assert "no difference in any run of up to 2 actions, nor in " in bounded.stdout


def test_what_a_change_asks_of_time_is_read_and_gone_to(shell):
    shell.write(
        "mine.py",
        "def last_hour(deadline, now, window):\n"
        "    return deadline + 100 if 0 < deadline - now < 3_600 else deadline\n",
    )
    document = shell.json(
        "compare payment --change mine.py:last_hour --scope tiny --depth 6 --steps 0 --time 60s"
    )
    assert document["exit_code"] == 1 and document["runs"]


def test_a_decision_that_differs_where_no_run_gets_is_a_difference(shell):
    shell.write(
        "mine.py",
        "def payout(amount: int, rules) -> int:\n    return amount if amount < 9999 else 1\n",
    )
    done = shell("compare toy mine.py:payout --scope alone")
    assert done.returncode == 1
    page = " ".join(done.stdout.split())
    assert "no difference in any run of this scope, assuming that waits between" in page
    assert "are alike; but decisions answer differently" in page
    assert "differ  for amount = " in done.stdout


def test_a_knob_makes_the_second_rule_set(shell):
    document = shell.json(f"compare toy-hasty --rules.delay 2d {QUICK}")
    assert [side["name"] for side in (document["first"], document["second"])] == [
        "toy-hasty",
        "delay 2d",
    ]
    assert document["second"]["rule_set"] == "toy-hasty"
    document = shell.json(f"compare toy toy-vault toy-hasty --rules.delay 2d {QUICK}")
    assert document["second"]["name"] == "toy-hasty, delay 2d"


def test_first_come_first_served_is_good_for_mallory_and_bad_for_alice(shell):
    done = shell(f"compare plasma-mvp {EXAMPLE} --scope tiny --depth 7")
    assert done.returncode == 1
    page = " ".join(done.stdout.split())
    assert "alice (honest) ends with 3 less under by_arrival than under mvp" in page
    assert "worse ones may exist" in page
    assert "by_arrival breaks PL-SAFE-EXIT" in done.stdout
    assert done.stdout.count("differs in") == 1


def test_nobodys_gain_is_told_where_the_contracts_start_with_other_money(shell):
    done = shell("compare multiparty literal sound --scope tiny-leader --depth 2 --steps 0")
    assert done.returncode == 1
    assert "cannot be told" in done.stdout and "18 under sound" in " ".join(done.stdout.split())


@pytest.mark.parametrize("width", ["80", "120"])
def test_the_page_fits_the_terminal(shell, width):
    done = shell("compare plasma-mvp hardened --scope tiny --depth 4", COLUMNS=width)
    assert max(len(line) for line in done.stdout.splitlines()) <= int(width)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("toy", "name what toy is compared with"),
        ("toy toy-vault toy-vault", "toy-vault and toy-vault are the same rules"),
        ("toy --rules.delay 7d", "are the same rules"),
        ("toy toy-vault toy-hastie", "did you mean toy-hasty?"),
        ("toy toy-vault sound", "sound belongs to multiparty, and cannot be compared with toy"),
        ("toy toy-vault mvp", "mvp belongs to plasma-mvp"),
        ("toy a b c", "two rule sets can be compared, and 3 are named"),
        ("toy nothing.py:f", "there is no file nothing.py"),
        ("toy two.py", "write FILE.py:NAME; two.py defines payout, whole"),
        ("toy two.py:other", "no function or record in two.py named 'other'"),
        ("toy two.py:payout --change two.py:whole", "are two changes of B: drop one"),
        ("toy toy-hasty --rules.dely 3d", "no knob named 'dely'; did you mean delay?"),
        ("toy toy-hasty --scope nowhere", "no scope of toy named 'nowhere'"),
        ("toy toy-hasty --depth 0", "'--depth'"),
        ("toy toy-hasty --time 5", "5 has no unit"),
        ("toy toy-hasty --out /proc/nowhere", "cannot write there"),
        ("nowhere toy-hasty", "no protocol or rule set named 'nowhere'"),
    ],
)
def test_a_wrong_question_gets_one_line(shell, line, said):
    shell.write(
        "two.py",
        "def payout(amount, rules):\n    return amount\nwhole = lambda amount, rules: amount\n",
    )
    assert said in shell.refuses(f"compare {line}")
