"""The same result for any number of workers, and however often a campaign was stopped."""

import os
import random
import signal
import time
from itertools import count
from pathlib import Path

import pytest

from impl.ground.watchdog import Interrupted
from impl.lab.campaign.run import Status
from tests.campaign.conftest import ROUND, contents, play


def test_the_number_of_workers_changes_nothing(tmp_path: Path) -> None:
    outcomes = [play(tmp_path / str(n), 3 * ROUND, workers=n) for n in (1, 2, 3)]
    first, second, third = (contents(tmp_path / str(n)) for n in (1, 2, 3))
    assert first == second == third
    assert outcomes[0].traces == outcomes[1].traces == outcomes[2].traces != ()
    assert outcomes[0].state.shards == 3 * ROUND


def test_another_seed_is_another_campaign(tmp_path: Path) -> None:
    play(tmp_path / "one", ROUND, seed=1)
    play(tmp_path / "two", ROUND, seed=2)
    assert contents(tmp_path / "one") != contents(tmp_path / "two")


def test_going_on_is_the_same_as_not_having_stopped(tmp_path: Path) -> None:
    play(tmp_path / "straight", 4 * ROUND)
    play(tmp_path / "stopped", 1)
    play(tmp_path / "stopped", 2 * ROUND, workers=2)
    last = play(tmp_path / "stopped", 4 * ROUND, seed=None)
    assert contents(tmp_path / "straight") == contents(tmp_path / "stopped")
    assert last.state.seed == 1


def test_time_that_is_up_in_a_round_loses_no_finished_shard(tmp_path: Path) -> None:
    play(tmp_path / "straight", 2 * ROUND)
    for hundredths in range(1, 100):  # a busy machine needs more of them to get anywhere
        outcome = play(tmp_path / "hasty", 2 * ROUND, time_limit=hundredths / 100)
        assert not outcome.stopped_by
        if outcome.state.shards == 2 * ROUND:
            break
    assert contents(tmp_path / "straight") == contents(tmp_path / "hasty")


def test_findings_of_an_unfinished_round_are_told_and_not_lost(tmp_path: Path) -> None:
    def stop(status: Status) -> None:
        if status.found:
            raise Interrupted

    stopped = play(tmp_path / "stopped", 6 * ROUND, workers=2, progress=stop)
    assert stopped.interrupted and stopped.state.findings == []
    assert [trace.invariant for trace in stopped.traces] == ["SOLVENT"]
    again = play(tmp_path / "stopped", 1, time_limit=0.0)
    assert again.traces == stopped.traces
    play(tmp_path / "stopped", 6 * ROUND)
    play(tmp_path / "straight", 6 * ROUND)
    assert contents(tmp_path / "straight") == contents(tmp_path / "stopped")


def forked(folder: Path, shards: int) -> int:
    """A campaign in a process of its own, to be killed."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        play(folder, shards, workers=2)
        code = 0
    finally:
        os._exit(code)


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_and_finds_the_same(tmp_path: Path) -> None:
    start = time.monotonic()
    play(tmp_path / "straight", 6 * ROUND, workers=2)
    whole = time.monotonic() - start
    seed = random.SystemRandom().randrange(2**32)
    print(f"moments drawn with seed {seed}")
    moments = random.Random(seed)
    for n in count():
        kills = killed(tmp_path / f"killed-{n}", moments, whole / 3 / 2**n)
        print(f"killed {kills} times")
        if kills:  # one that was done before it could be killed shows nothing
            break
    assert contents(tmp_path / "straight") == contents(tmp_path / f"killed-{n}")


def killed(folder: Path, moments: random.Random, latest: float) -> int:
    """How often a campaign was killed, up to 12 times, until it was done."""
    kills, ended = 0, False
    while not ended:
        child = forked(folder, 6 * ROUND)
        if kills < 12:
            time.sleep(moments.uniform(0.0, latest))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        ended = status == 0
        assert ended or os.WIFSIGNALED(status), "a campaign that is taken up again does not fail"
        kills += not ended
    return kills


def test_the_folder_is_free_again_when_a_campaign_was_killed(tmp_path: Path) -> None:
    child = forked(tmp_path, 10_000)
    while not (tmp_path / "campaign.json").exists():
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert play(tmp_path, 1).state.shards >= ROUND
