"""The `exitgame` command. What it needs is loaded in another process, which can be ended (`guard`).

The installed command comes here by `exitgame.main`, which keeps a Ctrl-C until it is answered here.

Exit codes: 0 it holds, 1 it is broken, 2 the question was wrong, 70 exitgame itself is at fault,
130 interrupted before anything was found.
"""

import signal
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Given arguments are run in this process.
    """
    from impl.cli import guard
    from impl.cli.closed import open_outputs

    open_outputs()
    if arguments is None and guard.possible():
        guard.guarded(sys.argv[1:], _run)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(typed: list[str]) -> int:
    from impl.cli import guard
    from impl.ground.codes import FAULT

    try:
        from impl.cli.commands import run
    except Exception as failure:
        missing = guard.missing(failure) or f"{type(failure).__name__}: {failure}"
        guard.complain(f"could not start: {missing}", FAULT, typed, 1)
        return FAULT
    guard.begins()
    return run(typed)


if __name__ == "__main__":
    main()
