"""A kept run as a command takes it: TRACE, and the rules to see it under."""

import shlex
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from impl.evidence import Trace
from impl.kept import Asked, play_again, rules_of
from impl.registry import rulebooks
from impl.replay import Replay
from impl.rulechange import RuleChange
from impl.traces import load_trace, structured_scope
from invariants.kernel.claims import Rulebook


@frozen
class Kept:
    """A kept run, and the rules that the command line asks for."""

    trace: Trace
    book: Rulebook
    rules: RuleChange
    scope: Any

    def played(self) -> Replay:
        """The run under those rules."""
        return play_again(self.book, self.rules.rules, self.scope, self.trace)

    def unchanged(self) -> Replay:
        """The run under the rule set that those rules start from."""
        return play_again(self.book, self.rules.rule_set.rules, self.scope, self.trace)


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
    line = f"exitgame {command} {shlex.quote(typed)}"
    asked = Asked(line, rule_set, settings, change, other_text)
    return Kept(run, book, rules_of(run, book, asked), structured_scope(book, run.scope))
