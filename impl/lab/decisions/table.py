"""A decision's table: everything that can be said about it, read off its code.

A table says everything about a decision: it comes from running the function on values that are not
known yet, down into all that it calls. Where that is too much to read, the table has the function's
own branches only, and the calls in them are left closed (`branches`).
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

from attrs import frozen

from impl.ground.crew import Desk, Gone
from impl.lab.compare.arguments import hints_of, sizes_of, takes_rules
from impl.lab.decisions.branches import Unreadable, branches
from impl.lab.rules.change import RuleChange, function_name
from impl.lab.rules.changefile import signature_line
from impl.lab.rules.knobs import decisions, knobs, one_line
from invariants.kernel.claims import RuleSet

FEW = 3
"""How many rule sets are named where there are more; how long the tuples of a table can be."""
PATIENCE = 15.0
"""Seconds for the table of one decision."""
READABLE_ROWS = 8
READABLE_TEXT = 120
"""Rows, and characters of a condition or an outcome, up to which a table of all cases is shown."""
Rows = tuple[tuple[str, str], ...]
ALWAYS, RAISES = "always", "raises "
CLOSED = "calls are not expanded"
IN_ORDER = f"read from the top: the first row that applies decides; {CLOSED}"


@frozen
class Decision:
    """A decision function, and what it decides when."""

    name: str
    function: str
    signature: str
    says: str
    """The first line of its docstring."""
    rows: Rows
    """(condition, outcome)"""
    note: str = ""
    """How the rows are to be read, or why there are none."""
    where: Rows = ()
    """What names and calls stand for that are not expanded."""


@frozen
class Variant:
    """Another function that some rule sets of the same protocol have for a decision."""

    decision: Decision
    """With its table only where the decision is a long one: others are shown by their rule set."""
    rule_sets: tuple[str, ...]


def variants(shown: Decision, chosen: RuleChange) -> Iterator[Variant]:
    """What other rule sets have for a decision, each function once."""
    having: dict[Callable[..., Any], list[RuleSet]] = {}
    for other in chosen.rulebook.rule_sets:
        function = decisions(other.rules).get(shown.name)
        if function is not None and function is not decisions(chosen.rules)[shown.name]:
            having.setdefault(function, []).append(other)
    for function, those in having.items():
        if shown.note in (IN_ORDER, CLOSED):
            decision = decided(shown.name, function, those[0].rules)
        else:
            signature = signature_line(shown.name, function)
            decision = Decision(shown.name, function_name(function), signature, _says(function), ())
        yield Variant(decision, tuple(each.name for each in those))


def decided(name: str, function: Callable[..., Any], record: Any) -> Decision:
    """What a function decides when, in the shorter of the two forms that can be read."""
    says = _says(function)
    signature = signature_line(name, function)
    rows, note = _rows(function, record)
    if not rows or not readable(rows):
        try:
            short = branches(function)
        except Unreadable as limit:
            note = note or f"not shorter, because {limit}"
        else:
            rows, note = short.rows, IN_ORDER if len(short.rows) > 1 else CLOSED
            return Decision(name, function_name(function), signature, says, rows, note, short.where)
    return Decision(name, function_name(function), signature, says, rows, note)


def _says(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")


def readable(rows: Rows) -> bool:
    """Is a table of all cases short enough? One that could not even be set up is none."""
    return (
        len(rows) <= READABLE_ROWS
        and all(len(text) <= READABLE_TEXT for row in rows for text in row)
        and rows != ((ALWAYS, f"{RAISES}TypeError"),)
    )


def _rows(function: Callable[..., Any], record: Any) -> tuple[Rows, str]:
    """The decision table, made in a process of its own: the decision may never return."""

    desk = Desk(lambda: _Table(function, record))
    try:
        found: tuple[Rows, str] | None = desk.ask("rows", patience=PATIENCE)
    except Gone as gone:
        return (), f"no table: {gone}"
    finally:
        desk.close()
    return found or ((), f"no table: it takes longer than {PATIENCE:g} s")


@frozen
class _Table:
    function: Callable[..., Any]
    record: Any

    def rows(self) -> tuple[Rows, str]:
        return _table(self.function, self.record)


def _table(function: Callable[..., Any], record: Any) -> tuple[Rows, str]:
    """The decision table, with the knobs open: a table holds for all their values.

    A table that is too long with tuples of one part is not made for longer ones.
    """
    from impl.lab.prover import Unsupported, decision_table

    try:
        hints = hints_of(function)
        fixed = {name: record for name, hint in hints.items() if takes_rules(hint, record)}
        ints = tuple(k.path[0] for k in knobs(record) if k.kind is int and len(k.path) == 1)
        rows: Rows = ()
        for most in (1, FEW):
            open_hints = [(name, hint) for name, hint in hints.items() if name not in fixed]
            sizes = dict(size for name, hint in open_hints for size in sizes_of(hint, name, most))
            found = decision_table(function, fixed, ints if fixed else (), sizes=sizes)
            rows = tuple((_named(row.condition or ALWAYS), _named(row.outcome)) for row in found)
            if not readable(rows):
                break
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit, Unsupported) as limit:
        return (), f"no table: {one_line(limit) or type(limit).__name__}"
    return rows, ""


def _named(text: str) -> str:
    """A text with the party that does not exist by its name: no other value is negative."""
    return re.sub(r"([=!]=) -1\b", r"\1 NOBODY", text)
