"""Worker processes made by fork, each answering method calls on an object of its own.

Rulebooks hold plain functions, which a fork inherits and a pickle would refuse. A crew shares tasks
out to whoever is idle. Its answers can be had in the order of the tasks: then what is made of them
is the same for any number of workers.
"""

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection, wait
from typing import Any

_CONTEXT = multiprocessing.get_context("fork")


class Remote:
    """An object in a worker process: `ask` sends a call, `answer` waits for what it returned."""

    def __init__(self, make: Callable[[], Any]) -> None:
        """Fork; `make` runs in the worker."""
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(make, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, method: str, *args: Any) -> None:
        """Call a method without waiting."""
        self._pipe.send((method, args))

    def answer(self) -> Any:
        """What the oldest unanswered call returned. Raises what it raised."""
        good, value = self._pipe.recv()
        if not good:
            raise value
        return value

    def ready(self, timeout: float = 0.0) -> bool:
        """Is there an answer?"""
        return self._pipe.poll(timeout)

    @property
    def pipe(self) -> Connection:
        """For waiting on several at once."""
        return self._pipe

    def close(self) -> None:
        """End the worker, whatever it is doing."""
        self._process.terminate()
        self._process.join()
        self._pipe.close()


class Crew(AbstractContextManager["Crew"]):
    """Workers that do the same work."""

    def __init__(self, make: Callable[[], Any], workers: int) -> None:
        """Fork them; `make` runs in each."""
        self._workers = [Remote(make) for _ in range(workers)]
        self.waiting: dict[int, Any] = {}
        """Answers that are there before one of a lower number, where they are had in order."""

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
            for pipe in wait(list(busy)):
                number, worker = busy.pop(pipe)
                answer = worker.answer()
                give(worker)
                yield number, answer

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


def _serve(make: Callable[[], Any], pipe: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    target = make()
    while True:
        try:
            method, args = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, getattr(target, method)(*args)))
        except Exception as error:
            pipe.send((False, error))
