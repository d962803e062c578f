"""Ends what does not end by itself: at Ctrl-C, when the time is up, where a rule never returns.

Rules are other people's code: a step may take seconds, or for ever, and then no limit that is
looked at between steps helps. So an exception is raised inside whatever runs:

* `Interrupted` and `TimeIsUp` in a `stoppable` block, at Ctrl-C and at the block's deadline. Both
  are `Stopped`: the work ends, and what was found so far counts. Catch them OUTSIDE the block.
* `RuleHangs` in a `watchdog` block whose counter of finished steps stands still for `PATIENCE`
  seconds. It is reported as every other fault of a rule is: with its run.

Nothing is raised where it would be lost or do harm: in `__del__`, in what the garbage collector
calls, in an import, in a `shielded` block; there it is tried again a moment later. A rule that
swallows what is raised in it gets it again, also at the next line of its own (`peel`), until it
lets go. What can't be ended from within is code that never comes back from C: that takes a second
process (`impl.cli.guard`).
"""

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any

from impl.ground.whose import entry_of, named, peel, place_of

PATIENCE = 10.0
"""Seconds. Steps take a few hundred microseconds at most."""
LOOKS = 4
"""How often a counter is looked at while it may stand still."""
SOON = 0.01
"""Seconds until it is tried again where nothing could be raised, or a rule swallowed it."""
AGAIN = 0.5
"""Seconds that whoever was stopped has for its result, before what is around it is stopped."""
SLOW = 0.25
"""Seconds. A step that takes longer is worth a word when the time is up."""


class RuleHangs(Exception):
    """A single step took longer than any step should."""


class Stopped(BaseException):
    """The work has to end now; what was found so far counts."""

    where = ""
    """The rule in which it was stopped, 'name (file line 3)', if that did not return for long."""


class Interrupted(Stopped, KeyboardInterrupt):
    """Somebody pressed Ctrl-C."""


class TimeIsUp(Stopped):
    """The deadline of the block has passed."""


def is_hang(cause: str) -> bool:
    """Does a finding's cause say that a rule did not return?"""
    return cause.startswith(RuleHangs.__name__)


def let_through(error: BaseException) -> None:
    """Raise what ends the work, for whoever catches all that a rule can raise: `sys.exit()` and
    `raise KeyboardInterrupt` in a rule are faults of that rule, Ctrl-C and the time are none."""
    if isinstance(error, Stopped):
        raise error


@contextmanager
def faults_ignored() -> Iterator[None]:
    """Ignore whatever a rule raises in the block."""
    try:
        yield
    except BaseException as error:
        let_through(error)


Told = Callable[[bool, float | None, bool], None]
"""told(begins, deadline, hears): the outermost `stoppable` block begins, or ends."""


class _Block:
    """One block that is being watched."""

    __slots__ = ("deadline", "finished", "hears", "hung", "rested", "seen", "since")

    def __init__(
        self, finished: Callable[[], int] | None, deadline: float | None, hears: bool
    ) -> None:
        self.finished, self.deadline, self.hears = finished, deadline, hears
        self.seen = None if finished is None else finished()
        self.since = monotonic()
        """When the counter was first seen where it stands."""
        self.hung: int | None = None
        """Where the counter stood when RuleHangs was raised."""
        self.rested = False
        """Was a block inside it ended by its deadline, and had time to make a result of that?"""


