"""What people read: decision tables, and conditions on knobs."""

import time

from attrs import evolve

from impl.lab.prover import Row, decision_table, path_table, safe_knobs
from invariants.kernel.theorems import Theorem, assume
from spec.kernel.basics import Seconds
from tests.prover import ordering, samples, toy


def who_is_older(created: Seconds, now: Seconds, rules: ordering.Rules) -> str:
    if created + rules.minimum_age > now + rules.exit_period:
        return "too young"
    return "old enough"


def test_a_table_has_a_row_for_every_case_in_the_words_of_the_rule() -> None:
    rows = decision_table(who_is_older, {"rules": ordering.RULES}, ordering.KNOBS)
    assert set(rows) == {
        Row("created + minimum_age > now + exit_period", "'too young'"),
        Row("created + minimum_age <= now + exit_period", "'old enough'"),
    }


def test_knobs_that_are_not_symbolic_appear_as_numbers() -> None:
    rows = decision_table(who_is_older, {"rules": ordering.RULES})
    assert Row("created + 7 > now", "'too young'") in rows


def test_a_maximum_is_written_as_one() -> None:
    rows = decision_table(toy.maturity, {"rules": toy.RULES}, ("minimum_age", "exit_period"))
    assert rows == (Row("always", "max(created + minimum_age, started + exit_period)"),)


def test_refusals_carry_their_values_and_enum_members_their_names() -> None:
    rows = path_table(samples.buys, {"Party": 2})
    assert Row("amount < price", "raises TooDear(price=price, held=amount)") in rows
    green = [row for row in rows if row.outcome.endswith("colour=BLUE)")]
    assert [row.condition for row in green] == ["amount >= price and colour == GREEN and price > 2"]


def test_division_reads_as_it_was_written() -> None:
    rows = path_table(samples.divides)
    assert Row("b == 0", "raises ZeroDivisionError") in rows
    assert Row("b != 0", "(a // b, a % b)") in rows


def is_first(flag: bool, other: bool) -> bool:
    return flag and other


def test_decisions_that_change_nothing_are_left_out() -> None:
    assert len(path_table(never_mind, {"coins": 3, "Party": 2})) == 1
    assert Row("not flag", "False") in path_table(is_first)


def never_mind(coins: tuple[samples.Coin, ...], n: int) -> int:
    return 1 if n > 3 and coins else 1


def test_the_safe_knobs_of_the_ordering_theorem_are_found_unprompted() -> None:
    start = time.process_time()
    condition = safe_knobs(ordering.UNLIMITED)
    assert str(condition) == "minimum_age >= 2 * exit_period"
    assert time.process_time() - start < 3, "0.6 s when it was written"


def later_forgery(
    bad_block: Seconds, honest: ordering.Story, forged: ordering.Story, rules: ordering.Rules
) -> bool:
    assume(forged.started > forged.created)
    return ordering.honest_first(bad_block, honest, forged, rules)


def test_a_forgery_that_starts_a_second_later_leaves_one_more_case() -> None:
    strict = evolve(ordering.UNLIMITED, statement=later_forgery)
    assert str(safe_knobs(strict)) == "exit_period <= 1 or minimum_age >= 2 * exit_period"


def anything(rules: ordering.Rules) -> bool:
    return rules.exit_period >= 1


def nothing(rules: ordering.Rules) -> bool:
    return rules.exit_period < 1


def test_knobs_may_all_be_safe_or_none() -> None:
    always, never = (
        Theorem("", "", statement, values={"rules": ordering.RULES}, symbolic_knobs=ordering.KNOBS)
        for statement in (anything, nothing)
    )
    assert str(safe_knobs(always)) == "True"
    assert str(safe_knobs(never)) == "False"
