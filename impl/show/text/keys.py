"""What was proved of keys, scope by scope."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from impl.ground.evidence import Word
from impl.lab.check.keys import Line, Read, as_expected
from impl.show.telling.assumed import assumed_of_keys, assumed_row
from impl.show.telling.screen import (
    BAD,
    DIM,
    GOOD,
    WARN,
    heading,
    labelled,
    plural,
    seconds,
    table,
)


def document(done: Sequence[Read], work: Sequence[Line], ended: str, code: int) -> dict[str, Any]:
    """What was proved of keys, for programs."""
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
                "assumed": read.result.details["assumed"],
                "as_expected": as_expected(read),
                "seconds": round(read.taken, 3),
            }
            for read in done
        ],
        "not_read": len(work) - len(done),
        "ended_by": ended,
        "exit_code": code,
    }


def show(page: Console, done: Sequence[Read], work: Sequence[Line]) -> None:
    """What was proved of keys, for people."""
    for name in dict.fromkeys(read.line.protocol for read in done):
        rows = []
        for read in done:
            if read.line.protocol == name:
                good = read.result.word is Word.PROVED
                style = GOOD if good else WARN if as_expected(read) else BAD
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
        results = [read.result for read in done if read.line.protocol == name]
        page.print(labelled([assumed_row(each) for each in assumed_of_keys(results)]))
        page.print()
    proved = sum(read.result.word is Word.PROVED for read in done)
    left = len(work) - len(done)
    said = f"{proved} of {plural(len(work), 'line')} proved"
    page.print(Text(said + (f"; {left} not read" if left else ""), style=GOOD if proved else BAD))
