"""A rule that never returns is noticed, wherever it hangs, and nothing else is taken for one."""

import contextlib
import gc
import os
import re
import signal
import threading
from itertools import count
from time import monotonic, sleep

import pytest

from impl.ground.crew import Remote
from impl.ground.watchdog import (
    Interrupted,
    RuleHangs,
    TimeIsUp,
    put_off,
    shielded,
    stoppable,
    watchdog,
)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", 0.05)


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


def test_many_short_ones_are_not_one_long_one(monkeypatch):
    patience = 0.4  # a busy machine may leave any of them alone for a while
    monkeypatch.setattr("impl.ground.watchdog.PATIENCE", patience)
    end = monotonic() + 2 * patience
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


# --- rules that swallow what is raised in them ---


def loops():
    while True:
        pass


def swallows():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def swallows_what_is_called():
    def nothing():
        return 1

    while True:
        try:
            nothing()
        except BaseException:
            continue


def sleeps():
    while True:
        try:  # noqa: SIM105
            sleep(5)
        except BaseException:
            pass


def begins_again():
    try:
        while True:
            pass
    except BaseException:
        begins_again()


def goes_on_in_the_end():
    while True:
        try:
            while True:
                pass
        finally:
            continue  # noqa: B012


def suppresses():
    while True:
        with contextlib.suppress(BaseException):
            while True:
                pass


def yields():
    def forever():
        while True:
            try:  # noqa: SIM105
                yield
            except BaseException:
                pass

    for _ in forever():
        pass


class Slow:
    def __del__(self):
        for _ in range(20_000):
            pass


def deletes():
    while True:
        Slow()


RULES = [
    loops,
    swallows,
    swallows_what_is_called,
    sleeps,
    begins_again,
    goes_on_in_the_end,
    suppresses,
    yields,
    deletes,
]


def test_nothing_is_lost_in_what_the_garbage_collector_calls():
    def collected(phase, info):
        for _ in range(200_000):
            pass

    gc.callbacks.append(collected)
    try:
        for _ in range(5):
            with pytest.raises(TimeIsUp), stoppable(monotonic() + 0.02):
                while True:
                    gc.collect(0)
    finally:
        gc.callbacks.remove(collected)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_swallows_the_alarm_is_ended_all_the_same(rule):
    with pytest.raises(RuleHangs), watchdog(int):
        rule()
    with pytest.raises(TimeIsUp), stoppable(monotonic() + 0.05):
        rule()


def test_the_rule_that_kept_the_time_is_named():
    with pytest.raises(TimeIsUp) as up, stoppable(monotonic() + 0.05):
        loops()
    assert re.fullmatch(r"loops \(test_watchdog\.py line \d+\)", up.value.where)


def test_ctrl_c_is_not_lost_where_python_drops_exceptions():
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(Interrupted), stoppable():
        timer.start()
        deletes()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_whoever_stopped_has_time_for_a_result_and_what_is_around_it_is_stopped_then(monkeypatch):
    monkeypatch.setattr("impl.ground.watchdog.AGAIN", 1.0)
    made = False
    with pytest.raises(TimeIsUp), stoppable(monotonic() + 0.05):
        try:
            with stoppable(monotonic() + 0.05):
                loops()
        except TimeIsUp:
            busy(0.2)
            made = True
        loops()
    assert made


def test_nothing_is_raised_where_it_must_not_be():
    done = False
    with pytest.raises(TimeIsUp), stoppable(monotonic() + 0.05):
        with shielded():
            busy(0.2)
            done = True
        loops()
    assert done


def test_what_begins_after_the_end_is_ended_at_once():
    with pytest.raises(TimeIsUp), stoppable(monotonic() - 1):
        loops()


@pytest.mark.parametrize("first", [0.05, 60.0])
def test_a_deadline_that_is_put_off_is_that_of_the_block_and_comes_right_after_it(first):
    done = False
    with pytest.raises(TimeIsUp), stoppable(monotonic() + first), stoppable(monotonic() + 0.05):
        with put_off(monotonic() + 60):
            busy(0.2)
            done = True
        loops()
    assert done


def test_no_deadline_is_put_off_for_ever():
    begun = monotonic()
    with pytest.raises(TimeIsUp), stoppable(begun + 0.05), put_off(begun + 0.15):
        loops()
    assert monotonic() >= begun + 0.15
    with pytest.raises(TimeIsUp), stoppable(monotonic() + 0.05), put_off(None):
        loops()


def test_who_catches_the_end_of_an_inner_block_and_goes_on_is_ended_soon():
    ended = 0

    def attack(limit):
        try:
            with stoppable(monotonic() + limit):
                for _ in count():
                    pass
        except TimeIsUp:
            return

    start = monotonic()
    with contextlib.suppress(TimeIsUp), stoppable(monotonic() + 0.2):
        for _ in range(50):
            attack(0.4)
            ended += 1
    assert monotonic() - start < 8 and ended, "all fifty would take twenty seconds"
