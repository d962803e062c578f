"""A protocol's claims on a page, each with the evidence that `exitgame check` found for it."""

import json
import typing
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import attrs

from impl.show.pages.markdown import Page, code, prose, slug
from impl.show.pages.source import first_line
from impl.show.pages.store import Store
from impl.show.telling.screen import plural
from invariants.kernel.claims import Invariant, Kind, Rulebook

CHECK = ("check", "--json")
KEYS = ("keys", "--states", "1000", "--json")
LOOKED_AT = {
    Kind.ALWAYS: "in every state",
    Kind.TRANSITION: "across every accepted action",
    Kind.SETTLED: "when everybody is done",
}
TITLES = {
    "prove": "Theorems: for all values",
    "explore": "Explored: every state of a scope",
    "fuzz": "Sampled: random runs",
    "key": "Keys: what tells states apart, held against what rules ask of time",
}


class NotAsExpected(Exception):
    """The evidence is not what the rulebook says: nothing of it may be published."""


def evidence_page(book: Rulebook, store: Store) -> str:
    """The page as Markdown. Raises NotAsExpected where `exitgame check` fails."""
    name = book.protocol.name
    document = json.loads(store.command(CHECK))
    failed = [line["id"] for line in document["lines"] if not line["as_expected"]]
    if failed or document["never_seen"] or not document["complete"]:
        names = ", ".join([*failed, *document["never_seen"]]) or "interrupted"
        raise NotAsExpected(f"no page is made of evidence that is not as expected: {names}")
    lines = [line for line in document["lines"] if line["protocol"] == name]
    page = Page()
    page.heading(1, f"{name}: the evidence")
    page.say(
        f"What `exitgame check {name}` found when this page was built. What each word may claim is"
        " on [its own page](../../concepts/evidence.md)."
    )
    _invariants(page, book, lines)
    _witnesses(page, book, document["witnesses"])
    for method, title in TITLES.items():
        _lines(page, title, [line for line in lines if line["method"] == method])
    _keys(page, book, json.loads(store.command(KEYS)))
    _scopes(page, book)
    page.heading(2, "Not covered")
    page.items(f"{prose(sentence)}." for sentence in document["not_covered"])
    return page.text


def _invariants(page: Page, book: Rulebook, lines: Sequence[Mapping[str, Any]]) -> None:
    page.heading(2, "Invariants")
    page.say("What no run may break, when it is looked at, and where it was broken or kept.")
    for claim in book.invariants:
        page.heading(3, claim.id, slug(claim.id))
        page.say(f"{prose(claim.claim)} *Looked at {LOOKED_AT[claim.kind]}.*")
        page.items(_evidence_of(book, claim, lines))


def _evidence_of(book: Rulebook, claim: Invariant, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where a claim was broken, and in how many cases it was watched and held."""
    broken: dict[tuple[str, str], str] = {}
    kept: Counter[str] = Counter()
    for case, line in _cases(book, lines):
        for invariant, cause in case.breaks:
            if invariant == claim.id and f"{invariant}, {cause} (" in line["evidence"]:
                length = line["evidence"].partition(":")[0]
                link = f"[{case.id}](#{slug(case.id)})"
                told = f"**Broken** under `{case.rule_set}`, {length}: {prose(cause)} ({link})."
                broken.setdefault((case.rule_set, cause), told)
        if not case.breaks and (not case.only or claim.id in case.only):
            kept[line["result"]["word"]] += 1
    holds = ", ".join(f"{plural(count, 'case')} {word}" for word, count in kept.items())
    return [*broken.values(), *([f"Not broken in {holds}: see below."] if holds else [])]


def _cases(book: Rulebook, lines: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    by_id = {line["id"]: line for line in lines if line["result"]}
    return [(case, by_id[case.id]) for case in book.cases if case.id in by_id]


def _witnesses(page: Page, book: Rulebook, seen: Sequence[Mapping[str, Any]]) -> None:
    counts = {each["id"]: each["seen"] for each in seen if each["protocol"] == book.protocol.name}
    page.heading(2, "Witnesses")
    page.say("What has to be seen to happen: without it, a pass would mean nothing.")
    rows = []
    for each in book.witnesses:
        where = counts[each.id]
        times = f"{sum(where.values()):,} times in {plural(len(where), 'case')}"
        rows.append((each.id, prose(each.claim), times))
    page.table(("witness", "what happens", "seen"), rows)


def _lines(page: Page, title: str, lines: Sequence[Mapping[str, Any]]) -> None:
    if not lines:
        return
    page.heading(2, title)
    for line in lines:
        if " " not in line["id"]:  # what is said of a key has no name of its own to be linked by
            page.lines += [f"({slug(line['id'])})=", ""]
        page.say(f"**{line['id']}** {prose(line['title'])}", f": {prose(line['evidence'])}")


def _keys(page: Page, book: Rulebook, document: Mapping[str, Any]) -> None:
    """What `exitgame keys` found: every exhausted scope is only as good as its key."""
    page.heading(2, "Keys, scope by scope")
    page.say(
        "A search takes two states for one where they have the same key. What"
        f" `exitgame {' '.join(KEYS[:-1])}` found when this page was built:"
    )
    rows = [
        (code(line["rule_set"]), code(line["scope"]), f"{line['word']}: {prose(line['evidence'])}")
        for line in document["lines"]
        if line["protocol"] == book.protocol.name
    ]
    page.table(("rule set", "scope", "does the key hold all that is asked of time?"), rows)


def _scopes(page: Page, book: Rulebook) -> None:
    page.heading(2, "Scopes")
    page.say("How much may happen in a search: what is not the default of a scope.")
    rows = []
    for name, scope in book.scopes.items():
        kinds = typing.get_type_hints(type(scope))
        differs = [
            f"`{each.name}` {_shown(book, getattr(scope, each.name), str(kinds[each.name]))}"
            for each in attrs.fields(type(scope))
            if getattr(scope, each.name) != each.default
        ]
        rows.append((code(name), ", ".join(differs) or "all defaults"))
    page.table(("scope", "with"), rows)
    page.say(prose(first_line(type(next(iter(book.scopes.values()))))))


def _shown(book: Rulebook, value: Any, kind: str) -> str:
    """A field of a scope, with parties and members of an Enum by their names."""
    if isinstance(value, tuple):
        return f"({', '.join(_shown(book, each, kind) for each in value)})"
    if isinstance(value, Enum):
        return value.name.lower().replace("_", " ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and "Party" in kind:
        return str(book.protocol.party_name(value))
    return prose(str(value))
