"""`exitgame list`: what there is to work on."""

import click
from rich.console import Console

from impl.cli.answer import HOLDS, Answer
from impl.cli.options import Command
from impl.lab.rulebooks.registry import choose, rulebooks
from impl.show.text.listing import document, show


@click.command("list", cls=Command)
@click.argument("protocol", metavar="[PROTOCOL]", required=False)
def list_all(protocol: str | None) -> Answer:
    """Show protocols, rule sets, scopes, invariants, witnesses and theorems."""
    books = [choose(protocol).rulebook] if protocol else list(rulebooks().values())

    def show_all(page: Console) -> None:
        for n, book in enumerate(books):
            if n:
                page.print()
            show(page, book)

    return Answer(HOLDS, {"protocols": [document(book) for book in books]}, show_all)
