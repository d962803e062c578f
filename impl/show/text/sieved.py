"""What only a change of the rules breaks, and what is broken without it, too: kept and shown."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen
from rich.console import Console, RenderableType
from rich.text import Text

from impl.lab.attack.known import Known
from impl.lab.attack.sieve import Hit
from impl.lab.rules.change import RuleChange
from impl.show.telling.screen import DIM, WARN, plural, table
from impl.show.text.found import (
    PAGES,
    By,
    Found,
    found_document,
    keep_trace,
    replay_command,
    with_page,
)


@frozen
class Kept:
    """A counterexample as it is kept, and how it was found."""

    found: Found
    hit: Hit


def keep_hits(
    change: RuleChange,
    new: Sequence[Hit],
    old: Sequence[Hit],
    keep_going: bool,
    folder: Path,
    by: By,
) -> tuple[Kept, ...]:
    """Save every run; those that are told in full get a page."""
    hits = [*(new if keep_going else new[:1]), *old]
    full = len(new) or 1
    kept = []
    for n, hit in enumerate(hits):
        found = keep_trace(change, hit.place.record, hit.trace, folder, by)
        found = attrs.evolve(found, old=hit.old, under_base=_under_base(found, hit))
        if n < min(full, PAGES):
            found = with_page(change, hit.place.record, found, folder, by)
        kept.append(Kept(found, hit))
    return tuple(kept)


def _under_base(found: Found, hit: Hit) -> str:
    """What the same actions do without the change, and what other runs do."""
    parts = [found.under_base, hit.before.said]
    return "; ".join(part for part in parts if part)


def hit_document(kept: Kept) -> dict[str, Any]:
    """A counterexample with what the unchanged rules make of it, for programs."""
    return {
        **found_document(kept.found),
        "scope": kept.hit.place.name,
        "method": kept.hit.method,
        "sure": kept.hit.before.sure,
        "looked_back": kept.hit.before.said,
    }


def known_document(known: Known | None) -> dict[str, Any] | None:
    """A known mistake that was not found where it was looked for, for programs."""
    if known is None:
        return None
    return {"case": known.case.id, "scope": known.case.scope, "said": known.said}


# For people --------------------------------------------------------------------------------------


def show_old(page: Console, change: RuleChange, old: Sequence[Kept]) -> None:
    """Weaknesses that the rule set has in the same scopes without the change, in a line each."""
    if not old:
        return
    page.print()
    said = f"{change.rule_set.name} has these without the change, in the same scope:"
    page.print(Text(said, style=DIM))
    rows = [
        (
            kept.found.trace.invariant,
            f"{kept.found.trace.finding.cause} ({_where(kept.hit)})",
            str(len(kept.found.trace.actions)),
            replay_command(kept.found),
        )
        for kept in old
    ]
    columns = ("invariant", "cause (scope)", "actions", "again")
    page.print(table(columns, rows, right=("actions",), tight=("invariant",)))


def _where(hit: Hit) -> str:
    """The scope; and that it takes another run without the change, where it does."""
    if not hit.before.said:
        return hit.place.name
    return f"{hit.place.name}; not by this run without the change, {hit.before.said}"


def old_text(change: RuleChange, count: int) -> str:
    """That what was found is old, and what that leaves open."""
    weaknesses = plural(count, "weakness", "weaknesses")
    return (
        f"not new: {weaknesses} that {change.rule_set.name} has without the change, in the same"
        " scope; nothing is said about what follows them in a run"
    )


def known_rows(known: Known | None) -> list[tuple[str, RenderableType]]:
    """A known mistake that this search could not show."""
    return [] if known is None else [("known break", Text(known.said, style=WARN))]
