"""`exitgame keys`: does the key hold all that rules ask of time, scope by scope?"""

from collections.abc import Sequence
from time import monotonic
from typing import Any

import click
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.chosen import rule_set_of
from impl.cli.answer import BROKEN, HOLDS, INTERRUPTED, Answer
from impl.cli.options import Command, Duration, in_time, workers_option
from impl.cli.waiting import cores, spinner
from impl.crew import Crew
from impl.evidence import Result, Word
from impl.explore.keys import proved_key
from impl.registry import choose, rulebooks
from impl.telling.screen import BAD, DIM, GOOD, WARN, heading, plural, seconds, table
from impl.watchdog import Stopped, stoppable
from invariants.kernel.claims import Method, Rulebook


@frozen
class Line:
    """A rule set in a scope."""

    protocol: str
    rule_set: str
    scope: str


@frozen
class Read:
    """What came of a line."""

    line: Line
    result: Result
    taken: float


def lines(books: Sequence[Rulebook]) -> list[Line]:
    """Every rule set in every scope in which it has to hold whatever happens."""
    return [
        Line(*line)
        for line in dict.fromkeys(
            (book.protocol.name, case.rule_set, case.scope)
            for book in books
            for case in book.cases
            if case.method is Method.EXPLORE and not case.breaks
        )
    ]


class _Reader:
    """Reads one line after the other, in a process of its own."""

    def read(self, line: Line, states: int | None) -> Read:
        """Hold the key of a rule set against the rules, in one scope."""
        start = monotonic()
        book = rulebooks()[line.protocol]
        rules = rule_set_of(book, line.rule_set).rules
        result = proved_key(book, rules, book.scopes[line.scope], states)
        return Read(line, result, monotonic() - start)


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
            with stoppable(deadline), Crew(_Reader, min(workers or cores(), len(work))) as crew:
                for read in crew.in_order("read", [(line, states) for line in work]):
                    done.append(read)
                    where = f"{read.line.rule_set}, {read.line.scope}"
                    say(f"{where} done, {len(work) - len(done)} to go")
        except Stopped as stop:
            ended = "Ctrl-C" if isinstance(stop, KeyboardInterrupt) else "--time"
    code = _code(done, ended)
    return Answer(code, _document(done, work, ended, code), lambda page: _show(page, done, work))


def _code(done: Sequence[Read], ended: str) -> int:
    if ended == "Ctrl-C":
        return INTERRUPTED
    return BROKEN if ended or any(not _good(read) for read in done) else HOLDS


def _good(read: Read) -> bool:
    coarse = rulebooks()[read.line.protocol].coarse
    return read.result.word is Word.PROVED or read.line.rule_set in coarse


def _document(done: Sequence[Read], work: Sequence[Line], ended: str, code: int) -> dict[str, Any]:
    return {
        "command": "keys",
        "lines": [
            {
                "protocol": read.line.protocol,
                "rule_set": read.line.rule_set,
                "scope": read.line.scope,
                "word": read.result.word,
                "evidence": read.result.summary,
                "states": read.result.states,
                "all": read.result.details["exhausted"],
                "unit": read.result.details["unit"],
                "as_expected": _good(read),
                "seconds": round(read.taken, 3),
            }
            for read in done
        ],
        "not_read": len(work) - len(done),
        "ended_by": ended,
        "exit_code": code,
    }


def _show(page: Console, done: Sequence[Read], work: Sequence[Line]) -> None:
    for name in dict.fromkeys(read.line.protocol for read in done):
        rows = []
        for read in done:
            if read.line.protocol == name:
                good = read.result.word is Word.PROVED
                style = GOOD if good else WARN if _good(read) else BAD
                rows.append(
                    (
                        read.line.rule_set,
                        read.line.scope,
                        Text.assemble((read.result.word.value, style), f"  {read.result.summary}"),
                        Text(seconds(read.taken), style=DIM),
                    )
                )
        page.print(heading(name))
        columns = ("rule set", "scope", "does the key hold all that is asked of time?", "time")
        page.print(table(columns, rows, right=("time",), tight=("rule set", "scope")))
        page.print()
    proved = sum(read.result.word is Word.PROVED for read in done)
    left = len(work) - len(done)
    said = f"{proved} of {plural(len(work), 'line')} proved"
    page.print(Text(said + (f"; {left} not read" if left else ""), style=GOOD if proved else BAD))