class _Dog:
    """Looks every now and then at what was begun. To begin and to end something is cheap: the
    alarm goes on between, and is put away when it finds nothing to look at."""

    def __init__(self) -> None:
        self.blocks: list[_Block] = []
        self.asked = False
        """Has somebody pressed Ctrl-C since the first block was begun?"""
        self.asked_at = 0.0
        """When that was last."""
        self.raised: float | None = None
        """When something was raised that has not left its block yet."""
        self.entry: FrameType | None = None
        """The rule in which that was, as our own code called it."""
        self.quiet = 0.0
        """Until then nothing is stopped: a result is being made of what there is."""
        self.shields = 0
        self.next: float | None = None
        """When the alarm goes off."""
        self.before: Any = signal.SIG_DFL
        self.sigint: Any = None
        """The handler of Ctrl-C outside all blocks, where it was replaced."""
        self.told: Told = lambda begins, deadline, hears: None
        self.unheard: Callable[[], None] = lambda: None
        """Called at Ctrl-C outside all blocks."""

    # Blocks ------------------------------------------------------------------------------------

    def begin(self, block: _Block) -> None:
        if not self.blocks and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self.sigint = signal.signal(signal.SIGINT, self.interrupt)
        self.blocks.append(block)
        self.raised = self.entry = None  # who begins something has caught what was raised before
        due = _wanted(block, monotonic())
        if due is not None and (self.next is None or due < self.next):
            self._set(due)
        if self.asked and block.hears:
            raise Interrupted
        if block.finished is None and self._late(monotonic()):
            raise TimeIsUp  # whoever caught it in an inner block goes on, and begins the next one

    def _late(self, now: float) -> bool:
        """Has the time of a block been over for so long that nothing new is to begin in it?"""
        return now >= self.quiet and any(block.rested for block in self.blocks)

    def rest(self, ended: _Block) -> None:
        """A block was stopped: for a moment nothing is, while a result is made of what there is.
        Once for each block around it: else one that goes on after every stop would never end."""
        now = monotonic()
        around = [block for block in self.blocks if block is not ended]
        late = [b for b in around if b.deadline is not None and b.deadline <= now]
        if late and late[-1].rested:
            return
        if late:
            late[-1].rested = True
        self.quiet = now + AGAIN

    def end(self, block: _Block) -> None:
        if block in self.blocks:
            del self.blocks[self.blocks.index(block) :]
        self.raised = self.entry = None
        if not self.blocks:
            self.asked, self.quiet = False, 0.0
            if self.sigint is not None:
                signal.signal(signal.SIGINT, self.sigint)
                self.sigint = None

    # Looking -----------------------------------------------------------------------------------

    def look(self, signum: int, frame: FrameType | None) -> None:
        """Raises what is due."""
        now, self.next = monotonic(), None
        error = self._due(now)
        if error is None:
            self.schedule(now)
            return
        self._set(now + SOON)
        rule, delicate = place_of(frame)
        stops = isinstance(error, Stopped)
        if self.shields or (stops and now < self.quiet):
            return
        if delicate:
            if rule is not None:
                peel(rule, error)
            return
        entry = None if rule is None else entry_of(rule)
        swallowed = self.raised is not None and entry is not None and entry is self.entry
        if self.raised is not None and not swallowed and (not stops or now < self.raised + AGAIN):
            return  # it is on its way, or was caught by our own code
        self.raised, self.entry = now, entry
        if stops and rule is not None and self._slow(now):
            error.where = named(rule)
        if swallowed and rule is not None:
            peel(rule, error)  # nothing is called behind it: our own calls end it
        raise error

    def interrupt(self, signum: int, frame: FrameType | None) -> None:
        """Ctrl-C."""
        self.asked_at = monotonic()
        if any(block.hears for block in self.blocks):
            self.asked = True
            self.look(signum, frame)
        elif self.sigint is not None:
            raise Interrupted
        else:
            self.asked = True  # whatever begins now is ended at once
            self.unheard()

    def _due(self, now: float) -> Any:
        if self.asked and any(block.hears for block in self.blocks):
            return Interrupted()
        if any(block.deadline is not None and block.deadline <= now for block in self.blocks):
            return TimeIsUp()
        watched = next((block for block in reversed(self.blocks) if block.finished), None)
        if watched is None or watched.finished is None:
            return None
        count = watched.finished()
        if count != watched.seen:
            watched.seen, watched.since = count, now
            return None
        if watched.hung == count:
            return None if self.raised is None else RuleHangs()
        if now - watched.since < PATIENCE:
            return None
        watched.hung = count
        return RuleHangs()

    def _slow(self, now: float) -> bool:
        """Has no step ended for long, as far as anybody counts them?"""
        watched = next((block for block in reversed(self.blocks) if block.finished), None)
        if watched is None or watched.finished is None:
            return True
        return watched.finished() == watched.seen and now - watched.since >= SLOW

    # The alarm ---------------------------------------------------------------------------------

    def schedule(self, now: float) -> None:
        """Look again when the first block wants it."""
        due = [t for block in self.blocks if (t := _wanted(block, now)) is not None]
        if due:
            self._set(min(due))
        else:
            self.put_away()

    def _set(self, at: float) -> None:
        if signal.getsignal(signal.SIGALRM) != self.look:
            self.before = signal.signal(signal.SIGALRM, self.look)
        self.next = at
        signal.setitimer(signal.ITIMER_REAL, max(at - monotonic(), 1e-4))

    def put_away(self) -> None:
        """No more alarms."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.next = None
        if signal.getsignal(signal.SIGALRM) == self.look:
            signal.signal(signal.SIGALRM, self.before or signal.SIG_DFL)

    def forget(self) -> None:
        """In a new process: alarms are not inherited, and nobody waits for its word."""
        self.put_away()
        self.blocks, self.asked, self.shields = [], False, 0
        self.raised = self.entry = None
        self.told, self.unheard = (lambda begins, deadline, hears: None), (lambda: None)


def _wanted(block: _Block, now: float) -> float | None:
    """When a block wants to be looked at."""
    if block.finished is None:
        return block.deadline
    return now + min(PATIENCE, SLOW) / LOOKS


_DOG = _Dog()
os.register_at_fork(after_in_child=_DOG.forget)
atexit.register(_DOG.put_away)  # an alarm during the interpreter's end would kill the process


@contextmanager
def watchdog(finished: Callable[[], int]) -> Iterator[None]:
    """Raise RuleHangs in the block when `finished` stands still. Does nothing in other threads."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    block = _Block(finished, None, hears=False)
    _DOG.begin(block)
    try:
        yield
    finally:
        _DOG.end(block)


