"""Decision tables that a person can read: of all cases where they are few, else of the branches."""

import functools
import inspect
import itertools
import re
from enum import Enum

import pytest
from attrs import frozen

from impl.lab.decisions import table as tables
from impl.lab.decisions.branches import OTHERWISE, Unreadable, branches
from impl.lab.rules.knobs import decisions
from impl.show.text import rules as sheet
from spec.channels.multiparty.rule_sets import LITERAL, SOUND
from spec.plasma.mvp.rule_sets import HARDENED


@pytest.fixture(scope="module", autouse=True)
def each_table_is_made_once():
    made_once = functools.cache(tables.decided)
    with pytest.MonkeyPatch.context() as patch:
        for each in (tables, sheet):
            patch.setattr(each, "decided", made_once, raising=False)
        yield


def decided(rules, name):
    return tables.decided(name, getattr(rules, name.replace("-", "_")), rules)


def test_the_literal_arbitration_is_the_five_steps_in_their_order():
    table = decided(LITERAL, "arbitrate")
    assert table.rows == (
        ("not dispute.answered", "CHALLENGER"),
        ("same_root(challenger, leader)", "LEADER"),
        (
            "first == common_length(challenger, leader) and len(challenger) == len(leader)",
            "LEADER",
        ),
        ("not signed_from(first, challenger, rules)", "LEADER"),
        ("not signed_from(first, leader, rules)", "CHALLENGER"),
        ("len(challenger) > len(leader)", "CHALLENGER"),
        ("otherwise", "LEADER"),
    )
    where = dict(table.where)
    assert where["challenger"] == "dispute.shown"
    assert where["first"] == "first_difference(challenger, leader)"
    assert where["_before_or_signed(place, first, entry, rules)"] == (
        "place < first or rules.signed(entry)"
    )


def test_the_sound_arbitration_is_by_receipts():
    table = decided(SOUND, "arbitrate")
    assert table.rows == (
        ("not dispute.answered", "CHALLENGER"),
        ("not all(genuine(entry, dispute, rules) for entry in dispute.listed)", "CHALLENGER"),
        ("not rules.unique(dispute.listed)", "CHALLENGER"),
        ("not rules.folds(dispute)", "CHALLENGER"),
        ("any(convicts(entry, dispute, rules) for entry in dispute.shown)", "CHALLENGER"),
        ("otherwise", "LEADER"),
    )
    assert table.note == tables.IN_ORDER


def test_a_short_decision_keeps_its_table_of_all_cases():
    assert decided(SOUND, "signed").rows == (("by_payer", "by_payee"), ("not by_payer", "False"))
    assert decided(HARDENED, "input-confirmed").rows == (
        ("shown", "signer != NOBODY"),
        ("not shown", "False"),
    )


def test_a_long_condition_is_left_to_the_function_that_decides_it():
    table = decided(HARDENED, "locate")
    assert table.rows[0] == (
        "not is_canonical(at.block, at.transaction, at.output, interval)",
        "raises NonCanonicalPosition(position)",
    )


def test_a_protocol_shows_its_default_rules_and_what_other_rule_sets_have_instead(shell):
    shell.environment["EXITGAME_RULEBOOK"] = "tests.cli.toy:TWO_WAYS"
    document = shell.json("rules ways")
    assert [each["function"] for each in document["decisions"]][:2] == ["sorted_out", "after_delay"]
    there = {
        (each["decision"]["name"], each["decision"]["function"]): each["rule_sets"]
        for each in document["elsewhere"]
    }
    assert there == {("payout", "whole"): ["plain"], ("matures", "at_once"): ["plain", "hasty"]}
    page = shell("rules ways").stdout
    assert "payout(amount, rules) is whole in plain" in page
    assert "  elsewhere  in\n  at_once    plain, hasty\n" in page
    assert shell.json("rules ways --rule-set long")["elsewhere"] == []
    assert shell.json("rules ways --rules.fee 1")["elsewhere"] == []
    assert "In plain:" in shell("rules ways --markdown").stdout


@pytest.mark.parametrize("rules", [LITERAL, SOUND, HARDENED])
def test_every_decision_that_is_shipped_has_a_table(rules):
    for name, function in decisions(rules).items():
        table = tables.decided(name, function, rules)
        assert table.rows, table.note
        assert ("always", "raises TypeError") not in table.rows
        assert tables.readable(table.rows) or len(table.rows) <= tables.READABLE_ROWS


