"""`exitgame keys`: does the key hold all that rules ask of time, scope by scope?"""

from collections.abc import Sequence
from time import monotonic

import click

from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
from impl.cli.options import Command, Duration, in_time, workers_option
from impl.cli.waiting import cores, spinner
from impl.ground.crew import Crew
from impl.ground.watchdog import Stopped, stoppable
from impl.lab.check.keys import Read, Reader, as_expected, lines
from impl.lab.rulebooks.registry import choose, rulebooks
from impl.show.text.keys import document, show


@click.command("keys", cls=Command)
@click.argument("protocol", metavar="[PROTOCOL]", required=False)
@click.option(
    "--states", type=click.IntRange(min=1), metavar="N", help="About so many states of each scope."
)
@click.option("--time", type=Duration(), help="Stop after this long: 30s, 5m.")
@workers_option
def read_keys(
    protocol: str | None, states: int | None, time: float | None, workers: int | None
) -> Answer:
    """Prove that keys hold all that rules ask of time, scope by scope.

    A search takes two states for one where they have the same key. That is right if rules ask
    nothing of time that the key does not hold; here every state of every scope that has to hold is
    read for it. Exit code 1 where a key is not proved, or where the time was over before.
    """
    with in_time("the rules were read"):
        books = [choose(protocol).rulebook] if protocol else list(rulebooks().values())
    work = lines(books)
    done: list[Read] = []
    ended = ""
    deadline = None if time is None else monotonic() + time
    with spinner("keys") as say:
        try:
            with stoppable(deadline), Crew(Reader, min(workers or cores(), len(work))) as crew:
                for read in crew.in_order("read", [(line, states) for line in work]):
                    done.append(read)
                    where = f"{read.line.rule_set}, {read.line.scope}"
                    say(f"{where} done, {len(work) - len(done)} to go")
        except Stopped as stop:
            ended = "Ctrl-C" if isinstance(stop, KeyboardInterrupt) else "--time"
    code = _code(done, ended)
    return Answer(code, document(done, work, ended, code), lambda page: show(page, done, work))


def _code(done: Sequence[Read], ended: str) -> int:
    if ended == "Ctrl-C":
        return INTERRUPTED
    return BROKEN if ended or any(not as_expected(read) for read in done) else HOLDS
