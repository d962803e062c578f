"""A rule that never returns is noticed, wherever it hangs, and nothing else is taken for one."""

import signal
from itertools import count
from time import monotonic

import pytest

from impl.crew import Remote
from impl.watchdog import RuleHangs, watchdog


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr("impl.watchdog.PATIENCE", 0.05)


def hang() -> None:
    end = monotonic() + 5
    while monotonic() < end:
        pass
    raise AssertionError("nobody noticed")


def busy(seconds: float) -> None:
    end = monotonic() + seconds
    while monotonic() < end:
        pass


def test_what_stands_still_is_ended():
    with pytest.raises(RuleHangs), watchdog(int):
        hang()


def test_what_goes_on_is_left_alone():
    steps = count()
    with watchdog(lambda: next(steps)):
        busy(0.3)


def test_many_short_ones_are_not_one_long_one():
    end = monotonic() + 0.3
    while monotonic() < end:
        with watchdog(int):
            busy(0.001)


def test_behind_an_inner_one_the_outer_one_still_looks():
    with pytest.raises(RuleHangs), watchdog(int):
        with watchdog(int):
            busy(0.01)
        hang()


def test_afterwards_no_alarm_goes_on():
    def mine(*_):
        raise AssertionError("this is nobody's alarm")

    busy(0.2)
    ours = signal.signal(signal.SIGALRM, mine)
    try:
        with watchdog(int):
            busy(0.01)
        busy(0.2)
        assert signal.getsignal(signal.SIGALRM) is mine
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    finally:
        signal.signal(signal.SIGALRM, ours)


class Hanging:
    def noticed(self) -> bool:
        with pytest.raises(RuleHangs), watchdog(int):
            hang()
        return True


def test_a_new_process_is_watched_as_well():
    with watchdog(int):
        worker = Remote(Hanging)
        worker.ask("noticed")
    assert worker.answer()
    worker.close()
