"""What ends a run and is no outcome of it, whatever the code under proof does about it.

What a symbolic value can't do, a function that is not pure, time, stack or memory that is used up,
an error inside z3: none of them says anything about the rules.
"""

import contextlib
import ctypes
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import z3

from impl.ground.words import line
from impl.lab.prover.places import HERE, Z3, here, raised_in

_ENGINE = f"{HERE}paths.py"


class Stop(BaseException):
    """Ends a run and is no outcome of it. Not an Exception; and the engine that is running is told,
    so that it stays raised where a rule swallows even this."""

    def __init__(self, *args: object) -> None:
        """Tell the engine that is running."""
        super().__init__(*args)
        if _told is not None:
            _told(self)


class Unsupported(Stop):
    """Something that a symbolic value can't do; begins with the author's line, if there is one."""

    def __init__(self, what: str, where: str | None = None) -> None:
        """`what` the code does, and `where`, if not in the author's line that is running."""
        place = here() if where is None else where
        super().__init__(f"{place}: {what}" if place else what)


class NotStated(Unsupported):
    """A theorem that can't be asked as its author has written it: its id, where, and what would be
    right."""

    def __init__(self, said: str) -> None:
        """On one line."""
        super().__init__(line(said, LONGEST), where="")


LONGEST = 600
"""Characters of such a line."""


class Mistake(TypeError):
    """What an author has written about a theorem, and what would be right; not yet of which."""


class Unfaithful(Stop):
    """A rerun asked another question than before: the function is not pure."""


class OutOfPatience(Stop):
    """The time, the stack or the number of decisions on one path is used up."""


class Infeasible(Stop):
    """No values lead here; the path is dropped."""


class NeedsSolver(Stop):
    """Without a solver, this call has too many paths or needs too much."""


_told: Callable[[Stop], None] | None = None


def listen(listener: Callable[[Stop], None] | None) -> None:
    """Tell this engine's listener from now on; None: nobody."""
    global _told
    _told = listener


_Z3_ERRORS = (z3.Z3Exception, ctypes.ArgumentError)


@contextlib.contextmanager
def no_outcomes() -> Iterator[None]:
    """What goes wrong in the machinery (the stack, the memory, z3) ends the run, and is no outcome
    of it."""
    try:
        yield
    except RecursionError:
        raise OutOfPatience("all the recursion that Python allows") from None
    except MemoryError:
        raise OutOfPatience("all the memory there is") from None
    except Exception as error:
        if isinstance(error.__context__, RecursionError):
            raise OutOfPatience("all the recursion that Python allows") from None
        if isinstance(error, _Z3_ERRORS) or raised_in(error).startswith(Z3):
            raise Unsupported(f"an error inside z3: {type(error).__name__}: {error}") from None
        raise


@contextlib.contextmanager
def alarm(seconds: float | None, look_at_the_clock: Callable[[], object]) -> Iterator[None]:
    """Look at the clock in the author's code, too, once so many seconds of CPU are gone.

    z3 and the engine are never interrupted: they look by themselves. Other threads have no alarm.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def look(signum: int, frame: FrameType | None) -> None:
        file = frame.f_code.co_filename if frame else ""
        if not file.startswith(Z3) and file != _ENGINE:
            look_at_the_clock()

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001), 0.02)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
