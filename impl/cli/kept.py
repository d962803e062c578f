"""A kept run as a command takes it: TRACE, and the rules to see it under."""

import contextlib
from pathlib import Path

import click

from impl.ground.blame import said
from impl.ground.faults import BadInput
from impl.ground.watchdog import watchdog
from impl.ground.words import path_typed
from impl.lab.rulebooks.registry import rulebooks
from impl.lab.rules.change import CHANGE
from impl.lab.rules.places import typed_again
from impl.lab.traces.format import load_trace, structured_scope
from impl.lab.traces.kept import Asked, Kept, rules_of, unchanged


def kept(
    command: str,
    typed: str,
    out: Path,
    rule_set: str | None = None,
    change: str | None = None,
    other_text: bool = False,
) -> Kept:
    """The run that TRACE names, and its own rules with what was typed on top. Raises BadInput."""
    books = rulebooks()
    run = load_trace(typed, books, out)
    book = books[run.protocol]
    settings = click.get_current_context().meta.get("rules", [])
    line = f"exitgame {command} {path_typed(typed)}{typed_again()}"
    asked = Asked(line, rule_set, settings, change, other_text)
    rules = rules_of(run, book, asked)
    scope = structured_scope(book, run.scope)
    try:
        with watchdog(int):
            book.protocol.initial(scope, rules.rules)
    except Exception as failure:
        raise BadInput(
            f"{typed}: its scope and rules make no first state: {said(failure)}"
        ) from None
    if rule_set is None and not settings:
        return Kept(run, book, rules, scope, unchanged(rules) if rules.differences else None)
    own = None
    with contextlib.suppress(BadInput):
        own = rules_of(run, book, Asked(line, change=change if CHANGE in run.changes else None))
    return Kept(run, book, rules, scope, own)
