"""What rules ask of time is read off their code, and a key that does not hold it is not used."""

import copy
import json
import operator
import pickle
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve, frozen

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.explore.keys import proved_key
from impl.lab.reading.plain import has_users
from impl.lab.rulebooks.registry import rulebooks
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


NARROW = {
    "the same": lambda apart: apart == 22,
    "in a set": lambda apart: apart in {22, 23},
    "in a dict": lambda apart: {22: 1}.get(apart, 0),
    "in a tuple": lambda apart: (apart, 1) == (22, 1),
    "in a range": lambda apart: apart in range(22, 24),
    "a hash": lambda apart: hash(apart) == 22,
    "both at once": lambda apart: divmod(apart, 10) == (2, 2),
    "a remainder": lambda apart: apart % 977 == 22,
    "an index": lambda apart: operator.index(apart) == 22,
    "a letter": lambda apart: chr(apart % 1000 + 65) == "W",
    "a length": lambda apart: len(range(apart % 1000)) == 22,
    "text": lambda apart: f"{apart}" == "22",
    "hex": lambda apart: hex(apart) == "0x16",
    "an and": lambda apart: apart & 1023 == 22,
    "a product": lambda apart: apart * apart == 484,
    "the nearest": lambda apart: min((21, 22, 23), key=lambda n: abs(n - apart)) == 22 == apart,
    "sorted": lambda apart: sorted([21, apart, 23])[1] == apart != 21,
    "nothing left": lambda apart: not apart - 22,
    "bits": lambda apart: apart.bit_length() == 5,
    "a record in a set": lambda apart: Apart(apart) in {Apart(22)},
    "a record in a dict": lambda apart: {Apart(22): 1}.get(Apart(apart), 0),
    "a copy": lambda apart: copy.copy(apart) == 22,
    "a deep copy": lambda apart: copy.deepcopy([apart]) == [22],
    "packed up": lambda apart: pickle.loads(pickle.dumps(apart)) == 22,
    "json": lambda apart: json.dumps(apart) == "22",
    "a decimal": lambda apart: Decimal(apart) == 22,
    "a fraction": lambda apart: Fraction(apart, 2) == 11,
    "a time of day": lambda apart: timedelta(seconds=apart).seconds == 22,
    "a float": lambda apart: apart / 2 == 11.0,
}


@frozen
class Apart:
    """A record of a rule's own."""

    seconds: int


@pytest.mark.parametrize("look", NARROW)
def test_a_few_seconds_in_which_a_rule_is_another_are_never_overlooked(look: str) -> None:
    """However they are spelt, no key is said to hold them that does not."""
    asks = NARROW[look]

    def deadline_after(deadline: int, now: int, window: int) -> int:
        return deadline + 100 if asks(deadline - now) else deadline

    result = proved_key(PAYMENT, evolve(RULES, deadline_after=deadline_after), TINY, 250)
    assert result.word in (Word.REFUTED, Word.UNKNOWN)
    assert "stopped" not in result.summary, "it was not even asked"


def test_the_key_of_the_rules_as_they_are_is_proved_in_as_many_states() -> None:
    assert proved_key(PAYMENT, RULES, TINY, 250).word is Word.PROVED


DATES = {
    "one second": lambda deadline, now: now == 86_378,
    "between two": lambda deadline, now: 86_370 < now < 86_380,
    "long after": lambda deadline, now: now > 5_000_000,
    "an end": lambda deadline, now: deadline == 176_400,
}


@pytest.mark.parametrize("date", DATES)
def test_a_date_is_gone_to_even_where_nothing_is_to_be_waited_for(date: str) -> None:
    asks = DATES[date]

    def deadline_after(deadline: int, now: int, window: int) -> int:
        return deadline + 100 if asks(deadline, now) else deadline

    rules = evolve(RULES, deadline_after=deadline_after)
    result = explore(PAYMENT, rules, TINY, key_sample=300, max_states=6_000)
    assert {trace.invariant for trace in result.traces} == {"PC-WINDOW"}
    assert len(result.traces[0].actions) <= 5
    assert result.details["key"] == "exact"


def test_a_date_that_is_too_far_to_be_gone_to_is_assumed_to_be_like_the_others() -> None:
    """An hour asks for the next one only, again and again: whether the seventh is met is luck."""

    def deadline_after(deadline: int, now: int, window: int) -> int:
        return deadline + 100 if now // HOUR == 7 else deadline

    rules = evolve(RULES, deadline_after=deadline_after)
    result = explore(PAYMENT, rules, TINY, key_sample=300, max_states=1_000)
    found = {trace.invariant for trace in result.traces}
    assumed = "dates are alike but for those that were gone to" in result.details["assumed"]
    assert found == {"PC-WINDOW"} or assumed
    assert result.word is not Word.EXHAUSTED


def test_what_holds_on_the_dates_that_were_gone_to_is_not_said_of_all() -> None:
    def deadline_after(deadline: int, now: int, window: int) -> int:
        return deadline if now < 5_000_000 else deadline + 1

    book, one = evolve(PAYMENT, invariants=()), evolve(TINY, versions=1)
    result = explore(book, evolve(RULES, deadline_after=deadline_after), one, key_sample=300)
    assert not result.traces and result.word is Word.ASSUMED
    assert "every reachable state" not in result.summary
    assert "tests/reading/test_reading.py" in result.details["assumed"]


def test_a_date_that_makes_no_difference_is_none() -> None:
    def deadline_after(deadline: int, now: int, window: int) -> int:
        return deadline if now < 5_000_000 else max(deadline, now - now)

    result = explore(PAYMENT, evolve(RULES, deadline_after=deadline_after), TINY, key_sample=300)
    assert result.word is Word.EXHAUSTED and result.details["key"] == "reduced"


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


@pytest.mark.parametrize("name", rulebooks())
def test_no_shipped_protocol_holds_a_users_function_and_one_in_its_steps_is_found(name):
    protocol = rulebooks()[name].protocol
    assert not has_users(protocol)
    kind = protocol.step.actions[0]
    effects = {**protocol.step.effects, kind: lambda action, state, rules: state}
    assert has_users(evolve(protocol, step=evolve(protocol.step, effects=effects)))
