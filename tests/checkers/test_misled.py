"""What a function would do otherwise where its times are watched is read off its source."""

import contextlib
from decimal import Decimal

import pytest
from attrs import evolve

from impl.ground.evidence import Word
from impl.lab.explore import explore
from impl.lab.purity.doubts import doubt
from impl.lab.rulebooks.registry import rulebooks

PAYMENT = rulebooks()["payment"]
RULES = PAYMENT.rules_named("replacement").rules


def tries(deadline, now, window):
    try:
        return deadline + 100 if Decimal(deadline - now) == 22 else deadline
    except TypeError:
        return deadline


def tries_all(deadline, now, window):
    try:
        return deadline + 100 if Decimal(deadline - now) == 22 else deadline
    except:  # noqa: E722
        return deadline


def returns_in_the_end(deadline, now, window):
    try:
        deadline += 100 if Decimal(deadline - now) == 22 else 0
    finally:
        return deadline  # noqa: B012


def suppresses(deadline, now, window):
    with contextlib.suppress(Exception):
        return deadline + 100 if Decimal(deadline - now) == 22 else deadline
    return deadline


def asks_its_type(deadline, now, window):
    return deadline + 100 if type(now) is int and deadline - now == 22 else deadline


def asks_its_type_by_name(deadline, now, window):
    return deadline + 100 if type(deadline - now) in (int, bool) and now == 7 else deadline


def looks_inside(deadline, now, window):
    return deadline if hasattr(now, "value") or deadline - now != 22 else deadline + 100


@pytest.mark.parametrize(
    "function",
    [tries, tries_all, returns_in_the_end, suppresses, asks_its_type, asks_its_type_by_name,
     looks_inside],
)  # fmt: skip
def test_nothing_is_called_exhausted_behind_it(function):
    rules = evolve(RULES, deadline_after=function)
    assert f"`{function.__name__}`" in doubt(PAYMENT, rules)
    result = explore(PAYMENT, rules, PAYMENT.scopes["tiny"], key_sample=300, max_states=3_000)
    assert result.word is not Word.EXHAUSTED and "every reachable state" not in result.summary


def careful(deadline, now, window):
    """Looks like the others, and is read to the end."""
    try:
        part = window // (deadline - deadline)
    except ZeroDivisionError:
        part = 0
    return deadline if isinstance(now, int) else part


def test_what_only_looks_like_it_is_none():
    rules = evolve(RULES, deadline_after=careful)
    assert not doubt(PAYMENT, rules)
    result = explore(PAYMENT, rules, PAYMENT.scopes["tiny"], key_sample=300)
    assert result.word is Word.EXHAUSTED
