"""The one name that an installed exitgame takes: it leads to `spec`, `invariants` and `impl`.

In the repository this lies in `impl/root`. In the wheel the three lie in `exitgame/house`: as
packages of their own they would be written over whatever is called `spec` in somebody's
site-packages, without a word. Importing exitgame puts that folder first on the path of this one
program; no other one sees it. Where a name still leads to somebody else's package, that is said.
"""

import os
import signal
import sys
from importlib.util import find_spec

_COMMAND = os.path.basename((sys.argv or [""])[0]) in ("exitgame", "exitgame.exe", "-m")
if _COMMAND and hasattr(signal, "pthread_sigmask"):
    # Nobody could answer a Ctrl-C yet; it is kept until somebody can.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})

NAMES = ("spec", "invariants", "impl")
_HERE = os.path.dirname(os.path.abspath(__file__))
_IN_A_WHEEL = os.path.join(_HERE, "house")
_REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(_HERE)))
HOUSE = _IN_A_WHEEL if os.path.isdir(_IN_A_WHEEL) else _REPOSITORY
"""The folder that the three are in."""


def find() -> None:
    """Let the names lead to what was installed with this. In the repository nothing is moved: much
    else lies beside them there."""
    if HOUSE == _IN_A_WHEEL and sys.path[:1] != [HOUSE]:
        sys.path[:] = [HOUSE, *(place for place in sys.path if place != HOUSE)]


def stranger() -> str:
    """One line about the first name that leads elsewhere; empty where none does."""
    for name in NAMES:
        try:
            found = find_spec(name)
        except ValueError:  # it was imported, by somebody who does not say from where
            found = None
        place = (found and (found.origin or [*(found.submodule_search_locations or "")][0])) or ""
        place = os.path.dirname(place) if place.endswith("__init__.py") else place
        own = os.path.join(HOUSE, name)
        if os.path.realpath(place) != os.path.realpath(own):
            return (
                f"`import {name}` leads to {place or 'nothing'}, not to exitgame's own {own}: two"
                " packages of one name do not fit into one program; take the other one off"
                " Python's path (PYTHONPATH, site-packages), or import exitgame before it"
            )
    return ""


def main() -> None:
    """The `exitgame` command: leaves with its exit code."""
    wrong = stranger()
    if wrong:
        if "--json" in sys.argv:
            import json

            print(json.dumps({"error": wrong, "exit_code": 2}))
        print(f"exitgame: {wrong}", file=sys.stderr)
        sys.exit(2)
    from impl.cli.main import main as command

    command()


find()
if not _COMMAND and stranger():
    raise ImportError(stranger())
