"""What rules ask of time is read off their code, and a key that does not hold it is not used."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from impl.evidence import Word
from impl.explore import explore
from impl.registry import rulebooks
from spec.kernel.basics import DAY, HOUR

PAYMENT = rulebooks()["payment"]
RULES = PAYMENT.rules_named("replacement").rules
TINY = PAYMENT.scopes["tiny"]


def late_answers_get_more_time(by: int) -> Callable[[int, int, int], int]:
    """Who answers in the last `by` seconds opens a whole new window."""

    def deadline_after(deadline: int, now: int, window: int) -> int:
        return now + window if 0 < deadline - now <= by else deadline

    return deadline_after


def explored(**decisions: Any) -> Any:
    return explore(PAYMENT, evolve(RULES, **decisions), TINY, key_sample=900, max_states=1_500)


@pytest.mark.parametrize("by", [36, 6 * HOUR, 11 * HOUR + 54 * 60, 18 * HOUR])
def test_a_rule_about_the_last_moments_before_a_deadline_is_found_out(by: int) -> None:
    result = explored(deadline_after=late_answers_get_more_time(by))
    assert {trace.invariant for trace in result.traces} == {"PC-WINDOW"}
    assert len(result.traces[0].actions) == 4


def test_a_rule_that_never_applies_breaks_nothing() -> None:
    result = explored(deadline_after=late_answers_get_more_time(0))
    assert result.word is Word.EXHAUSTED
    assert "times proved by regions of 1 d" in result.summary


def on_the_first_hour_of_a_day(deadline: int, now: int, window: int) -> int:
    return deadline - (now % DAY) // HOUR


def in_odd_seconds(deadline: int, now: int, window: int) -> int:
    return deadline if (now - deadline) & 1 else deadline + 0


def by_the_square(deadline: int, now: int, window: int) -> int:
    return deadline if (deadline - now) ** 2 >= 0 else now


@pytest.mark.parametrize("decision", [on_the_first_hour_of_a_day, in_odd_seconds, by_the_square])
def test_a_time_used_as_a_number_is_named_and_nothing_is_called_exhausted(
    decision: Callable[[int, int, int], int],
) -> None:
    result = explored(deadline_after=decision)
    assert result.word is not Word.EXHAUSTED and "every reachable state" not in result.summary
    assert "reduced key NOT used" in result.summary
    line = decision.__code__.co_firstlineno + 1
    assert f"tests/reading/test_reading.py:{line} " in result.summary


@pytest.mark.parametrize("name", rulebooks())
def test_the_key_of_shipped_rules_holds_all_that_they_ask_of_time(name: str) -> None:
    book = rulebooks()[name]
    rule_set = "hardened" if name == "plasma-mvp" else "sound" if name == "multiparty" else None
    rules = book.rules_named(rule_set or book.default_rules).rules
    result = explore(book, rules, book.scopes[book.key_scopes[0]], key_sample=300, max_states=60)
    assert result.details["proved"] and result.details["key"] == "reduced"


def test_the_answer_is_the_same_for_any_number_of_workers() -> None:
    rules = evolve(RULES, deadline_after=late_answers_get_more_time(12 * HOUR))
    one, two = (explore(PAYMENT, rules, TINY, workers=n, key_sample=600) for n in (1, 2))
    assert (one.summary, one.traces) == (two.summary, two.traces)