class Colour(Enum):
    RED = 0
    GREEN = 1


@frozen
class Case:
    a: bool
    b: bool
    c: bool
    kind: Colour


def nested(case: Case) -> object:
    """Every kind of branch that a table can be made of."""
    answer = 0
    if case.a:
        if case.b:
            return Colour.RED
        answer = 1
    elif case.b or case.c:
        answer = answer + 2
    match case.kind:
        case Colour.RED if case.c:
            return answer
        case Colour.GREEN:
            pass
        case _:
            return Colour.GREEN if case.b else answer
    if not case.c:
        raise ValueError(answer)
    return (answer, answer)


def test_read_from_the_top_the_rows_decide_as_the_function_does():
    rows = branches(nested).rows
    for a, b, c, kind in itertools.product((0, 1), (0, 1), (0, 1), Colour):
        case = Case(bool(a), bool(b), bool(c), kind)
        names = {"case": case, **Colour.__members__}
        outcome = next(o for when, o in rows if when == OTHERWISE or eval(when, names))
        try:
            answer = nested(case)
        except ValueError as error:
            assert outcome.startswith("raises ValueError(")
            assert eval(outcome.removeprefix("raises ")).args == error.args
        else:
            assert eval(outcome, names) == answer


def loops(n: int) -> int:
    total = 0
    for each in range(n):
        total += each
    return total


def binds_inside(n: int) -> int:
    return 0 if (m := n + 1) > 3 else m


@pytest.mark.parametrize("function", [loops, binds_inside, lambda n: n, len])
def test_what_is_not_made_of_branches_is_refused(function):
    with pytest.raises(Unreadable):
        branches(function)


def always(n: int) -> int:
    m = n + 1
    return m


def test_the_table_is_read_off_the_function_that_is_given():
    assert branches(always).rows == (("always", "m"),)
    assert branches(always).where == (("m", "n + 1"),)
    assert "m = n + 1" in inspect.getsource(always)


def cells(line: str) -> list[str]:
    """What stands between the bars of a row of a Markdown table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize("rules", ["multiparty", "hardened --rules.exit-period 9d"])
def test_every_table_in_markdown_has_as_many_cells_in_each_row(shell, rules):
    page = shell(f"rules {rules} --markdown").stdout
    tables_in_it = [
        [cells(line) for line in block.splitlines()]
        for block in page.split("\n\n")
        if block.startswith("|")
    ]
    assert len(tables_in_it) > 10
    for head, rule, *rows in tables_in_it:
        assert rule == ["---"] * len(head)
        assert rows and all(len(row) == len(head) for row in rows)


def test_python_in_markdown_is_code_and_words_are_not():
    assert sheet.markdown_cell("a * b * _c") == "`a * b * _c`"
    assert sheet.markdown_cell("raises NotTaken(amount)") == "raises `NotTaken(amount)`"
    assert sheet.markdown_cell("otherwise") == "otherwise"
    assert sheet.markdown_cell("Is this a location?") == "Is this a location?"
    (row,) = sheet.markdown_table(("when", "then"), [("`a | b`", "c")])[2:3]
    assert row == "| `a \\| b` | c |" and len(cells(row)) == 2


def test_a_changed_knob_is_shown_before_and_after(shell):
    page = shell("rules toy --rules.delay 9d --markdown").stdout
    assert page.startswith("# toy/toy-vault, changed\n")
    assert "| delay | `7d` | `9d` |" in page and "| delay | 9d |" in page
    assert "rule change   delay 7d -> 9d" in shell("rules toy --rules.delay 9d").stdout
    document = shell.json("rules toy --rules.delay 9d")
    assert document["differences"] == [{"field": "delay", "before": "7d", "after": "9d"}]
    assert document["knobs"]["delay"] == "9d"


@pytest.mark.parametrize(("rules", "width"), [("hardened", 120), ("multiparty", 80)])
def test_the_tables_fit_the_terminal(shell, rules, width):
    page = shell(f"rules {rules}", COLUMNS=str(width)).stdout
    assert max(len(line) for line in page.splitlines()) <= width
