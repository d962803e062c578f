"""`exitgame rules`: a rule set as a person reads it, with decision tables read off the code."""

import click

from impl.cli.answer import HOLDS, Answer
from impl.cli.options import Command, chosen_rules, protocol_argument, rules_options
from impl.cli.output import output
from impl.ground.faults import BadInput
from impl.ground.words import unknown
from impl.lab.decisions.table import decided, variants
from impl.lab.rules.knobs import decisions, fields_shown
from impl.show.text.found import change_document
from impl.show.text.rules import markdown as markdown_of
from impl.show.text.rules import show


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
        decided(name, function, chosen.rules)
        for name, function in known.items()
        if not wanted or name in wanted
    ]
    others = []
    if rule_set is None and protocol == chosen.rulebook.protocol.name and not chosen.differences:
        others = [each for one in found for each in variants(one, chosen)]
    document = {
        "command": "rules",
        **change_document(chosen),
        "summary": chosen.rule_set.summary,
        "source": chosen.rule_set.source,
        "knobs": dict(fields_shown(chosen.rules)),
        "decisions": found,
        "elsewhere": others,
    }
    if markdown:
        return Answer(HOLDS, document, lambda _: _echo(markdown_of(chosen, found, others)))
    return Answer(HOLDS, document, lambda page: show(page, chosen, found, others))


def _echo(text: str) -> None:
    click.echo(text, file=output())
