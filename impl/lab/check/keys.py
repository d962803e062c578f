"""Does each key hold all that rules ask of time, scope by scope?"""

from collections.abc import Sequence
from time import monotonic

from attrs import frozen

from impl.ground.evidence import Result, Word
from impl.lab.explore.keys import proved_key
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.chosen import rule_set_of
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


class Reader:
    """Reads one line after the other, in a process of its own."""

    def read(self, line: Line, states: int | None) -> Read:
        """Hold the key of a rule set against the rules, in one scope."""
        start = monotonic()
        book = rulebooks()[line.protocol]
        rules = rule_set_of(book, line.rule_set).rules
        result = proved_key(book, rules, book.scopes[line.scope], states)
        return Read(line, result, monotonic() - start)


def as_expected(read: Read) -> bool:
    """Is it proved, or known to be too coarse?"""
    coarse = rulebooks()[read.line.protocol].coarse
    return read.result.word is Word.PROVED or read.line.rule_set in coarse
