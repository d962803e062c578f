"""`exitgame export`: a kept run for other tools; each format means what the run means."""

import json
import re

import pytest

from impl.show.export.itf import value
from impl.show.export.mermaid import escaped
from spec.kernel.basics import Party
from spec.kernel.clock import Wait


def test_itf_has_the_state_after_every_action(shell, kept):
    document = json.loads(shell(f"export {kept} --itf").stdout)
    assert document["vars"] == ["main", "held", "asked", "action", "outcome", "broken"]
    states = document["states"]
    assert [state["#meta"]["index"] for state in states] == [0, 1, 2, 3, 4]
    assert all(list(state) == ["#meta", *document["vars"]] for state in states)
    assert states[0]["action"]["tag"] == "None"
    assert [state["action"]["tag"] for state in states[1:]] == ["PutIn", "Ask", "Wait", "TakeOut"]
    assert states[1]["action"]["value"] == {"by": {"#bigint": "1"}, "amount": {"#bigint": "1"}}
    assert states[1]["held"] == {"#map": [[{"#bigint": "1"}, {"#bigint": "1"}]]}
    assert states[3]["main"]["now"] == {"#bigint": "86400"}
    ether = {"#tup": [{"#bigint": "1"}, {"#bigint": "0"}]}
    assert states[0]["main"]["accounts"]["#map"][0] == [ether, {"#bigint": "1"}]
    assert states[4]["broken"] == [{"#tup": ["NOT-SOON", "paid too soon"]}]
    assert document["#meta"]["format"] == "ITF" and document["#meta"]["status"] == "violation"


def test_itf_under_other_rules_shows_the_refusal_and_an_unchanged_state(shell, kept):
    states = json.loads(shell(f"export {kept} --itf --rule-set toy-vault").stdout)["states"]
    assert states[4]["outcome"] == "refused: TooEarly(now=86400, matures=604800)"
    assert states[4]["main"] == states[3]["main"] and states[4]["broken"] == []


def test_itf_values_do_not_depend_on_the_order_of_sets_and_maps():
    assert value(frozenset({3, 1})) == {"#set": [{"#bigint": "1"}, {"#bigint": "3"}]}
    assert value({2: True, 1: b"\x01"}) == value({1: b"\x01", 2: True})
    assert value(2**70) == {"#bigint": str(2**70)}
    assert value((None, "x")) == [{"tag": "None", "value": {"#tup": []}}, "x"]
    assert value(Wait(5, Party(1)))["seconds"] == {"#bigint": "5"}


def test_mermaid_draws_lanes_by_party_where_actions_are_no_messages(shell, kept):
    page = shell(f"export {kept} --mermaid").stdout
    assert page.startswith("sequenceDiagram\n")
    assert "participant p0 as alice" in page and "as main chain" in page
    assert re.search(r"p0->>p1: \(1\) puts in 1\n +Note over p1: escrow 0 -> 1", page)
    assert "p0->>p0: (2) asks for it back" in page, "no money moves"
    assert "Note over p0,p1: 1 day passes" in page
    assert "NOT-SOON broken: paid too soon (waited 86,400)" in page


def test_mermaid_draws_messages_as_arrows_and_refusals_as_crosses(shell):
    told = {"EXITGAME_RULEBOOK": "tests.cli.toy:TALKING"}
    shell.environment |= told
    found = shell.json("explore talking --rules.delay 1d")["counterexamples"][0]["hash"]
    page = shell(f"export {found} --mermaid --rule-set toy-vault").stdout
    assert "p0->>p2: (1) T1 1 coin" in page
    assert "p0->>p1: (2) T2 wants it back" in page and "p0->>p2: (2) T2" in page
    assert "p0-xp0: (4) takes it out" in page
    assert "refused: TooEarly(now=86400, matures=604800)" in page


def test_mermaid_text_means_itself():
    assert escaped("#1; 50% {x} <b>\nthe end") == (
        "#35;1#59; 50#37; #123;x#125; #60;b> the #101;nd"
    )
    assert escaped("spending") == "spending"


def test_pytest_is_what_pin_writes(shell, kept):
    printed = shell(f"export {kept} --pytest").stdout
    (shell.folder / "tests").mkdir()
    shell(f"pin {kept}")
    (file,) = (shell.folder / "tests/pinned").glob("test_*.py")
    assert printed == file.read_text()


def test_a_file_is_written_whole(shell, kept):
    said = shell(f"export {kept} --itf --to made/run.itf.json")
    assert said.returncode == 0 and "made/run.itf.json" in said.stdout
    assert (shell.folder / "made/run.itf.json").read_text() == shell(f"export {kept} --itf").stdout
    assert [f.name for f in (shell.folder / "made").iterdir()] == ["run.itf.json"]
    assert shell.json(f"export {kept} --mermaid")["content"].startswith("sequenceDiagram")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("", "say in which form: --itf, --pytest or --mermaid"),
        ("--itf --to /dev/full", "/dev/full: cannot write the run (No space left on device)"),
        ("--itf --to /proc/nowhere/x", "cannot write the run"),
        ("--itf --to out", "out: cannot write the run"),
        ("--itf --rule-set toy-wrong", "no rule set of toy named 'toy-wrong'"),
    ],
)
def test_what_cannot_be_exported_is_said_in_one_line(shell, kept, options, says):
    assert says in shell.refuses(f"export {kept} {options}")


def test_a_full_disk_behind_the_output_is_one_line(shell, kept):
    import subprocess

    from tests.cli.conftest import COMMAND

    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [COMMAND, "export", kept, "--itf"], cwd=shell.folder, env=shell.environment,
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "exitgame: the output cannot be written (No space left on device)\n"
