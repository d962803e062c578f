"""Every command with its options, as `--help` tells them."""

import re

import click

from impl.show.pages.markdown import Page, code, prose


def commands_page(exitgame: click.Group) -> str:
    """The page about a group of commands as Markdown."""
    page = Page()
    page.heading(1, "Commands")
    page.say(*_paragraphs(exitgame))
    page.say("This page is made from what `exitgame COMMAND --help` prints.")
    context = click.Context(exitgame, info_name="exitgame")
    for name in exitgame.list_commands(context):
        command = exitgame.get_command(context, name)
        if command is not None and not command.hidden:
            _command(page, name, command, click.Context(command, context, name))
    return page.text


def _command(page: Page, name: str, command: click.Command, context: click.Context) -> None:
    page.heading(2, code(f"exitgame {name}"), f"command-{name}")
    usage = " ".join(command.collect_usage_pieces(context))
    page.say(f"```text\nexitgame {name} {usage}\n```")
    page.say(*_paragraphs(command))
    rows = []
    for option in command.params:
        record = option.get_help_record(context)
        if record is not None and isinstance(option, click.Option):
            rows.append((code(record[0]), _told(record[1])))
    page.table(("option", "what it does"), rows)


def _paragraphs(command: click.Command) -> list[str]:
    return [_told(" ".join(part.split())) for part in (command.help or "").split("\n\n")]


def _told(text: str) -> str:
    """A help text, with options and what is typed for them as code."""
    return prose(re.sub(r"(?<!`)(--[\w.-]*\w)", r"`\1`", text))
