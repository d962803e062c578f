"""What `explore` and `fuzz` found, or what was searched without finding anything."""

from typing import Any

from attrs import frozen
from rich.console import Console, RenderableType
from rich.text import Text

from impl.ground.evidence import Result
from impl.lab.attack.known import Known
from impl.lab.rules.change import RuleChange
from impl.lab.rules.chosen import ScopeChoice
from impl.show.telling.assumed import assumed_row, assumed_text
from impl.show.telling.screen import DIM, WARN, labelled, seconds
from impl.show.text.found import (
    STYLE,
    Found,
    change_document,
    change_rows,
    exit_code,
    found_document,
    result_document,
    scope_document,
    show_coverage,
    show_found,
)
from impl.show.text.sieved import Kept, hit_document, known_document, known_rows, old_text, show_old


@frozen
class Searched:
    """What a search came to."""

    method: str
    rules: RuleChange
    scope: ScopeChoice
    result: Result
    kept: tuple[Kept, ...]
    """Under a change: what it breaks, and what is broken without it, too."""
    found: tuple[Found, ...]
    """All that was found."""
    known: Known | None
    taken: float
    seed: int | None

    @property
    def new(self) -> list[Found]:
        """What is to be blamed on these rules."""
        return [found for found in self.found if not found.old]

    @property
    def old(self) -> list[Kept]:
        """What the rule set breaks without the change, too."""
        return [kept for kept in self.kept if kept.hit.old]

    @property
    def code(self) -> int:
        """What it means for a script."""
        return exit_code(self.result)

    @property
    def assumed(self) -> str:
        """What it rests on."""
        return assumed_text(self.rules.rulebook, [self.scope.record], [self.rules.rules])


def document(outcome: Searched) -> dict[str, Any]:
    """What a search came to, for programs."""
    documents = [hit_document(kept) for kept in outcome.kept]
    return {
        "command": outcome.method,
        **change_document(outcome.rules),
        "scope": scope_document(outcome.scope),
        "seed": outcome.seed,
        "result": result_document(outcome.result),
        "counterexamples": documents or [found_document(found) for found in outcome.found],
        "known_mistake": known_document(outcome.known),
        "assumed": outcome.assumed,
        "seconds": round(outcome.taken, 3),
        "exit_code": outcome.code,
    }


def show(page: Console, outcome: Searched) -> None:
    """What a search came to, for people."""
    result = outcome.result
    # What was never seen has lines of its own below, where nothing was found.
    summary = result.summary.partition("; NEVER SEEN")[0]
    said = Text.assemble(
        (result.word.value, STYLE[result.word]),
        f"  {summary}",
        (f"  {seconds(outcome.taken)}", DIM),
    )
    scope = Text.assemble(outcome.scope.title, (f"  ({outcome.scope.fields})", DIM))
    rows: list[tuple[str, RenderableType]] = [*change_rows(outcome.rules), ("scope", scope)]
    if outcome.seed is not None:
        rows.append(("seed", Text(str(outcome.seed))))
    page.print(labelled([*rows, (outcome.method, said)]))
    for found in outcome.new:
        show_found(page, found)
    show_old(page, outcome.rules, outcome.old)
    if not outcome.new:
        show_coverage(page, result.coverage)
    last = known_rows(outcome.known)
    if outcome.old:
        last.append(("note", Text(old_text(outcome.rules, len(outcome.old)), style=WARN)))
    page.print()
    page.print(labelled([*last, assumed_row(outcome.assumed)]))
