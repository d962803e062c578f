"""A protocol's rules on a page: knobs with their units, decisions as tables read off the code."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from impl.lab.rules.knobs import knobs, show
from impl.show.pages.markdown import Page, code, prose, slug
from impl.show.pages.source import members, records_in, says
from impl.show.pages.store import Store
from invariants.kernel.claims import Rulebook

SOME = 4


def rules_page(book: Rulebook, store: Store) -> str:
    """The page as Markdown."""
    name = book.protocol.name
    chosen = book.rules_named(book.default_rules)
    document = json.loads(store.command(["rules", name, "--json"]))
    page = Page()
    page.heading(1, f"{name}: the rules")
    page.say(
        f"The rule set `{chosen.name}`, {chosen.summary}, and what others have instead. The tables"
        f" are read off the code: `exitgame rules {name}` prints them."
    )
    page.heading(2, "Rule sets")
    page.table(
        ("rule set", "what it is", "source"),
        [(code(each.name), prose(each.summary), prose(each.source)) for each in book.rule_sets],
    )
    _knobs(page, chosen.rules)
    page.heading(2, "Decisions")
    page.say(
        "One small function each; `--change FILE.py:NAME` puts another in its place. A table that"
        " is `read from the top` is decided by the first row that applies."
    )
    elsewhere: dict[str, list[Any]] = {}
    for other in document["elsewhere"]:
        elsewhere.setdefault(other["decision"]["name"], []).append(other)
    for decision in document["decisions"]:
        page.heading(3, code(decision["signature"]), f"{name}-{slug(decision['name'])}")
        page.say(f"`{decision['function']}`: {prose(decision['says'])}")
        _decision(page, decision)
        _others(page, elsewhere.get(decision["name"], []))
    return page.text


def _knobs(page: Page, rules: Any) -> None:
    page.heading(2, "Knobs")
    page.say(
        f"{prose(says(type(rules)))} Each is set by `--rules.KNOB VALUE`. A"
        " value with a letter is a duration: seconds, minutes, hours, days or weeks."
    )
    told = {each.name: each.says for each in members(type(rules))}
    for strategy, record in records_in(rules):
        told |= {f"{strategy}.{each.name}": each.says for each in members(type(record))}
    rows = []
    for knob in knobs(rules):
        value = rules
        for step in knob.path:
            value = getattr(value, step)
        says_ = told.get(".".join(knob.path), "")
        rows.append((code(knob.name), code(show(knob, value)), prose(says_)))
    page.table(("knob", "value", "what it means"), rows)
    for strategy, record in records_in(rules):
        page.say(f"`{strategy}` is the strategy. {prose(says(type(record)))}")


def _decision(page: Page, decision: Mapping[str, Any]) -> None:
    note = decision["note"]
    if note:
        page.say(f"*{prose(note[0].upper() + note[1:])}.*")
    page.table(("when", "then"), [(code(a), code(b)) for a, b in decision["rows"]])
    page.table(("where", "is"), [(code(a), _meaning(b)) for a, b in decision["where"]])


def _others(page: Page, others: Sequence[Mapping[str, Any]]) -> None:
    short = [other for other in others if not other["decision"]["rows"]]
    page.table(
        ("elsewhere", "what it does", "in"),
        [
            (
                code(other["decision"]["function"]),
                prose(other["decision"]["says"]),
                _some(other["rule_sets"]),
            )
            for other in short
        ],
    )
    for other in others:
        if other["decision"]["rows"]:
            decision = other["decision"]
            page.say(
                f"In {_some(other['rule_sets'])} it is `{decision['function']}`:"
                f" {prose(decision['says'])}"
            )
            _decision(page, decision)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(code(name) for name in names[:SOME])
    more = len(names) - SOME
    return f"{shown} and {more} more" if more > 0 else shown


def _meaning(text: str) -> str:
    """An expression, or the first line of a helper's docstring."""
    return prose(text) if text.endswith((".", "?")) else code(text)
