"""What a page says of the code that ran: calls, lines, conditions, values as they are annotated."""

import sys
from pathlib import Path

from attrs import define, frozen

from impl.show.report.source import reading, source
from impl.show.report.values import Speller
from impl.show.report.watching import watched
from spec.kernel.basics import DAY, HOUR, Asset, Party, Seconds
from spec.kernel.refusal import Refusal
from tests.cli import toy

HERE = Path(__file__)


@frozen
class Rules:
    bond: int
    delay: Seconds


@frozen
class Exit:
    bond: int
    owner: Party
    started: Seconds
    delay: Seconds
    asset: Asset = Asset(0)


@define
class TooPoor(Refusal):
    party: Party
    until: Seconds


def halved(amount: int) -> int:
    return amount // 2


def decides(exit: Exit, rules: Rules) -> int:
    """Decide.

    At some length.
    """
    if exit.bond < rules.bond and not exit.owner == 7 or exit.bond == 99:
        raise TooPoor(exit.owner, exit.started)
    return max(
        halved(each)
        for each in (
            exit.bond,
            2,
        )
    )


RULES = Rules(bond=4, delay=DAY)


def calls(exit: Exit) -> dict:
    return {call.name: call for call in watched(lambda: decides(exit, RULES), (HERE,))}


def test_conditions_are_those_that_were_asked_with_what_they_compared() -> None:
    asked = list(calls(Exit(9, Party(1), 0, 0))["decides"].conditions.values())
    assert [(each.text, each.holds) for each in asked] == [
        ("exit.bond < rules.bond", False),
        ("exit.bond == 99", False),
    ]
    assert [value for value, _ in asked[0].compared] == [9, 4]
    assert asked[0].signs == ("<",)


def test_a_refusal_is_told_by_the_call_that_raised_it() -> None:
    call = calls(Exit(1, Party(1), 5, 0))["decides"]
    assert call.raised == TooPoor(Party(1), 5)
    assert [each.holds for each in call.conditions.values()] == [True, False]


def test_a_call_knows_what_it_answered_and_what_ran() -> None:
    found = calls(Exit(9, Party(1), 0, 0))
    assert found["decides"].result == 4
    assert found["halved"].depth == 1
    lines = source(decides.__code__, found["decides"].lines, set())
    assert not any("Decide." in line.text for line in lines)
    text = {line.text.strip(): line.ran for line in lines}
    assert not text["raise TooPoor(exit.owner, exit.started)"]
    assert text["return max("] and text["halved(each)"] and text[")"]


def test_only_fields_of_the_rules_count_as_read() -> None:
    (line,) = reading(decides.__code__, "bond", frozenset({"Rules"}))
    assert "rules.bond" in HERE.read_text().splitlines()[line - 1]
    assert reading(decides.__code__, "started", frozenset({"Rules"})) == frozenset()


def test_watching_leaves_another_observer_in_place() -> None:
    def observer(frame: object, event: str, value: object) -> None:
        return None

    before = sys.gettrace()
    sys.settrace(observer)
    try:
        watched(lambda: halved(2), (HERE,))
        assert sys.gettrace() is observer
    finally:
        sys.settrace(before)


def test_values_are_spelled_by_their_annotations() -> None:
    speller = Speller(toy.VAULT)
    exit = Exit(4, Party(1), DAY, 12 * HOUR)
    assert (
        speller.spell(exit) == "Exit(bond 4, owner alice, started day 1, delay 12 h, asset ether)"
    )
    assert speller.refusal(TooPoor(Party(2), DAY + 1)) == (
        "TooPoor: party mallory, until day 1 00:00:01"
    )
    assert speller.spell({1: None, 2: True}) == "{1: none, 2: yes}"
    assert speller.spell(frozenset({3, 1, 2})) == "{1, 2, 3}"
    assert speller.party(Party(99)) == "party 99"
    assert speller.key(1_000_000) == "1000000"
    assert speller.spell("x" * 5_000).endswith("…")
