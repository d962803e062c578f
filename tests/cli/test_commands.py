"""Each command answers in words, in one JSON document, and with its exit code."""

import errno
import os
import re

import pytest

from impl.ground import files

TOO_SOON = {"invariant": "NOT-SOON", "cause": "paid too soon"}


def test_list_names_everything(shell):
    done = shell("list toy")
    assert done.returncode == 0
    for name in ("toy-vault *", "toy-hasty", "pair *", "users 2, coins 1", "NOT-SOON", "PAID",
                 "TOY-LATER"):  # fmt: skip
        assert name in done.stdout
    document = shell.json("list")
    assert {book["protocol"] for book in document["protocols"]} >= {"plasma-mvp", "toy"}


@pytest.mark.parametrize("line", ["list toy", "explore toy --rules.delay 1d", "explore toi"])
def test_the_installed_command_says_the_same_as_in_the_process_of_the_tests(shell, line):
    def said(done):
        return done.returncode, re.sub(r"[\d.]+ s\b", "", done.stdout), done.stderr

    assert said(shell.process(line)) == said(shell(line))


@pytest.mark.parametrize("name", ["toy", "toy-vault", "toy/toy-vault", "toy --rule-set toy-vault"])
def test_a_rule_set_can_be_named_in_four_ways(shell, name):
    document = shell.json(f"rules {name} --rules.delay 2w")
    assert (document["protocol"], document["rule_set"]) == ("toy", "toy-vault")
    assert document["differences"] == [{"field": "delay", "before": "7d", "after": "14d"}]


def test_rules_are_read_off_the_code(shell):
    shell.write("my.py", "def mine(amount, rules):\n    return 0 if amount < 10 else amount\n")
    tables = {
        d["name"]: d["rows"] for d in shell.json("rules toy --change my.py:mine")["decisions"]
    }
    assert tables["matures"] == [["always", "started + delay"]]
    assert tables["payout"] == [["amount < 10", "0"], ["amount >= 10", "amount"]]
    page = shell("rules toy --change my.py:mine --markdown --decision payout").stdout
    assert "| payout | `whole` | `mine (my.py)` |" in page
    assert "| `amount < 10` | `0` |" in page and "matures(" not in page


def test_theorems_are_proved_and_impossibilities_refuted(shell):
    document = shell.json("prove toy")
    words = {t["id"]: (t["result"]["word"], t["as_expected"]) for t in document["theorems"]}
    assert words == {"TOY-LATER": ("proved", True), "TOY-AT-ONCE": ("refuted", True)}
    done = shell("prove toy TOY-LATER")
    assert done.returncode == 0 and "1 theorem: all as expected" in done.stdout
    assert "TOY-AT-ONCE" not in done.stdout


def test_under_a_change_the_theorems_are_asked_that_read_it_and_speak_of_this_rule_set(shell):
    """Others have other decisions, and what is said of those is not so of these."""
    document = shell.json("prove payment --rules.window 60h")
    asked = {theorem["id"] for theorem in document["theorems"]}
    assert document["exit_code"] == 0 and "PC-T-WINDOW" in asked
    assert not asked & {"PC-T-PAYOUT-AS-SIGNED", "PC-T-PENALTY"}


def test_a_pass_says_what_was_tried_and_what_was_not_seen(shell):
    done = shell("explore toy --scope alone")
    assert done.returncode == 0
    assert "exhausted" in done.stdout and "verified" not in done.stdout.lower()
    assert re.search(r"TakeOut +\d+ +.*TooEarly \d+", done.stdout)
    assert "NEVER SEEN: MALLORY-PAID" in done.stdout
    assert shell.json("explore toy --scope alone")["result"]["never_seen"] == ["MALLORY-PAID"]


def test_a_counterexample_is_told_and_can_be_played_again(shell):
    done = shell("explore toy --rules.delay 1d")
    assert done.returncode == 1
    assert "delay 7d -> 1d  (against toy/toy-vault)" in done.stdout
    assert re.search(r"1  day 0  alice +puts in 1 +escrow 0 -> 1\n", done.stdout)
    assert re.search(r"3  day 0 +1 day passes\n", done.stdout)
    assert "paid too soon  (waited 86,400)" in done.stdout
    assert "toy-vault holds: action 4 is refused (TooEarly(now=86400, matures=604800))" in " ".join(
        done.stdout.split()
    )
    again = re.search(r"exitgame (replay \w+)", done.stdout)[1]
    played = shell(again)
    assert played.returncode == 1 and "still broken: NOT-SOON, paid too soon" in played.stdout
    repaired = shell(f"{again} --rule-set toy-vault")
    assert repaired.returncode == 0
    assert "nothing breaks any more: action 4 is refused" in repaired.stdout
    other = shell.json(f"{again} --rules.delay 3d")
    assert other["exit_code"] == 0 and other["differences"][0]["after"] == "3d"


