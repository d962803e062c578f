"""Two processes: one does the work, the other one sees that it ends.

What never comes back from C (z3, `sum(itertools.count())`) can't be ended from within, and what
swallows everything hardly. So the command's own process only waits: it hands Ctrl-C on, ends the
other one where that does not end by itself, a little after Ctrl-C or after its time is up, and then
says in which rule it was, and how far. It also ends every process that is left.

Only the working process and its workers run rules. They do not hear of SIGINT at all: of a Ctrl-C
in a terminal, which every process of the group gets, only the waiting one knows what it means.
"""

import atexit
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from time import monotonic
from types import FrameType
from typing import Any, NoReturn

from impl.ground.codes import BROKEN, FAULT, INTERRUPTED
from impl.ground.orphans import adopt, end_all, leave_with

GRACE = 1.8
"""Seconds after Ctrl-C, or the end of the time, in which the work has to end by itself."""
ANSWERING = 3.0
"""Further seconds for one that is writing its answer."""
TWICE = 0.3
"""Seconds. A second Ctrl-C so soon after the first one is the same."""
MEMORY = 0.85
"""The share of the machine's memory that one process may use."""
ENDING = (signal.SIGINT, signal.SIGTERM)
"""Both mean the same."""
BEGUN, DONE = b"begun", b"done"
NO_START = "could not start: its process"


def possible() -> bool:
    """Does this system have what is needed?"""
    return hasattr(os, "fork") and hasattr(signal, "sigtimedwait")


def guarded(typed: list[str], work: Callable[[list[str]], int]) -> NoReturn:
    """Do the work in another process, and leave with its exit code."""
    blocked = {*ENDING, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, blocked) - set(ENDING)
    notes, stack = os.pipe(), os.pipe()
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        leave_with(guard)
        os.close(notes[0])
        os.close(stack[0])
        _Worker(typed, notes[1], stack[1]).run(work, before)
    os.close(notes[1])
    os.close(stack[1])
    code = _Guard(typed, child, notes[0], stack[0]).wait()
    sys.stdout.flush()
    os._exit(code)


# The process that waits -------------------------------------------------------------------------


class _Guard:
    """Waits for the one that works."""

    def __init__(self, typed: list[str], child: int, notes: int, stack: int) -> None:
        self.typed, self.child, self.notes, self.stack = typed, child, notes, stack
        os.set_blocking(notes, False)
        os.set_blocking(stack, False)
        self.rest = b""
        self.asked: float | None = None
        """When Ctrl-C was pressed."""
        self.until: float | None = None
        """When the time of the search is up."""
        self.answering = self.done = False
        self.begun = False
        """Was all that it needs loaded? No rule runs before that."""
        self.at = ""
        """How far it is, in its own words."""
        adopt()

    def wait(self) -> int:
        """Its exit code, or what there is to say where it has none."""
        while True:
            told = signal.sigtimedwait({*ENDING, signal.SIGCHLD}, self._patience())
            self._read()
            ended, status = os.waitpid(self.child, os.WNOHANG)
            if ended:
                break
            if told is not None and told.si_signo in ENDING:
                if self.asked is not None and monotonic() > self.asked + TWICE:
                    self._end()
                    return self._say("interrupted twice: ended at once", INTERRUPTED)
                if self.asked is None:
                    self.asked = monotonic()
                    os.kill(self.child, signal.SIGUSR1)
            end = self._ends()
            if end is not None and monotonic() >= end:
                return self._overdue()
        self._read()
        end_all()
        if self.done:
            return os.waitstatus_to_exitcode(status)
        return self._died(os.waitstatus_to_exitcode(status))

    def _ends(self) -> float | None:
        """When it has to have ended."""
        ends = [end for end in (self.asked, self.until) if end is not None]
        return min(ends) + GRACE + (ANSWERING if self.answering else 0.0) if ends else None

    def _patience(self) -> float:
        end = self._ends()
        return 1.0 if end is None else min(1.0, max(0.0, end - monotonic()))

    def _read(self) -> None:
        """What the other one has noted."""
        lines = (self.rest + _all(self.notes)).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            word, _, text = line.decode(errors="replace").partition(" ")
            if word == "until":
                self.until, self.answering = float(text) if text else None, False
            elif word == "answering":
                self.answering = True
            elif line == BEGUN:
                self.begun = True
            elif word == "at":
                self.at = text
            elif line == DONE:
                self.done = True

    def _overdue(self) -> int:
        """End it, and say in which rule it was."""
        where = self._where() or "what runs"
        self._end()
        asked = self.asked is not None
        why = "interrupted" if asked else "the time is over"
        said = f"{why}, but {where} does not return and cannot be stopped; its process was ended"
        return self._say(said, INTERRUPTED if asked else BROKEN)

    def _died(self, code: int) -> int:
        if code < 0:
            name = signal.Signals(-code).name
            what = "the process that ran the rules" if self.begun else NO_START
            return self._say(f"{what} died ({name}): out of memory, or a crash in C", FAULT)
        if not self.begun:
            return self._say(f"{NO_START} ended (exit code {code}) while it was loaded", FAULT)
        said = f"a rule ended the process (os._exit, exit code {code}): that is no answer"
        return self._say(said, BROKEN)

    def _say(self, line: str, code: int) -> int:
        far = f"; so far: {self.at}" if self.at else ""
        complain(f"{line}{far}", code, self.typed, 1)
        return code

    def _where(self) -> str:
        """The innermost function on its stack that is neither ours nor Python's."""
        from impl.ground.whose import is_rule

        os.kill(self.child, signal.SIGUSR2)
        end, text = monotonic() + 0.3, b""
        while monotonic() < end and not text.endswith(b"\n\n"):
            signal.sigtimedwait({signal.SIGCHLD}, 0.02)
            text += _all(self.stack)
        for line in text.decode(errors="replace").splitlines():
            place = line.strip().removeprefix('File "')
            file, quote, rest = place.partition('", line ')
            number, _, name = rest.partition(" in ")
            if quote and is_rule(file):
                return f"{name} ({os.path.basename(file)} line {number})"
        return ""

    def _end(self) -> None:
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        end_all()


