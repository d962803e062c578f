"""The prover asked about each decision in which two rule sets may differ."""

from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

from attrs import frozen

from impl.ground.crew import Desk
from impl.ground.evidence import Word
from impl.lab.compare.decisions import Answers, called, compared, differing

LONGEST = 40.0
"""Seconds for one decision, all its questions together."""


def answers(
    rules: tuple[Any, Any], say: Callable[[str], None], end: float | None
) -> Iterator[Answers]:
    """What z3 says of each decision that can answer differently; a function that both share is
    only worth a line where it does."""
    desk = Desk(lambda: _Clerk(rules))
    try:
        for name in differing(*rules):
            say(name)
            left = LONGEST if end is None else min(LONGEST, end - monotonic())
            answers: Answers | None = None
            if left > 0:
                answers = desk.ask("compared", name, patience=left)
            if answers is None:
                why = f"gave up after {left:.0f} s" if left > 0 else "no time was left to ask"
                answers = Answers(name, called(name, *rules), Word.UNKNOWN, why)
            if answers.word is not Word.PROVED or len(set(answers.functions)) == 2:
                yield answers
    finally:
        desk.close()


@frozen
class _Clerk:
    """Asks the prover, in a process of its own."""

    rules: tuple[Any, Any]

    def compared(self, name: str) -> Answers:
        return compared(name, *self.rules)