def test_a_run_is_the_same_for_the_same_seed(shell):
    first, second = (
        shell.json(f"fuzz toy --rules.delay 1d --seed 7 --out {folder}") for folder in "ab"
    )
    assert [f["hash"] for f in first["counterexamples"]] == [
        f["hash"] for f in second["counterexamples"]
    ]
    assert first["seed"] == 7
    unseeded = shell("fuzz toy --steps 500")
    assert unseeded.returncode == 0 and re.search(r"seed +\d+\n", unseeded.stdout)


def test_knobs_and_scopes_are_set_with_or_without_equals_sign(shell):
    line = "explore --rules.delay=3d toy --scope=alone --scope.coins 2 --rules.wallet.patience=36h"
    document = shell.json(f"{line} --workers 1")
    assert document["changes"] == {"delay": "3d", "wallet.patience": "36h"}
    assert document["scope"]["fields"] == {"type": "Scope", "users": 1, "coins": 2}


CHANGE = "def mine(amount, rules) -> int:\n    return 2 * amount\n"


def test_a_function_of_ones_own_is_tried_and_kept_apart(shell):
    shell.write("my.py", f"print('reading')\n{CHANGE}")
    document = shell.json("explore toy --change my.py:mine")
    assert document["changes"] == {"change": "my.py:mine"}
    found = document["counterexamples"][0]
    assert found["invariant"] == "SOLVENT" and not found["breaks_base"]
    assert "fails" not in found["under_base"]

    replay = f"replay {found['hash']}"
    assert "found with --change my.py:mine: give it again" in shell.refuses(replay)
    done = shell(f"{replay} --change my.py:mine")
    assert done.returncode == 1 and "still broken: SOLVENT" in done.stdout
    shell.write("my.py", CHANGE.replace("2 *", "3 *"))
    assert "its text is not the one" in " ".join(
        shell(f"{replay} --change my.py:mine").stderr.split()
    )
    assert shell(f"{replay} --rule-set toy-vault --change my.py:mine").returncode in (0, 1)
    assert shell(f"{replay} --rule-set toy-vault").returncode == 0


def test_a_whole_record_of_ones_own(shell):
    shell.write(
        "my.py",
        "from attrs import evolve\nfrom tests.cli.toy import PLAIN\n"
        "MINE = evolve(PLAIN, delay=86_400, fee=1)\n",
    )
    document = shell.json("explore toy --change my.py:MINE --rules.fee 0")
    assert document["differences"] == [{"field": "delay", "before": "7d", "after": "1d"}]
    assert document["exit_code"] == 1


@pytest.fixture
def toy_only(shell):
    return shell.json("check toy --workers 2")


def test_check_is_one_table_of_evidence(shell, toy_only):
    assert toy_only["exit_code"] == 0 and toy_only["complete"]
    lines = {line["id"]: line["evidence"] for line in toy_only["lines"]}
    assert re.match(r"exhausted, its key tested: [\d,]+ states \(toy-vault, pair\)", lines["TOY-1"])
    assert lines["TOY-2"].startswith("sampled: 2,")
    assert lines["TOY-3"] == "found in 4 actions: NOT-SOON, paid too soon (toy-hasty, pair)"
    assert lines["TOY-LATER"].startswith("proved: for all values")
    assert {w["id"]: bool(w["seen"]) for w in toy_only["witnesses"]} == {
        "PAID": True,
        "MALLORY-PAID": True,
    }
    assert "all but the sampled runs in TOY-2" in toy_only["not_covered"]


def test_check_fails_where_a_weakness_is_not_found_or_a_promise_is_broken(shell):
    done = shell("check toy", EXITGAME_RULEBOOK="tests.cli.toy:WRONG")
    assert done.returncode == 1
    page = " ".join(done.stdout.split())
    assert "FAIL TOY-1" in page and "expected exhausted" in page
    assert "FAIL TOY-3" in page and "expected found: NOT-SOON, something else" in page
    assert "NEVER SEEN: NEVER" in page and "alice takes it out" in page
    assert "4 NOT: TOY-AT-ONCE" not in page and "as expected" in page


def test_help_names_the_dotted_options(shell):
    page = shell("fuzz --help").stdout
    for option in ("--rules.KNOB VALUE", "--scope.FIELD VALUE", "--change FILE.py:NAME", "--seed",
                   "--keep-going", "--json"):  # fmt: skip
        assert option in page


def test_no_command_shows_the_commands(shell):
    done = shell("")
    assert done.returncode == 2
    order = [
        "check", "list", "new", "rules", "prove", "explore", "keys", "fuzz", "mutate", "compare",
        "bisect", "campaign", "replay", "report", "pin", "export",
    ]  # fmt: skip
    assert re.findall(r"^  ([a-z]+)  ", done.stdout, re.MULTILINE) == order


def test_a_full_disk_loses_no_finding(shell, monkeypatch):
    def full(descriptor: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files, "fill", full)
    code, page, _ = shell.inside("explore toy --rules.delay 1d")
    assert code == 1
    assert "NOT-SOON" in page and "paid too soon" in page
    assert "NOT KEPT" in page and "No space left on device" in page
    assert "exitgame replay" not in page
