"""The `exitgame` command. What it needs is loaded in another process, which can be ended (`guard`).

Exit codes: 0 it holds, 1 it is broken, 2 the question was wrong, 70 exitgame itself is at fault,
130 interrupted before anything was found.
"""

import sys
from collections.abc import Sequence

from impl.cli import guard


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Given arguments are run in this process.
    """
    if arguments is None and guard.possible():
        guard.guarded(sys.argv[1:], _run)
    sys.exit(_run(list(sys.argv[1:] if arguments is None else arguments)))


def _run(typed: list[str]) -> int:
    from impl.cli.commands import run

    return run(typed)


if __name__ == "__main__":
    main()
