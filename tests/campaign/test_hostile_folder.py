"""Nothing outside a campaign's folder is written, moved or deleted, whatever lies in the folder."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impl.ground.faults import BadInput
from impl.lab.campaign.store import read_state
from tests.campaign.conftest import ROUND, contents, play
from tests.checkers.toy import GOOD

NAMES = (
    "../../victim.txt",
    "../../../outside/victim.txt",
    "{outside}/victim.txt",
    "..",
    ".",
    "",
    "/dev/zero",
    "..\\..\\victim.txt",
    "victim\0.txt",
    "v" * 300,
    "0123456789abcdef/../../../victim.txt",
    "\x1b[2J\u202e",
    "link",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played")
    play(folder, ROUND, rules=GOOD)
    return folder


@pytest.fixture
def home(tmp_path: Path, played: Path) -> Path:
    """A campaign with files around it that are none of its business."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for place in (tmp_path, outside):
        (place / "victim.txt").write_text("precious")
    folder = tmp_path / "home"
    shutil.copytree(played, folder)
    return folder


def around(home: Path) -> dict[str, bytes]:
    """Everything outside the folder."""
    files = [*home.parent.iterdir(), *(home.parent / "outside").iterdir()]
    return {str(path): path.read_bytes() for path in files if path.is_file()}


def rewritten(home: Path, **fields: Any) -> None:
    path = home / "campaign.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}))


def tried(home: Path) -> list[str]:
    """Go on with the campaign: it says what it thinks of the folder, or refuses it in one line."""
    before = around(home)
    try:
        said = list(play(home, 2 * ROUND, rules=GOOD).notes)
    except BadInput as wrong:
        said = [str(wrong)]
    assert around(home) == before
    assert all(each.isprintable() for each in said), said
    return said


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("field", ["entries", "findings"])
def test_names_that_lead_elsewhere(home: Path, field: str, name: str) -> None:
    name = name.replace("{outside}", str(home.parent / "outside"))
    rewritten(home, **{field: [[name, 1]] if field == "entries" else [name]})
    assert "not the state of a campaign" in tried(home)[0]


@pytest.mark.parametrize("part", ["examples", "findings", "round", "set-aside", "examples/*"])
def test_a_folder_that_is_a_link(home: Path, part: str) -> None:
    elsewhere = home.parent / "outside"
    for path in list(home.glob(part)) or [home / part]:
        if path.exists():
            path.rename(home / f"old-{path.name}")
        path.symlink_to(elsewhere, target_is_directory=True)
    assert "but a link or a file" in tried(home)[0]


@pytest.mark.parametrize("target", ["victim.txt", "number"])
@pytest.mark.parametrize("file", ["lock", "campaign.json", "round/0.shard", "examples/new"])
def test_a_file_that_is_a_link(home: Path, file: str, target: str) -> None:
    (home.parent / "number").write_text("12\n")
    path = home / file
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(home.parent / target)
    tried(home)


@pytest.mark.parametrize("kind", ["hard link", "pipe", "text"])
def test_a_lock_that_is_somebodys(home: Path, kind: str) -> None:
    lock = home / "lock"
    lock.unlink()
    match kind:
        case "hard link":
            os.link(home.parent / "victim.txt", lock)
        case "pipe":
            os.mkfifo(lock)
        case "text":
            lock.write_text("my notes")
    assert "none of ours" in tried(home)[0]
    assert kind != "text" or lock.read_text() == "my notes"


def test_only_half_written_files_of_ours_are_cleared_away(home: Path) -> None:
    mine = [home / "download.part", home / "examples" / "film.part", home / "tmp.part"]
    for path in mine:
        path.write_text("mine")
    half = home / "round" / "tmpabcdefgh.part"
    half.parent.mkdir(exist_ok=True)
    half.write_text("half")
    tried(home)
    assert not half.exists() and all(path.exists() for path in mine)


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "large"])
@pytest.mark.parametrize("place", ["entry", "shard", "state"])
def test_what_is_no_ordinary_file_is_not_read(home: Path, place: str, kind: str) -> None:
    entries = [e for e in (home / "examples").rglob("*") if e.is_file() and len(e.name) == 16]
    path = {
        "entry": max(entries, key=lambda each: len(list(each.parent.iterdir()))),
        "shard": home / "round" / "5.shard",
        "state": home / "campaign.json",
    }[place]
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "large":
            with path.open("wb") as file:
                file.truncate(100 * 1024**3)
    tried(home)


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(NAMES),
    st.lists(st.integers() | st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


@given(st.data())
@settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_state_with_something_else_in_it(home: Path, data: st.DataObject) -> None:
    path = home / "campaign.json"
    whole = path.read_text()
    fields = json.loads(whole)
    field = data.draw(st.sampled_from(sorted(fields)))
    rewritten(home, **{field: data.draw(odd)})
    tried(home)
    path.write_text(whole)


@given(st.data())
@settings(deadline=None, max_examples=200)
def test_a_state_is_read_or_refused(data: st.DataObject) -> None:
    """What is read holds numbers that are counts, and names that are ours."""
    stored = Path(__file__).parent / "stored" / "campaign.json"
    fields = json.loads(stored.read_text())
    at: Any = fields
    for _ in range(data.draw(st.integers(0, 3))):
        inner = at if isinstance(at, dict) else range(len(at))
        deeper = [k for k in inner if isinstance(at[k], dict | list) and at[k]]
        if not deeper:
            break
        at = at[data.draw(st.sampled_from(deeper))]
    keys = list(at) if isinstance(at, dict) else list(range(len(at)))
    at[data.draw(st.sampled_from(keys))] = data.draw(odd)
    try:
        state, _ = read_state(fields)
    except Exception:
        return
    assert all(len(name) == 16 and name.isalnum() for name, _ in state.entries)
    assert min(state.shards, state.steps, state.runs, state.seed) >= 0


@pytest.mark.parametrize(
    "change",
    [
        {"number": 10**6},
        {"number": -1},
        {"steps": "many"},
        {"visits": {10**6: 1}},
        {"candidates": [["text", []]]},
        {"failures": [b"x"]},
        {"applied": {"Deposit": -1}},
        {"witnesses": []},
    ],
)
def test_a_shard_with_something_else_in_it_is_played_again(home: Path, change: Any) -> None:
    straight = contents(home)
    play(home, 2 * ROUND, rules=GOOD)
    after = contents(home)
    path = home / "round" / f"{ROUND}.shard"
    for name, data in straight.items():
        (home / name).write_bytes(data)
    path.parent.mkdir(exist_ok=True)
    plain = {"seed": 1, "number": ROUND, "steps": 1, "runs": 1, "failures": [], "applied": {}}
    more = {"refused": {}, "witnesses": {}, "candidates": [], "visits": {}}
    path.write_bytes(cbor2.dumps({**plain, **more, **change}))
    play(home, 2 * ROUND, rules=GOOD)
    assert contents(home) == after
