"""A protocol's page: what it promises, what can be done in it, and what becomes of things."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from impl.ground.homes import home_of
from impl.show.pages.diagram import draw
from impl.show.pages.lifecycles import Found, changes_of
from impl.show.pages.markdown import Page, code, prose, slug
from impl.show.pages.source import chapters, first_line, members, refusals, says
from invariants.kernel.claims import Rulebook
from spec.kernel.action import Action, Call, Delivery, Own
from spec.kernel.clock import Wait


def protocol_page(book: Rulebook, notes: str = "") -> str:
    """The page as Markdown. `notes` names a page of prose about the same protocol."""
    protocol = book.protocol
    name = protocol.name
    page = Page()
    page.heading(1, name, f"protocol-{name}")
    title, _, promises = says(sys.modules[home_of(protocol)]).partition("\n\n")
    page.say(prose(promises or title))
    page.say(
        f"[The rules]({name}-rules.md) as tables, and [the evidence]({name}-evidence.md): what is"
        " claimed, and what was found."
        + (f" [What the laboratory found]({notes}), told in words." if notes else "")
    )
    _lives(page, book)
    _actions(page, protocol)
    _state(page, book)
    modules = chapters(protocol)
    _refusals(page, modules)
    page.heading(2, "Chapters")
    page.say(f"The files of `{modules[0].__name__.rpartition('.')[0]}`, and what each is about.")
    for module in modules:
        page.heading(3, code(module.__name__.rpartition(".")[2]))
        page.say(prose(says(module)))
    return page.text


def _lives(page: Page, book: Rulebook) -> None:
    if not book.lifecycles:
        return
    page.heading(2, "Life cycles")
    page.say(
        "Nobody drew these. The states of the named scopes were explored, and every step in which"
        " something changed its stage became an arrow."
    )
    for life in book.lifecycles:
        found = changes_of(book, life)
        anchor = f"{book.protocol.name}-life-of-{slug(life.name)}"
        page.heading(3, f"The life of {life.name}", anchor)
        picture = draw(f"{book.protocol.name}: {life.name}", found.changes)
        page.raw(f'<figure class="lifecycle">{picture}</figure>')
        page.say(_looked(found))


def _looked(found: Found) -> str:
    parts = []
    for each in found.looked:
        part = "every state" if each.whole else f"the first {each.states:,} states"
        size = f" ({each.states:,})" if each.whole else ""
        parts.append(f"{part}{size} of `{each.scope}` under `{each.rule_set}`")
    return f"Seen in {', '.join(parts)}."


def _actions(page: Page, protocol: Any) -> None:
    page.heading(2, "Actions")
    page.say(
        "What parties can do, one type per action. `by` says who does it. Time passes by"
        " [`Wait`](../../concepts/honest.md#the-time-rule)."
    )
    for action in protocol.actions:
        if action is Wait:
            continue
        page.heading(3, code(action.__name__), f"{protocol.name}-{slug(action.__name__)}")
        page.say(prose(says(action)), *_kind(action))
        page.items(
            f"{code(each.name)}: {code(each.kind)}" + (f". {prose(each.says)}" if each.says else "")
            for each in members(action)
            if each.name != "by"
        )


KINDS: Mapping[type, str] = {
    Call: "A call on the main chain",
    Delivery: "Reaches a party",
    Own: "Of a party's own will",
}


def _kind(action: type[Action]) -> Iterator[str]:
    """Of what kind it is, and what its effect says of itself: what it refuses with."""
    kind = next((told for kind, told in KINDS.items() if issubclass(action, kind)), "")
    if kind:
        yield f"*{kind}.* {prose(first_line(action.step))}".rstrip()


def _state(page: Page, book: Rulebook) -> None:
    protocol = book.protocol
    rules = book.rules_named(book.default_rules).rules
    state = protocol.initial(book.scopes[book.default_scope], rules)
    page.heading(2, "State")
    page.say("The groups of the state. A run shows what each step changed in them.")
    for group, value in protocol.groups(state).items():
        record = type(value)
        page.heading(3, code(group))
        if not hasattr(record, "__attrs_attrs__"):
            page.say(f"A {code(record.__name__)}.")
            continue
        page.say(prose(first_line(record)))
        page.table(
            ("field", "type", ""),
            [(code(each.name), code(each.kind), prose(each.says)) for each in members(record)],
        )


def _refusals(page: Page, modules: Any) -> None:
    page.heading(2, "Refusals")
    page.say("Every guard says no in its own way, with the values that it compared.")
    page.table(
        ("refusal", "says", "carries"),
        [
            (
                code(each.__name__),
                prose(first_line(each)),
                ", ".join(code(member.name) for member in members(each)),
            )
            for each in sorted(refusals(modules), key=lambda each: each.__name__)
        ],
    )
