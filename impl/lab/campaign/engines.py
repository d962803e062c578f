"""Who plays the shards of a round: this process, or processes made from it."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import sleep
from typing import Protocol

from impl.ground.crew import Crew
from impl.ground.faults import BadInput
from impl.lab.campaign.corpus import Growth
from impl.lab.campaign.shards import Shard, Worker


class Engine(Protocol):
    """Plays shards; in which order they come back does not matter."""

    def shards(self, numbers: Sequence[int]) -> Iterator[Shard]:
        """Play these shards, each as soon as it is finished."""

    def learn(self, growth: Growth) -> None:
        """Let every worker know what a round added to the corpus."""

    def close(self) -> None:
        """Stop, whatever is still being played."""


class Here:
    """One worker, in this process."""

    def __init__(self, worker: Worker) -> None:
        """The worker knows the corpus."""
        self.worker = worker

    def shards(self, numbers: Sequence[int]) -> Iterator[Shard]:
        """One after the other."""
        return map(self.worker.shard, numbers)

    def learn(self, growth: Growth) -> None:
        """Nothing to do: there is only one worker, which is the campaign's own."""

    def close(self) -> None:
        """Nothing runs on."""


class Processes:
    """Several workers, each a copy of this process, which inherits what the worker knows."""

    def __init__(self, worker: Worker, workers: int, lock: int) -> None:
        """Fork. `lock` is the descriptor that holds the campaign's folder."""
        parent = os.getpid()

        def begin() -> Worker:
            os.close(lock)
            threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
            return worker

        self._crew = Crew(begin, workers)

    def shards(self, numbers: Sequence[int]) -> Iterator[Shard]:
        """Each worker takes the next one when it has finished one."""
        with _told_of_death():
            for _, shard in self._crew.answers("shard", ((number,) for number in numbers)):
                yield shard

    def learn(self, growth: Growth) -> None:
        """Tell all of them."""
        with _told_of_death():
            self._crew.tell("learn", growth)

    def close(self) -> None:
        """End them."""
        self._crew.close()


@contextmanager
def _told_of_death() -> Iterator[None]:
    try:
        yield
    except EOFError:
        raise BadInput(
            "a worker process died (out of memory?); the same command goes on where the campaign"
            " stopped, perhaps with fewer --workers"
        ) from None


def _leave_with(parent: int) -> None:
    """End this process when its parent is gone: nobody would ever ask it for anything again."""
    while os.getppid() == parent:
        sleep(0.5)
    os._exit(1)


Make = Callable[[Worker, Growth, int], Engine]
"""Makes an engine from the campaign's own worker, the whole corpus, and the lock's descriptor."""


def on_processes(workers: int) -> Make:
    """An engine on this machine; one worker needs no other process."""

    def make(worker: Worker, corpus: Growth, lock: int) -> Engine:
        return Here(worker) if workers == 1 else Processes(worker, workers, lock)

    return make
