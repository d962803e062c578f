"""`exitgame rules`: a rule set as a person reads it, with decision tables read off the code."""

import inspect
import typing
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import click
from attrs import frozen
from rich.console import Console
from rich.text import Text

from impl.changefile import signature_line
from impl.cli.answer import HOLDS, Answer
from impl.cli.options import (
    Command,
    chosen_rules,
    fields_shown,
    protocol_argument,
    rules_options,
)
from impl.cli.reports import change_document, change_rows
from impl.cli.screen import DIM, heading, labelled, table
from impl.faults import BadInput
from impl.knobs import decisions, knobs, one_line
from impl.registry import unknown
from impl.rulechange import RuleChange, function_name

SOME = 3
"""How many parties there are in a decision table, and how long its tuples can be."""


@frozen
class Decision:
    """A decision function, and what it decides when."""

    name: str
    function: str
    signature: str
    says: str
    """The first line of its docstring."""
    rows: tuple[tuple[str, str], ...]
    """(condition, outcome)"""
    note: str = ""
    """Why there are no rows."""


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
    """Show a rule set: its knobs, and its decisions as tables."""
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
    document = {
        "command": "rules",
        **change_document(chosen),
        "summary": chosen.rule_set.summary,
        "source": chosen.rule_set.source,
        "knobs": dict(fields_shown(chosen.rules)),
        "decisions": found,
    }
    if markdown:
        return Answer(HOLDS, document, lambda _: click.echo(_markdown(chosen, found)))
    return Answer(HOLDS, document, lambda page: _show(page, chosen, found))


def _decision(name: str, function: Callable[..., Any], record: Any) -> Decision:
    says = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
    rows, note = _rows(function, record)
    return Decision(name, function_name(function), signature_line(name, function), says, rows, note)


def _rows(function: Callable[..., Any], record: Any) -> tuple[tuple[tuple[str, str], ...], str]:
    """The decision table, with the knobs open: a table holds for all their values."""
    from impl.prover import Unsupported, decision_table

    try:
        fixed = {
            name: record
            for name, hint in typing.get_type_hints(function).items()
            if name != "return" and hint is type(record)
        }
        ints = tuple(k.path[0] for k in knobs(record) if k.kind is int and len(k.path) == 1)
        hints = [
            hint for name, hint in typing.get_type_hints(function).items() if name not in fixed
        ]
        sizes = dict(size for hint in hints for size in _sizes(hint, ""))
        found = decision_table(function, fixed, ints if fixed else (), sizes=sizes)
    except (Exception, Unsupported) as limit:
        return (), f"no table: {one_line(limit) or type(limit).__name__}"
    return tuple((row.condition or "always", row.outcome) for row in found), ""


def _sizes(hint: Any, name: str) -> Iterator[tuple[str, int]]:
    """How many parties and how long tuples a table looks at: enough for a decision to show."""
    if isinstance(hint, typing.NewType):
        yield hint.__name__, SOME
    elif attrs.has(hint):
        for field, inner in typing.get_type_hints(hint).items():
            yield from _sizes(inner, field)
    elif typing.get_origin(hint) is tuple and Ellipsis in typing.get_args(hint):
        yield name, SOME
        yield from _sizes(typing.get_args(hint)[0], "")


def _markdown(chosen: RuleChange, found: Sequence[Decision]) -> str:
    """The page as Markdown, to be kept in a document."""
    lines = [f"# {chosen.rulebook.protocol.name}/{chosen.rule_set.name}", ""]
    lines += [f"{chosen.rule_set.summary}. Source: {chosen.rule_set.source}.", ""]
    lines += _markdown_table(
        ("change", "before", "after"),
        [(each.field, each.before, each.after) for each in chosen.differences],
    )
    lines += _markdown_table(("knob", "value"), fields_shown(chosen.rules))
    for each in found:
        lines += [f"## {each.signature}", "", f"`{each.function}`: {each.says or each.note}", ""]
        lines += _markdown_table(("when", "then"), each.rows)
    return "\n".join(lines).rstrip()


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    cells = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in cells] + [""]


def _show(page: Console, chosen: RuleChange, found: Sequence[Decision]) -> None:
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
        if each.says:
            page.print(Text(f"  {each.says}"))
        if each.rows:
            page.print(table(("when", "then"), each.rows))
        else:
            page.print(Text(f"  {each.note}", style=DIM))
