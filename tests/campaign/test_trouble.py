"""What goes wrong around a campaign is one clear line, and nothing that was found is lost."""

import errno
import os
import resource
import subprocess
from pathlib import Path
from typing import Any

import attrs
import pytest

from impl.ground import files
from impl.ground.faults import BadInput
from impl.lab.campaign.engines import on_processes
from impl.lab.campaign.run import campaign
from impl.lab.campaign.shelf import locked, put_aside
from tests.campaign.conftest import ROUND, SCOPE, contents, play, toy_change
from tests.checkers.toy import EARLY, GOOD


def entries(folder: Path) -> list[Path]:
    keys = [p for p in (folder / "examples").iterdir() if len(list(p.iterdir())) > 1]
    return sorted(keys[0].iterdir())


def test_a_corrupt_entry_is_put_aside_and_named_and_the_rest_is_used(tmp_path: Path) -> None:
    before = play(tmp_path, ROUND, rules=GOOD)
    broken, gone, junk = *entries(tmp_path)[:2], entries(tmp_path)[0].with_name("notes")
    broken.write_bytes(b"not an example")
    gone.unlink()
    junk.write_text("hello")
    outcome = play(tmp_path, 2 * ROUND, rules=GOOD)
    said = "\n".join(outcome.notes)
    assert f"corpus entry {broken.name} is corrupt" in said
    assert f"corpus entry {gone.name} is missing" in said
    assert "corpus entry notes is corrupt" in said
    assert len(outcome.notes) == 3
    assert {p.name for p in (tmp_path / "set-aside").iterdir()} == {broken.name, "notes"}
    assert outcome.state.shards == 2 * ROUND
    assert len(outcome.state.entries) >= len(before.state.entries) - 2
    assert play(tmp_path, 3 * ROUND, rules=GOOD).notes == ()


def test_a_finding_that_cannot_be_read_is_named_and_the_others_are_told(tmp_path: Path) -> None:
    found = play(tmp_path, 6 * ROUND)
    assert len(found.traces) == 1
    (file,) = (tmp_path / "findings").iterdir()
    file.write_bytes(b"nonsense")
    outcome = play(tmp_path, 7 * ROUND)
    assert [note for note in outcome.notes if file.name in note]


def test_two_campaigns_do_not_share_a_folder(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(BadInput, match="another campaign is at work there"):
        play(tmp_path, ROUND)
    assert play(tmp_path, ROUND).state.shards == ROUND


@pytest.mark.parametrize(
    ("other", "line"),
    [
        ({"rules": GOOD}, "another rule change"),
        ({"seed": 2}, "has seed 1, not 2"),
    ],
)
def test_a_folder_of_another_campaign_is_refused(
    tmp_path: Path, other: dict[str, Any], line: str
) -> None:
    play(tmp_path, ROUND)
    before = contents(tmp_path)
    with pytest.raises(BadInput, match=line):
        play(tmp_path, 2 * ROUND, **other)
    assert contents(tmp_path) == before


def test_another_scope_is_another_campaign(tmp_path: Path) -> None:
    play(tmp_path, ROUND)
    scope = attrs.evolve(SCOPE, money=3)
    with pytest.raises(BadInput, match="another scope lives there"):
        campaign(toy_change(EARLY), scope, tmp_path, on_processes(1), seed=1, otherwise=0, shards=1)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "exitgame campaign", "version": 9}'])
def test_a_state_that_is_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "campaign.json").write_text(text)
    with pytest.raises(BadInput, match=r"campaign\.json: not the state of a campaign; --fresh"):
        play(tmp_path, ROUND)


def test_fresh_loses_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    play(home, ROUND)
    before = contents(home)
    assert put_aside(home) == tmp_path / "home.1"
    assert contents(tmp_path / "home.1") == before
    assert put_aside(home) is None
    play(home, ROUND)
    assert put_aside(home) == tmp_path / "home.2"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadInput, match="cannot write there: Not a directory; name a writable"):
        play(tmp_path / "file" / "corpus", ROUND)


@pytest.mark.parametrize("left", [0, 3, 40])
def test_a_full_disk_stops_the_campaign_and_keeps_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int
) -> None:
    straight = play(tmp_path / "straight", 6 * ROUND)
    with monkeypatch.context() as patched:
        patched.setattr(files, "fill", full_after(files.fill, left))
        outcome = play(tmp_path / "full", 6 * ROUND)
    assert "No space left on device" in outcome.stopped_by
    assert "the same command goes on from here" in outcome.stopped_by
    assert not list((tmp_path / "full").rglob("*.part"))
    again = play(tmp_path / "full", 6 * ROUND)
    assert not again.stopped_by
    assert again.traces == straight.traces
    assert contents(tmp_path / "full") == contents(tmp_path / "straight")


def full_after(fill: Any, writes: int) -> Any:
    """Writing that fails half way through a file, when so many files were written."""
    left = writes

    def fails(descriptor: int, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            fill(descriptor, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fill(descriptor, data)

    return fails


def test_what_was_found_is_told_where_nothing_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = play(tmp_path / "straight", 6 * ROUND)
    moments = range(0, 240, 24)
    told = 0
    for left in moments:
        with monkeypatch.context() as patched:
            patched.setattr(files, "fill", full_after(files.fill, left))
            outcome = play(tmp_path / f"full-{left}", 6 * ROUND)
        if outcome.stopped_by:
            told += outcome.traces == straight.traces
    assert told, "a finding of a round that could not be kept is told all the same"


def test_on_a_disk_that_is_really_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can make a small disk")
    try:
        outcome = play(disk / "corpus", 40 * ROUND)
        assert "No space left on device" in outcome.stopped_by
        assert outcome.traces
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_limits_of_the_system_are_told_in_the_same_way(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        outcome = play(tmp_path, 2 * ROUND)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "cannot write there (File too large)" in outcome.stopped_by
