"""A rule set as a person reads it, in a terminal or as Markdown."""

import ast
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from impl.lab.decisions.branches import OTHERWISE
from impl.lab.decisions.table import ALWAYS, RAISES, Decision, Variant
from impl.lab.rules.change import RuleChange
from impl.lab.rules.knobs import fields_shown
from impl.show.telling.screen import DIM, heading, labelled, table
from impl.show.text.found import change_rows

FEW = 3
"""How many rule sets are named where there are more."""


def markdown(
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
    lines += markdown_table(
        ("changed", "before", "after"),
        [(each.field, _code(each.before), _code(each.after)) for each in chosen.differences],
    )
    lines += markdown_table(("knob", "value"), fields_shown(chosen.rules))
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
    rows = [(markdown_cell(when), markdown_cell(then)) for when, then in each.rows]
    where = [(_code(name), markdown_cell(text)) for name, text in each.where]
    return lines + markdown_table(("when", "then"), rows) + markdown_table(("where", "is"), where)


def markdown_cell(text: str) -> str:
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


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines; none where there are no rows."""
    if not rows:
        return []
    cells = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in cells] + [""]


def show(
    page: Console, chosen: RuleChange, found: Sequence[Decision], variants: Sequence[Variant]
) -> None:
    """The rule set, for people."""
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
