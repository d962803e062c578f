"""Worker processes made by fork, each answering method calls on an object of its own.

Rulebooks hold plain functions, which a fork inherits and a pickle would refuse. A crew shares tasks
out to whoever is idle. Its answers can be had in the order of the tasks: then what is made of them
is the same for any number of workers.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import Any

from impl.ground.orphans import leave_with
from impl.ground.watchdog import Stopped, hasten, shielded

_CONTEXT = multiprocessing.get_context("fork")
HASTE = 0.5
"""Seconds that workers have for a last answer when the work is stopped."""
LONG = 60.0
"""Seconds between two looks whether there is an answer at all."""


START = {signal.SIGINT, signal.SIGTERM, signal.SIGUSR1}
"""What a worker must not hear before it has said that it ignores it."""


class Gone(EOFError):
    """A worker ended by itself: a rule called os._exit, Python crashed, or memory ran out."""

    def __init__(self, code: int | None) -> None:
        """With its exit code; negative: the signal that killed it."""
        ended = "" if code is None else f" (signal {-code})" if code < 0 else f" (exit code {code})"
        super().__init__(
            f"a process that runs the rules ended by itself{ended}: a rule called os._exit, crashed"
            " Python, or used up the memory"
        )


class Remote:
    """An object in a worker process: `ask` sends a call, `answer` waits for what it returned."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """Fork; `make` runs in the worker."""
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=_serve, args=(make, theirs, os.getpid()), daemon=True
        )
        with shielded():
            before = signal.pthread_sigmask(signal.SIG_BLOCK, START)
            try:
                self._process.start()
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
                theirs.close()

    def ask(self, method: str, *args: Any) -> None:
        """Call a method without waiting. Raises Gone."""
        with shielded():
            try:
                self._pipe.send((method, args))
            except OSError:
                raise self._gone() from None

    def answer(self) -> Any:
        """What the oldest unanswered call returned. Raises what it raised, or Gone."""
        while not self._pipe.poll(LONG):
            pass  # a signal's exception comes through here, and never inside of an answer
        with shielded():
            try:
                good, value = self._pipe.recv()
            except (EOFError, OSError):
                raise self._gone() from None
        if not good:
            raise value
        return value

    def _gone(self) -> Gone:
        self._process.join(1.0)
        return Gone(self._process.exitcode)

    def ready(self, timeout: float = 0.0) -> bool:
        """Is there an answer?"""
        return self._pipe.poll(timeout)

    @property
    def pipe(self) -> Connection:
        """For waiting on several at once."""
        return self._pipe

    def hasten(self) -> None:
        """Have it end the `stoppable` block in which it is."""
        if self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGUSR1)

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        with shielded():
            self._process.kill()
            self._process.join()
            self._pipe.close()


class Desk:
    """An object in a process of its own, which is ended where it takes too long."""

    def __init__(self, clerk: Callable[[], Any]) -> None:
        """`clerk` makes the object that answers."""
        self._clerk = clerk
        self._remote: Remote | None = None

    def ask(self, method: str, *args: Any, patience: float | None) -> Any:
        """What the method answers; None where it takes longer than so many seconds. Raises what it
        raised, or Gone."""
        if self._remote is None:
            self._remote = Remote(self._clerk)
        end = None if patience is None else monotonic() + patience
        try:
            self._remote.ask(method, *args)
            while not self._remote.ready(LONG if end is None else max(0.0, end - monotonic())):
                if end is not None and monotonic() >= end:
                    self.close()
                    return None
            return self._remote.answer()
        except (Stopped, Gone):
            self.close()
            raise

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._remote is not None:
            self._remote.close()
            self._remote = None


class Crew(AbstractContextManager["Crew"]):
    """Workers that do the same work."""

    def __init__(self, make: Callable[[], Any], workers: int) -> None:
        """Fork them; `make` runs in each."""
        self._workers = [Remote(make) for _ in range(workers)]
        self.waiting: dict[int, Any] = {}
        """Answers that are there before one of a lower number, where they are had in order; and
        those with which the workers were stopped."""

    def answers(
        self, method: str, tasks: Iterable[tuple[Any, ...]]
    ) -> Generator[tuple[int, Any], None, None]:
        """The number of a task, and its answer, as they come.

        A task is the arguments of a call. The next one is asked for when somebody is idle, so that
        whoever plans them can end the work.
        """
        left = enumerate(tasks)
        busy: dict[Any, tuple[int, Remote]] = {}

        def give(worker: Remote) -> None:
            for number, task in left:
                worker.ask(method, *task)
                busy[worker.pipe] = number, worker
                return

        for worker in self._workers:
            give(worker)
        while busy:
            try:
                there = wait(list(busy))
            except Stopped as stop:
                stop.where = stop.where or self._hasten(busy)
                raise
            for pipe in there:
                number, worker = busy.pop(pipe)
                answer = worker.answer()
                give(worker)
                yield number, answer

    def _hasten(self, busy: dict[Any, tuple[int, Remote]]) -> str:
        """Have the workers answer now with what they have, and put it with what is waiting.

        Returns the rule that does not return, if there is one.
        """
        end, where = monotonic() + HASTE, ""
        with shielded():
            for _, worker in busy.values():
                worker.hasten()
            while busy and (there := wait(list(busy), max(0.0, end - monotonic()))):
                for pipe in there:
                    number, worker = busy.pop(pipe)
                    try:
                        self.waiting[number] = worker.answer()
                    except Gone:
                        pass
                    except Stopped as stop:
                        where = where or stop.where
        return "a rule in a worker process" if busy else where

    def in_order(self, method: str, tasks: Iterable[tuple[Any, ...]]) -> Generator[Any, None, None]:
        """The answers in the order of the tasks."""
        turn = 0
        for number, answer in self.answers(method, tasks):
            self.waiting[number] = answer
            while turn in self.waiting:
                yield self.waiting.pop(turn)
                turn += 1

    def tell(self, method: str, *args: Any) -> None:
        """Call a method of every worker, and wait until all have done it."""
        for worker in self._workers:
            worker.ask(method, *args)
        for worker in self._workers:
            worker.answer()

    def close(self) -> None:
        """End them, whatever they are doing."""
        for worker in self._workers:
            worker.close()

    def __exit__(self, *_: object) -> None:
        """End them."""
        self.close()


class Alone:
    """Does the work of a crew in this process."""

    def __init__(self, target: Any) -> None:
        """The object that answers."""
        self._target = target

    def answers(self, method: str, tasks: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
        """One after the other."""
        for number, task in enumerate(tasks):
            yield number, getattr(self._target, method)(*task)

    def tell(self, method: str, *args: Any) -> None:
        """Call a method."""
        getattr(self._target, method)(*args)

    def close(self) -> None:
        """Nothing runs on."""


def _serve(make: Callable[[], Any], pipe: Connection, parent: int) -> None:
    leave_with(parent)
    for each in START:
        signal.signal(each, signal.SIG_IGN if each == signal.SIGINT else signal.SIG_DFL)
    signal.signal(signal.SIGUSR1, hasten)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, START)
    target = make()
    while True:
        try:
            method, args = pipe.recv()
        except EOFError:
            return
        try:
            answer = True, getattr(target, method)(*args)
        except BaseException as error:
            answer = False, error
        try:
            pipe.send(answer)
        except BrokenPipeError:
            return
        except Exception as error:  # it cannot be pickled
            said = answer[1] if not answer[0] else error
            pipe.send((False, RuntimeError(f"{type(said).__name__}: {said}")))
