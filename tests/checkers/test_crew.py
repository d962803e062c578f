"""Whoever does the work, the answers are the same, and in order where that is asked for."""

from time import sleep

import pytest

from impl.crew import Alone, Crew


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


TASKS = [(n,) for n in range(9)]
WANTED = [n * n for n in range(9)]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_answers_come_in_the_order_of_the_tasks(workers):
    with Crew(Squares, workers) as crew:
        assert list(crew.in_order("square", TASKS)) == WANTED
        assert crew.waiting == {}


def test_each_answer_has_the_number_of_its_task():
    with Crew(Squares, 2) as crew:
        as_they_come = list(crew.answers("square", TASKS))
    assert as_they_come != sorted(as_they_come), "the first task takes longer than the second"
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
