"""`exitgame mutate`, typed on the toy vault."""

import json

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def test_mutate_tells_what_kills_and_keeps_it(shell):
    line = "mutate toy-vault --wider --only :after_delay --steps 300 --folder kept"
    assert "no mutant has that" in shell.refuses(line)
    line = line.replace(":after_delay", "after_delay")
    first = shell.json(f"{line} --keep")
    assert first["mutants"] == len(first["verdicts"]) > 0
    assert first["exit_code"] == (1 if first["kinds"]["survived"] else 0)
    again = shell.json(f"{line} --no-hunt")
    kills = {v["id"]: v["by"] for v in first["verdicts"] if v["kind"] != "survived"}
    assert kills and {v["id"]: v["by"] for v in again["verdicts"] if v["by"]} == kills
    assert not any(v["hunted"] for v in again["verdicts"])
    assert all("+++" in v["diff"] for v in again["verdicts"] if v["kind"] == "survived")


def test_the_page_shows_survivors_with_their_diff(shell):
    said = shell("mutate toy-vault --only step:guard --steps 200 --brief", COLUMNS="80").stdout
    assert "mistake" in said and "alive" in said
    assert all(len(row) <= 80 for row in said.splitlines()[:20])
    if "survived" in said:
        assert "@@" in said


def test_bad_input_is_one_line(shell):
    (shell.folder / "mutants.kills").write_text("{}\n")
    assert "line 1" in shell.refuses("mutate toy-vault --folder .")
    assert "name none" in shell.refuses("mutate toy-vault --keep --rules.fee 1 --folder kept")
    shell.write("mutants_explained.toml", "x = 1")
    assert "mutants_explained.toml" in shell.refuses("mutate toy-vault --folder .")


def test_changed_rules_can_be_mutated(shell):
    line = "mutate toy-vault --rules.fee 0 --wider --only after_delay --steps 200 --brief"
    document = shell.json(line)
    assert document["differences"] or document["changes"]
    assert json.dumps(document)
