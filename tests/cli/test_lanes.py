"""Runs of protocols that speak in messages are drawn as lanes."""

import io
import re

import pytest
from rich.console import Console

from impl.show.telling.lanes import Lanes, Row, parties_of
from spec.kernel.basics import Party
from spec.kernel.protocol import CONTRACT, Message

ALICE, BOB, CAROL = Party(1), Party(2), Party(3)
NAMES = {ALICE: "alice", BOB: "bob", CAROL: "carol", CONTRACT: "contract"}


def said(*told: Message | str, when: str = "day 0", remark: str = "", accepted: bool = True):
    return tuple(
        Row(n, when, None, each, remark, accepted)
        if isinstance(each, str)
        else Row(n, when, each, "", remark, accepted)
        for n, each in enumerate(told, 1)
    )


def drawn(rows: tuple[Row, ...], width: int = 80) -> list[str]:
    parties = parties_of(rows)
    page = io.StringIO()
    Console(file=page, width=width, highlight=False).print(
        Lanes(parties, tuple(NAMES[p] for p in parties), rows, "too narrow")
    )
    return [line.rstrip() for line in page.getvalue().splitlines()]


def shape(line: str) -> str:
    """A line without its lengths."""
    return re.sub(r"([ -])\1+", r"\1", line)


def test_a_short_message_stands_on_its_arrow():
    lines = drawn(said(Message("A1", ALICE, (BOB,), "#1 of 2")))
    assert lines[0].split() == ["alice", "bob"]
    assert lines[1].split(None, 3) == ["1", "day", "0", "A1    o------- #1 of 2 ------>|"]


def test_arrows_run_both_ways_and_pass_over_lanes_that_do_not_receive():
    rows = said(
        Message("A3", CAROL, (ALICE,), "a text that is too long for it"),
        Message("", BOB, (CONTRACT,), ""),
    )
    lines = drawn(rows)
    assert shape(lines[1]).endswith(" A3 |<-|-o |")
    assert shape(lines[2]).endswith(" | a text that is too long for it | |")
    assert shape(lines[3]).endswith(" | o-|->|")


def test_a_broadcast_has_an_arrowhead_before_every_receiver():
    rows = said(Message("B1", BOB, (ALICE, CAROL, CONTRACT, BOB), "checkpoint"))
    assert shape(drawn(rows)[1]).endswith(" B1 |<-o->|->|")


def test_what_a_party_does_alone_stands_in_its_lane():
    rows = said(Message("A1", ALICE, (BOB,), ""), Message("", BOB, (), "thinks"))
    assert shape(drawn(rows)[2]).endswith(" | o")
    assert shape(drawn(rows)[3]).endswith(" | | thinks")


def test_a_refused_message_does_not_arrive_and_says_why():
    rows = said(Message("A1", ALICE, (BOB,), "#1"), remark="refused: Late()", accepted=False)
    lines = drawn(rows)
    assert lines[1].endswith("-x|") and ">" not in lines[1]
    assert "refused: Late()" in lines[2]


def test_time_passes_across_all_lanes():
    rows = said(Message("A1", ALICE, (BOB,), ""), "1 day passes")
    assert drawn(rows)[2].split(None, 1)[1].strip("- ") == "1 day passes"


def test_the_time_is_written_where_it_changes_and_its_clock_below_the_day():
    one = said(Message("A1", ALICE, (BOB,), ""), Message("A2", BOB, (ALICE,), ""))
    two = said(Message("A1", ALICE, (BOB,), ""), when="day 6 23:59:59")
    lines = drawn(one + two)
    assert [line[5:14].strip() for line in lines] == ["", "day 0", "", "day 6", "23:59:59"]


def test_the_contract_stands_on_the_right():
    assert parties_of(said(Message("B3", CAROL, (CONTRACT, ALICE), ""))) == (ALICE, CAROL, CONTRACT)


@pytest.mark.parametrize("width", [60, 80, 100, 132])
def test_no_drawing_is_wider_than_the_page(width):
    rows = said(
        Message("B4", CAROL, (CONTRACT,), "the payments of bob, of whom there are many " * 4),
        Message("A1", ALICE, (BOB,), "#1"),
        when="day 12 23:59:59",
        remark="escrow 12 -> 7",
    )
    lines = drawn(rows, width)
    assert "too narrow" not in lines
    assert max(map(len, lines)) <= width
    assert " ".join(lines).count("many") == 4


def test_where_lanes_would_be_too_close_there_is_a_table():
    assert drawn(said(Message("A1", ALICE, (BOB, CAROL, CONTRACT), "")), 50) == ["too narrow"]


@pytest.fixture
def talking(shell):
    shell.environment["EXITGAME_RULEBOOK"] = "tests.cli.toy:TALKING"
    return shell


@pytest.mark.parametrize("columns", ["80", "100"])
def test_a_counterexample_is_drawn_and_so_is_its_replay(talking, columns):
    done = talking("explore talking --rules.delay 1d", COLUMNS=columns)
    assert done.returncode == 1
    assert "1 coin" in done.stdout and "1 day passes -" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= int(columns)
    kept = talking.json("explore talking --rules.delay 1d")["counterexamples"][0]["hash"]
    again = talking(f"replay {kept} --rules.delay 3d", COLUMNS=columns)
    assert again.returncode == 0
    assert " takes it out" in again.stdout and "refused: TooEarly(" in again.stdout


def test_documents_are_those_of_any_other_protocol(talking):
    found = talking.json("explore talking --rules.delay 1d")["counterexamples"][0]
    assert found["run"][0] == {
        "number": 1,
        "when": "day 0",
        "party": "alice",
        "action": "puts in 1",
        "effect": "escrow 0 -> 1",
        "accepted": True,
    }
    replayed = talking.json(f"replay {found['hash']}")["run"][0]
    assert replayed == {"type": "Line", **found["run"][0]}


def test_a_narrow_terminal_shows_the_table(talking):
    done = talking("explore talking --rules.delay 1d", COLUMNS="30")
    assert "T1" not in done.stdout
