"""Worker processes made by fork, each answering method calls on an object of its own.

Rulebooks hold plain functions, which a fork inherits and a pickle would refuse.
"""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
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