@contextmanager
def stoppable(
    deadline: float | None = None, *, hears: bool = True, aside: bool = False
) -> Iterator[None]:
    """Raise Interrupted in the block at Ctrl-C, and TimeIsUp at a time of the monotonic clock.

    With `hears` off Ctrl-C is left to others. With `aside` its end says nothing of how long the
    command may take. Does nothing in other threads.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    first = not aside and all(block.finished for block in _DOG.blocks)
    block = _Block(None, deadline, hears)
    if first:
        _DOG.told(True, deadline, hears)
    try:
        _DOG.begin(block)
        yield
    except Stopped:
        _DOG.rest(block)
        raise
    finally:
        _DOG.end(block)
        if first:
            _DOG.told(False, None, hears)


@contextmanager
def put_off(deadline: float | None) -> Iterator[None]:
    """Until the end of the block no deadline around it is before this one."""
    earlier = [
        (block, block.deadline)
        for block in _DOG.blocks
        if deadline is not None and block.deadline is not None and block.deadline < deadline
    ]
    for block, _ in earlier:
        block.deadline = deadline
    try:
        yield
    finally:
        for block, before in earlier:
            block.deadline, block.rested = before, False
        if earlier:
            _DOG.schedule(monotonic())


@contextmanager
def shielded() -> Iterator[None]:
    """Raise nothing in the block: it is short, and must not be left half done."""
    _DOG.shields += 1
    try:
        yield
    finally:
        _DOG.shields -= 1


def interrupt(signum: int, frame: FrameType | None) -> None:
    """A signal handler that means Ctrl-C."""
    _DOG.interrupt(signum, frame)


def asked_at() -> float:
    """When somebody last pressed Ctrl-C, on the monotonic clock; 0 for never."""
    return _DOG.asked_at


def hasten(signum: int, frame: FrameType | None) -> None:
    """A signal handler that means: the time is up, whatever was said before."""
    for block in _DOG.blocks:
        if block.finished is None:
            block.deadline = 0.0
    _DOG.look(signum, frame)


def listen(told: Told, unheard: Callable[[], None]) -> None:
    """Hear of the outermost blocks, their deadlines and their ends; and of a Ctrl-C outside."""
    _DOG.told, _DOG.unheard = told, unheard
