"""`exitgame campaign` as it is typed."""

import errno
import json
import os
import re
import signal
import subprocess
import time

import pexpect
import pytest

from impl.ground import files
from impl.lab.campaign import shards
from tests.campaign.conftest import ROUND, STEPS, Typed
from tests.cli.conftest import COMMAND, Shell

MORE = """
def more(amount, rules):
    return amount + 1
"""


def test_a_campaign_tells_what_it_did_and_goes_on(typed: Typed) -> None:
    first = typed.json(f"campaign toy --shards {ROUND} --seed 3 --workers 2")
    assert first["command"] == "campaign"
    assert (first["seed"], first["engine"], first["workers"]) == (3, "processes", 2)
    assert first["shards"] == ROUND and first["complete"] and first["exit_code"] == 0
    assert first["steps"] >= ROUND * STEPS and first["runs"] > 20
    assert first["behaviours"] == first["series"][-1]["behaviours"] > 10
    assert set(first["series"][-1]) == {"shards", "steps", "behaviours", "states", "found"}
    assert first["applied"]["PutIn"] and first["refused"] and first["never_seen"] == []
    assert first["counterexamples"] == [] and first["scope"]["name"] == "pair"
    again = typed.json(f"campaign toy --shards {2 * ROUND} --workers 1")
    assert again["seed"] == 3 and again["shards"] == 2 * ROUND and len(again["series"]) == 2
    assert "<html" in (typed.folder / again["page"]).read_text()


def test_shards_are_rounded_up_to_whole_rounds(typed: Typed) -> None:
    assert typed.json(f"campaign toy --shards {ROUND + 1}")["shards"] == 2 * ROUND
    assert typed.json("campaign toy --shards 1")["shards"] == 2 * ROUND


def test_what_is_found_is_kept_with_the_traces_and_with_the_corpus(typed: Typed) -> None:
    typed.shell.write("my.py", MORE)
    line = f"campaign toy --change my.py:more --shards {4 * ROUND} --seed 1 --corpus here"
    code, out, err = typed(line)
    assert (code, err) == (1, "")
    assert "kept in here" in out and "SOLVENT" in out
    kept = {path.name for path in (typed.folder / "out").glob("*.trace")}
    assert kept and kept == {path.name for path in (typed.folder / "here/findings").iterdir()}
    told = typed.json(line)
    for found in told["counterexamples"]:
        assert found["breaks_base"] is False and found["under_base"].startswith("toy-vault holds")
        assert f"{found['hash']}.trace" in kept
        assert (typed.folder / found["report"]).exists()
    refused = typed.shell.refuses("campaign toy --shards 1 --corpus here")
    assert refused.startswith("--corpus here: a campaign of another rule change lives there")


def test_what_the_base_rules_break_too_is_marked(typed: Typed) -> None:
    line = f"campaign toy-hasty --rules.wallet.patience 3d --shards {2 * ROUND} --seed 1"
    told = typed.json(line)
    assert [found["breaks_base"] for found in told["counterexamples"]] == [True]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("campaign toy --shards 0", "0 is not in the range x>=1"),
        ("campaign toy --time soon", "not a duration"),
        ("campaign toy --engine slurm", "'slurm' is not one of 'processes', 'ray'"),
        ("campaign toy --ray-address 1.2.3.4:5", "--ray-address is for --engine ray"),
        ("campaign nothing", "no protocol or rule set named 'nothing'"),
        ("campaign toy --scope nowhere", "no scope of toy named 'nowhere'"),
        ("campaign toy --engine ray --ray-address here", "write HOST:PORT or ray://HOST:PORT"),
    ],
)
def test_wrong_usage_is_one_line(shell: Shell, line: str, said: str) -> None:
    assert said in shell.refuses(line)


def test_a_folder_that_cannot_be_had_is_one_line(shell: Shell) -> None:
    shell.write("file", "in the way")
    assert "--corpus file/x: cannot write there" in shell.refuses("campaign toy --corpus file/x")


def test_two_at_once_are_told_apart(shell: Shell) -> None:
    first = subprocess.Popen(
        [COMMAND, "campaign", "toy", "--time", "10m", "--corpus", "shared", "--workers", "1"],
        cwd=shell.folder,
        env=shell.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while not (shell.folder / "shared" / "round").exists():
            assert first.poll() is None
            time.sleep(0.02)
        said = shell.refuses("campaign toy --corpus shared")
        assert re.search(r"another campaign is at work there \(process \d+\)", said)
    finally:
        first.send_signal(signal.SIGINT)
        out, err = first.communicate(timeout=120)
    assert first.returncode == 130
    assert "interrupted" in out and err == ""


def test_fresh_puts_the_old_campaign_aside(typed: Typed) -> None:
    typed("campaign toy --shards 1 --seed 1 --corpus c")
    code, out, _ = typed("campaign toy --shards 1 --seed 2 --corpus c --fresh")
    assert code == 0
    assert "the campaign that was in c is in c.1 now" in out
    assert json.loads((typed.folder / "c.1/campaign.json").read_text())["seed"] == 1
    assert json.loads((typed.folder / "c/campaign.json").read_text())["seed"] == 2


def test_nothing_is_drawn_where_nobody_looks(typed: Typed) -> None:
    _, out, err = typed("campaign toy --shards 1 --seed 1")
    assert err == ""
    assert "\x1b" not in out


@pytest.mark.slow
def test_a_terminal_shows_how_far_it_is(shell: Shell) -> None:
    child = pexpect.spawn(
        str(COMMAND),
        ["campaign", "toy", "--shards", "24", "--seed", "1", "--workers", "2"],
        cwd=str(shell.folder),
        env={**shell.environment, "TERM": "xterm-256color"},
        dimensions=(40, 100),
        encoding="utf-8",
        timeout=60,
    )
    for shown in ("a second", "behaviours", "applied", "witnesses", "failures", "sampled"):
        child.expect(shown)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_a_full_disk_still_tells_what_was_found(
    typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    typed.shell.write("my.py", MORE)
    monkeypatch.setattr(files, "fill", full)
    monkeypatch.setattr(shards, "STEPS", 3_000)
    line = f"campaign toy --change my.py:more --shards {ROUND} --seed 1 --corpus here"
    code, out, err = typed(line)
    assert code == 1
    assert err.startswith("exitgame: here/round: cannot write there (No space left on device)")
    assert err.count("\n") == 1
    assert "SOLVENT" in out
