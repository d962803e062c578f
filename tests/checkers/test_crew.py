"""Whoever does the work, the answers are the same, and in order where that is asked for."""

import multiprocessing
import os
import sys
from contextlib import suppress
from itertools import repeat
from time import monotonic, sleep

import pytest

from impl.ground.crew import Alone, Crew, Desk, Gone
from impl.ground.watchdog import TimeIsUp, stoppable


class Squares:
    def __init__(self) -> None:
        self.more = 0

    def square(self, n: int) -> int:
        """The first one takes longest, so that others overtake it."""
        sleep(0.3 if n == 0 else 0.0)
        return n * n + self.more

    def add(self, n: int) -> None:
        self.more += n

    def fail(self, n: int) -> None:
        raise LookupError(n)

    def exit(self, n: int) -> None:
        sys.exit(n)

    def leave(self, n: int) -> None:
        os._exit(n)

    def hang(self, n: int) -> None:
        sum(repeat(n))

    def until_told(self, n: int) -> int:
        with suppress(TimeIsUp), stoppable():
            sleep(60 if n else 0)
        return n


TASKS = [(n,) for n in range(9)]
WANTED = [n * n for n in range(9)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_tasks(workers):
    with Crew(Squares, workers) as crew:
        assert list(crew.in_order("square", TASKS)) == WANTED
        assert crew.waiting == {}


OVERTAKEN = multiprocessing.get_context("fork").Event()


class Overtaken(Squares):
    def square(self, n: int) -> int:
        """The first one is done when the last one is."""
        if n == 0:
            assert OVERTAKEN.wait(60)
        if n == 8:
            OVERTAKEN.set()
        return n * n


def test_each_answer_has_the_number_of_its_task():
    with Crew(Overtaken, 2) as crew:
        as_they_come = list(crew.answers("square", TASKS))
    assert as_they_come != sorted(as_they_come), "the first task takes longer than the others"
    assert sorted(as_they_come) == list(enumerate(WANTED))
    assert list(Alone(Squares()).answers("square", TASKS)) == list(enumerate(WANTED))


def test_a_plan_is_asked_for_no_more_than_is_being_done():
    begun = []

    def plan():
        for task in TASKS:
            begun.append(task)
            yield task

    with Crew(Squares, 2) as crew:
        answers = crew.in_order("square", plan())
        next(answers)
        assert len(begun) <= 2 + 1 + len(crew.waiting) + 1
        answers.close()


def test_all_of_them_are_told():
    with Crew(Squares, 2) as crew:
        crew.tell("add", 7)
        assert list(crew.in_order("square", TASKS)) == [n + 7 for n in WANTED]


def test_what_is_raised_there_is_raised_here():
    with Crew(Squares, 2) as crew, pytest.raises(LookupError):
        list(crew.in_order("fail", TASKS))
    with Crew(Squares, 2) as crew, pytest.raises(SystemExit):
        list(crew.in_order("exit", TASKS))


def test_a_worker_that_ends_by_itself_is_told():
    with Crew(Squares, 2) as crew, pytest.raises(Gone, match="exit code 3"):
        list(crew.in_order("leave", [(3,)]))


def test_a_desk_has_no_answer_in_time_and_answers_again():
    desk = Desk(Squares)
    assert desk.ask("hang", 1, patience=0.2) is None
    assert desk.ask("square", 3, patience=60.0) == 9
    with pytest.raises(Gone):
        desk.ask("leave", 0, patience=60.0)
    assert desk.ask("square", 3, patience=None) == 9
    desk.close()


def test_stopped_workers_answer_with_what_they_have():
    for limit in (0.3, 3.0, 30.0):  # a busy machine needs more until both are at work
        with Crew(Squares, 2) as crew:
            with pytest.raises(TimeIsUp), stoppable(monotonic() + limit):
                list(crew.in_order("until_told", [(n,) for n in range(6)]))
            if {1, 2} <= set(crew.waiting.values()):
                return
    raise AssertionError("they did not answer")
