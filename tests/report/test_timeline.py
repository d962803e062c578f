"""Lanes over time: to scale, or marked where not; deadlines where they are, with what they are."""

from itertools import pairwise

import pytest
from attrs import evolve

from impl.lab.rules.change import RuleChange
from impl.show.report.deadlines import origin
from impl.show.report.page import gathered
from impl.show.report.timeline import WIDTH, Chart
from spec.kernel.basics import DAY, HOUR, Party, Seconds
from spec.kernel.clock import Wait
from tests.cli import toy
from tests.report.runs import Run, hasty, stored, ten_days

ALICE = Party(1)


def chart(run: Run) -> Chart:
    page = gathered(run.change, run.scope, run.trace)
    drawn: Chart = page["chart"]
    return drawn


def waiting(*lengths: Seconds) -> Chart:
    """Alice puts a coin in after each of some waits; only the first time is accepted."""
    run = hasty()
    actions = [each for length in lengths for each in (Wait(length), toy.PutIn(ALICE, 1))]
    change = RuleChange(toy.TOY, toy.TOY.rule_sets[0], toy.PLAIN)
    return chart(evolve(run, change=change, trace=evolve(run.trace, actions=tuple(actions))))


def widths(drawn: Chart) -> list[float]:
    return [span.right - span.left for span in drawn.spans]


def test_spans_are_to_scale() -> None:
    one, two, three = widths(waiting(DAY, 2 * DAY, 4 * DAY))
    assert two / one == pytest.approx(2) and three / one == pytest.approx(4)
    assert not any(span.scale for span in waiting(DAY, 2 * DAY, 4 * DAY).spans)


def test_a_span_that_would_dwarf_the_others_is_shortened_and_marked() -> None:
    drawn = waiting(DAY, DAY, 400 * DAY)
    assert [span.scale for span in drawn.spans] == ["", "", "shorter"]
    assert drawn.shortened and not drawn.lengthened
    assert widths(drawn)[2] == pytest.approx(4 * widths(drawn)[0])


def test_a_second_is_lengthened_until_it_can_be_seen_and_marked() -> None:
    drawn = waiting(DAY, 1)
    assert [span.scale for span in drawn.spans] == ["", "longer"]
    assert drawn.lengthened and widths(drawn)[1] > 20


def test_the_last_date_stands_in_the_page() -> None:
    for drawn in (chart(ten_days()), waiting(DAY, 2 * DAY, 4 * DAY)):
        assert max(tick.reaches for tick in drawn.ticks) < drawn.width <= WIDTH


def test_what_happens_at_one_moment_stands_side_by_side() -> None:
    drawn = chart(stored("channels/multiparty/traces/036c7e62.trace"))
    marks = sorted(drawn.marks, key=lambda mark: mark.step)
    assert all(later.x - earlier.x > 25 for earlier, later in pairwise(marks))


def test_a_deadline_stands_at_its_moment() -> None:
    drawn = chart(ten_days())
    first = next(span for span in drawn.spans if span.start == 0)
    day_4 = next(rule for rule in drawn.rules if rule.deadline.time == 4 * DAY)
    part = (day_4.x - first.left) / (first.right - first.left)
    assert part == pytest.approx(4 / 7)


def test_letters_that_would_hide_each_other_stand_in_rows() -> None:
    rules = chart(ten_days()).rules
    for one in rules:
        for two in rules:
            assert one is two or one.row != two.row or abs(one.x - two.x) >= 18


def test_refused_waits_take_no_time() -> None:
    run = ten_days()
    base = evolve(run, change=evolve(run.change, rules=run.base))
    assert [span.step for span in chart(base).spans if span.step] == [4]


def test_money_that_moves_is_noted_at_the_chain() -> None:
    assert [mark.money for mark in chart(ten_days()).marks] == ["+1", "", "+2", "+2", "−3"]


def test_a_moment_is_told_by_the_shortest_sum_that_makes_it() -> None:
    sources = [("created of blocks.1", DAY), ("exitable_at of exits.1", 9 * DAY)]
    knobs = [("exit-period", 7 * DAY), ("minimum-age", 14 * DAY)]
    assert origin(9 * DAY, sources, knobs) == "exitable_at of exits.1"
    assert origin(8 * DAY, sources, knobs) == "created of blocks.1 (day 1) + exit-period"
    assert origin(8 * DAY + 1, sources, knobs) == (
        "created of blocks.1 (day 1) + exit-period + 1 s"
    )
    assert origin(2 * DAY, sources, knobs) == "exitable_at of exits.1 (day 9) − exit-period"
    assert origin(100 * DAY + HOUR, sources, knobs) == ""


def test_a_knob_is_not_named_where_another_has_the_same_value() -> None:
    knobs = [("voting-period", DAY), ("trading-period", DAY)]
    assert origin(2 * DAY, [("since", DAY)], knobs) == "since (day 1) + 1 day"
