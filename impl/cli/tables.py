"""`exitgame rules`: a rule set as a person reads it, with decision tables read off the code.

A table says everything about a decision: it comes from running the function on values that are not
known yet, down into all that it calls. Where that is too much to read, the table has the function's
own branches only, and the calls in them are left closed (`branches`).
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click
from attrs import frozen
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from impl.changefile import signature_line
from impl.cli.answer import HOLDS, Answer
from impl.cli.branches import OTHERWISE, Unreadable, branches
from impl.cli.options import Command, chosen_rules, protocol_argument, rules_options
from impl.cli.output import output
from impl.cli.reports import change_document, change_rows
from impl.compare.arguments import hints_of, sizes_of, takes_rules
from impl.crew import Desk, Gone
from impl.faults import BadInput
from impl.knobs import decisions, fields_shown, knobs, one_line
from impl.rulechange import RuleChange, function_name
from impl.telling.screen import DIM, heading, labelled, table
from impl.words import unknown
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


@click.command("rules", cls=Command)
@protocol_argument
@rules_options
@click.option("--decision", "only", metavar="NAME", multiple=True, help="Only this decision.")
@click.option("--markdown", is_flag=True, help="Print Markdown.")
def rules(
    protocol: str,
    rule_set: str | None,
    change: str | None,
    only: tuple[str, ...],
    markdown: bool,
) -> Answer:
    """Show a rule set: its knobs, and its decisions as tables.

    For a protocol, that is its default rule set, and what the other ones have instead.
    """
    chosen = chosen_rules(protocol, rule_set, change)
    wanted = [name.replace("_", "-") for name in only]
    known = decisions(chosen.rules)
    for name in wanted:
        if name not in known:
            raise BadInput(unknown("decision", name, known))
    found = [
        _decision(name, function, chosen.rules)
        for name, function in known.items()
        if not wanted or name in wanted
    ]
    variants = []
    if rule_set is None and protocol == chosen.rulebook.protocol.name and not chosen.differences:
        variants = [each for one in found for each in _variants(one, chosen)]
    document = {
        "command": "rules",
        **change_document(chosen),
        "summary": chosen.rule_set.summary,
        "source": chosen.rule_set.source,
        "knobs": dict(fields_shown(chosen.rules)),
        "decisions": found,
        "elsewhere": variants,
    }
    if markdown:
        return Answer(HOLDS, document, lambda _: _echo(_markdown(chosen, found, variants)))
    return Answer(HOLDS, document, lambda page: _show(page, chosen, found, variants))


def _echo(text: str) -> None:
    click.echo(text, file=output())


def _variants(shown: Decision, chosen: RuleChange) -> Iterator[Variant]:
    """What other rule sets have for a decision, each function once."""
    having: dict[Callable[..., Any], list[RuleSet]] = {}
    for other in chosen.rulebook.rule_sets:
        function = decisions(other.rules).get(shown.name)
        if function is not None and function is not decisions(chosen.rules)[shown.name]:
            having.setdefault(function, []).append(other)
    for function, those in having.items():
        if shown.note in (IN_ORDER, CLOSED):
            decision = _decision(shown.name, function, those[0].rules)
        else:
            signature = signature_line(shown.name, function)
            decision = Decision(shown.name, function_name(function), signature, _says(function), ())
        yield Variant(decision, tuple(each.name for each in those))


def _decision(name: str, function: Callable[..., Any], record: Any) -> Decision:
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
    from impl import prover  # noqa: F401  # once here, and not in every process

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
    from impl.prover import Unsupported, decision_table

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


def _markdown(
    chosen: RuleChange, found: Sequence[Decision], variants: Sequence[Variant] = ()
) -> str:
    """The page as Markdown, to be kept in a document."""
    title = f"{chosen.rulebook.protocol.name}/{chosen.rule_set.name}"
    lines = [f"# {title}{', changed' if chosen.differences else ''}", ""]
    summary = chosen.rule_set.summary
    lines += [
        f"{summary[:1].upper()}{summary[1:].rstrip('.')}. Source: {chosen.rule_set.source}.",
        "",
    ]
    lines += _markdown_table(
        ("changed", "before", "after"),
        [(each.field, _code(each.before), _code(each.after)) for each in chosen.differences],
    )
    lines += _markdown_table(("knob", "value"), fields_shown(chosen.rules))
    for each in found:
        lines += [f"## {_code(each.signature)}", "", *_markdown_decision(each)]
        for other in variants:
            if other.decision.name == each.name:
                lines += [f"In {_some(other.rule_sets)}:", "", *_markdown_decision(other.decision)]
    return "\n".join(lines).rstrip()


def _markdown_decision(each: Decision) -> list[str]:
    says = each.says or each.note
    lines = [f"{_code(each.function)}: {says}" if says else _code(each.function), ""]
    lines += [f"{each.note[0].upper()}{each.note[1:]}.", ""] if each.says and each.note else []
    rows = [(_markdown_cell(when), _markdown_cell(then)) for when, then in each.rows]
    where = [(_code(name), _markdown_cell(text)) for name, text in each.where]
    return lines + _markdown_table(("when", "then"), rows) + _markdown_table(("where", "is"), where)


def _markdown_cell(text: str) -> str:
    """Python as code, so that no `*` or `_` of it is taken for a sign of Markdown's; words as they
    are."""
    if text in (ALWAYS, OTHERWISE):
        return text
    if text.startswith(RAISES):
        return f"{RAISES}{_code(text.removeprefix(RAISES))}"
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return text
    return _code(text)


def _code(text: str) -> str:
    return f"`{text}`"


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cells = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in cells] + [""]


def _show(
    page: Console, chosen: RuleChange, found: Sequence[Decision], variants: Sequence[Variant]
) -> None:
    page.print(
        labelled(
            [
                *change_rows(chosen),
                ("what it is", Text(chosen.rule_set.summary)),
                ("source", Text(chosen.rule_set.source)),
            ]
        )
    )
    page.print()
    page.print(table(("knob", "value"), fields_shown(chosen.rules), tight=("knob", "value")))
    for each in found:
        page.print()
        page.print(heading(each.signature), Text(f"is {each.function}", style=DIM))
        _show_decision(page, each)
        others = [other for other in variants if other.decision.name == each.name]
        short = [
            (other.decision.function, _some(other.rule_sets))
            for other in others
            if not other.decision.rows
        ]
        if short:
            page.print()
            page.print(table(("elsewhere", "in"), short, tight=("elsewhere",)))
        for other in others:
            if other.decision.rows:
                where = f"is {other.decision.function} in {_some(other.rule_sets)}"
                page.print()
                page.print(heading(other.decision.signature), Text(where, style=DIM))
                _show_decision(page, other.decision)


def _show_decision(page: Console, each: Decision) -> None:
    if each.says:
        page.print(Padding(Text(each.says), (0, 0, 0, 2)))
    if each.note:
        page.print(Padding(Text(each.note, style=DIM), (0, 0, 0, 2)))
    if each.rows:
        page.print(table(("when", "then"), each.rows))
    if each.where:
        page.print()
        page.print(table(("where", "is"), each.where))


def _some(names: Sequence[str]) -> str:
    """The first few of many names."""
    more = len(names) - FEW
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:FEW])} and {more} more"
