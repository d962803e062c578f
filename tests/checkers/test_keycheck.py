"""A key is tested before it is trusted: wrong keys and rules that read the clock are caught."""

from time import process_time

from impl.lab.explore import explore
from impl.lab.explore.ticking import compare_with_ticks
from impl.lab.keys.check import check_key
from spec.kernel.basics import DAY
from tests.checkers import toy
from tests.checkers.toy import ABSOLUTE, EARLY, GOOD, TOY, Scope


def test_a_right_key_passes_and_says_on_what_sample():
    start = process_time()
    report = check_key(TOY, GOOD, Scope())
    assert report.passed and report.groups > 20 and report.shifts > 20
    assert f"{report.states:,} states" in report.summary
    assert process_time() - start < 5


def test_a_key_that_forgets_something_is_caught():
    report = check_key(toy.rulebook(toy.wrong_key), GOOD, Scope())
    assert not report.passed and "same key differ" in report.summary


def test_a_rule_that_reads_the_absolute_time_is_caught_and_the_exact_key_used():
    report = check_key(TOY, ABSOLUTE, Scope())
    assert not report.passed and "reads the absolute time" in report.summary
    assert "Finish" in report.summary
    result = explore(TOY, ABSOLUTE, Scope(), depth=4)
    assert result.details["key"] == "exact" and "exact key" in result.summary
    assert "reads the absolute time" in result.details["key_check"]


def test_a_key_that_keeps_the_absolute_time_is_caught():
    def aging(state, rules):
        return lambda now: (now, toy.key(state, rules)(now))

    assert "changes its key" in check_key(toy.rulebook(aging), GOOD, Scope()).summary


def test_the_test_of_a_key_gives_the_same_answer_every_time():
    assert check_key(TOY, GOOD, Scope()) == check_key(TOY, GOOD, Scope())


def test_reduced_key_and_critical_instants_find_what_ticking_time_finds():
    for rules in (GOOD, EARLY):
        report = compare_with_ticks(TOY, rules, Scope(1, 2), horizon=20 * DAY)
        assert report.finished and report.agree and report.reduced == report.ticks
        assert report.tick_states > 5 * report.reduced_states


def test_a_wrong_key_loses_what_ticking_time_finds():
    wrong = toy.rulebook(toy.wrong_key)
    report = compare_with_ticks(wrong, EARLY, Scope(1, 2), horizon=9 * DAY)
    assert not report.agree and ("SOLVENT", "alice is robbed") in report.ticks