def complain(line: str, code: int, typed: list[str], answers: int) -> None:
    """One line on stderr; with --json also the document that was asked for. Fit for a signal."""
    line = " ".join(line.split())
    if "--json" in typed:
        quoted = line.replace("\\", "\\\\").replace('"', '\\"')
        _write(answers, f'{{"error": "{quoted}", "exit_code": {code}}}\n')
    _write(2, f"exitgame: {line}\n")


def missing(failure: Exception) -> str:
    """The package that is not installed, and how to have it; empty where something else failed."""
    name = (getattr(failure, "name", None) or "").partition(".")[0]
    if not isinstance(failure, ModuleNotFoundError) or name in ("", "impl", "invariants", "spec"):
        return ""
    return f"{name} is not installed here; 'make setup' installs it"


def _write(descriptor: int, text: str) -> None:
    with contextlib.suppress(OSError):  # nobody reads it
        os.write(descriptor, text.encode(errors="replace"))


def _all(descriptor: int) -> bytes:
    """All that can be read now."""
    found = b""
    try:
        while some := os.read(descriptor, 65536):
            found += some
    except BlockingIOError:
        pass
    return found


# The process that works -------------------------------------------------------------------------


class _Worker:
    """Runs the command."""

    def __init__(self, typed: list[str], notes: int, stack: int) -> None:
        self.typed, self.notes, self.stack = typed, notes, stack
        os.set_blocking(notes, False)
        self.began = False
        """Did a search begin? Before that there is nothing to show."""

    def run(self, work: Callable[[list[str]], int], mask: Any) -> NoReturn:
        """Do the work, and end."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGUSR1, self.leave)
        signal.signal(signal.SIGTERM, self.leave)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        self._prepare()
        code = work(self.typed)
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        atexit._run_exitfuncs()
        self.note(DONE)
        os._exit(code)

    def _prepare(self) -> None:
        import faulthandler
        import resource

        from impl.ground import watchdog

        faulthandler.register(signal.SIGUSR2, file=self.stack, all_threads=False)
        watchdog.listen(self.told, self.unheard)
        for each in (signal.SIGUSR1, signal.SIGTERM):
            signal.signal(each, watchdog.interrupt)
        sys.unraisablehook = _unraisable
        os.register_at_fork(after_in_child=_end_if_a_rules)
        most = int(MEMORY * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY or soft > most:
            resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
        NOTES.append(self.note)

    def told(self, begins: bool, deadline: float | None, hears: bool) -> None:
        """Hears when a search begins and ends."""
        self.began = self.began or hears
        if begins:
            self.note(b"until " + (b"" if deadline is None else str(deadline).encode()))
        else:
            self.note(b"answering")

    def unheard(self) -> None:
        """Ctrl-C where nothing is searched: before that, or when the answer is being written."""
        if not self.began:
            self.leave(0, None)

    def leave(self, signum: int, frame: FrameType | None) -> None:
        """End at once: nothing was done yet."""
        line = "interrupted before there was anything to show"
        complain(line, INTERRUPTED, self.typed, ANSWERS[-1])
        self.note(DONE)
        os._exit(INTERRUPTED)

    def note(self, line: bytes) -> None:
        """Tell the one that waits."""
        with contextlib.suppress(OSError):  # it does not listen just now
            os.write(self.notes, line + b"\n")


ANSWERS = [1]
"""The last one is the descriptor on which the answer is written."""
NOTES: list[Callable[[bytes], None]] = []
_NOTED = [0.0]


def note(words: str) -> None:
    """How far the work is, to be said in case that it can't say it any more."""
    if NOTES and monotonic() > _NOTED[0] + 0.2:
        _NOTED[0] = monotonic()
        NOTES[0](b"at " + " ".join(words.split()).encode(errors="replace"))


def begins() -> None:
    """All is loaded: rules may run from now on."""
    if NOTES:
        NOTES[0](BEGUN)


def _end_if_a_rules() -> None:
    """End a process that a rule has forked: it would do all of the rest a second time."""
    from impl.ground.whose import rule_running

    if rule_running():
        os._exit(FAULT)
    NOTES.clear()


def _unraisable(fault: Any) -> None:
    """What is raised where nobody can catch it: an end is tried again, and no news."""
    from impl.ground.watchdog import RuleHangs, Stopped

    if not isinstance(fault.exc_value, RuleHangs | Stopped):
        sys.__unraisablehook__(fault)
